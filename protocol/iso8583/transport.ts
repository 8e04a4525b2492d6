/** What is around an ISO 8583 message on the line: a length, then often a TPDU and a header. The message begins at its MTI. */
import { concatBytes, encodeUtf8, readU16, writeU16 } from '../bytes.ts';
import type { StreamFault } from '../dialect.ts';
import { ISO8583_FRAME_BYTES_MAX } from '../limits.ts';
import type { FrameRule } from '../prefix-reader.ts';
import { PRESETS, type Preset, type PresetName } from './presets.ts';

/**
 * binary: two bytes, big-endian, of what follows · binary-inclusive: of the whole frame, themselves too · bcd: two bytes
 * of four digits · ascii: four digits as characters. The last two need a listener of their own.
 */
export type LengthKind = 'binary' | 'binary-inclusive' | 'bcd' | 'ascii';

export const LENGTH_KINDS: readonly LengthKind[] = ['binary', 'binary-inclusive', 'bcd', 'ascii'];

/** MTI and one bitmap, packed. */
const CONTENT_BYTES_MIN = 10;
const TPDU_BYTES = 5;
const HEADER_BYTES = 6;
const TPDU_ID = 0x60;
const WRONG_LENGTH: StreamFault = {
  fault: 64,
  reason: `length is outside ${CONTENT_BYTES_MIN} .. ${ISO8583_FRAME_BYTES_MAX}`,
};
const NO_DIGITS: StreamFault = { fault: 64, reason: 'length has other than digits' };

interface LengthForm {
  readonly bytes: number;
  /** The number in whole length bytes; undefined where it has other than digits. */
  read(bytes: Uint8Array, at: number): number | undefined;
  write(value: number): Uint8Array;
  /** Bytes that the number counts besides the content. */
  readonly counted: number;
}

const binary = (counted: number): LengthForm => ({
  bytes: 2,
  read: readU16,
  write: (value) => {
    const bytes = new Uint8Array(2);
    writeU16(bytes, 0, value);
    return bytes;
  },
  counted,
});
const digitOf = (nibble: number): number => (nibble <= 9 ? nibble : Number.NaN);
const orNone = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

const FORMS: Readonly<Record<LengthKind, LengthForm>> = {
  binary: binary(0),
  'binary-inclusive': binary(2),
  bcd: {
    bytes: 2,
    read: (bytes, at) => {
      const packed = readU16(bytes, at);
      return orNone(
        [12, 8, 4, 0].reduce((sum, shift) => 10 * sum + digitOf((packed >> shift) & 15), 0),
      );
    },
    write: (value) => {
      const bytes = new Uint8Array(2);
      writeU16(bytes, 0, Number.parseInt(String(value), 16));
      return bytes;
    },
    counted: 0,
  },
  ascii: {
    bytes: 4,
    read: (bytes, at) =>
      orNone(
        [0, 1, 2, 3].reduce(
          (sum, index) => 10 * sum + digitOf((bytes[at + index] as number) - 0x30),
          0,
        ),
      ),
    write: (value) => encodeUtf8(String(value).padStart(4, '0')),
    counted: 0,
  },
};

/** How frames end on a listener with this kind of length. */
export const frameRule = (kind: LengthKind): FrameRule => {
  const form = FORMS[kind];
  const contentMax = ISO8583_FRAME_BYTES_MAX - form.bytes;
  return {
    prefixBytes: form.bytes,
    frameBytesMax: ISO8583_FRAME_BYTES_MAX,
    faultAt: (bytes, at) => {
      if (bytes.length - at < form.bytes) {
        return undefined;
      }
      const length = form.read(bytes, at);
      if (length === undefined) {
        return NO_DIGITS;
      }
      const content = length - form.counted;
      return content < CONTENT_BYTES_MIN || content > contentMax ? WRONG_LENGTH : undefined;
    },
    totalAt: (bytes, at) => form.bytes + (form.read(bytes, at) as number) - form.counted,
  };
};

/** A frame taken apart; `message` is a view from the MTI on. */
export interface Transported {
  readonly tpdu: Uint8Array;
  readonly header: Uint8Array;
  readonly message: Uint8Array;
  readonly preset: Preset;
}

/** What the first byte of the content cannot be: neither a TPDU nor an MTI. */
export type NotTransported = 'begins with neither a TPDU nor an MTI' | 'is cut off';

/**
 * Takes a frame apart. Where `preset` is not given it follows from the bytes: an MTI in characters is iso87-ascii, a
 * header behind the TPDU cup-pos, else it is iso87-binary.
 */
export const takeApart = (
  frame: Uint8Array,
  lengthBytes: number,
  preset?: PresetName,
): Transported | NotTransported => {
  const tpduEnd = frame[lengthBytes] === TPDU_ID ? lengthBytes + TPDU_BYTES : lengthBytes;
  const hasHeader = tpduEnd > lengthBytes && (frame[tpduEnd] ?? 0) >> 4 === TPDU_ID >> 4;
  const messageAt = hasHeader ? tpduEnd + HEADER_BYTES : tpduEnd;
  const first = frame[messageAt];
  if (first === undefined) {
    return 'is cut off';
  }
  const isText = first === 0x30;
  if (!isText && first >> 4 !== 0) {
    return 'begins with neither a TPDU nor an MTI';
  }
  const packed = hasHeader ? 'cup-pos' : 'iso87-binary';
  return {
    tpdu: frame.subarray(lengthBytes, tpduEnd),
    header: frame.subarray(tpduEnd, messageAt),
    message: frame.subarray(messageAt),
    preset: PRESETS[preset ?? (isText ? 'iso87-ascii' : packed)],
  };
};

/**
 * The kind of length with which the first bytes of a connection are whole frames, each beginning as a message does, where that
 * is another than `expected`; undefined where it is not, or where they tell nothing.
 */
export const misreadLength = (bytes: Uint8Array, expected: LengthKind): LengthKind | undefined =>
  areFrames(bytes, expected)
    ? undefined
    : LENGTH_KINDS.find((kind) => kind !== expected && areFrames(bytes, kind));

const areFrames = (bytes: Uint8Array, kind: LengthKind): boolean => {
  const rule = frameRule(kind);
  let at = 0;
  while (at + rule.prefixBytes <= bytes.length && rule.faultAt(bytes, at) === undefined) {
    const end = at + rule.totalAt(bytes, at);
    if (
      end > bytes.length ||
      typeof takeApart(bytes.subarray(at, end), rule.prefixBytes) === 'string'
    ) {
      return false;
    }
    at = end;
  }
  return at > 0 && at === bytes.length;
};

/** Bytes of the length in front of a frame. */
export const lengthBytesOf = (kind: LengthKind): number => FORMS[kind].bytes;

/** A frame around `message`, with TPDU (its addresses swapped where `swap` asks for it) and header of `to`. */
export const putTogether = (
  message: Uint8Array,
  to: Pick<Transported, 'tpdu' | 'header'>,
  { kind, swap }: { readonly kind: LengthKind; readonly swap: boolean },
): Uint8Array => {
  const form = FORMS[kind];
  const content = concatBytes(swap ? swapped(to.tpdu) : to.tpdu, to.header, message);
  return concatBytes(form.write(content.length + form.counted), content);
};

/** Destination and source in each other's place. */
const swapped = (tpdu: Uint8Array): Uint8Array =>
  concatBytes(tpdu.subarray(0, 1), tpdu.subarray(3, 5), tpdu.subarray(1, 3));
