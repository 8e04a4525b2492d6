/** Stops sending to a queue that fails: BUSY at once spares terminals the wait, and the queue the crowd. Pure. */
import {
  BREAKER_CALLS_MIN,
  BREAKER_ERROR_SHARE,
  BREAKER_PROBE_MS,
  BREAKER_WINDOW_MS,
} from './limits.ts';

/** Parts of the window; the oldest is forgotten as a whole. */
const BUCKETS = 10;
const BUCKET_MS = BREAKER_WINDOW_MS / BUCKETS;

const LONG_AGO = Number.NEGATIVE_INFINITY;

interface Bucket {
  /** Number of the stretch of time that it counts. */
  stretch: number;
  calls: number;
  errors: number;
}

/**
 * Opens when at least BREAKER_CALLS_MIN calls ended within BREAKER_WINDOW_MS and BREAKER_ERROR_SHARE of them failed. While
 * open, one call in BREAKER_PROBE_MS is let through; the first that succeeds closes it.
 */
export class Breaker {
  readonly #buckets: readonly Bucket[] = Array.from({ length: BUCKETS }, () => ({
    stretch: LONG_AGO,
    calls: 0,
    errors: 0,
  }));
  #isOpen = false;
  #probedAtMs = 0;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether a call may be made now; while open, that makes it the probe. */
  admits(nowMs: number): boolean {
    if (!this.#isOpen) {
      return true;
    }
    if (nowMs - this.#probedAtMs < BREAKER_PROBE_MS) {
      return false;
    }
    this.#probedAtMs = nowMs;
    return true;
  }

  succeeded(nowMs: number): void {
    if (this.#isOpen) {
      this.#isOpen = false;
      for (const bucket of this.#buckets) {
        bucket.stretch = LONG_AGO;
      }
    }
    this.#bucket(nowMs).calls += 1;
  }

  /** True where this failure has opened it. */
  failed(nowMs: number): boolean {
    const bucket = this.#bucket(nowMs);
    bucket.calls += 1;
    bucket.errors += 1;
    if (this.#isOpen || !this.#isBad(nowMs)) {
      return false;
    }
    this.#isOpen = true;
    this.#probedAtMs = nowMs;
    return true;
  }

  #isBad(nowMs: number): boolean {
    const oldest = Math.floor(nowMs / BUCKET_MS) - BUCKETS;
    let calls = 0;
    let errors = 0;
    for (const bucket of this.#buckets) {
      if (bucket.stretch > oldest) {
        calls += bucket.calls;
        errors += bucket.errors;
      }
    }
    return calls >= BREAKER_CALLS_MIN && errors >= calls * BREAKER_ERROR_SHARE;
  }

  #bucket(nowMs: number): Bucket {
    const stretch = Math.floor(nowMs / BUCKET_MS);
    const bucket = this.#buckets[stretch % BUCKETS] as Bucket;
    if (bucket.stretch !== stretch) {
      bucket.stretch = stretch;
      bucket.calls = 0;
      bucket.errors = 0;
    }
    return bucket;
  }
}
