/** The terminal's memory: a number and its bytes are on disk before the first of them is sent. */
import { U32_MAX } from '#protocol/limits.ts';
import type { FrameSeal } from './frame-seal.ts';
import { OutboxError } from './outbox-error.ts';
import { type LogFile, openLogFile } from './outbox-file.ts';
import { takeOutboxLock } from './outbox-lock.ts';
import { applyRecord, compactedLog, type LogState, type OpenRequest } from './outbox-log.ts';
import { type OutboxRecord, placeOf } from './outbox-record.ts';

/** Requests without an answer: 500 stored sales, and REVERSEs of a hundred bad days. */
export const OPEN_REQUESTS_MAX = 600;
/**
 * Bytes of the file above which answered requests are taken out of it: what customers showed does not stay on the disk,
 * and a kiosk that sells a thousand times a day never fills it.
 */
export const COMPACT_BYTES: number = 16 * 1024;
/** And only where the file has this many times the bytes that are still needed, so that writing stays linear. */
const COMPACT_RATIO = 4;

type MakeFrame = (sequence: number) => Uint8Array;

/**
 * Every method that returns has its effect on disk. Numbers given out are never given out again, also
 * not after a power cut at any byte; kept bytes are never written anew.
 */
export interface Outbox {
  /** Requests without a final answer, in the order in which they were kept. */
  readonly open: readonly OpenRequest[];
  /** The last number given out, 0 for none. */
  readonly lastSequence: number;
  /** A number for a request that is not kept (STATUS, CATALOGUE). */
  reserve(): number;
  /** Keeps a PAY that is sent at once; one at a time. */
  begin(makeFrame: MakeFrame): OpenRequest;
  /** Keeps a sale that was made while offline. */
  store(makeFrame: MakeFrame): OpenRequest;
  /** Replaces the PAY with this number by the REVERSE of it, in one step. */
  reverse(paymentSequence: number, makeFrame: MakeFrame): OpenRequest;
  /** The request with this number has its final answer. */
  settle(sequence: number): void;
  close(): void;
}

class FileOutbox implements Outbox {
  readonly #file: LogFile;
  readonly #state: LogState;
  readonly #seal: FrameSeal;
  readonly #unlock: () => void;
  #closed = false;

  constructor(file: LogFile, seal: FrameSeal, unlock: () => void) {
    this.#file = file;
    this.#seal = seal;
    this.#unlock = unlock;
    const { open, lastSequence } = file.loaded;
    this.#state = { open: this.#opened(open), lastSequence };
    if (file.loaded.torn) {
      // The torn record may have been whole when its number was used.
      this.reserve();
    }
  }

  get open(): readonly OpenRequest[] {
    return [...this.#state.open.values()];
  }

  get lastSequence(): number {
    return this.#state.lastSequence;
  }

  reserve(): number {
    const sequence = this.#nextSequence();
    this.#append({ kind: 'reserved', sequence, about: 0, frame: new Uint8Array(0) });
    return sequence;
  }

  begin(makeFrame: MakeFrame): OpenRequest {
    const paying = this.open.find(({ kind }) => kind === 'pay');
    if (paying !== undefined) {
      throw new OutboxError('outbox_busy', `payment ${paying.sequence} has no answer yet`);
    }
    return this.#keep('pay', makeFrame);
  }

  store(makeFrame: MakeFrame): OpenRequest {
    return this.#keep('stored', makeFrame);
  }

  reverse(paymentSequence: number, makeFrame: MakeFrame): OpenRequest {
    if (this.#state.open.get(paymentSequence)?.kind !== 'pay') {
      throw new OutboxError('outbox_busy', 'there is no payment to reverse');
    }
    const sequence = this.#nextSequence();
    const frame = makeFrame(sequence).slice();
    const record = { kind: 'reverse', sequence, about: paymentSequence, frame } as const;
    this.#append(record);
    return record;
  }

  settle(sequence: number): void {
    const request = this.#state.open.get(sequence);
    if (request === undefined) {
      throw new OutboxError('outbox_busy', `request ${sequence} is not open`);
    }
    const { about } = request;
    this.#append({ kind: 'settled', sequence, about, frame: new Uint8Array(0) });
    if (this.#file.length >= COMPACT_BYTES) {
      this.#compact();
    }
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#file.close();
      this.#unlock();
    }
  }

  #nextSequence(): number {
    if (this.#state.lastSequence >= U32_MAX) {
      throw new OutboxError('outbox_full', 'all numbers are used: provision a new key version');
    }
    return this.#state.lastSequence + 1;
  }

  #keep(kind: 'pay' | 'stored', makeFrame: MakeFrame): OpenRequest {
    if (this.#state.open.size >= OPEN_REQUESTS_MAX) {
      throw new OutboxError('outbox_full', 'too many requests wait for an answer; connect first');
    }
    const sequence = this.#nextSequence();
    // A copy: encoders carve frames out of slabs, which a kept one would keep whole.
    const record = { kind, sequence, about: 0, frame: makeFrame(sequence).slice() };
    this.#append(record);
    return record;
  }

  #append(record: OutboxRecord): void {
    if (this.#closed) {
      throw new OutboxError('outbox_failed', 'the outbox is closed; restart the terminal');
    }
    // The number is spent even where writing fails: nobody knows what reached the disk.
    this.#state.lastSequence = Math.max(this.#state.lastSequence, record.sequence);
    this.#orClose(() => this.#file.append(this.#sealed(record)));
    applyRecord(this.#state, record);
  }

  #compact(): void {
    const open = new Map(this.open.map((request) => [request.sequence, this.#sealed(request)]));
    const shorter = compactedLog({ open, lastSequence: this.lastSequence });
    if (shorter.length * COMPACT_RATIO <= this.#file.length) {
      this.#orClose(() => this.#file.replace(shorter));
    }
  }

  #sealed<R extends OutboxRecord>(record: R): R {
    return record.frame.length === 0
      ? record
      : { ...record, frame: this.#seal.seal(record.frame, placeOf(record)) };
  }

  #opened(sealed: LogState['open']): LogState['open'] {
    const opened = new Map<number, OpenRequest>();
    for (const [sequence, request] of sealed) {
      const frame = this.#seal.open(request.frame, placeOf(request));
      if (frame === undefined) {
        throw new OutboxError(
          'outbox_sealed',
          `request ${sequence} was kept under other keys of a terminal; start with those once more and let it deliver, or call the operator`,
        );
      }
      opened.set(sequence, { ...request, frame });
    }
    return opened;
  }

  #orClose(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

/** Opens or makes the outbox of one terminal in `folder`; a torn tail is cut, and costs one number. */
export const openFileOutbox = (folder: string, seal: FrameSeal): Outbox => {
  const unlock = takeOutboxLock(folder);
  if (unlock === undefined) {
    throw new OutboxError(
      'outbox_in_use',
      'another program sells with this outbox; end it first, or wait until it is done',
    );
  }
  try {
    return openOn(openLogFile(folder), seal, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
};

const openOn = (file: LogFile, seal: FrameSeal, unlock: () => void): Outbox => {
  try {
    return new FileOutbox(file, seal, unlock);
  } catch (error) {
    file.close();
    throw error;
  }
};
