/** The bridge as a plain process, from its task definition; started again when it dies, as ECS would. */
import { EVERYWHERE } from './bind-host.ts';
import { bridgeSettings, type IsoPorts } from './bridge-settings.ts';
import type { Deployed } from './deployment.ts';
import { takePort } from './free-port.ts';
import { type KeptProcess, startKept } from './kept-process.ts';
import { environmentOf, type StandIns } from './template/deployment-context.ts';
import { taskEnvironment } from './template/task.ts';
import type { Assembly } from './template/template.ts';

const HEALTH_HOST = '127.0.0.1';

export interface BridgeOptions {
  readonly assembly: Assembly;
  readonly standIns: StandIns;
  readonly deployed: Deployed;
  readonly file: string;
  /** Data folder. */
  readonly dir: string;
  /** Of its settings, in place of those of one machine. */
  readonly bounds: Readonly<Record<string, string>>;
  readonly listen: { readonly host: string; readonly port: number };
  readonly onOutput: (text: string) => void;
}

/** Where terminals of this machine call. */
export interface BridgePlace {
  readonly host: string;
  readonly port: number;
  readonly iso8583Ports: IsoPorts;
}

export interface StartedBridge {
  readonly bridge: KeptProcess;
  readonly health: string;
  readonly place: BridgePlace;
}

/** Resolves once its health page, on a free port, says that it is ready. */
export const startTheBridge = async ({
  assembly,
  standIns,
  deployed,
  file,
  dir,
  bounds,
  listen,
  onOutput,
}: BridgeOptions): Promise<StartedBridge> => {
  const healthPort = await takePort(0, 'the health page');
  const iso8583Ports = {
    ascii: await takePort(0, 'ISO 8583', listen.host),
    bcd: await takePort(0, 'ISO 8583', listen.host),
  };
  const health = `http://${HEALTH_HOST}:${healthPort}`;
  const bridge = await startKept({
    name: 'bridge',
    args: [file],
    readyUrl: `${health}/health`,
    onOutput,
    environment: {
      ...taskEnvironment(assembly.template, deployed, standIns.secrets),
      ...environmentOf(assembly.region, standIns),
      ...bridgeSettings({
        dir,
        bindHost: listen.host,
        bridgePort: listen.port,
        healthHost: HEALTH_HOST,
        healthPort,
        iso8583Ports,
        bounds,
        nowMs: Date.now(),
      }),
    },
  });
  const host = EVERYWHERE.includes(listen.host) ? HEALTH_HOST : listen.host;
  return { bridge, health, place: { host, port: listen.port, iso8583Ports } };
};
