/** What the last hour looks like: payments of each minute, and how long they took, kept as counts that can be added up in any order. Pure. */
import type { RequestRecord } from './records.ts';

/** Upper bounds of the classes of waiting times, milliseconds; one more class holds what took longer. */
export const WAIT_BOUNDS_MS: readonly number[] = [
  10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000,
];

/** Seconds of one count. */
export const MINUTE_S = 60;

export interface LiveCounts {
  readonly approved: number;
  readonly declined: number;
  /** By class of WAIT_BOUNDS_MS. */
  readonly waits: readonly number[];
}

export const NO_COUNTS: LiveCounts = {
  approved: 0,
  declined: 0,
  waits: Array.from({ length: WAIT_BOUNDS_MS.length + 1 }, () => 0),
};

export const addCounts = (a: LiveCounts, b: LiveCounts): LiveCounts => ({
  approved: a.approved + b.approved,
  declined: a.declined + b.declined,
  waits: a.waits.map((count, at) => count + (b.waits[at] ?? 0)),
});

/** What the decision of a PAY adds; undefined for anything else, and for sales that were decided offline. */
export const countsOf = ({ code, evidence, payment }: RequestRecord): LiveCounts | undefined => {
  if (
    payment === undefined ||
    evidence === undefined ||
    code === 'in_progress' ||
    evidence.flags?.includes('stored') === true
  ) {
    return undefined;
  }
  const { waitedMs } = evidence;
  const approved = code === 'approved' ? 1 : 0;
  return {
    approved,
    declined: 1 - approved,
    waits: NO_COUNTS.waits.map((_none, at) =>
      waitedMs !== undefined && at === waitClass(waitedMs) ? 1 : 0,
    ),
  };
};

/** The class that a wait is in. */
const waitClass = (waitedMs: number): number => {
  const at = WAIT_BOUNDS_MS.findIndex((bound) => waitedMs <= bound);
  return at === -1 ? WAIT_BOUNDS_MS.length : at;
};

/** Milliseconds within which this share of the payments was decided: the bound of the class that it falls into. Undefined: of none, or longer than the last bound. */
export const waitWithin = ({ waits }: LiveCounts, share: number): number | undefined => {
  const all = waits.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const at = waits.findIndex((count) => {
    below += count;
    return below > 0 && below >= all * share;
  });
  return WAIT_BOUNDS_MS[at];
};
