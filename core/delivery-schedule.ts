/** When a webhook that was not taken is tried again. Pure. */
import type { Random } from './ports.ts';

/** Seconds after each try that failed: soon for a deploy, then for an outage of a day and a half. */
export const RETRY_AFTER_S: readonly number[] = [
  5, 60, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 36_000,
];
/** Percent that a wait may be longer than that, so that what failed together does not come again together. */
export const JITTER_PERCENT = 10;

/** Seconds to wait after try number `tries` (1 = first) has failed; undefined after the last. */
export const retryAfterS = (tries: number, random: Random): number | undefined => {
  const afterS = RETRY_AFTER_S[Math.max(tries, 1) - 1];
  return afterS === undefined
    ? undefined
    : afterS + random.below(Math.floor((afterS * JITTER_PERCENT) / 100) + 1);
};
