/** What goes wrong on the way to the simulator and back: planned one by one, or drawn by a seed. */

export const FAULTS = [
  /** Booked, and never answered. */
  'silent',
  /** Booked, and the connection is reset in place of an answer. */
  'lost',
  /** 500, and nothing was booked. */
  'error_before',
  /** Booked, then 500. */
  'error_after',
  /** The request arrives twice; the second answer is sent. */
  'duplicate',
  /** Booked; the answer is cut in the middle. */
  'garbage',
  /** Booked; the answer never ends. */
  'oversized',
  /** 429, and nothing was booked. */
  'rate_limited',
] as const;

export type Fault = (typeof FAULTS)[number];

export interface FaultPlan {
  /** Meets the next request that has none planned before it. */
  plan(fault: Fault, times: number): void;
  /** The fault of this request. */
  next(): Fault | undefined;
}

/** Out of this many. */
const PER_THOUSAND = 1_000;

export interface FaultOptions {
  /** Same seed, same faults. */
  readonly seed: number;
  /** Requests in a thousand that meet a fault. */
  readonly perThousand: number;
}

/** Faults in the order planned; where none is, as `perThousand` says. */
export const createFaultPlan = ({ seed, perThousand }: FaultOptions): FaultPlan => {
  const planned: Fault[] = [];
  let state = seed >>> 0;
  /* A linear congruential generator (Numerical Recipes): faults that can be had again need no more. */
  const draw = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return {
    plan: (fault, times) => {
      for (let count = 0; count < times; count += 1) {
        planned.push(fault);
      }
    },
    next: () =>
      planned.shift() ??
      (draw(PER_THOUSAND) < perThousand ? FAULTS[draw(FAULTS.length)] : undefined),
  };
};
