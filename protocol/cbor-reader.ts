/** Reads one body, a map of deterministic CBOR, field by field: no tree is built, and any other byte is refused. */
import { copyBytes, decodeUtf8, readU16, readU32 } from './bytes.ts';
import { CBOR_DEPTH_MAX, EXTENSION_KEY_MIN } from './limits.ts';
import { type Refusal, refuse } from './result.ts';

const U32_SPAN = 4_294_967_296;
const MAJOR_UINT = 0;
const MAJOR_NEGATIVE = 1;
const MAJOR_BYTES = 2;
const MAJOR_TEXT = 3;
const MAJOR_ARRAY = 4;
const MAJOR_MAP = 5;
const MAJOR_SIMPLE = 7;
/** Returned by `nextKey` once there is no further key, and inside for a head that cannot be read. */
export const NO_KEY = -1;

const EMPTY = new Uint8Array(0);

/**
 * Two kinds of error: `malformed` (structure) ends the reading at once; `invalid` (a field of wrong type or out of
 * range) is noted and the reading goes on, so that a violation of structure further on outranks it.
 * Values read after either are placeholders: ask `refusal()` before using any.
 */
export class CborReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  /** Depth of a container that would begin at `#at`. */
  #depth = 1;
  #entriesLeft = 0;
  #previousKey = -1;
  #previousKeyAt = 0;
  /** What the head before `#at` carries: value, length or count. Inexact from 2^53 on. */
  #argument = 0;
  #malformed = '';
  #invalid = '';

  /** Opens the map that is to fill `bytes[start, end)`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    if (this.#head() === MAJOR_MAP) {
      this.#entriesLeft = this.#argument;
      this.#depth = 2;
    } else {
      this.#fail('body is not a map');
    }
  }

  /** Notes that a field cannot be accepted, for a reason that the reader does not know. */
  reject(field: string): void {
    this.#invalid ||= field;
  }

  /** The next key below 64, or NO_KEY at the end or after a violation. Extensions are checked and passed over. */
  nextKey(): number {
    while (this.#entriesLeft > 0) {
      this.#entriesLeft -= 1;
      const key = this.#key();
      if (key < EXTENSION_KEY_MIN) {
        return key;
      }
      this.#skip();
    }
    if (this.#at !== this.#end) {
      this.#fail('bytes after the map');
    }
    return NO_KEY;
  }

  /** For a key that `nextKey` gave and the caller does not know. */
  unknownKey(): void {
    this.#fail('unknown key below 64');
  }

  int(field: string, min: number, max: number): number {
    const start = this.#at;
    const major = this.#head();
    if (major !== MAJOR_UINT && major !== MAJOR_NEGATIVE) {
      this.#wrongType(field, start);
      return min;
    }
    const value = major === MAJOR_UINT ? this.#argument : -1 - this.#argument;
    if (value < min || value > max) {
      this.reject(field);
    }
    return value;
  }

  /** Bounds count UTF-8 bytes. */
  text(field: string, bytesMin: number, bytesMax: number): string {
    const start = this.#at;
    if (this.#head() !== MAJOR_TEXT) {
      this.#wrongType(field, start);
      return '';
    }
    const length = this.#argument;
    const text = this.#takeText();
    if (length < bytesMin || length > bytesMax) {
      this.reject(field);
    }
    return text;
  }

  /** A copy, which outlives the frame. */
  byteString(field: string, bytesMin: number, bytesMax: number): Uint8Array {
    const start = this.#at;
    if (this.#head() !== MAJOR_BYTES) {
      this.#wrongType(field, start);
      return EMPTY;
    }
    const length = this.#argument;
    const from = this.#at;
    this.#passContent(length);
    if (length < bytesMin || length > bytesMax) {
      this.reject(field);
      return EMPTY;
    }
    return copyBytes(this.#bytes, from, this.#at);
  }

  /** Goes into an array and returns its count; 0 (and nothing to close) where it is empty or was refused. */
  openArray(field: string, countMin: number, countMax: number): number {
    const start = this.#at;
    const isArray = this.#head() === MAJOR_ARRAY && this.#depth <= CBOR_DEPTH_MAX;
    const count = this.#argument;
    if (!isArray || count < countMin || count > countMax) {
      this.#wrongType(field, start);
      return 0;
    }
    this.#depth += count > 0 ? 1 : 0;
    return count;
  }

  /** After the last element of an array that `openArray` went into. */
  closeArray(): void {
    this.#depth -= 1;
  }

  /** Why the body is refused, or undefined where all that was read may be used. */
  refusal(): Refusal | undefined {
    if (this.#malformed !== '') {
      return refuse('frame_malformed', this.#malformed);
    }
    return this.#invalid === '' ? undefined : refuse('field_invalid', this.#invalid);
  }

  #fail(reason: string): typeof NO_KEY {
    this.#malformed ||= reason;
    this.#entriesLeft = 0;
    this.#at = this.#end;
    return NO_KEY;
  }

  #wrongType(field: string, start: number): void {
    if (this.#malformed === '') {
      this.#at = start;
      this.reject(field);
      this.#skip();
    }
  }

  /** Reads a head, sets `#argument` and returns the major type; -1 on a violation. */
  #head(): number {
    if (this.#at >= this.#end) {
      return this.#fail('body ends early');
    }
    const initial = this.#bytes[this.#at] as number;
    const info = initial & 31;
    if (info < 24 && initial < 0xc0) {
      this.#at += 1;
      this.#argument = info;
      return initial >> 5;
    }
    return this.#rareHead(initial >> 5, info);
  }

  #rareHead(major: number, info: number): number {
    if (major > MAJOR_MAP) {
      // 20 false, 21 true, 22 null; tags, floats, undefined and other simple values are not for payments.
      if (major === MAJOR_SIMPLE && info >= 20 && info <= 22) {
        this.#at += 1;
        return major;
      }
      return this.#fail('tag, float or simple value');
    }
    if (info > 27) {
      return this.#fail('indefinite length or reserved head');
    }
    const width = 1 << (info - 24);
    const at = this.#at + 1;
    if (at + width > this.#end) {
      return this.#fail('body ends early');
    }
    this.#at = at + width;
    if (!this.#readArgument(at, info)) {
      return this.#fail('number or length is not in its shortest form');
    }
    return major;
  }

  /** Sets `#argument` from the bytes after the initial one; false where a shorter form would have done. */
  #readArgument(at: number, info: number): boolean {
    const bytes = this.#bytes;
    switch (info) {
      case 24:
        this.#argument = bytes[at] as number;
        return this.#argument >= 24;
      case 25:
        this.#argument = readU16(bytes, at);
        return this.#argument >= 0x100;
      case 26:
        this.#argument = readU32(bytes, at);
        return this.#argument >= 0x10000;
      default:
        this.#argument = readU32(bytes, at) * U32_SPAN + readU32(bytes, at + 4);
        return this.#argument >= U32_SPAN;
    }
  }

  #key(): number {
    const at = this.#at;
    if (this.#head() !== MAJOR_UINT) {
      return this.#fail('key is not an unsigned integer');
    }
    const key = this.#argument;
    if (key <= this.#previousKey && !this.#followsWide(at, key)) {
      return this.#fail('keys are not in order, or one comes twice');
    }
    this.#previousKey = key;
    this.#previousKeyAt = at;
    return key;
  }

  /** Whether two 8-byte keys are in order that a double cannot tell apart. */
  #followsWide(at: number, key: number): boolean {
    const before = this.#previousKeyAt;
    return (
      key === this.#previousKey &&
      key > Number.MAX_SAFE_INTEGER &&
      readU32(this.#bytes, at + 1) === readU32(this.#bytes, before + 1) &&
      readU32(this.#bytes, at + 5) > readU32(this.#bytes, before + 5)
    );
  }

  /** Passes over the content of a string. */
  #passContent(length: number): void {
    if (length > this.#end - this.#at) {
      this.#fail('body ends early');
    } else {
      this.#at += length;
    }
  }

  /** The text of `#argument` bytes at `#at`. */
  #takeText(): string {
    const from = this.#at;
    this.#passContent(this.#argument);
    const text = decodeUtf8(this.#bytes, from, this.#at);
    if (text === undefined) {
      this.#fail('text is not UTF-8');
    }
    return text ?? '';
  }

  /** Passes over one value, checking its structure. Recursion ends at CBOR_DEPTH_MAX. */
  #skip(): void {
    const major = this.#head();
    if (major === MAJOR_BYTES) {
      this.#passContent(this.#argument);
    } else if (major === MAJOR_TEXT) {
      this.#takeText();
    } else if (major === MAJOR_ARRAY || major === MAJOR_MAP) {
      this.#skipContainer(major, this.#argument);
    }
  }

  #skipContainer(major: number, count: number): void {
    if (this.#depth > CBOR_DEPTH_MAX) {
      this.#fail('nested too deep');
      return;
    }
    const previousKey = this.#previousKey;
    const previousKeyAt = this.#previousKeyAt;
    this.#previousKey = -1;
    this.#depth += 1;
    // Every element takes a byte at least, so a count that cannot be met ends with the bytes.
    for (let index = 0; index < count && this.#malformed === ''; index += 1) {
      if (major === MAJOR_MAP) {
        this.#key();
      }
      this.#skip();
    }
    this.#depth -= 1;
    this.#previousKey = previousKey;
    this.#previousKeyAt = previousKeyAt;
  }
}
