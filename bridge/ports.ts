/** What the bridge needs of the outside; main.ts binds adapters, tests bind memory. */
import type { RequestKey } from '#protocol/request.ts';

/** The way of requests to the functions. */
export interface RequestQueue {
  /**
   * `body`: UTF-8 text, which is not to be referred to after the return. Resolves once the queue has taken it; rejects where it
   * has not, or where that is not known.
   */
  send(body: Uint8Array): Promise<void>;
  /** Resolves when nothing is on its way any more. */
  close(): Promise<void>;
}

/** The way of replies back: the reply queue of one slot. */
export interface ReplyQueue {
  /**
   * Begins to take messages of `slot`, whose bodies are UTF-8 text. A message is deleted if `take` returns true, and left
   * to become visible again if it returns false. `take` never throws and keeps nothing of the body.
   */
  poll(slot: number, take: (body: Uint8Array) => boolean): ReplyPoll;
}

export interface ReplyPoll {
  /** Takes no further message; resolves when the running call has ended. */
  close(): Promise<void>;
}

/** Leases of reply slots. A fence is the generation of a lease: it grows with every owner. */
export interface LeaseStore {
  /** Undefined where another owner holds the slot, or held it until very recently. */
  acquire(slot: number, owner: string): Promise<{ readonly fence: number } | undefined>;
  /** False where the lease belongs to another by now. Rejects where that is not known. */
  renew(slot: number, owner: string, fence: number): Promise<boolean>;
  /** Gives the slot back, if it is still the owner's. */
  release(slot: number, owner: string, fence: number): Promise<void>;
}

/** What the bridge needs to know of a terminal. */
export interface TerminalFacts {
  readonly region: string;
  /** Ways on which it may come (bridge/transport.ts); absent: all. */
  readonly transports?: readonly string[];
  /** Unix seconds until which its frames are logged; absent: they are not. */
  readonly captureUntilS?: number;
}

/** Facts about terminals, read only. */
export interface TerminalReader {
  /** Undefined where no such terminal is provisioned. */
  readTerminal(terminal: number): Promise<TerminalFacts | undefined>;
}

/** Stored answers, read strongly consistent (the rescue read of ARCHITECTURE.md). */
export interface AnswerReader {
  /** Undefined where nothing is stored under K, or only a tombstone that no PAY has reached. */
  readAnswer(key: RequestKey): Promise<StoredAnswer | undefined>;
}

export interface StoredAnswer {
  readonly digest: Uint8Array;
  readonly answer: Uint8Array;
}

/** One ticking source of time for every deadline of the bridge. */
export interface Ticker {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Calls `run` about every `ms` until the function that it returns is called. */
  every(ms: number, run: () => void): () => void;
}
