/** Settings of `npm start`: flags and variables, each checked. */
import { parseArgs } from 'node:util';
import { checkBindHost } from './bind-host.ts';
import { boundsIn } from './bridge-settings.ts';
import { TERMINALS_MAX } from './demo.ts';
import { LocalError } from './local-error.ts';
import type { LocalOptions } from './start-local.ts';

/** Where the bridge and the pages listen unless the environment says otherwise. */
const BRIDGE_PORT = 7010;
const HTTP_PORT = 7080;
const KIOSK_PORT = 7090;
const PORT_MAX = 65_535;
/** Seconds: a day is the longest hold that `pay` takes, and an hour between two runs of the janitor helps nobody. */
const HOLD_S_MAX = 86_400;
const SCHEDULE_S_MAX = 3_600;

type Environment = Readonly<Record<string, string | undefined>>;

const usage = (message: string): LocalError =>
  new LocalError(
    'usage',
    message,
    'npm start -- [--fresh] [--terminals N] [--bind ADDRESS] [--webhook URL]; the variables are in the README.',
  );

const integer = (name: string, text: string, [least, most]: readonly [number, number]): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw usage(`${name} is a whole number from ${least} to ${most}.`);
  }
  return value;
};

const optional = (environment: Environment, name: string, most: number): number | undefined => {
  const text = environment[name];
  return text === undefined ? undefined : integer(name, text, [1, most]);
};

const checkWebhook = (text: string): string => {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw usage('--webhook is the address of your receiver, as http://127.0.0.1:3000/hooks.');
  }
  return text;
};

/** Throws `usage` or `bind_invalid`. */
export const readOptions = (
  args: readonly string[],
  environment: Environment,
): Omit<LocalOptions, 'log' | 'onBegin' | 'onBatch'> => {
  const { fresh, terminals, bind, webhook } = parse(args);
  const port = (name: string, fallback: number): number =>
    integer(name, environment[name] ?? String(fallback), [0, PORT_MAX]);
  const httpPort = port('COSMOPAY_HTTP_PORT', HTTP_PORT);
  const bindHost = bind ?? environment.COSMOPAY_BIND_HOST;
  return {
    dir: environment.COSMOPAY_DIR ?? '.cosmopay',
    fresh: fresh ?? false,
    terminals: integer('--terminals', terminals ?? '0', [0, TERMINALS_MAX]),
    bridgePort: port('COSMOPAY_BRIDGE_PORT', BRIDGE_PORT),
    httpPort,
    // Whoever asks for any free port for one page has no use for a fixed one of the other.
    kioskPort: port('COSMOPAY_KIOSK_PORT', httpPort === 0 ? 0 : KIOSK_PORT),
    ...(bindHost !== undefined && { bindHost: checkBindHost(bindHost) }),
    ...(webhook !== undefined && { webhook: checkWebhook(webhook) }),
    bridge: boundsIn(environment),
    holdSeconds: optional(environment, 'COSMOPAY_HOLD_SECONDS', HOLD_S_MAX),
    scheduleSeconds: optional(environment, 'COSMOPAY_SCHEDULE_SECONDS', SCHEDULE_S_MAX),
  };
};

const parse = (
  args: readonly string[],
): Readonly<Partial<Record<'terminals' | 'bind' | 'webhook', string>>> & {
  readonly fresh?: boolean;
} => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        fresh: { type: 'boolean' },
        terminals: { type: 'string' },
        bind: { type: 'string' },
        webhook: { type: 'string' },
      },
    }).values;
  } catch (error) {
    const [sentence = 'The flags are not valid'] = (error as Error).message.split(/[.\n]/);
    throw usage(`${sentence}.`);
  }
};
