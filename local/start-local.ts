/** The whole system on one machine, as an object: for `npm start`, for tests and for benchmarks. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import type { AdminAccess } from './access-tokens.ts';
import { type BridgePlace, startTheBridge } from './bridge-process.ts';
import { clearFolder, createLogs } from './data-folder.ts';
import { type Demo, seedDemo } from './demo.ts';
import { type Deployed, deploy } from './deployment.ts';
import { takePorts } from './free-port.ts';
import { checkHost } from './host.ts';
import type { KeptProcess } from './kept-process.ts';
import { lockFolder } from './lock.ts';
import { startOperators } from './operators.ts';
import { type Outsiders, startOutsiders } from './outsiders.ts';
import { startPages } from './pages.ts';
import { startDynoxide } from './stand-ins/dynoxide.ts';
import { startQueues } from './stand-ins/queues.ts';
import { startSecrets } from './stand-ins/secrets.ts';
import { synthesise } from './synthesis.ts';
import { ACCOUNT_ID, localDynamodb, type StandIns } from './template/deployment-context.ts';
import { routesOf } from './template/routes.ts';
import type { SourceEvents } from './template/sources.ts';
import { type Assembly, readAssembly } from './template/template.ts';

/** Sandboxes of one function at most: each is a process of 80 MB. */
const SANDBOXES_MAX = 4;
const HOST = '127.0.0.1';

export interface LocalOptions {
  /** Data folder. */
  readonly dir: string;
  /** 0: any free one. */
  readonly bridgePort: number;
  readonly httpPort: number;
  /** Of the kiosk's page; any free one by default. */
  readonly kioskPort?: number;
  /** Address that the bridge listens on, 127.0.0.1 by default; nothing else ever leaves this machine. */
  readonly bindHost?: string;
  /** Removes what earlier runs left. */
  readonly fresh?: boolean;
  /** Sandboxes per function; no more than the mapping's maximum concurrency is ever used. */
  readonly concurrency?: number;
  /** Terminals besides the first. */
  readonly terminals?: number;
  /** Seconds a hold lasts, in place of the deployed setting. */
  readonly holdSeconds?: number | undefined;
  /** Seconds between two runs of the janitor, in place of the deployed rate. */
  readonly scheduleSeconds?: number | undefined;
  /** Where else every event goes, besides the demo's own log. */
  readonly webhook?: string;
  /** Bounds of the bridge (docs/operations.md), in place of those for one machine. */
  readonly bridge?: Readonly<Record<string, string>>;
  /** Each step as it begins. */
  readonly onBegin?: (step: string) => void;
  /** Each step as it is done. */
  readonly log?: (step: string) => void;
  readonly onBatch?: NonNullable<SourceEvents['onBatch']>;
}

/** The content of local.json. */
export interface LocalInfo extends Demo {
  readonly bridge: BridgePlace;
  readonly kiosk: string;
  readonly console: string;
  /** Where events are written, and what all webhooks of this system are signed with. */
  readonly events: Outsiders['events'];
  /** For whoever looks at the rows: npm run audit. */
  readonly table: { readonly endpoint: string; readonly region: string; readonly name: string };
  readonly admin: AdminAccess;
}

export interface LocalSystem {
  readonly info: LocalInfo;
  readonly tableName: string;
  readonly region: string;
  readonly endpoints: {
    readonly dynamodb: string;
    readonly sqs: string;
    readonly secrets: string;
    /** Health page and metrics of the bridge. */
    readonly health: string;
  };
  /** Value of an output of the stack. */
  output(name: string): string;
  killSandbox(): Promise<void>;
  killBridge(): Promise<void>;
  /** Stops everything, the last started first. */
  stop(): Promise<void>;
}

/** Resolves once everything is up and seeded. Rejects with a LocalError; nothing is left running then. */
export const startLocal = async (options: LocalOptions): Promise<LocalSystem> => {
  const closers: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      await close();
    }
  };
  try {
    return { ...(await bringUp(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const bringUp = async (
  options: LocalOptions,
  closers: (() => unknown)[],
): Promise<Omit<LocalSystem, 'stop'>> => {
  const log = options.log ?? (() => undefined);
  const dir = resolvePath(options.dir);
  const binary = checkHost();
  closers.push(takeFolder(dir, options.fresh === true));
  const begin = options.onBegin ?? (() => undefined);
  const bindHost = options.bindHost ?? HOST;
  const ports = await takePorts(options, bindHost);
  begin('building the bundles and the template');
  const build = await synthesise();
  log(build.made ? 'bundles built, template synthesised' : 'template is up to date');
  const assembly = readAssembly(build.assembly);

  begin('starting table, queues and secrets');
  const standIns = await startStandIns({ dir, binary, assembly, closers });
  log('table, queues and secrets are up');
  const onOutput = createLogs(join(dir, 'logs'), closers);
  begin('starting the functions');
  const outsiders = await startOutsiders({ ...standIns, ...options, dir }, closers);
  const operators = await startOperators(assembly.region, { ...ports, bindHost }, closers);
  const deployed = await deploy({
    assembly,
    standIns,
    dataFolder: dir,
    concurrencyMax: options.concurrency ?? SANDBOXES_MAX,
    scheduleSeconds: options.scheduleSeconds,
    settings: { ...outsiders.settings, ...operators.settings },
    onOutput,
    events: options.onBatch ? { onBatch: options.onBatch } : {},
  });
  closers.push(deployed.close);
  await Promise.all([...deployed.functions.values()].map((pool) => pool.warm()));
  log(`${deployed.functions.size} functions are up`);

  begin('starting the bridge');
  const { bridge, health, place } = await startTheBridge({
    assembly,
    standIns,
    deployed,
    file: join(build.dist, 'bridge/index.mjs'),
    listen: { host: bindHost, port: ports.bridge },
    onOutput: (text) => onOutput('bridge', text),
    dir,
    bounds: options.bridge ?? {},
  });
  closers.push(bridge.close);
  log(`bridge listens on ${bindHost}:${ports.bridge}`);
  const demo = await seed(assembly, { standIns, deployed, outsiders, options });
  log('merchant, people, products and terminals are there');
  begin('starting the kiosk');
  const pages = await startPages({
    routes: routesOf(assembly.template, deployed),
    ports,
    dist: build.dist,
    dir,
    bridge: place,
    demo,
    onOutput,
    closers,
  });
  log(`kiosk is served on ${pages.kiosk}`);
  return {
    ...controls(deployed, bridge),
    region: assembly.region,
    endpoints: { ...endpointsOf(standIns), health },
    info: {
      bridge: place,
      kiosk: pages.kiosk,
      console: `${pages.http}/`,
      admin: operators.adminAt(pages.http),
      events: outsiders.events,
      table: tableOf(assembly, standIns, deployed),
      ...demo,
    },
  };
};

const endpointsOf = ({
  dynamodb,
  sqs,
  secrets,
}: StandIns): Omit<LocalSystem['endpoints'], 'health'> => ({
  dynamodb,
  sqs,
  secrets: secrets.endpoint,
});

const takeFolder = (dir: string, fresh: boolean): (() => void) => {
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const giveBack = lockFolder(dir);
  if (fresh) {
    clearFolder(dir);
  }
  rmSync(join(dir, 'local.json'), { force: true });
  return giveBack;
};

const seed = async (
  { region }: Assembly,
  {
    standIns,
    deployed,
    outsiders,
    options,
  }: {
    readonly standIns: StandIns;
    readonly deployed: Deployed;
    readonly outsiders: Outsiders;
    readonly options: LocalOptions;
  },
): Promise<Demo> => {
  const secret = (output: string): string =>
    standIns.secrets.value(deployed.output(output)) ?? '{}';
  const client = localDynamodb(region, standIns.dynamodb);
  const table = deployed.output('TableName');
  try {
    // First of all: what is booked from here on has someone to be told.
    await outsiders.putEndpoints({ client, table }, options.webhook);
    return await seedDemo({
      client,
      table,
      secrets: {
        link: secret('LinkSecretArn'),
        message: secret('MessageSecretArn'),
        identifier: secret('IdentifierSecretArn'),
      },
      terminals: options.terminals ?? 0,
      nowMs: Date.now(),
    });
  } finally {
    client.destroy();
  }
};

const tableOf = (
  { region }: Assembly,
  { dynamodb: endpoint }: StandIns,
  deployed: Deployed,
): LocalInfo['table'] => ({ endpoint, region, name: deployed.output('TableName') });

const controls = (
  deployed: Deployed,
  bridge: KeptProcess,
): Pick<LocalSystem, 'output' | 'tableName' | 'killSandbox' | 'killBridge'> => ({
  output: deployed.output,
  tableName: deployed.output('TableName'),
  killBridge: () => bridge.kill(),
  killSandbox: async () => {
    const pay = [...deployed.functions].find(([id]) => id.includes('Pay'));
    await pay?.[1].killOne();
  },
});

const startStandIns = async ({
  dir,
  binary,
  assembly,
  closers,
}: {
  readonly dir: string;
  readonly binary: string;
  readonly assembly: Assembly;
  readonly closers: (() => unknown)[];
}): Promise<StandIns> => {
  const dynoxide = await startDynoxide(binary, dir);
  closers.push(dynoxide.close);
  const queues = join(dir, 'queues');
  mkdirSync(queues, { recursive: true });
  const sqs = await startQueues(assembly.region, queues);
  closers.push(() => sqs.stop());
  const secrets = await startSecrets(
    join(dir, 'secrets.json'),
    `arn:aws:secretsmanager:${assembly.region}:${ACCOUNT_ID}`,
  );
  closers.push(secrets.close);
  return { dynamodb: dynoxide.endpoint, sqs: `http://127.0.0.1:${sqs.port}`, secrets };
};
