/** SHA-256 in plain JavaScript: at the size of a frame it is faster than the way into a native library and back. */
import { readU32, writeU32 } from './bytes.ts';

/** Bytes that one step of the hash takes in. */
export const BLOCK_BYTES = 64;
const WORD_BYTES = 4;
const BLOCK_WORDS: number = BLOCK_BYTES / WORD_BYTES;
/** The first of the two words at the end of the last block that hold the length. */
const LENGTH_AT: number = BLOCK_WORDS - 2;
/** Bytes of the hash. */
export const HASH_BYTES = 32;

// FIPS 180-4 section 4.2.2: the fractional parts of the cube roots of the first 64 primes.
const K = Int32Array.of(
  0x428a2f98,
  0x71374491,
  0xb5c0fbcf,
  0xe9b5dba5,
  0x3956c25b,
  0x59f111f1,
  0x923f82a4,
  0xab1c5ed5,
  0xd807aa98,
  0x12835b01,
  0x243185be,
  0x550c7dc3,
  0x72be5d74,
  0x80deb1fe,
  0x9bdc06a7,
  0xc19bf174,
  0xe49b69c1,
  0xefbe4786,
  0x0fc19dc6,
  0x240ca1cc,
  0x2de92c6f,
  0x4a7484aa,
  0x5cb0a9dc,
  0x76f988da,
  0x983e5152,
  0xa831c66d,
  0xb00327c8,
  0xbf597fc7,
  0xc6e00bf3,
  0xd5a79147,
  0x06ca6351,
  0x14292967,
  0x27b70a85,
  0x2e1b2138,
  0x4d2c6dfc,
  0x53380d13,
  0x650a7354,
  0x766a0abb,
  0x81c2c92e,
  0x92722c85,
  0xa2bfe8a1,
  0xa81a664b,
  0xc24b8b70,
  0xc76c51a3,
  0xd192e819,
  0xd6990624,
  0xf40e3585,
  0x106aa070,
  0x19a4c116,
  0x1e376c08,
  0x2748774c,
  0x34b0bcb5,
  0x391c0cb3,
  0x4ed8aa4a,
  0x5b9cca4f,
  0x682e6ff3,
  0x748f82ee,
  0x78a5636f,
  0x84c87814,
  0x8cc70208,
  0x90befffa,
  0xa4506ceb,
  0xbef9a3f7,
  0xc67178f2,
);
// FIPS 180-4 section 5.3.3.
const INITIAL = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);

/** The message schedule, shared: one hash at a time, and nothing in between gives way. */
const schedule = new Int32Array(64);

/** Puts the start value of a fresh hash into `state`. */
export const resetState = (state: Int32Array): void => {
  state.set(INITIAL);
};

/** Hashes the 16 words that were put into the schedule. Ch and Maj of FIPS 180-4 section 4.1.2 are spelled with fewer operations. */
const compress = (state: Int32Array): void => {
  const w = schedule;
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15] as number;
    const y = w[t - 2] as number;
    const sigma0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const sigma1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (sigma1 + (w[t - 7] as number) + sigma0 + (w[t - 16] as number)) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let t = 0; t < 64; t += 1) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = g ^ (e & (f ^ g));
    const first = (h + sum1 + choice + (K[t] as number) + (w[t] as number)) | 0;
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const majority = (a & b) | (c & (a | b));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + sum0 + majority) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
};

/** Hashes the block at `at`. */
export const hashBlock = (state: Int32Array, bytes: Uint8Array, at: number): void => {
  for (let t = 0; t < 16; t += 1) {
    schedule[t] = readU32(bytes, at + 4 * t);
  }
  compress(state);
};

/** Hashes `bytes[0, end)` and the padding; `before` bytes (whole blocks) went into `state` already. */
export const hashRest = (
  state: Int32Array,
  bytes: Uint8Array,
  end: number,
  before: number,
): void => {
  let at = 0;
  for (; at + BLOCK_BYTES <= end; at += BLOCK_BYTES) {
    hashBlock(state, bytes, at);
  }
  let t = 0;
  for (; at + WORD_BYTES <= end; at += WORD_BYTES) {
    schedule[t] = readU32(bytes, at);
    t += 1;
  }
  schedule[t] = lastWord(bytes, at, end);
  t += 1;
  if (t > LENGTH_AT) {
    clearWords(t, BLOCK_WORDS);
    compress(state);
    t = 0;
  }
  // Lengths here stay far below 2^32 bits, so the upper half of the 64-bit length is zero.
  clearWords(t, BLOCK_WORDS - 1);
  schedule[BLOCK_WORDS - 1] = (before + end) * 8;
  compress(state);
};

/** The last bytes of a message, fewer than a word, and a 1 bit behind them. */
const lastWord = (bytes: Uint8Array, from: number, end: number): number => {
  let word = 0;
  let shift = 24;
  for (let at = from; at < end; at += 1) {
    word |= (bytes[at] as number) << shift;
    shift -= 8;
  }
  return word | (0x80 << shift);
};

/** By hand: a few words are sooner written than `fill` is called. */
const clearWords = (from: number, end: number): void => {
  for (let t = from; t < end; t += 1) {
    schedule[t] = 0;
  }
};

/** Hashes the hash in `inner` and the padding, after one whole block: the outer step of HMAC. */
export const hashDigest = (state: Int32Array, inner: Int32Array): void => {
  for (let t = 0; t < 8; t += 1) {
    schedule[t] = inner[t] as number;
  }
  schedule[8] = 0x80000000 | 0;
  clearWords(9, BLOCK_WORDS - 1);
  schedule[BLOCK_WORDS - 1] = (BLOCK_BYTES + HASH_BYTES) * 8;
  compress(state);
};

/** SHA-256 (FIPS 180-4) of at most 2^29 - 1 bytes. */
export const sha256 = (data: Uint8Array): Uint8Array => {
  const state = Int32Array.from(INITIAL);
  hashRest(state, data, data.length, 0);
  return toDigest(state);
};

/** The 32 bytes of a finished state. */
export const toDigest = (state: Int32Array): Uint8Array => {
  const digest = new Uint8Array(HASH_BYTES);
  for (let t = 0; t < 8; t += 1) {
    writeU32(digest, 4 * t, state[t] as number);
  }
  return digest;
};
