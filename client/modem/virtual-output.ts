/** The modem's mouth: whole blocks in order, late, slow and in pieces as asked, sometimes with a byte altered. */
import type { Timers } from '../ports.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Bytes waiting to leave; beyond it the module drops unsolicited output, as a full UART buffer does. */
export const OUTPUT_BYTES_MAX = 65_536;
/** Largest piece where output is cut into pieces: small enough to cut inside every token. */
const PIECE_BYTES_MAX = 9;
/** A UART byte is a start bit, eight data bits and a stop bit. */
const BITS_PER_BYTE = 10;

export interface OutputOptions {
  readonly timers: Timers;
  readonly random: SeededRandom;
  readonly bitsPerSecond: number | undefined;
  readonly inPieces: boolean;
  readonly corruptRate: number;
  readonly deliver: (chunk: Uint8Array) => void;
}

export class VirtualOutput {
  readonly #options: OutputOptions;
  readonly #blocks: Uint8Array[] = [];
  #waitingBytes = 0;
  #running = false;
  #closed = false;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Queues one block that no other block can interrupt; false where the buffer is full. */
  push(block: Uint8Array): boolean {
    if (this.#closed || this.#waitingBytes + block.length > OUTPUT_BYTES_MAX) {
      return false;
    }
    this.#waitingBytes += block.length;
    this.#blocks.push(this.#maybeCorrupt(block));
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
    return true;
  }

  /** Drops what waits, as a lost power does. */
  clear(): void {
    this.#waitingBytes = 0;
    this.#blocks.length = 0;
  }

  close(): void {
    this.#closed = true;
    this.#blocks.length = 0;
  }

  #maybeCorrupt(block: Uint8Array): Uint8Array {
    const { random, corruptRate } = this.#options;
    if (block.length === 0 || !random.chance(corruptRate)) {
      return block;
    }
    const altered = Uint8Array.from(block);
    const at = random.below(altered.length);
    altered[at] = (altered[at] ?? 0) ^ (1 << random.below(8));
    return altered;
  }

  async #run(): Promise<void> {
    const { timers, random, bitsPerSecond, inPieces, deliver } = this.#options;
    let block = this.#blocks.shift();
    while (block !== undefined && !this.#closed) {
      for (let at = 0; at < block.length && !this.#closed; ) {
        const size = inPieces ? 1 + random.below(PIECE_BYTES_MAX) : block.length;
        const piece = block.slice(at, at + size);
        at += piece.length;
        // Without a bit rate a turn of the queue still passes, so that nothing is delivered re-entrantly.
        await (bitsPerSecond === undefined
          ? Promise.resolve()
          : timers.sleep((piece.length * BITS_PER_BYTE * 1000) / bitsPerSecond));
        if (!this.#closed) {
          deliver(piece);
        }
      }
      this.#waitingBytes = Math.max(0, this.#waitingBytes - block.length);
      block = this.#blocks.shift();
    }
    this.#running = false;
  }
}
