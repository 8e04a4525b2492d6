/** The outbox file: appended to and synced record by record, replaced as a whole or not at all. */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { OutboxError } from './outbox-error.ts';
import { type LoadedLog, readLog } from './outbox-log.ts';
import { encodeRecord, type OutboxRecord } from './outbox-record.ts';

/** The file's name in the folder given. */
export const OUTBOX_FILE = 'outbox.log';
/** Where its shorter successor is written; what a power cut left of it is nobody's. */
const NEXT_FILE = 'outbox.log.new';
/** Bytes of the file above which it is refused: compacting keeps it a thousand times below. */
export const OUTBOX_BYTES_MAX: number = 64 * 1024 * 1024;

export interface LogFile {
  /** What was in it when it was opened. */
  readonly loaded: LoadedLog;
  /** Bytes. */
  readonly length: number;
  /** Returns once the record is on the disk; throws OutboxError. */
  append(record: OutboxRecord): void;
  /** The file has this content, or after a power cut the one that it had. */
  replace(content: Uint8Array): void;
  close(): void;
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

const writeAt = (file: number, bytes: Uint8Array, position: number): void => {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
  fsyncSync(file);
};

const orFailed = <T>(what: string, act: () => T): T => {
  try {
    return act();
  } catch (cause) {
    throw new OutboxError('outbox_failed', `${what}; restart the terminal`, cause);
  }
};

/** Opens or makes the file in an existing folder that nobody else uses, and cuts a torn tail off. */
export const openLogFile = (folder: string): LogFile => {
  const path = join(folder, OUTBOX_FILE);
  const next = join(folder, NEXT_FILE);
  rmSync(next, { force: true });
  const content = readExisting(path);
  const loaded = readLog(content);
  if (loaded.damagedAt !== undefined) {
    throw new OutboxError(
      'outbox_damaged',
      `a record at byte ${loaded.damagedAt} is unreadable; keep the file and call the operator`,
    );
  }
  let file = openSync(path, content.length === 0 ? 'w' : 'r+', 0o600);
  let length = loaded.wholeBytes;
  ftruncateSync(file, length);
  fsyncSync(file);
  syncFolder(folder);
  syncFolder(dirname(folder));
  return {
    loaded,
    get length() {
      return length;
    },
    append: (record) => {
      const bytes = encodeRecord(record);
      if (length + bytes.length > OUTBOX_BYTES_MAX) {
        throw new OutboxError('outbox_full', 'the outbox takes no more records; connect first');
      }
      orFailed('the disk refused a record', () => writeAt(file, bytes, length));
      length += bytes.length;
    },
    replace: (shorter) =>
      orFailed('the disk refused a shorter outbox', () => {
        const successor = openSync(next, 'w', 0o600);
        try {
          writeAt(successor, shorter, 0);
          renameSync(next, path);
          syncFolder(folder);
        } catch (error) {
          closeSync(successor);
          throw error;
        }
        closeSync(file);
        file = successor;
        length = shorter.length;
      }),
    close: () => closeSync(file),
  };
};
