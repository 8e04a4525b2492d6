/** Runs a virtual modem until it is stopped; what happens is told on the standard output. */
import { createInterface } from 'node:readline';
import { MODEM_SERVER_HELP, parseModemServer, startModemServer } from './modem-server.ts';
import { systemTimers } from './system-time.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const run = async (): Promise<void> => {
  const options = parseModemServer(process.argv.slice(2));
  if (options === 'help') {
    say(MODEM_SERVER_HELP);
    return;
  }
  const server = await startModemServer(options, systemTimers, say);
  say(`A virtual modem (${options.family}) listens on ${options.host}:${server.port}.`);
  say(`Try: npm run kiosk -- --port tcp://${options.host}:${server.port}`);
  const events = createInterface({ input: process.stdin });
  events.on('line', (line) => server.event(line.trim()));
  process.once('SIGINT', () => {
    events.close();
    void server.close();
  });
};

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exitCode = 1;
}
