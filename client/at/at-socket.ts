/** A TCP socket over a modem, as an ordinary Node stream. */
import { Duplex } from 'node:stream';
import { TIMED_OUT, type Timers, withDeadline } from '../ports.ts';
import { AtError } from './at-error.ts';
import type { ModemDriver } from './modem-driver.ts';

/** How often an open socket is read without being told to: the notice of data may have been lost. */
export const POLL_MS = 2_000;
/** Polls without data between two questions whether the link still stands. */
const POLLS_PER_STATUS = 5;

export interface AtSocketOptions {
  readonly driver: ModemDriver;
  readonly timers: Timers;
  readonly host: string;
  readonly port: number;
}

/**
 * Opened by `openAtSocket`. Bytes come out in order and complete, or the stream is destroyed with an
 * AtError. The end of the peer's stream ends this one too: a modem's link is never half open.
 */
export class AtSocket extends Duplex {
  readonly #driver: ModemDriver;
  readonly #timers: Timers;
  #link: number | undefined;
  #wanted = false;
  #reading = false;
  #readAgain = false;
  #gone: { readonly words: string; readonly how: 'closed' | 'lost' } | undefined;
  #wake: () => void = () => undefined;

  constructor(driver: ModemDriver, timers: Timers) {
    super({ allowHalfOpen: false, decodeStrings: true });
    this.#driver = driver;
    this.#timers = timers;
  }

  /** Rejects with AtError where the connection cannot be made. Called once, by `openAtSocket`. */
  async connect(host: string, port: number): Promise<void> {
    this.#link = await this.#driver.open(host, port, {
      onReadable: () => this.#pump(),
      onGone: (words, how) => {
        this.#gone = { words, how };
        this.#pump();
      },
    });
    this.#track(this.#poll());
  }

  /** Written bytes that the peer has not acknowledged; undefined where the modem does not tell. */
  async unacknowledged(): Promise<number | undefined> {
    return this.#link === undefined ? undefined : await this.#driver.unacknowledged(this.#link);
  }

  override _read(): void {
    this.#wanted = true;
    this.#pump();
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#send(chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    done();
    // The link is closed as a whole once the stream is destroyed, which autoDestroy does at both ends.
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#wake();
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined || this.#gone?.how === 'lost') {
      // With the bearer the link is gone too, and its number may be another's by now.
      done(error);
      return;
    }
    this.#driver.close(link).then(
      () => done(error),
      () => done(error),
    );
  }

  async #send(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; at += this.#driver.sendBytesMax) {
      if (this.#link === undefined) {
        throw new AtError('socket_closed', 'send', this.#gone?.words ?? 'closed');
      }
      await this.#driver.send(this.#link, chunk.subarray(at, at + this.#driver.sendBytesMax));
      // The answer may be there already, and its notice may be lost.
      this.#pump();
    }
  }

  #pump(): void {
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    if (this.#link !== undefined && this.#wanted) {
      this.#reading = true;
      this.#track(this.#readAll());
    }
  }

  /** Reads until the modem has nothing left or the stream wants no more. */
  async #readAll(): Promise<void> {
    try {
      let left = 1;
      while (this.#link !== undefined && this.#wanted && (left > 0 || this.#readAgain)) {
        this.#readAgain = false;
        const answer = await this.#readOnce(this.#link);
        left = answer.left;
        if (answer.bytes.length > 0) {
          this.#wanted = this.push(answer.bytes);
        } else if (left === 0 && this.#gone !== undefined) {
          this.#finish();
          return;
        }
      }
    } finally {
      this.#reading = false;
    }
    if (this.#gone !== undefined && this.#wanted && this.#link !== undefined) {
      this.#pump();
    }
  }

  async #readOnce(link: number): Promise<{ readonly bytes: Uint8Array; readonly left: number }> {
    try {
      return await this.#driver.read(link);
    } catch (error) {
      // After CLOSED some firmware has nothing to read from; that is an end, not a failure.
      const refused = error instanceof AtError && error.code === 'socket_closed';
      if (refused && this.#gone !== undefined) {
        return { bytes: new Uint8Array(0), left: 0 };
      }
      throw error;
    }
  }

  #finish(): void {
    if (this.#gone?.how === 'closed') {
      this.push(null);
    } else {
      this.destroy(new AtError('bearer_lost', 'receive', this.#gone?.words ?? ''));
    }
  }

  async #poll(): Promise<void> {
    for (let polls = 1; this.#link !== undefined; polls += 1) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const waited = await withDeadline(this.#timers, POLL_MS, woken);
      if (waited !== TIMED_OUT || this.#link === undefined) {
        return;
      }
      if (polls % POLLS_PER_STATUS === 0 && !(await this.#driver.isOpen(this.#link))) {
        this.#gone ??= { words: 'the modem says that it is closed', how: 'closed' };
      }
      this.#pump();
    }
  }

  #track(task: Promise<void>): void {
    task.catch((error: unknown) => {
      this.destroy(
        error instanceof Error ? error : new Error('the modem failed', { cause: error }),
      );
    });
  }
}

/** A connected socket, or an AtError. */
export const openAtSocket = async (options: AtSocketOptions): Promise<AtSocket> => {
  const socket = new AtSocket(options.driver, options.timers);
  try {
    await socket.connect(options.host, options.port);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
};
