/** What no input may cost, however it is made. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

/** CPU milliseconds of one input. */
const INPUT_CPU_MS_MAX = 5;
/** An input is worked on so often, and the mean taken, so that nothing else counts. */
const RUNS = 200;
/** Bytes that may be held after a whole run and were not before: compiled code and caches, a tenth of one byte per byte read. */
const GROWTH_BYTES_MAX = 4 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heldBytes = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** Fails where `work` takes longer than any input may. */
export const expectQuick = (work: () => void): void => {
  const before = process.cpuUsage();
  for (let run = 0; run < RUNS; run += 1) {
    work();
  }
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000 / RUNS, 'CPU milliseconds').toBeLessThan(INPUT_CPU_MS_MAX);
};

/** Fails where `work` leaves more behind than it found. */
export const expectNoGrowth = (work: () => void): void => {
  const before = heldBytes();
  work();
  expect(heldBytes() - before, 'bytes held').toBeLessThan(GROWTH_BYTES_MAX);
};
