/** Gathers single items into batch calls: at once when idle or after a bounded wait, and up to a full batch meanwhile. */
import { QUEUE_BATCH_MAX } from '#protocol/limits.ts';

/** Batch calls in flight at a time: full batches need not wait for the call before them. */
const CALLS_MAX = 8;

export interface Batcher<T> {
  /** Settles with what became of this item. Rejects at once if the batcher is full or closed. */
  add(item: T): Promise<void>;
  /** Items that wait or are in flight. */
  readonly size: number;
  /** Takes no more items, and lets none wait longer; resolves once the last one is settled. */
  close(): Promise<void>;
}

export interface BatcherOptions<T> {
  /** Items that may wait or be in flight. */
  readonly itemsMax: number;
  /** One call; resolves with one entry per item: undefined if it was done, else why not. A rejection fails all of them. */
  readonly call: (items: readonly T[]) => Promise<readonly (Error | undefined)[]>;
  /** Builds the refusal of an item that there is no room for. */
  readonly full: () => Error;
  /** How long a part batch waits for more; must resolve. Left out: not at all. */
  readonly linger?: () => Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Creates a batcher; `close` ends it. */
export const createBatcher = <T>({
  itemsMax,
  call,
  full,
  linger,
}: BatcherOptions<T>): Batcher<T> => {
  const waiting: Waiting<T>[] = [];
  const calls = new Set<Promise<void>>();
  let inFlight = 0;
  let closed = false;
  let lingering = false;
  /** The oldest item that waits has waited long enough. */
  let ripe = false;

  const settle = async (batch: readonly Waiting<T>[]): Promise<void> => {
    const outcomes = await call(batch.map(({ item }) => item)).catch((error: unknown) => {
      const failure =
        error instanceof Error ? error : new Error('The call failed.', { cause: error });
      return batch.map(() => failure);
    });
    // Before anyone is told: whoever adds the next item at once must find this one's room free.
    inFlight -= batch.length;
    for (const [index, { resolve, reject }] of batch.entries()) {
      const failure = outcomes[index];
      if (failure === undefined) {
        resolve();
      } else {
        reject(failure);
      }
    }
  };

  const begin = (): void => {
    const batch = waiting.splice(0, QUEUE_BATCH_MAX);
    ripe = false;
    inFlight += batch.length;
    const settled: Promise<void> = settle(batch).then(() => {
      calls.delete(settled);
      pump();
    });
    calls.add(settled);
  };

  const pump = (): void => {
    while (waiting.length >= QUEUE_BATCH_MAX && calls.size < CALLS_MAX) {
      begin();
    }
    // A part batch goes only when nothing is in flight: then waiting longer would cost time and save nothing.
    if (waiting.length === 0 || calls.size > 0) {
      return;
    }
    if (ripe || closed || linger === undefined) {
      begin();
    } else if (!lingering) {
      lingering = true;
      void linger().then(ripen);
    }
  };

  const ripen = (): void => {
    lingering = false;
    ripe = waiting.length > 0;
    pump();
  };

  return {
    add: (item) => {
      if (closed || waiting.length + inFlight >= itemsMax) {
        return Promise.reject(full());
      }
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        pump();
      });
    },
    get size(): number {
      return waiting.length + inFlight;
    },
    close: async () => {
      closed = true;
      pump();
      while (calls.size > 0) {
        await Promise.all(calls);
      }
    },
  };
};
