/** A clock and timers that move only when the test says so. */
import type { Clock, Timers } from '#client/ports.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Turns of the event loop after each due timer: enough for what it started to settle, real sockets included. */
const TURNS = 20;

export class ManualTime implements Clock, Timers {
  #nowMs = 1_790_000_000_000;
  #sleepers: Sleeper[] = [];
  readonly #turns: number;

  /** Fewer turns where everything happens in memory. */
  constructor(turns: number = TURNS) {
    this.#turns = turns;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const sleeper: Sleeper = { atMs: this.#nowMs + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      });
    });
  }

  /** Lets time pass, waking each sleeper at its own moment. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await settle(this.#turns);
      const next = this.#sleepers.toSorted((one, other) => one.atMs - other.atMs)[0];
      if (next === undefined || next.atMs > untilMs) {
        break;
      }
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      next.wake();
    }
    this.#nowMs = untilMs;
    await settle(this.#turns);
  }
}

/** Lets everything that needs no time happen. */
export const settle = async (turns: number = TURNS): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
};

/** Advances time step by step until the promise settles: for drives that wait on timers and sockets alike. */
export const runThrough = async <T>(
  time: ManualTime,
  promise: Promise<T>,
  stepMs = 500,
): Promise<T> => {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  promise.then(done, done);
  while (!settled) {
    await time.advance(stepMs);
  }
  return await promise;
};
