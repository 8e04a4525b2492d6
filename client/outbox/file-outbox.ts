/** The terminal's memory: a number and its bytes are on disk before the first of them is sent. */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { U32_MAX } from '#protocol/limits.ts';
import { takeOutboxLock } from './outbox-lock.ts';
import { decodeRecord, encodeRecord, type OutboxRecord } from './outbox-record.ts';

/** The file's name in the folder given. */
export const OUTBOX_FILE = 'outbox.log';
/** Bytes of the file above which it is refused: a million sales; compacting it is the operator's decision. */
export const OUTBOX_BYTES_MAX: number = 256 * 1024 * 1024;

export type OutboxErrorCode =
  | 'outbox_damaged'
  | 'outbox_full'
  | 'outbox_failed'
  | 'outbox_busy'
  | 'outbox_in_use';

export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code: OutboxErrorCode;

  constructor(code: OutboxErrorCode, message: string, cause?: unknown) {
    super(`${code}: ${message}`, { cause });
    this.code = code;
  }
}

/** A request that has no final answer yet. */
export type PendingRequest = OutboxRecord & { readonly kind: 'pay' | 'reverse' };

/**
 * Every method that returns has its effect on disk. At most one request is pending. Numbers given out
 * are never given out again, also not after a power cut at any byte.
 */
export interface Outbox {
  readonly pending: PendingRequest | undefined;
  /** The last number given out, 0 for none. */
  readonly lastSequence: number;
  /** A number for a request that is not kept (STATUS). */
  reserve(): number;
  /** Keeps the bytes made for the next number. */
  begin(makeFrame: (sequence: number) => Uint8Array): PendingRequest;
  /** Replaces the pending PAY by the REVERSE of it, in one step. */
  reverse(makeFrame: (sequence: number, about: number) => Uint8Array): PendingRequest;
  /** The pending request has its final answer. */
  settle(): void;
  close(): void;
}

interface Loaded {
  readonly pending: PendingRequest | undefined;
  readonly lastSequence: number;
  readonly wholeBytes: number;
  readonly torn: boolean;
}

const isPending = (record: OutboxRecord): record is PendingRequest =>
  record.kind === 'pay' || record.kind === 'reverse';

/** Reads all whole records. Only the last one may be torn: whole ones behind it mean that the disk lost data. */
const load = (file: Uint8Array): Loaded => {
  let pending: PendingRequest | undefined;
  let lastSequence = 0;
  let at = 0;
  for (let found = decodeRecord(file, at); found !== undefined; found = decodeRecord(file, at)) {
    at = found.next;
    lastSequence = Math.max(lastSequence, found.record.sequence);
    if (isPending(found.record)) {
      pending = found.record;
    } else if (found.record.kind === 'settled') {
      pending = undefined;
    }
  }
  for (let behind = at + 1; behind < file.length; behind += 1) {
    if (decodeRecord(file, behind) !== undefined) {
      throw new OutboxError(
        'outbox_damaged',
        `a record at byte ${at} is unreadable; keep the file and call the operator`,
      );
    }
  }
  return { pending, lastSequence, wholeBytes: at, torn: at < file.length };
};

class FileOutbox implements Outbox {
  readonly #file: number;
  readonly #unlock: () => void;
  #length: number;
  #failed = false;
  pending: PendingRequest | undefined;
  lastSequence: number;

  constructor(file: number, loaded: Loaded, unlock: () => void) {
    this.#file = file;
    this.#unlock = unlock;
    this.#length = loaded.wholeBytes;
    this.pending = loaded.pending;
    this.lastSequence = loaded.lastSequence;
  }

  reserve(): number {
    const sequence = this.#nextSequence();
    this.#append({ kind: 'reserved', sequence, about: 0, frame: new Uint8Array(0) });
    return sequence;
  }

  begin(makeFrame: (sequence: number) => Uint8Array): PendingRequest {
    if (this.pending !== undefined) {
      throw new OutboxError('outbox_busy', `request ${this.pending.sequence} has no answer yet`);
    }
    const sequence = this.#nextSequence();
    return this.#keep({ kind: 'pay', sequence, about: 0, frame: makeFrame(sequence) });
  }

  reverse(makeFrame: (sequence: number, about: number) => Uint8Array): PendingRequest {
    if (this.pending?.kind !== 'pay') {
      throw new OutboxError('outbox_busy', 'there is no payment to reverse');
    }
    const sequence = this.#nextSequence();
    const about = this.pending.sequence;
    return this.#keep({ kind: 'reverse', sequence, about, frame: makeFrame(sequence, about) });
  }

  settle(): void {
    if (this.pending === undefined) {
      throw new OutboxError('outbox_busy', 'nothing is pending');
    }
    const { sequence, about } = this.pending;
    this.#append({ kind: 'settled', sequence, about, frame: new Uint8Array(0) });
    this.pending = undefined;
  }

  close(): void {
    if (!this.#failed) {
      this.#failed = true;
      closeSync(this.#file);
      this.#unlock();
    }
  }

  #nextSequence(): number {
    if (this.lastSequence >= U32_MAX) {
      throw new OutboxError('outbox_full', 'all numbers are used: provision a new key version');
    }
    return this.lastSequence + 1;
  }

  #keep(record: PendingRequest): PendingRequest {
    this.#append(record);
    this.pending = record;
    return record;
  }

  #append(record: OutboxRecord): void {
    const bytes = encodeRecord(record);
    if (this.#failed || this.#length + bytes.length > OUTBOX_BYTES_MAX) {
      throw new OutboxError(
        'outbox_full',
        'the outbox takes no more records; restart the terminal',
      );
    }
    // The number is spent even where writing fails: nobody knows what reached the disk.
    this.lastSequence = Math.max(this.lastSequence, record.sequence);
    try {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(
          this.#file,
          bytes,
          written,
          bytes.length - written,
          this.#length + written,
        );
      }
      fsyncSync(this.#file);
    } catch (cause) {
      this.close();
      throw new OutboxError(
        'outbox_failed',
        'the disk refused a record; restart the terminal',
        cause,
      );
    }
    this.#length += bytes.length;
  }
}

/** Syncs a folder, so that a file just made in it survives a power cut. */
const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const readExisting = (path: string): Uint8Array => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return new Uint8Array(0);
    }
    throw new OutboxError('outbox_failed', 'the outbox cannot be read', error);
  }
};

/** Opens or makes the outbox of one terminal in `folder`; a torn tail is cut, and costs one number. */
export const openFileOutbox = (folder: string): Outbox => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = takeOutboxLock(folder);
  if (unlock === undefined) {
    throw new OutboxError(
      'outbox_in_use',
      'another program sells with this outbox; end it first, or wait until it is done',
    );
  }
  try {
    return openLocked(folder, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
};

const openLocked = (folder: string, unlock: () => void): Outbox => {
  const path = join(folder, OUTBOX_FILE);
  const content = readExisting(path);
  const loaded = load(content);
  const file = openSync(path, content.length === 0 ? 'w' : 'r+', 0o600);
  ftruncateSync(file, loaded.wholeBytes);
  fsyncSync(file);
  syncFolder(folder);
  syncFolder(dirname(folder));
  const outbox = new FileOutbox(file, loaded, unlock);
  if (loaded.torn) {
    // The torn record may have been whole when its number was used.
    outbox.reserve();
  }
  return outbox;
};
