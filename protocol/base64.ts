/** Base64, strict in what it reads; fast, since the frame of every payment passes here four times. */
import { carve } from './slab.ts';

const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_PAD = 0x3d;
/** Marks a character that is no digit. */
const NO_DIGIT = 255;
const BASE64_VALUES = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < BASE64_DIGITS.length; value += 1) {
  BASE64_VALUES[BASE64_DIGITS.charCodeAt(value)] = value;
}
/** The byte itself, or 0 past the end. */
const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
/** The value of the digit at `at`, or NO_DIGIT. */
const digitAt = (text: string, at: number): number =>
  BASE64_VALUES[text.charCodeAt(at)] ?? NO_DIGIT;

/** Two digits for every 12 bits: half the steps of one digit for every 6. */
const BASE64_PAIRS: readonly string[] = Array.from(
  { length: 4096 },
  (_, bits) => BASE64_DIGITS.charAt(bits >> 6) + BASE64_DIGITS.charAt(bits & 63),
);
const pairOf = (bits: number): string => BASE64_PAIRS[bits] as string;

/** Standard alphabet with padding (RFC 4648 section 4). */
export const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  const whole = bytes.length - (bytes.length % 3);
  for (let at = 0; at < whole; at += 3) {
    const group = (byteAt(bytes, at) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2);
    text += pairOf(group >> 12) + pairOf(group & 4095);
  }
  if (whole === bytes.length) {
    return text;
  }
  const group = (byteAt(bytes, whole) << 16) | (byteAt(bytes, whole + 1) << 8);
  const third = bytes.length - whole === 2 ? BASE64_DIGITS.charAt((group >> 6) & 63) : '=';
  return `${text}${pairOf(group >> 12)}${third}=`;
};

/** Strict: padding required, no white space, unused bits zero; undefined otherwise. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  if (text.length % 4 !== 0) {
    return undefined;
  }
  const last = text.length - 1;
  const pads =
    Number(text.charCodeAt(last) === BASE64_PAD) +
    Number(text.charCodeAt(last) === BASE64_PAD && text.charCodeAt(last - 1) === BASE64_PAD);
  const bytes = carve((text.length / 4) * 3 - pads);
  const whole = pads === 0 ? text.length : text.length - 4;
  let at = 0;
  for (let index = 0; index < whole; index += 4) {
    const first = digitAt(text, index);
    const second = digitAt(text, index + 1);
    const third = digitAt(text, index + 2);
    const fourth = digitAt(text, index + 3);
    if ((first | second | third | fourth) > 63) {
      return undefined;
    }
    bytes[at] = (first << 2) | (second >> 4);
    bytes[at + 1] = (second << 4) | (third >> 2);
    bytes[at + 2] = (third << 6) | fourth;
    at += 3;
  }
  return pads === 0 || endBase64(text, whole, pads, bytes) ? bytes : undefined;
};

/** The last group with its padding. Bits left over must be zero, or several texts would mean the same bytes. */
const endBase64 = (text: string, from: number, pads: number, bytes: Uint8Array): boolean => {
  const first = digitAt(text, from);
  const second = digitAt(text, from + 1);
  const third = pads === 1 ? digitAt(text, from + 2) : 0;
  const unused = pads === 1 ? third & 3 : second & 15;
  if ((first | second | third) > 63 || unused !== 0) {
    return false;
  }
  const at = (from / 4) * 3;
  bytes[at] = (first << 2) | (second >> 4);
  if (pads === 1) {
    bytes[at + 1] = (second << 4) | (third >> 2);
  }
  return true;
};
