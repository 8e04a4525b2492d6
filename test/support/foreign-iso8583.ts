/** An ISO 8583 terminal written from docs/iso8583.md and the standard: shares no code with the system, and its own tables. */
import { createHmac } from 'node:crypto';

export type ForeignPreset = 'iso87-binary' | 'iso87-ascii' | 'cup-pos';
export type ForeignFields = Readonly<Record<number, string | Buffer>>;

/** How an element is written: digits (d), characters (c), bytes (b), signed digits (s); digits of its length in front. */
type Shape = readonly [kind: 'd' | 'c' | 'b' | 's', size: number, lengthDigits?: 2 | 3];

/** Those that tests use, of the 1987 standard. */
const COMMON: Readonly<Record<number, Shape>> = {
  2: ['d', 19, 2],
  3: ['d', 6],
  4: ['d', 12],
  7: ['d', 10],
  11: ['d', 6],
  12: ['d', 6],
  13: ['d', 4],
  14: ['d', 4],
  22: ['d', 3],
  23: ['d', 3],
  24: ['d', 3],
  25: ['d', 2],
  28: ['s', 8],
  32: ['d', 11, 2],
  35: ['d', 37, 2],
  37: ['c', 12],
  38: ['c', 6],
  39: ['c', 2],
  41: ['c', 8],
  42: ['c', 15],
  43: ['c', 40],
  44: ['c', 25, 2],
  48: ['c', 999, 3],
  49: ['d', 3],
  52: ['b', 8],
  53: ['d', 16],
  55: ['b', 255, 3],
  60: ['c', 999, 3],
  61: ['c', 999, 3],
  62: ['c', 999, 3],
  63: ['c', 999, 3],
  64: ['b', 8],
  66: ['d', 1],
  70: ['d', 3],
  74: ['d', 10],
  76: ['d', 10],
  86: ['d', 16],
  88: ['d', 16],
  90: ['d', 42],
  97: ['s', 16],
  128: ['b', 8],
};
const UNIONPAY: Readonly<Record<number, Shape>> = {
  ...COMMON,
  48: ['d', 322, 3],
  49: ['c', 3],
  60: ['d', 17, 3],
  61: ['d', 29, 3],
  63: ['c', 163, 3],
};
/** Fixed digits of odd count that UnionPay puts in front. */
const LEFT = new Set([22]);

const shapeOf = (preset: ForeignPreset, field: number): Shape => {
  const shape = (preset === 'cup-pos' ? UNIONPAY : COMMON)[field];
  if (shape === undefined) {
    throw new Error(`the foreign terminal does not know field ${field}`);
  }
  return shape;
};

const packed = (digits: string, left: boolean): string => {
  if (digits.length % 2 === 0) {
    return digits;
  }
  return left ? `${digits}0` : `0${digits}`;
};

const characters = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

const lengthOf = (preset: ForeignPreset, [kind, , lengthDigits]: Shape, bytes: Buffer): string => {
  if (lengthDigits === undefined) {
    return '';
  }
  const isText = preset === 'iso87-ascii';
  const count = kind === 'b' && isText ? 2 * bytes.length : bytes.length;
  const digits = String(count).padStart(lengthDigits, '0');
  return isText ? characters(digits) : packed(digits, false);
};

/** Everything as one string of hexadecimal digits. */
const asHex = (preset: ForeignPreset, field: number, value: string | Buffer): string => {
  const shape = shapeOf(preset, field);
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value, 'latin1');
  const isLeft = shape[2] !== undefined || (preset === 'cup-pos' && LEFT.has(field));
  return lengthOf(preset, shape, bytes) + contentOf(preset, shape[0], bytes, isLeft);
};

const contentOf = (
  preset: ForeignPreset,
  kind: Shape[0],
  bytes: Buffer,
  isLeft: boolean,
): string => {
  const text = bytes.toString('latin1');
  const isText = preset === 'iso87-ascii';
  switch (kind) {
    case 'c':
      return bytes.toString('hex');
    case 'b':
      return isText ? characters(bytes.toString('hex').toUpperCase()) : bytes.toString('hex');
    case 's':
      return characters(text.slice(0, 1)) + (isText ? characters(text.slice(1)) : text.slice(1));
    case 'd':
      return isText ? characters(text) : packed(text.replace('=', 'd').toLowerCase(), isLeft);
  }
};

/** From the MTI on. */
export const foreignMessage = (
  preset: ForeignPreset,
  mti: string,
  fields: ForeignFields,
): Buffer => {
  const numbers = Object.keys(fields)
    .map(Number)
    .sort((a, b) => a - b);
  const isLong = numbers.some((number) => number > 64);
  const bits = Array.from({ length: isLong ? 128 : 64 }, (_, index) =>
    numbers.includes(index + 1) || (isLong && index === 0) ? '1' : '0',
  ).join('');
  const bitmap = (bits.match(/.{4}/g) ?? [])
    .map((nibble) => Number.parseInt(nibble, 2).toString(16).toUpperCase())
    .join('');
  const isText = preset === 'iso87-ascii';
  const head = isText ? Buffer.from(mti + bitmap, 'latin1').toString('hex') : mti + bitmap;
  const body = numbers.map((number) => asHex(preset, number, fields[number] ?? ''));
  return Buffer.from([head, ...body].join(''), 'hex');
};

export interface ForeignIsoKeys {
  readonly linkKey: Buffer;
  readonly messageKey: Buffer;
}

const keyOf = (key: Buffer, label: string): Buffer =>
  createHmac('sha256', key).update(label).digest();

export const foreignKey = {
  up: ({ linkKey }: ForeignIsoKeys): Buffer => keyOf(linkKey, 'iso8583 link up'),
  down: ({ linkKey }: ForeignIsoKeys): Buffer => keyOf(linkKey, 'iso8583 link down'),
  request: ({ messageKey }: ForeignIsoKeys, preset: ForeignPreset): Buffer =>
    keyOf(messageKey, `iso8583 ${preset} request`),
  reply: ({ messageKey }: ForeignIsoKeys, preset: ForeignPreset): Buffer =>
    keyOf(messageKey, `iso8583 ${preset} reply`),
};

const macOf = (key: Buffer, ...parts: readonly Buffer[]): Buffer =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest().subarray(0, 8);

const inForm = (preset: ForeignPreset, mac: Buffer): Buffer =>
  preset === 'cup-pos' ? Buffer.from(mac.toString('hex').slice(0, 8).toUpperCase(), 'latin1') : mac;

/** A message with its MAC. `binding`: signed in front of it, as replies are. */
export const foreignSigned = (
  preset: ForeignPreset,
  mti: string,
  fields: ForeignFields,
  key: Buffer,
  binding: Buffer = Buffer.alloc(0),
): Buffer => {
  const last = Object.keys(fields).some((number) => Number(number) > 64) ? 128 : 64;
  const blank = foreignMessage(preset, mti, { ...fields, [last]: Buffer.alloc(8) });
  const start = blank.subarray(0, preset === 'iso87-ascii' ? -16 : -8);
  const mac = inForm(preset, macOf(key, binding, start));
  return foreignMessage(preset, mti, { ...fields, [last]: mac });
};

/** The 8 bytes that bind a reply to this request: its MAC as it is, or would be, without the repeat digit. */
export const foreignBinding = (preset: ForeignPreset, request: Buffer, key: Buffer): Buffer => {
  const start = Buffer.from(request.subarray(0, preset === 'iso87-ascii' ? -16 : -8));
  const at = preset === 'iso87-ascii' ? 3 : 1;
  start[at] = (start[at] ?? 0) & 0xfe;
  return macOf(key, start);
};

/** The message in a frame: length, TPDU and header as given. */
export const foreignFrame = (
  message: Buffer,
  around: {
    readonly length?: 'binary' | 'binary-inclusive' | 'bcd' | 'ascii';
    readonly tpdu?: string;
    readonly header?: string;
  } = {},
): Buffer => {
  const content = Buffer.concat([
    Buffer.from((around.tpdu ?? '') + (around.header ?? ''), 'hex'),
    message,
  ]);
  const size = Buffer.alloc(2);
  switch (around.length ?? 'binary') {
    case 'binary':
      size.writeUInt16BE(content.length);
      return Buffer.concat([size, content]);
    case 'binary-inclusive':
      size.writeUInt16BE(content.length + 2);
      return Buffer.concat([size, content]);
    case 'bcd':
      return Buffer.concat([Buffer.from(String(content.length).padStart(4, '0'), 'hex'), content]);
    case 'ascii':
      return Buffer.concat([
        Buffer.from(String(content.length).padStart(4, '0'), 'latin1'),
        content,
      ]);
  }
};

/** One object of the private field. */
export const foreignObject = (tag: string, value: string | Buffer): Buffer => {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf8');
  return Buffer.concat([Buffer.from(tag + String(bytes.length).padStart(3, '0'), 'latin1'), bytes]);
};

class ForeignReader {
  readonly #preset: ForeignPreset;
  readonly #message: Buffer;
  at = 0;

  constructor(preset: ForeignPreset, message: Buffer) {
    this.#preset = preset;
    this.#message = message;
  }

  get isText(): boolean {
    return this.#preset === 'iso87-ascii';
  }

  raw(count: number): Buffer {
    this.at += count;
    return this.#message.subarray(this.at - count, this.at);
  }

  digits(count: number, isLeft: boolean): string {
    if (this.isText) {
      return this.raw(count).toString('latin1');
    }
    const nibbles = this.raw(Math.ceil(count / 2)).toString('hex');
    return isLeft ? nibbles.slice(0, count) : nibbles.slice(nibbles.length - count);
  }

  bitmap(): Buffer {
    return this.isText ? Buffer.from(this.raw(16).toString('latin1'), 'hex') : this.raw(8);
  }

  field(field: number): string {
    const [kind, size, lengthDigits] = shapeOf(this.#preset, field);
    const count = lengthDigits === undefined ? size : Number(this.digits(lengthDigits, false));
    switch (kind) {
      case 'c':
        return this.raw(count).toString('latin1');
      case 'b':
        return this.isText
          ? this.raw(lengthDigits === undefined ? 2 * count : count).toString('latin1')
          : this.raw(count).toString('hex');
      case 's':
        return this.raw(1).toString('latin1') + this.digits(count, false);
      case 'd':
        return this.digits(count, lengthDigits !== undefined || LEFT.has(field));
    }
  }
}

export interface ForeignRead {
  readonly mti: string;
  readonly fields: Readonly<Record<number, string>>;
}

/** Reads what the system answers, as text; bytes as hexadecimal. */
export const foreignRead = (preset: ForeignPreset, message: Buffer): ForeignRead => {
  const reader = new ForeignReader(preset, message);
  const mti = reader.digits(4, true);
  const first = reader.bitmap();
  const isLong = ((first[0] ?? 0) & 0x80) !== 0;
  const bitmap = isLong ? Buffer.concat([first, reader.bitmap()]) : first;
  const fields: Record<number, string> = {};
  for (let field = 2; field <= 8 * bitmap.length; field += 1) {
    if (((bitmap[(field - 1) >> 3] ?? 0) & (0x80 >> ((field - 1) & 7))) !== 0) {
      fields[field] = reader.field(field);
    }
  }
  if (reader.at !== message.length) {
    throw new Error('bytes are left, or missing');
  }
  return { mti, fields };
};

/** Whether a reply is signed, under `key`, for the request that has this binding. */
export const isForeignSigned = (
  preset: ForeignPreset,
  message: Buffer,
  key: Buffer,
  binding: Buffer = Buffer.alloc(0),
): boolean => {
  const isText = preset === 'iso87-ascii';
  const size = isText ? 16 : 8;
  const mac = inForm(preset, macOf(key, binding, message.subarray(0, -size)));
  const written = message.subarray(-size);
  return isText
    ? written.toString('latin1') === mac.toString('hex').toUpperCase()
    : written.equals(mac);
};
