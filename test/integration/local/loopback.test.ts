/** The stand-ins are this machine's own business. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startQueues } from '#local/stand-ins/queues.ts';

const outcomeOf = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve('connected')).once('error', () => resolve('refused'));
    socket.once('connect', () => socket.destroy());
  });

it('lets nobody reach the queues by another address than the loopback', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosmopay-queues-'));
  const queues = await startQueues('eu-west-1', folder);
  const others = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ internal, family }) => !internal && family === 'IPv4'),
  );
  expect(await outcomeOf('127.0.0.1', queues.port)).toBe('connected');
  for (const { address } of others) {
    expect(await outcomeOf(address, queues.port)).toBe('refused');
  }
  await queues.stop();
  rmSync(folder, { recursive: true, force: true });
});
