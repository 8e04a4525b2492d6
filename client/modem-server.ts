/** `npm run modem`: a virtual modem on a TCP port, for any program that speaks AT commands. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { familyNamed } from './at/families.ts';
import type { FamilyName } from './at/modem-family.ts';
import { createVirtualModem, type VirtualModem } from './modem/virtual-modem.ts';
import { ORDINARY, type Personality } from './modem/virtual-personality.ts';
import type { Timers } from './ports.ts';

export const MODEM_SERVER_HELP = `Usage: npm run modem -- [options]
  --family NAME          sim800, sim7600, quectel or ublox, or a model such as bg95
  --listen [HOST:]PORT   where AT clients connect; 127.0.0.1:7020
  --seed N               the same seed misbehaves in the same way
  --latency MS           from a command to its answer; 20
  --bits N               bit/s of the line; as fast as possible where absent
  --pieces               output in pieces of 1 to 9 bytes
  --quirk NAME=VALUE     may be given again; docs/modems.md lists them, such as
                         --quirk strayRate=0.3 --quirk sim="SIM PIN"
While it runs, a line on its standard input is an event: bearer, network 30,
deaf, restart, or any other text, which the modem prints as unsolicited.`;

const DEFAULT_PORT = 7_020;

export interface ModemServerOptions {
  readonly family: FamilyName;
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  readonly latencyMs: number;
  readonly bitsPerSecond: number | undefined;
  readonly inPieces: boolean;
  readonly personality: Partial<Personality>;
}

export interface ModemServer {
  readonly port: number;
  /** One event as typed: `bearer`, `network SECONDS`, `deaf`, `restart`, or a line to print. */
  event(text: string): void;
  close(): Promise<void>;
}

/** Options or `help`; throws RangeError with a sentence for the person. */
export const parseModemServer = (args: readonly string[]): ModemServerOptions | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      family: { type: 'string', default: 'sim800' },
      listen: { type: 'string', default: `${DEFAULT_PORT}` },
      seed: { type: 'string', default: '1' },
      latency: { type: 'string', default: '20' },
      bits: { type: 'string' },
      pieces: { type: 'boolean', default: false },
      quirk: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) {
    return 'help';
  }
  const family = familyNamed(values.family);
  if (family === undefined) {
    throw new RangeError('--family must be sim800, sim7600, quectel or ublox.');
  }
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d+)$/.exec(values.listen) ?? [];
  return {
    family: family.name,
    host,
    port: numberIn('--listen', port, 0, 65_535),
    seed: numberIn('--seed', values.seed, 0, 0xff_ff_ff_ff),
    latencyMs: numberIn('--latency', values.latency, 0, 60_000),
    bitsPerSecond:
      values.bits === undefined ? undefined : numberIn('--bits', values.bits, 300, 10_000_000),
    inPieces: values.pieces,
    personality: Object.fromEntries(values.quirk.map(quirkOf)),
  };
};

const numberIn = (name: string, text: string, min: number, max: number): number => {
  const value = text === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be a whole number, ${min} to ${max}.`);
  }
  return value;
};

/** `name=value`, of the kind that ORDINARY has under that name. */
const quirkOf = (text: string): readonly [string, unknown] => {
  const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(text) ?? [];
  const ordinary: unknown = Object.entries(ORDINARY).find(([key]) => key === name)?.[1];
  if (typeof ordinary === 'boolean' && /^(true|false)$/.test(value)) {
    return [name, value === 'true'];
  }
  if (typeof ordinary === 'number' && value !== '' && Number(value) >= 0) {
    return [name, Number(value)];
  }
  if (typeof ordinary === 'string') {
    return [name, value];
  }
  throw new RangeError(`--quirk ${text}: no such quirk, or not its kind of value.`);
};

/** One modem, which one client at a time talks to; the newest wins, as with a cable that is plugged over. */
export const startModemServer = async (
  options: ModemServerOptions,
  timers: Timers,
  log: (line: string) => void,
): Promise<ModemServer> => {
  const { family, seed, latencyMs, bitsPerSecond, inPieces, personality } = options;
  const modem = createVirtualModem({
    family,
    timers,
    seed,
    latencyMs,
    inPieces,
    personality,
    ...(bitsPerSecond === undefined ? {} : { bitsPerSecond }),
    onStep: (step) => log(step),
  });
  let client: Socket | undefined;
  modem.listen({
    onBytes: (chunk) => void client?.write(chunk),
    onClosed: () => client?.destroy(),
  });
  const server = createServer((socket) => {
    client?.destroy();
    client = socket;
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      if (client === socket) {
        void modem.write(chunk);
      }
    });
  });
  await listening(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    event: (text) => happen(modem, text),
    close: async () => {
      await modem.close();
      client?.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};

const listening = (server: Server, { host, port }: ModemServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

const happen = (modem: VirtualModem, text: string): void => {
  const outage = /^network (\d{1,5})$/.exec(text);
  if (outage !== null) {
    modem.loseNetwork(Number(outage[1]) * 1_000);
  } else if (text === 'bearer') {
    modem.loseBearer();
  } else if (text === 'deaf') {
    modem.deafen();
  } else if (text === 'restart') {
    modem.restart();
  } else if (text !== '') {
    modem.inject(text);
  }
};
