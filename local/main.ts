/** `npm start`: brings the whole system up, sells once, says what there is, and stays until it is stopped. */
import { parseArgs } from 'node:util';
import { TERMINALS_MAX } from './demo.ts';
import { type Moment, sellDemo } from './demo-sale.ts';
import { LocalError } from './local-error.ts';
import { type LocalSystem, publish, startLocal } from './start-local.ts';

/** Where the bridge and the pages listen unless the environment says otherwise. */
const BRIDGE_PORT = 7010;
const HTTP_PORT = 7080;
/** Moments of the cloud's part that are kept for the story: its one sale has two. */
const MOMENTS_MAX = 64;

const EXIT_OPERATING = 1;
const EXIT_BUG = 70;

const usage = (message: string): LocalError =>
  new LocalError(
    'usage',
    message,
    'npm start -- [--fresh] [--terminals N], COSMOPAY_DIR, COSMOPAY_BRIDGE_PORT, COSMOPAY_HTTP_PORT',
  );

const readFlags = (): { readonly fresh: boolean; readonly terminals: number } => {
  try {
    const { values } = parseArgs({
      options: { fresh: { type: 'boolean' }, terminals: { type: 'string' } },
    });
    const terminals = Number(values.terminals ?? 0);
    if (!Number.isInteger(terminals) || terminals < 0 || terminals > TERMINALS_MAX) {
      throw usage(`--terminals is a number from 0 to ${TERMINALS_MAX}.`);
    }
    return { fresh: values.fresh ?? false, terminals };
  } catch (error) {
    throw error instanceof LocalError ? error : usage((error as Error).message);
  }
};

const port = (name: string, fallback: number): number => {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw usage(`${name} is a port, or 0 for any free one.`);
  }
  return value;
};

const describe = ({ info }: LocalSystem): string => `
Ready.
  bridge    ${info.bridge.host}:${info.bridge.port}   terminal ${info.terminal.id}, key version ${info.terminal.keyVersion}
  console   ${info.console}   kiosk ${info.kiosk}
  keys, users and products for scripts: local.json in the data folder

  Buy something by hand:   npm run kiosk
  Point a modem at it:     AT+CIPSTART="TCP","${info.bridge.host}",${info.bridge.port}
  Stop:                    Ctrl-C   (the data stays; npm start -- --fresh begins anew)
`;

const run = async (): Promise<void> => {
  const dir = process.env.COSMOPAY_DIR ?? '.cosmopay';
  const begun = performance.now();
  const moments: Moment[] = [];
  let system: LocalSystem | undefined;
  let unpublish = (): void => undefined;
  let stopping = false;
  const stop = (): void => {
    if (!stopping) {
      stopping = true;
      console.log('\nStopping.');
      unpublish();
      void (system?.stop() ?? Promise.resolve()).finally(() => process.exit(0));
    }
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  console.log('Cosmopay, the whole system on this machine\n');
  system = await startLocal({
    ...readFlags(),
    dir,
    bridgePort: port('COSMOPAY_BRIDGE_PORT', BRIDGE_PORT),
    httpPort: port('COSMOPAY_HTTP_PORT', HTTP_PORT),
    log: (step) =>
      console.log(`  ${((performance.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${step}`),
    onBatch: ({ what, atMs }) => {
      if (moments.length < MOMENTS_MAX) {
        moments.push({
          atMs,
          what: what === 'taken' ? 'bridge -> SQS -> a thread of the pool' : 'booked in DynamoDB',
        });
      }
    },
  });
  const story = await sellDemo(dir, system.info, moments).catch(async (error: unknown) => {
    await system?.stop();
    throw error;
  });
  console.log(`\n${story.join('\n')}`);
  if (!stopping) {
    unpublish = await publish(dir, system);
    console.log(describe(system));
  }
};

run().catch((error: unknown) => {
  if (error instanceof LocalError) {
    console.error(`\n${error.code}: ${error.message}\n${error.advice}`);
    process.exit(EXIT_OPERATING);
  }
  console.error(error);
  process.exit(EXIT_BUG);
});
