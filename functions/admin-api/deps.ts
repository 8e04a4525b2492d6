/** What the use cases of operators work with. */
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import type { IdentifierHasher } from '#core/identifier-hasher.ts';
import type { Clock, Random, Timers } from '#core/ports.ts';
import type { Log } from '../json-log.ts';
import type { TokenVerifier } from './access/token-verifier.ts';
import type { Operation } from './http/operation.ts';
import type { Fleet } from './resources/fleet.ts';

/** Bytes of a body: ten times the largest that a page of the console sends. */
export const BODY_BYTES_MAX = 64 * 1_024;

export interface AdminDeps {
  readonly access: TableAccess;
  readonly clock: Clock;
  readonly timers: Timers;
  /** For pauses between tries. */
  readonly random: Random;
  /** Fit for codes that open something. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly identifiers: IdentifierHasher;
  /** The terminals as they stand, or stood a little while ago. */
  readonly fleet: () => Promise<Fleet>;
  /** Has these compiled soon; a hint that may be lost, since what is wanted stands in the table. */
  readonly compile: (ids: readonly string[]) => Promise<void>;
}

/** What API and console are put together from. */
export interface ApiDeps {
  readonly deps: AdminDeps;
  readonly verify: TokenVerifier;
  readonly operations: readonly Operation[];
  readonly log: Log;
}
