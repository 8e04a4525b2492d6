/** Children end with their parent, also where it had no time to say goodbye. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';

/** Children that wait for ever, of each kind; that of Node would also for its last words to be read, as a log may. */
const PARENT = `
import { spawnKept, spawnNode } from '${join(process.cwd(), 'local/children/child-process.ts')}';
const lastWords = 'process.on("exit", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));';
const node = spawnNode(['-e', lastWords + 'setInterval(() => undefined, 1000)'], {});
const kept = spawnKept(process.execPath, ['-e', 'console.log(process.pid); setInterval(() => undefined, 1000)'], {
  onOutput: (text) => console.log([node.pid, kept.pid, text.trim()].join(' ')),
});
`;

/** A zombie has ended: whoever inherits it only has to notice. */
const isRunning = (pid: number): boolean => {
  const stat = `/proc/${pid}/stat`;
  try {
    return existsSync(stat) && readFileSync(stat, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
};

it('SIGKILL of the parent ends programs of Node and others alike', async () => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pids = line.toString().trim().split(' ').map(Number);
  expect(pids.map(isRunning)).toEqual([true, true, true]);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(pids.map(isRunning)).toEqual([false, false, false]), 10_000);
});
