/** One request in flight per terminal: a customer's goes first, what waits in the outbox fills the gaps. */
import type { Timers } from './ports.ts';

/** How long a customer waits for what is in flight already: most answers come within it, and its bytes are kept anyway. */
export const YIELD_MS = 3_000;

export class Lane {
  readonly #timers: Timers;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #background: { readonly stop: AbortController; readonly done: Promise<unknown> } | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Customers' requests in order; one that runs in the background is given YIELD_MS, then told to stop. */
  async urgent<T>(task: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const before = this.#tail;
    const turn = before.then(() => this.#clear()).then(task);
    this.#tail = turn.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Runs where nobody else does; undefined where somebody does. The task ends soon after its signal. */
  async background<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    if (this.#waiting > 0 || this.#background !== undefined) {
      return undefined;
    }
    const stop = new AbortController();
    const done = task(stop.signal);
    this.#background = { stop, done };
    try {
      return await done;
    } finally {
      this.#background = undefined;
    }
  }

  /** Ends what runs in the background, at once. */
  stopBackground(): void {
    this.#background?.stop.abort();
  }

  async #clear(): Promise<void> {
    const running = this.#background;
    if (running === undefined) {
      return;
    }
    const ended = new AbortController();
    const done = running.done.then(
      () => ended.abort(),
      () => ended.abort(),
    );
    await this.#timers.sleep(YIELD_MS, ended.signal);
    running.stop.abort();
    await done;
  }
}
