/** Measures small pure functions against each other in one process: warmed up, in turns, by CPU time. */
import type { Pair } from './metric.ts';

/** Milliseconds of CPU that one batch should take: far above the resolution of the clock, and many garbage collections. */
const BATCH_MS = 80;
const BATCH_MS_QUICK = 40;
/** Milliseconds of warming up: past the optimising compiler. */
const WARM_UP_MS = 400;

const cpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const timeBatch = (run: (index: number) => void, count: number): number => {
  const before = cpuUs();
  for (let index = 0; index < count; index += 1) {
    run(index);
  }
  return cpuUs() - before;
};

/** Repetitions that take about `BATCH_MS`, found while the function warms up. */
const calibrate = (run: (index: number) => void, batchMs: number): number => {
  let count = 256;
  let spentUs = 0;
  let lastUs = 0;
  while (spentUs < WARM_UP_MS * 1000) {
    lastUs = timeBatch(run, count);
    spentUs += lastUs;
    if (lastUs < batchMs * 500) {
      count *= 2;
    }
  }
  return Math.max(1, Math.round((count * batchMs * 1000) / Math.max(lastUs, 1)));
};

export interface Contestants {
  readonly [name: string]: (index: number) => void;
}

/** CPU nanoseconds of one call, per contestant and round; garbage collection on other threads is counted too. */
export const measureInTurns = <T extends Contestants>(
  contestants: T,
  options: {
    readonly rounds: number;
    readonly quick: boolean;
    readonly onRound: (round: number) => void;
  },
): Readonly<Record<keyof T, readonly number[]>> => {
  const batchMs = options.quick ? BATCH_MS_QUICK : BATCH_MS;
  const names: readonly (keyof T)[] = Object.keys(contestants);
  const counts = new Map(
    names.map((name) => [name, calibrate(contestants[name] as Contestants[string], batchMs)]),
  );
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    keyof T,
    number[]
  >;
  for (let round = 0; round < options.rounds; round += 1) {
    options.onRound(round);
    // Whoever goes first meets another state of the machine than who goes last.
    const order = round % 2 === 0 ? names : [...names].reverse();
    for (const name of order) {
      const count = counts.get(name) ?? 1;
      const us = timeBatch(contestants[name] as Contestants[string], count);
      results[name].push((us * 1000) / count);
    }
  }
  return results;
};

/** Two series of the same rounds as pairs. */
export const pairUp = (ours: readonly number[], theirs: readonly number[]): readonly Pair[] =>
  ours.map((one, index) => ({ ours: one, theirs: theirs[index] ?? Number.NaN }));
