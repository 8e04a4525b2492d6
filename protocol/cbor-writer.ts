/** Writes deterministic CBOR (RFC 8949 section 4.2.1) straight into one array; the caller sorts the keys. */
import { utf8Length, writeU16, writeU32, writeUtf8 } from './bytes.ts';

const U32_SPAN = 4_294_967_296;
const MAJOR_NEGATIVE = 0x20;
const MAJOR_BYTES = 0x40;
const MAJOR_TEXT = 0x60;
const MAJOR_ARRAY = 0x80;
const MAJOR_MAP = 0xa0;

/**
 * What does not fit is dropped while `at` runs on, so that one check at the end finds it.
 * A number that is no safe integer is a bug of the caller and throws RangeError.
 */
export class CborWriter {
  readonly bytes: Uint8Array;
  /** Where the next byte goes. */
  at: number = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  map(count: number): void {
    this.#head(MAJOR_MAP, count);
  }

  array(count: number): void {
    this.#head(MAJOR_ARRAY, count);
  }

  uint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError('not an unsigned integer below 2^53');
    }
    this.#head(0, value);
  }

  int(value: number): void {
    if (value < 0) {
      if (!Number.isSafeInteger(value)) {
        throw new RangeError('not an integer above -2^53');
      }
      this.#head(MAJOR_NEGATIVE, -1 - value);
      return;
    }
    this.uint(value);
  }

  byteString(value: Uint8Array): void {
    this.#head(MAJOR_BYTES, value.length);
    if (this.at + value.length <= this.bytes.length) {
      this.bytes.set(value, this.at);
    }
    this.at += value.length;
  }

  text(value: string): void {
    const { length } = value;
    const start = this.at;
    this.#head(MAJOR_TEXT, length);
    let to = this.at;
    for (let from = 0; from < length; from += 1) {
      const unit = value.charCodeAt(from);
      if (unit > 0x7f) {
        // Not ASCII: its bytes outnumber its characters, so the length goes first.
        this.at = start;
        this.#head(MAJOR_TEXT, utf8Length(value));
        this.at = writeUtf8(value, this.bytes, this.at);
        return;
      }
      this.bytes[to] = unit;
      to += 1;
    }
    this.at = to;
  }

  /** Key and value, or nothing where there is no value; likewise below. */
  uintField(key: number, value: number | undefined): void {
    if (value !== undefined) {
      this.uint(key);
      this.uint(value);
    }
  }

  intField(key: number, value: number | undefined): void {
    if (value !== undefined) {
      this.uint(key);
      this.int(value);
    }
  }

  textField(key: number, value: string | undefined): void {
    if (value !== undefined) {
      this.uint(key);
      this.text(value);
    }
  }

  bytesField(key: number, value: Uint8Array | undefined): void {
    if (value !== undefined) {
      this.uint(key);
      this.byteString(value);
    }
  }

  #head(major: number, argument: number): void {
    const { bytes, at } = this;
    if (argument < 24) {
      bytes[at] = major | argument;
      this.at = at + 1;
    } else if (argument < 0x100) {
      bytes[at] = major | 24;
      bytes[at + 1] = argument;
      this.at = at + 2;
    } else if (argument < 0x10000) {
      bytes[at] = major | 25;
      writeU16(bytes, at + 1, argument);
      this.at = at + 3;
    } else if (argument < U32_SPAN) {
      bytes[at] = major | 26;
      writeU32(bytes, at + 1, argument);
      this.at = at + 5;
    } else {
      bytes[at] = major | 27;
      writeU32(bytes, at + 1, Math.floor(argument / U32_SPAN));
      writeU32(bytes, at + 5, argument % U32_SPAN);
      this.at = at + 9;
    }
  }
}

/** What an optional field adds to the count of a map. */
export const present = (value: unknown): number => (value === undefined ? 0 : 1);
