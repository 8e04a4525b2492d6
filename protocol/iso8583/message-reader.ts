/**
 * ISO 8583 bytes to fields, by a preset's table. Strict: every accepted message encodes to the same bytes again, so a
 * pad nibble other than 0, lower-case hexadecimal or an empty second bitmap is malformed.
 */
import { isCardTlv } from '../ber-tlv.ts';
import { fromHex, toHex } from '../bytes.ts';
import { type Refusal, refuse } from '../result.ts';
import type { FieldKind, FieldSpec } from './field-spec.ts';
import type { Preset } from './presets.ts';

/** Digits and characters as text, everything else as bytes. */
export type FieldValue = string | Uint8Array;

/** One data element, where it stands, and what it says. */
export interface FieldPart {
  readonly field: number;
  /** Offset of its length, or of its value where it has none. */
  readonly at: number;
  readonly valueAt: number;
  readonly end: number;
  readonly value: FieldValue;
}

/** `code` with the data element at fault, `DE 4`; `MTI`, `bitmap` and `message` where it is none. */
export interface FieldRefusal extends Refusal {
  readonly field: string;
}

/** As far as it could be read; `refusal`: what stopped it. */
export interface MessageParts {
  readonly mti: string;
  readonly bitmapAt: number;
  readonly parts: readonly FieldPart[];
  readonly refusal?: FieldRefusal;
}

export const refuseField = (
  code: 'frame_malformed' | 'field_invalid' | 'not_permitted' | 'card_number_refused',
  field: number | 'MTI' | 'bitmap' | 'message',
  reason: string,
): FieldRefusal => {
  const name = typeof field === 'number' ? `DE ${field}` : field;
  return { ...refuse(code, `${name}: ${reason}`), field: name };
};

/** Version 0 (1987), a class, a function, an origin: digits all. */
const MTI = /^0[1-8]\d\d$/;
const BITMAP_BYTES = 8;
/** A third bitmap: nothing that is served needs one. */
const THIRD_BITMAP = 65;
const DIGITS = /^\d*$/;
const TRACK = /^[\d=D]*$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const UPPER_HEX = /^[0-9A-F]*$/;

/** Reads a message from `start` to the end of `bytes`. Total; never reads a byte twice. */
export const readMessage = (preset: Preset, bytes: Uint8Array, start: number): MessageParts => {
  const cursor = new Cursor(preset, bytes, start);
  const mti = cursor.digits(4, 'left');
  const bitmapAt = cursor.at;
  const none = { mti: mti ?? '', bitmapAt, parts: [] };
  if (mti === undefined || !MTI.test(mti)) {
    return {
      ...none,
      refusal: refuseField('frame_malformed', 'MTI', 'is not one of version 1987'),
    };
  }
  const present = readBitmaps(cursor);
  if (typeof present === 'string') {
    return { ...none, refusal: refuseField('frame_malformed', 'bitmap', present) };
  }
  const parts: FieldPart[] = [];
  for (const field of present) {
    const part = readField(cursor, preset, field);
    if ('code' in part) {
      return { mti, bitmapAt, parts, refusal: part };
    }
    parts.push(part);
  }
  return cursor.at === bytes.length
    ? { mti, bitmapAt, parts }
    : {
        ...{ mti, bitmapAt, parts },
        refusal: refuseField('frame_malformed', 'message', 'bytes follow its last field'),
      };
};

/** The elements that are present, in order, or what is wrong. */
const readBitmaps = (cursor: Cursor): readonly number[] | string => {
  const first = cursor.raw(BITMAP_BYTES);
  if (first === undefined) {
    return 'is cut off or no hexadecimal';
  }
  const present = bitsOf(first, 0);
  if (present[0] !== 1) {
    return present;
  }
  const second = cursor.raw(BITMAP_BYTES);
  if (second === undefined) {
    return 'its second part is cut off or no hexadecimal';
  }
  const more = bitsOf(second, 64);
  if (more.length === 0) {
    return 'its second part is empty';
  }
  return more[0] === THIRD_BITMAP ? 'announces a third part' : [...present.slice(1), ...more];
};

const bitsOf = (bitmap: Uint8Array, before: number): number[] => {
  const bits: number[] = [];
  for (const [index, byte] of bitmap.entries()) {
    for (let bit = 0; bit < 8; bit += 1) {
      if ((byte & (0x80 >> bit)) !== 0) {
        bits.push(before + 8 * index + bit + 1);
      }
    }
  }
  return bits;
};

const readField = (cursor: Cursor, preset: Preset, field: number): FieldPart | FieldRefusal => {
  const malformed = (reason: string): FieldRefusal => refuseField('frame_malformed', field, reason);
  const spec = preset.fields.get(field);
  if (spec === undefined) {
    return malformed(`is no element of ${preset.name}`);
  }
  const at = cursor.at;
  const length = readLength(cursor, preset, spec);
  if (length === undefined) {
    return malformed('its length is cut off or has other than digits');
  }
  if (typeof length === 'string') {
    return malformed(length);
  }
  const valueAt = cursor.at;
  const value = readValue(cursor, spec, length);
  if (value === undefined) {
    return malformed(cursor.left < 0 ? 'is cut off' : WRONG[spec.kind]);
  }
  return { field, at, valueAt, end: cursor.at, value };
};

const WRONG: Readonly<Record<FieldKind, string>> = {
  n: 'has other than digits, or a pad that is not 0',
  z: 'has other than digits and separators, or a pad that is not 0',
  xn: 'is no C or D with digits behind it',
  an: 'has other than printable characters',
  ans: 'is no text',
  b: 'is no hexadecimal',
  ber: 'is no BER-TLV',
};

/** The value's own units; in text form, bytes count twice on the wire, as they are written. */
const readLength = (
  cursor: Cursor,
  { form }: Preset,
  { kind, max, lengthDigits }: FieldSpec,
): number | string | undefined => {
  if (lengthDigits === 0) {
    return max;
  }
  const digits = cursor.digits(lengthDigits, 'right');
  if (digits === undefined) {
    return undefined;
  }
  const written = Number(digits);
  const perUnit = form === 'text' && isBytes(kind) ? 2 : 1;
  if (written % perUnit !== 0) {
    return 'its length is odd, with two characters a byte';
  }
  return written / perUnit > max ? `is longer than ${max}` : written / perUnit;
};

export const isBytes = (kind: FieldKind): boolean => kind === 'b' || kind === 'ber';

const readValue = (cursor: Cursor, spec: FieldSpec, length: number): FieldValue | undefined => {
  switch (spec.kind) {
    case 'n':
      return cursor.digits(length, spec.align);
    case 'z':
      return cursor.track(length);
    case 'xn':
      return cursor.signed(length);
    case 'an': {
      const text = latin1(cursor.take(length));
      return text !== undefined && PRINTABLE.test(text) ? text : undefined;
    }
    case 'ans':
      return cursor.take(length);
    case 'b':
      return cursor.raw(length);
    case 'ber': {
      const bytes = cursor.raw(length);
      return bytes !== undefined && isCardTlv(bytes) ? bytes : undefined;
    }
  }
};

const latin1 = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : String.fromCharCode(...bytes);

/** Goes through the bytes once. A read that does not fit leaves `left` below zero. */
class Cursor {
  readonly #text: boolean;
  readonly #bytes: Uint8Array;
  at: number;

  constructor({ form }: Preset, bytes: Uint8Array, start: number) {
    this.#text = form === 'text';
    this.#bytes = bytes;
    this.at = start;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** The next bytes, as a view. */
  take(count: number): Uint8Array | undefined {
    this.at += count;
    return this.left < 0 ? undefined : this.#bytes.subarray(this.at - count, this.at);
  }

  /** Bytes that are hexadecimal in text form. */
  raw(count: number): Uint8Array | undefined {
    if (!this.#text) {
      return this.take(count);
    }
    const text = latin1(this.take(2 * count));
    return text !== undefined && UPPER_HEX.test(text) ? fromHex(text) : undefined;
  }

  digits(count: number, align: FieldSpec['align']): string | undefined {
    const text = this.#text ? latin1(this.take(count)) : this.#packed(count, align);
    return text !== undefined && DIGITS.test(text) ? text : undefined;
  }

  track(count: number): string | undefined {
    const text = this.#text ? latin1(this.take(count)) : this.#packed(count, 'left')?.toUpperCase();
    return text !== undefined && TRACK.test(text) ? text : undefined;
  }

  /** One character, then digits: an even count of them, so that nothing is padded. */
  signed(count: number): string | undefined {
    const sign = latin1(this.take(1));
    const digits = this.digits(count, 'right');
    return (sign === 'C' || sign === 'D') && digits !== undefined ? sign + digits : undefined;
  }

  /** Nibbles; an odd count has a zero in front (right) or behind (left). */
  #packed(count: number, align: FieldSpec['align']): string | undefined {
    const bytes = this.take((count + 1) >> 1);
    if (bytes === undefined || count % 2 === 0) {
      return bytes && toHex(bytes);
    }
    const nibbles = toHex(bytes);
    const isPadded = nibbles.charAt(align === 'left' ? count : 0) === '0';
    const value = align === 'left' ? nibbles.slice(0, count) : nibbles.slice(1);
    return isPadded ? value : undefined;
  }
}
