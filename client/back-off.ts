/** Pauses that grow with every failure, with jitter taken off so that none is longer than its table says. */
import type { Random } from './ports.ts';
import { JITTER_SHARE } from './timings.ts';

/** Milliseconds before round `round + 1`; the last pause of the table repeats. */
export const backOffMs = (table: readonly number[], round: number, random: Random): number => {
  const baseMs = table[Math.min(round, table.length - 1)] ?? 0;
  return baseMs - random.below(Math.floor(baseMs * JITTER_SHARE) + 1);
};
