/** Bytes to text and back, integers in network order, strict UTF-8, comparison in constant time. */

const HEX_DIGITS = '0123456789abcdef';
/** Marks a character that is no digit. */
const NO_DIGIT = 255;
/** What an unpaired surrogate becomes, as in the Encoding Standard. */
const REPLACEMENT = 0xfffd;

const valuesOf = (digits: string): Uint8Array => {
  const values = new Uint8Array(128).fill(NO_DIGIT);
  for (let index = 0; index < digits.length; index += 1) {
    values[digits.charCodeAt(index)] = index;
  }
  return values;
};
const HEX_VALUES = valuesOf(HEX_DIGITS);
for (const upper of 'ABCDEF') {
  HEX_VALUES[upper.charCodeAt(0)] = HEX_DIGITS.indexOf(upper.toLowerCase());
}
/** The byte itself, or 0 past the end. */
const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
/** The value of the digit at `at`, or NO_DIGIT. */
const digitAt = (values: Uint8Array, text: string, at: number): number =>
  values[text.charCodeAt(at)] ?? NO_DIGIT;

/** Lower-case hexadecimal digits, two per byte. */
export const toHex = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) {
    text += HEX_DIGITS.charAt(byte >> 4) + HEX_DIGITS.charAt(byte & 15);
  }
  return text;
};

/** The bytes of hexadecimal digits in either case; undefined on an odd count or any other character. */
export const fromHex = (text: string): Uint8Array | undefined => {
  if (text.length % 2 !== 0) {
    return undefined;
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    const high = digitAt(HEX_VALUES, text, 2 * index);
    const low = digitAt(HEX_VALUES, text, 2 * index + 1);
    if ((high | low) > 15) {
      return undefined;
    }
    bytes[index] = (high << 4) | low;
  }
  return bytes;
};

/** Compares in time that depends on the lengths only; false where they differ. */
export const equalBytes = (left: Uint8Array, right: Uint8Array): boolean => {
  if (left.length !== right.length) {
    return false;
  }
  let difference = 0;
  for (let at = 0; at < left.length; at += 1) {
    difference |= byteAt(left, at) ^ byteAt(right, at);
  }
  return difference === 0;
};

/** A copy of `bytes[start, end)`. Not `slice`: that of a node Buffer, which is a Uint8Array too, copies nothing. */
export const copyBytes = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
  new Uint8Array(bytes.subarray(start, end));

/** One new array holding all parts in order. */
export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => {
  let total = 0;
  for (const part of parts) {
    total += part.length;
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** Unsigned 16 bits, big-endian; bytes past the end read as 0. */
export const readU16 = (bytes: Uint8Array, at: number): number =>
  (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);

/** Unsigned 32 bits, big-endian; bytes past the end read as 0. */
export const readU32 = (bytes: Uint8Array, at: number): number =>
  ((byteAt(bytes, at) << 24) |
    (byteAt(bytes, at + 1) << 16) |
    (byteAt(bytes, at + 2) << 8) |
    byteAt(bytes, at + 3)) >>>
  0;

/** Writes the low 16 bits of `value`, big-endian. */
export const writeU16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
};

/** Writes the low 32 bits of `value`, big-endian. */
export const writeU32 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
};

/** UTF-8 bytes of one code point. */
const widthOf = (point: number): number => {
  if (point < 0x80) {
    return 1;
  }
  if (point < 0x800) {
    return 2;
  }
  return point < 0x10000 ? 3 : 4;
};

/** The code point at `at`; an unpaired surrogate reads as U+FFFD. */
const pointAt = (text: string, at: number): number => {
  const point = text.codePointAt(at) as number;
  return point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point;
};

/** Bytes that `text` takes as UTF-8. */
export const utf8Length = (text: string): number => {
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const width = widthOf(pointAt(text, at));
    length += width;
    at += width === 4 ? 1 : 0;
  }
  return length;
};

/** The longest beginning of `text` that takes at most `bytesMax` bytes and splits no code point. */
export const cutUtf8 = (text: string, bytesMax: number): string => {
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 <= bytesMax) {
    return text;
  }
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const width = widthOf(pointAt(text, at));
    length += width;
    if (length > bytesMax) {
      return text.slice(0, at);
    }
    at += width === 4 ? 1 : 0;
  }
  return text;
};

/** Writes `text` at `at` and returns the offset after it; what does not fit into `out` is dropped. */
export const writeUtf8 = (text: string, out: Uint8Array, at: number): number => {
  let to = at;
  for (let from = 0; from < text.length; from += 1) {
    const point = pointAt(text, from);
    const width = widthOf(point);
    if (width === 1) {
      out[to] = point;
    } else if (width === 2) {
      out[to] = 0xc0 | (point >> 6);
      out[to + 1] = 0x80 | (point & 63);
    } else if (width === 3) {
      out[to] = 0xe0 | (point >> 12);
      out[to + 1] = 0x80 | ((point >> 6) & 63);
      out[to + 2] = 0x80 | (point & 63);
    } else {
      out[to] = 0xf0 | (point >> 18);
      out[to + 1] = 0x80 | ((point >> 12) & 63);
      out[to + 2] = 0x80 | ((point >> 6) & 63);
      out[to + 3] = 0x80 | (point & 63);
      from += 1;
    }
    to += width;
  }
  return to;
};

/** UTF-8 of `text`; an unpaired surrogate becomes U+FFFD. */
export const encodeUtf8 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(text, bytes, 0);
  return bytes;
};

/** Text of `bytes[start, end)`; undefined unless it is well-formed UTF-8 (RFC 3629: no overlong form, no surrogate). */
export const decodeUtf8 = (
  bytes: Uint8Array,
  start: number = 0,
  end: number = bytes.length,
): string | undefined => {
  let text = '';
  let at = start;
  // Almost all text here is ASCII: take it four at a time and leave the rest to the general loop.
  for (; at + 4 <= end; at += 4) {
    const a = byteAt(bytes, at);
    const b = byteAt(bytes, at + 1);
    const c = byteAt(bytes, at + 2);
    const d = byteAt(bytes, at + 3);
    if ((a | b | c | d) > 0x7f) {
      break;
    }
    text += String.fromCharCode(a, b, c, d);
  }
  while (at < end) {
    const lead = byteAt(bytes, at);
    if (lead < 0x80) {
      text += String.fromCharCode(lead);
      at += 1;
      continue;
    }
    const point = decodePoint(bytes, at, end);
    if (point < 0) {
      return undefined;
    }
    text += String.fromCodePoint(point);
    at += widthOf(point);
  }
  return text;
};

/** The code point of more than one byte at `at`, or -1 where it is ill-formed. */
const decodePoint = (bytes: Uint8Array, at: number, end: number): number => {
  const lead = byteAt(bytes, at);
  if (lead < 0xc2 || lead > 0xf4) {
    return -1;
  }
  const width = 2 + Number(lead >= 0xe0) + Number(lead >= 0xf0);
  if (at + width > end) {
    return -1;
  }
  let point = lead & (0x7f >> width);
  for (let next = at + 1; next < at + width; next += 1) {
    const byte = byteAt(bytes, next);
    if ((byte & 0xc0) !== 0x80) {
      return -1;
    }
    point = (point << 6) | (byte & 63);
  }
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  return widthOf(point) !== width || isSurrogate || point > 0x10ffff ? -1 : point;
};
