/** What the records of the outbox file add up to: the requests without an answer, and the last number given out. */
import { decodeRecord, encodeRecord, type OutboxRecord, type RecordKind } from './outbox-record.ts';

/** A request that has no final answer yet. */
export type OpenRequest = OutboxRecord & {
  readonly kind: Exclude<RecordKind, 'reserved' | 'settled'>;
};

export interface LogState {
  /** By number, in the order in which they were kept. */
  readonly open: Map<number, OpenRequest>;
  lastSequence: number;
}

export interface LoadedLog extends LogState {
  /** Where the last whole record ends. */
  readonly wholeBytes: number;
  /** Bytes follow that are no whole record. */
  readonly torn: boolean;
  /** Where whole records follow behind unreadable bytes: the disk lost what it had acknowledged. */
  readonly damagedAt: number | undefined;
}

const isOpen = (record: OutboxRecord): record is OpenRequest =>
  record.kind !== 'reserved' && record.kind !== 'settled';

/** A REVERSE takes the place of the PAY that it is about, in one step. */
export const applyRecord = (state: LogState, record: OutboxRecord): void => {
  state.lastSequence = Math.max(state.lastSequence, record.sequence);
  if (isOpen(record)) {
    if (record.kind === 'reverse') {
      state.open.delete(record.about);
    }
    state.open.set(record.sequence, record);
  } else if (record.kind === 'settled') {
    state.open.delete(record.sequence);
  }
};

/** Reads all whole records. Only the last one may be torn. */
export const readLog = (file: Uint8Array): LoadedLog => {
  const state: LogState = { open: new Map(), lastSequence: 0 };
  let at = 0;
  for (let found = decodeRecord(file, at); found !== undefined; found = decodeRecord(file, at)) {
    at = found.next;
    applyRecord(state, found.record);
  }
  let damagedAt: number | undefined;
  for (let behind = at + 1; behind < file.length && damagedAt === undefined; behind += 1) {
    if (decodeRecord(file, behind) !== undefined) {
      damagedAt = at;
    }
  }
  return { ...state, wholeBytes: at, torn: at < file.length, damagedAt };
};

/** The shortest log with the same meaning: the last number, then what is open, byte for byte. */
export const compactedLog = ({ open, lastSequence }: LogState): Uint8Array =>
  Buffer.concat([
    encodeRecord({
      kind: 'reserved',
      sequence: lastSequence,
      about: 0,
      frame: new Uint8Array(0),
    }),
    ...[...open.values()].map(encodeRecord),
  ]);
