/** Fields to ISO 8583 bytes, by a preset's table: the opposite of message-reader.ts. */
import { copyBytes, encodeUtf8, fromHex, toHex } from '../bytes.ts';
import { ISO8583_MESSAGE_BYTES_MAX } from '../limits.ts';
import type { FieldSpec } from './field-spec.ts';
import { type FieldValue, isBytes } from './message-reader.ts';
import type { Preset } from './presets.ts';

export type FieldValues = ReadonlyMap<number, FieldValue>;

const SECOND_BITMAP_FROM = 65;

/** Throws RangeError where a value is not one of its field, or all of them are too long: a bug of the caller. */
export const writeMessage = (preset: Preset, mti: string, fields: FieldValues): Uint8Array => {
  const sorted = [...fields].sort(([a], [b]) => a - b);
  const sink = new Sink(preset);
  sink.digits(mti, 'left');
  sink.raw(bitmapOf(sorted.map(([number]) => number)));
  for (const [number, value] of sorted) {
    const spec = preset.fields.get(number);
    if (spec === undefined) {
      throw new RangeError(`DE ${number} is no element of ${preset.name}`);
    }
    writeField(sink, { number, spec }, value);
  }
  return sink.finish();
};

const bitmapOf = (numbers: readonly number[]): Uint8Array => {
  const isLong = numbers.some((number) => number >= SECOND_BITMAP_FROM);
  const bitmap = new Uint8Array(isLong ? 16 : 8);
  for (const number of isLong ? [1, ...numbers] : numbers) {
    const at = (number - 1) >> 3;
    bitmap[at] = (bitmap[at] as number) | (0x80 >> ((number - 1) & 7));
  }
  return bitmap;
};

const writeField = (
  sink: Sink,
  { number, spec }: { readonly number: number; readonly spec: FieldSpec },
  value: FieldValue,
): void => {
  const length = value.length - (spec.kind === 'xn' ? 1 : 0);
  const fits = spec.lengthDigits === 0 ? length === spec.max : length <= spec.max;
  if (!fits || (typeof value === 'string') !== isText(spec)) {
    throw new RangeError(`DE ${number} cannot hold its value`);
  }
  if (spec.lengthDigits > 0) {
    const written = sink.isText && isBytes(spec.kind) ? 2 * length : length;
    sink.digits(String(written).padStart(spec.lengthDigits, '0'), 'right');
  }
  if (typeof value !== 'string') {
    writeBytes(sink, spec, value);
  } else if (spec.kind === 'an') {
    sink.put(encodeUtf8(value));
  } else if (spec.kind === 'xn') {
    sink.put(encodeUtf8(value.slice(0, 1)));
    sink.digits(value.slice(1), 'right');
  } else {
    sink.digits(value, spec.align);
  }
};

const writeBytes = (sink: Sink, { kind }: FieldSpec, value: Uint8Array): void => {
  if (isBytes(kind)) {
    sink.raw(value);
  } else {
    sink.put(value);
  }
};

/** Whether its values are strings. */
const isText = ({ kind }: FieldSpec): boolean => kind !== 'ans' && !isBytes(kind);

class Sink {
  readonly isText: boolean;
  readonly #bytes = new Uint8Array(ISO8583_MESSAGE_BYTES_MAX);
  #at = 0;

  constructor({ form }: Preset) {
    this.isText = form === 'text';
  }

  /** A RangeError of its own where they do not fit. */
  put(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  raw(bytes: Uint8Array): void {
    this.put(this.isText ? encodeUtf8(toHex(bytes).toUpperCase()) : bytes);
  }

  /** Digits and, in tracks, the nibble D. */
  digits(text: string, align: FieldSpec['align']): void {
    if (this.isText) {
      this.put(encodeUtf8(text));
      return;
    }
    const isOdd = text.length % 2 !== 0;
    const padded = align === 'left' ? `${text}0` : `0${text}`;
    const packed = fromHex(isOdd ? padded : text);
    if (packed === undefined) {
      throw new RangeError('digits cannot be packed');
    }
    this.put(packed);
  }

  finish(): Uint8Array {
    return copyBytes(this.#bytes, 0, this.#at);
  }
}
