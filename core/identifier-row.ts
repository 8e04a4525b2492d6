/** Which row an identifier leads to while two peppers are in use: the one under the current pepper wins. */
import type { IdentifierEntry } from './records.ts';

export interface IdentifierRow {
  /** The key that the row stands under, hex: lock and guesses are booked on that row. */
  readonly hash: string;
  readonly entry: IdentifierEntry;
}

/** `hashes` and `entries` in the order asked: the current pepper first. Undefined: no row under any of them. */
export const rowOf = (
  hashes: readonly string[],
  entries: readonly (IdentifierEntry | undefined)[],
): IdentifierRow | undefined => {
  for (const [at, hash] of hashes.entries()) {
    const entry = entries[at];
    if (entry !== undefined) {
      return { hash, entry };
    }
  }
  return undefined;
};
