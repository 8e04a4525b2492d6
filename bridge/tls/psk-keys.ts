/** Pre-shared keys of TLS: derived from the link master on the spot, since the handshake cannot wait for anything. */

import { concatBytes, encodeUtf8 } from '#protocol/bytes.ts';
import { deriveLinkKey, pskOf } from '#protocol/cp1/keys.ts';
import type { Crypto } from '#protocol/crypto.ts';
import { parsePskIdentity } from '#protocol/psk-identity.ts';
import { PSK_RETRIES_MAX } from '../limits.ts';
import { generationsOf, type LinkMasters } from '../link-authenticator.ts';

export interface PskKeys {
  /** A key for whatever name comes from that address: of a name that no terminal can have, one that nobody knows. */
  keyFor(identity: string, address: string): Uint8Array;
  /** The handshake failed: the next one from there is tried with the other generation of the master. */
  failed(identity: string, address: string): void;
  /** Failures remembered. */
  readonly size: number;
}

/**
 * `secret`: random bytes of this process. A handshake shows one key only, so with two generations of the master the second
 * is used after the first has failed. Per address, so that a stranger's failures cannot turn a terminal away.
 */
export const createPskKeys = (
  crypto: Crypto,
  masters: LinkMasters,
  secret: Uint8Array,
): PskKeys => {
  const generations = generationsOf(masters);
  /** Index of the generation to try, by identity and address; absent: the first. */
  const tried = new Map<string, number>();
  const idOf = (identity: string, address: string): string => `${identity} ${address}`;
  return {
    keyFor(identity, address): Uint8Array {
      const known = parsePskIdentity(identity);
      const master = generations[tried.get(idOf(identity, address)) ?? 0] ?? masters.current;
      // The same work for every name: neither the answer nor its time tells which exist.
      const linkKey = deriveLinkKey(
        crypto,
        known ? master : concatBytes(secret, encodeUtf8(identity)),
        known?.terminal ?? 0,
        known?.keyVersion ?? 0,
      );
      return pskOf(crypto, linkKey);
    },
    failed(identity, address): void {
      if (generations.length === 1 || !parsePskIdentity(identity)) {
        return;
      }
      const id = idOf(identity, address);
      const next = ((tried.get(id) ?? 0) + 1) % generations.length;
      tried.delete(id);
      const oldest = tried.size >= PSK_RETRIES_MAX ? tried.keys().next() : undefined;
      if (oldest && !oldest.done) {
        tried.delete(oldest.value);
      }
      tried.set(id, next);
    },
    get size(): number {
      return tried.size;
    },
  };
};
