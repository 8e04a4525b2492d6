/** One request as it reaches the core, what the core works with, and what it hands back. */
import type { CodeName } from '#protocol/codes.ts';
import type { Told } from '#protocol/envelope.ts';
import type { Reply } from '#protocol/reply.ts';
import type { Request, RequestKey } from '#protocol/request.ts';
import type { IdentifierHasher } from './identifier-hasher.ts';
import type { Clock, PaymentStore, Random, Timers } from './ports.ts';
import type { Providers } from './provider.ts';

export interface Inbound<R extends Request = Request> {
  readonly key: RequestKey;
  /** Whose keys signed it; absent: those of K's key version. */
  readonly keyVersion?: number;
  /** SHA-256 of flags (REPEAT as 0), type and body. */
  readonly digest: Uint8Array;
  readonly request: R;
  /** A sale made while offline (cp1 flag STORED). */
  readonly stored: boolean;
  /** Unix milliseconds at which the bridge had this copy. */
  readonly receivedAtMs: number;
  /** Region of the terminal as the bridge last read it, '' where it could not. */
  readonly region: string;
  readonly hello: Told;
  /** Bytes of the request as it came; absent: it came from no terminal. */
  readonly frameBytes?: number;
  /** The reply as the bytes of this request's dialect. */
  readonly encode: (reply: Reply) => Uint8Array;
}

export interface ProcessDeps {
  readonly store: PaymentStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly identifiers: IdentifierHasher;
  /** Seconds a hold lasts; absent: HOLD_S_DEFAULT. */
  readonly holdS?: number;
  /** Absent: none is configured. */
  readonly providers?: Providers;
}

export interface Outcome {
  readonly answer: Uint8Array;
  readonly code: CodeName;
  /** The stored answer of an earlier copy. */
  readonly replayed: boolean;
}

/** Seconds a hold lasts where nothing else is set: a vend takes seconds, a lost CONFIRM some minutes of asking again. */
export const HOLD_S_DEFAULT = 900;

/** Seconds that a hold of this system lasts. */
export const holdSecondsOf = ({ holdS }: Pick<ProcessDeps, 'holdS'>): number =>
  holdS ?? HOLD_S_DEFAULT;
