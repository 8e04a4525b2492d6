/** What the terminal needs of the outside world, as ports: its code never reads a clock or waits by itself. */

/** Wall clock, unix milliseconds. */
export interface Clock {
  nowMs(): number;
}

/**
 * Waiting. Resolves after at least `ms`; may resolve early once `signal` is aborted, and an
 * implementation that can should then free its timer. Never rejects.
 */
export interface Timers {
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness for nonces and jitter. */
export interface Random {
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
}

/** What `withDeadline` gives when the time was up first. */
export const TIMED_OUT: unique symbol = Symbol('timed out');

/**
 * The promise's value, or TIMED_OUT after `ms` or once `signal` is aborted; the timer is given up as soon as the
 * promise settles.
 */
export const withDeadline = async <T>(
  timers: Timers,
  ms: number,
  promise: Promise<T>,
  signal?: AbortSignal,
): Promise<T | typeof TIMED_OUT> => {
  const settled = new AbortController();
  const abort = (): void => settled.abort();
  if (signal?.aborted === true) {
    abort();
  }
  signal?.addEventListener('abort', abort, { once: true });
  const late = timers.sleep(ms, settled.signal).then((): typeof TIMED_OUT => TIMED_OUT);
  try {
    return await Promise.race([promise, late]);
  } finally {
    signal?.removeEventListener('abort', abort);
    abort();
  }
};
