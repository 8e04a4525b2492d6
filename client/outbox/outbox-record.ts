/** Records of the outbox file: length, checksum, content. A record that is not whole does not exist. */

import { readU16, readU32, writeU16, writeU32 } from '#protocol/bytes.ts';
import { FRAME_BYTES_MAX } from '#protocol/limits.ts';
import { crc32 } from './crc32.ts';
import { SEAL_BYTES } from './frame-seal.ts';

/** Bytes in front of a record's content: length (2), CRC-32 of length and content (4). */
export const RECORD_HEADER_BYTES = 6;
/** Kind (1), sequence (4), sequence it is about (4), sealed frame. */
const CONTENT_BYTES_MIN = 9;
export const RECORD_CONTENT_BYTES_MAX: number = CONTENT_BYTES_MIN + FRAME_BYTES_MAX + SEAL_BYTES;

/** `reserved` burns a number, `settled` ends the request with that number, `stored` is a sale made while offline. */
export type RecordKind = 'reserved' | 'pay' | 'reverse' | 'settled' | 'stored';
/** A kind's index is its byte in the file: only ever added to. */
const KINDS: readonly RecordKind[] = ['reserved', 'pay', 'reverse', 'settled', 'stored'];

export interface OutboxRecord {
  readonly kind: RecordKind;
  readonly sequence: number;
  /** Of the PAY that a REVERSE is about, else 0. */
  readonly about: number;
  /** Of `pay`, `stored` and `reverse`, in the file sealed (frame-seal.ts); else empty. */
  readonly frame: Uint8Array;
}

/** What tells a record from every other: its frame is sealed for it alone. */
export const placeOf = ({ kind, sequence, about }: Omit<OutboxRecord, 'frame'>): Uint8Array => {
  const place = new Uint8Array(CONTENT_BYTES_MIN);
  place[0] = KINDS.indexOf(kind);
  writeU32(place, 1, sequence);
  writeU32(place, 5, about);
  return place;
};

const checksum = (record: Uint8Array): number =>
  crc32(record.subarray(RECORD_HEADER_BYTES), crc32(record.subarray(0, 2)));

export const encodeRecord = (record: OutboxRecord): Uint8Array => {
  const length = CONTENT_BYTES_MIN + record.frame.length;
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + length);
  writeU16(bytes, 0, length);
  bytes[6] = KINDS.indexOf(record.kind);
  writeU32(bytes, 7, record.sequence);
  writeU32(bytes, 11, record.about);
  bytes.set(record.frame, RECORD_HEADER_BYTES + CONTENT_BYTES_MIN);
  writeU32(bytes, 2, checksum(bytes));
  return bytes;
};

/** The whole record that begins at `at`, and where the next one begins. */
export const decodeRecord = (
  file: Uint8Array,
  at: number,
): { readonly record: OutboxRecord; readonly next: number } | undefined => {
  if (at + RECORD_HEADER_BYTES > file.length) {
    return undefined;
  }
  const length = readU16(file, at);
  const next = at + RECORD_HEADER_BYTES + length;
  if (length < CONTENT_BYTES_MIN || length > RECORD_CONTENT_BYTES_MAX || next > file.length) {
    return undefined;
  }
  const bytes = file.subarray(at, next);
  const kind = KINDS[bytes[6] ?? KINDS.length];
  if (kind === undefined || readU32(bytes, 2) !== checksum(bytes)) {
    return undefined;
  }
  const frame = bytes.slice(RECORD_HEADER_BYTES + CONTENT_BYTES_MIN);
  return {
    record: { kind, sequence: readU32(bytes, 7), about: readU32(bytes, 11), frame },
    next,
  };
};
