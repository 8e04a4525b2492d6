/** The table's stand-in: dynoxide, with its data in one SQLite file. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended, spawnKept, stopChild } from '../children/child-process.ts';
import { takePort } from '../free-port.ts';
import { LocalError } from '../local-error.ts';

/** It is up in 50 ms; a busy machine may take a hundred times as long. */
const START_MS_MAX = 10_000;
const POLL_MS = 10;
const STOP_MS_MAX = 2_000;

export interface Dynoxide {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Resolves once it answers. */
export const startDynoxide = async (binary: string, folder: string): Promise<Dynoxide> => {
  const port = await takePort(0, 'the table');
  const child = spawnKept(binary, [
    '--port',
    String(port),
    '--db-path',
    join(folder, 'table.sqlite'),
  ]);
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + START_MS_MAX;
  while (!(await answers(endpoint))) {
    if (performance.now() > deadline) {
      child.kill();
      throw new LocalError(
        'process_failed',
        'The table does not come up.',
        'Try `npm start -- --fresh`, which begins with an empty data folder.',
      );
    }
    await sleep(POLL_MS);
  }
  return {
    endpoint,
    close: async () => {
      child.stdin?.end();
      await Promise.race([ended(child), stopChild(child, STOP_MS_MAX)]);
    },
  };
};

const answers = (endpoint: string): Promise<boolean> =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );
