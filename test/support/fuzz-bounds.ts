/** What no input may cost, however it is made. */
import { expect } from 'vitest';

/** CPU milliseconds of one input. */
const INPUT_CPU_MS_MAX = 5;
/** An input is worked on so often, and the mean taken, so that nothing else counts. */
const RUNS = 200;
/** Bytes that the heap may grow by over a whole run: noise of the collector, far below one leaked byte per mutant read. */
const GROWTH_BYTES_MAX = 32 * 1024 * 1024;

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
  const before = process.memoryUsage().heapUsed;
  work();
  expect(process.memoryUsage().heapUsed - before, 'bytes of heap').toBeLessThan(GROWTH_BYTES_MAX);
};
