/** `npm start`: brings the whole system up, sells once, says what there is, and stays until it is stopped. */
import { outsideAddresses } from './bind-host.ts';
import { type Moment, sellDemo } from './demo-sale.ts';
import { readOptions } from './flags.ts';
import { LocalError } from './local-error.ts';
import { createProgress } from './progress.ts';
import { publish } from './publish.ts';
import { type LocalSystem, startLocal } from './start-local.ts';

/** Moments of the cloud's part that are kept for the story: its one sale has two. */
const MOMENTS_MAX = 64;

const EXIT_OPERATING = 1;
const EXIT_BUG = 70;

const describe = ({ info }: LocalSystem, bindHost: string): string => {
  const { bridge, terminal, places, promotionCodes } = info;
  const outside = outsideAddresses(bindHost);
  const modem = outside[0] ?? bridge.host;
  return `
Ready.
  console   ${info.console}
  kiosk     ${info.kiosk}
  bridge    ${[...outside, bridge.host].map((host) => `${host}:${bridge.port}`).join('  ')}
  terminal  ${terminal.id}, key version ${terminal.keyVersion}; its keys: local.json in the data folder
  others    ${places.map(({ id, region, group }) => `${id} (${region}, ${group})`).join(', ')}: other prices and promotions
  codes     ${promotionCodes.map(({ code, singleUse }) => (singleUse ? `${code} (once)` : code)).join(', ')}

  Buy something by hand    open the kiosk's page, or npm run kiosk -- --screen
  Watch what is told       npm run events
  Point a modem at it      AT+CIPSTART="TCP","${modem}",${bridge.port}
${outside.length === 0 ? '                           (from this machine only; npm start -- --bind 0.0.0.0\n                           lets modems elsewhere in)\n' : ''}  Stop                     Ctrl-C; the data stays (--fresh begins anew)
`;
};

const run = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2), process.env);
  const moments: Moment[] = [];
  let system: LocalSystem | undefined;
  let unpublish = (): void => undefined;
  let stopping = false;
  const progress = createProgress(process.stdout);
  const stop = (): void => {
    if (!stopping) {
      stopping = true;
      progress.end();
      console.log('\nStopping.');
      unpublish();
      void (system?.stop() ?? Promise.resolve()).finally(() => process.exit(0));
    }
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  console.log('Cosmopay, the whole system on this machine\n');
  try {
    system = await startLocal({
      ...options,
      onBegin: progress.begin,
      log: progress.done,
      onBatch: ({ what, atMs, taker }) => {
        if (taker.includes('Pay') && moments.length < MOMENTS_MAX) {
          moments.push({
            atMs,
            what: what === 'taken' ? 'bridge -> SQS -> a thread of the pool' : 'booked in DynamoDB',
          });
        }
      },
    });
    progress.begin('selling once through a virtual modem');
    const story = await sellDemo(options.dir, system.info, moments);
    progress.end();
    console.log(`\n${story.join('\n')}`);
    if (!stopping) {
      unpublish = await publish(options.dir, system);
      console.log(describe(system, options.bindHost ?? system.info.bridge.host));
    }
  } catch (error) {
    progress.end();
    await system?.stop();
    throw error;
  }
};

run().catch((error: unknown) => {
  if (error instanceof LocalError) {
    console.error(`${error.code}: ${error.message}\n${error.advice}`);
    process.exit(EXIT_OPERATING);
  }
  console.error(error);
  process.exit(EXIT_BUG);
});
