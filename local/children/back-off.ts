/** How long to wait before something that ended is started again. */

export interface BackOff {
  /** Milliseconds to wait now, after a run of `ranMs`; doubles with each short run, up to the most. */
  afterRun(ranMs: number): number;
  /** It works: the next wait is the first one again. */
  reset(): void;
}

/** A run of `steadyMs` or longer counts as one that works. */
export const createBackOff = (times: {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly steadyMs: number;
}): BackOff => {
  let nextMs = times.firstMs;
  return {
    afterRun: (ranMs) => {
      if (ranMs >= times.steadyMs) {
        nextMs = times.firstMs;
      }
      const waitMs = nextMs;
      nextMs = Math.min(times.mostMs, nextMs * 2);
      return waitMs;
    },
    reset: () => {
      nextMs = times.firstMs;
    },
  };
};
