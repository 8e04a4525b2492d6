/** The example of docs/at-socket.md does what the page says, as a program of its own. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parseModemServer, startModemServer } from '#client/modem-server.ts';
import { systemTimers } from '#client/system-time.ts';

const PAGE = 'docs/at-socket.md';
/** What the page has in place of ports that are free here. */
const MODEM_PORT = '7020';
const PEER_PORT = '7021';

it('runs as it is printed', async () => {
  const options = parseModemServer(['--family', 'bg95', '--listen', '0', '--latency', '0']);
  if (options === 'help') {
    throw new Error('help was not asked for');
  }
  const modem = await startModemServer(options, systemTimers, () => undefined);
  const peer = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => {
    peer.listen(0, '127.0.0.1', resolve);
  });
  try {
    const [, printed = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
    expect(printed).toContain(MODEM_PORT);
    expect(printed).toContain(PEER_PORT);
    const program = printed
      .replace(MODEM_PORT, String(modem.port))
      .replace(PEER_PORT, String((peer.address() as AddressInfo).port));
    const args = ['--input-type=module-typescript', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    expect(stdout).toBe('quectel in Virtual GPRS, signal 21 of 31\nthe peer said hello\n');
  } finally {
    peer.close();
    await modem.close();
  }
});
