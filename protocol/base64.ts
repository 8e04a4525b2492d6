/** Base64 (RFC 4648 section 4: standard alphabet with padding), strict in what it reads; every payment's frame passes here four times. */
import { decodeUtf8, writeUtf8 } from './bytes.ts';
import { carve } from './slab.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 0x3d;
/** Marks a byte that is no digit. */
const NO_DIGIT = 255;
/** ASCII of each digit, and the digit of each byte. */
const CODES = new Uint8Array(DIGITS.length);
writeUtf8(DIGITS, CODES, 0);
const VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, code] of CODES.entries()) {
  VALUES[code] = value;
}
/** The byte itself, or 0 past the end. */
const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
const codeOf = (bits: number): number => CODES[bits & 63] as number;
/** The value of the digit at `at`, or NO_DIGIT. */
const digitAt = (text: Uint8Array, at: number): number => VALUES[text[at] as number] as number;

/** ASCII characters for so many bytes. */
export const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/** Writes the ASCII of `bytes` at `at`; there must be room. */
export const writeBase64 = (bytes: Uint8Array, out: Uint8Array, at: number): void => {
  let to = at;
  for (let from = 0; from < bytes.length; from += 3) {
    const group =
      (byteAt(bytes, from) << 16) | (byteAt(bytes, from + 1) << 8) | byteAt(bytes, from + 2);
    out[to] = codeOf(group >> 18);
    out[to + 1] = codeOf(group >> 12);
    out[to + 2] = codeOf(group >> 6);
    out[to + 3] = codeOf(group);
    to += 4;
  }
  for (let pads = (3 - (bytes.length % 3)) % 3; pads > 0; pads -= 1) {
    out[to - pads] = PAD;
  }
};

/** The bytes of the ASCII in `text[from, end)`: padded, no white space, unused bits zero; undefined otherwise. */
export const readBase64 = (text: Uint8Array, from: number, end: number): Uint8Array | undefined => {
  if (from > end || end > text.length || (end - from) % 4 !== 0) {
    return undefined;
  }
  const pads = end === from || text[end - 1] !== PAD ? 0 : 1 + Number(text[end - 2] === PAD);
  const bytes = carve(((end - from) / 4) * 3 - pads);
  const whole = pads === 0 ? end : end - 4;
  let to = 0;
  for (let at = from; at < whole; at += 4) {
    const first = digitAt(text, at);
    const second = digitAt(text, at + 1);
    const third = digitAt(text, at + 2);
    const fourth = digitAt(text, at + 3);
    if ((first | second | third | fourth) > 63) {
      return undefined;
    }
    bytes[to] = (first << 2) | (second >> 4);
    bytes[to + 1] = (second << 4) | (third >> 2);
    bytes[to + 2] = (third << 6) | fourth;
    to += 3;
  }
  return pads === 0 || readLast(text, whole, pads, bytes) ? bytes : undefined;
};

/** The last group with its padding. Bits left over must be zero, or several texts would mean the same bytes. */
const readLast = (text: Uint8Array, at: number, pads: number, bytes: Uint8Array): boolean => {
  const first = digitAt(text, at);
  const second = digitAt(text, at + 1);
  const third = pads === 1 ? digitAt(text, at + 2) : 0;
  const unused = pads === 1 ? third & 3 : second & 15;
  if ((first | second | third) > 63 || unused !== 0) {
    return false;
  }
  const to = bytes.length - (3 - pads);
  bytes[to] = (first << 2) | (second >> 4);
  if (pads === 1) {
    bytes[to + 1] = (second << 4) | (third >> 2);
  }
  return true;
};

export const toBase64 = (bytes: Uint8Array): string => {
  const text = carve(base64Length(bytes.length));
  writeBase64(bytes, text, 0);
  return decodeUtf8(text) as string;
};

/** As `readBase64`. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  const codes = carve(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // A byte that is no digit stands for every character beyond.
    codes[at] = code < NO_DIGIT ? code : NO_DIGIT;
  }
  return readBase64(codes, 0, codes.length);
};
