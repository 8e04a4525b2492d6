/** What the use cases of operators work with. */
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import type { IdentifierHasher } from '#core/identifier-hasher.ts';
import type { Clock, Random, Timers } from '#core/ports.ts';

export interface AdminDeps {
  readonly access: TableAccess;
  readonly clock: Clock;
  readonly timers: Timers;
  /** For pauses between tries. */
  readonly random: Random;
  /** Fit for codes that open something. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly identifiers: IdentifierHasher;
  /** Has these compiled soon; a hint that may be lost, since what is wanted stands in the table. */
  readonly compile: (ids: readonly string[]) => Promise<void>;
}
