/** HMAC-SHA-256 with both key blocks hashed beforehand, so that a tag costs its message and one block. */
import { writeU32 } from './bytes.ts';
import type { Crypto, MacKey } from './crypto.ts';
import {
  BLOCK_BYTES,
  hashBlock,
  hashDigest,
  hashRest,
  resetState,
  sha256,
  toDigest,
} from './sha256.ts';

const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** Working states, shared: a tag is computed in one go. */
const inner = new Int32Array(8);
const outer = new Int32Array(8);
const block = new Uint8Array(BLOCK_BYTES);

/** Puts `state` where a hash is that has taken in the key, padded to a block and masked with `pad`. */
const takeKey = (state: Int32Array, key: Uint8Array, pad: number): void => {
  const short = key.length > BLOCK_BYTES ? sha256(key) : key;
  for (let at = 0; at < BLOCK_BYTES; at += 1) {
    block[at] = (at < short.length ? (short[at] as number) : 0) ^ pad;
  }
  resetState(state);
  hashBlock(state, block, 0);
  block.fill(0);
};

/** Words of one state of SHA-256. */
const STATE_WORDS = 8;

/** From both states that have taken in the key to the whole HMAC, in the shared `outer` state. */
const finish = (bytes: Uint8Array, end: number): void => {
  hashRest(inner, bytes, end, BLOCK_BYTES);
  hashDigest(outer, inner);
};

class PureMacKey implements MacKey {
  /** Inner and outer midstate. A plain array: a bridge keeps two keys per connection, and a typed array weighs 256 bytes. */
  readonly #midstates: number[] = [];

  constructor(key: Uint8Array) {
    takeKey(inner, key, INNER_PAD);
    takeKey(outer, key, OUTER_PAD);
    // By hand: every connection makes two keys, and Array.from takes longer than the hash.
    for (let word = 0; word < STATE_WORDS; word += 1) {
      this.#midstates.push(inner[word] as number);
    }
    for (let word = 0; word < STATE_WORDS; word += 1) {
      this.#midstates.push(outer[word] as number);
    }
  }

  /** Leaves the whole HMAC in the shared `outer` state. */
  hash(bytes: Uint8Array, end: number): void {
    const midstates = this.#midstates;
    for (let word = 0; word < STATE_WORDS; word += 1) {
      inner[word] = midstates[word] as number;
      outer[word] = midstates[word + STATE_WORDS] as number;
    }
    finish(bytes, end);
  }

  writeTag(bytes: Uint8Array, end: number, out: Uint8Array, at: number): void {
    this.hash(bytes, end);
    writeU32(out, at, outer[0] as number);
    writeU32(out, at + 4, outer[1] as number);
  }

  digest(bytes: Uint8Array): Uint8Array {
    this.hash(bytes, bytes.length);
    return toDigest(outer);
  }
}

/** The Crypto port without any dependency. Its time does not depend on key or data, only on lengths. */
export const pureCrypto: Crypto = {
  sha256,
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
    takeKey(inner, key, INNER_PAD);
    takeKey(outer, key, OUTER_PAD);
    finish(data, data.length);
    return toDigest(outer);
  },
  macKey: (key: Uint8Array): MacKey => new PureMacKey(key),
};
