/** Cuts a stream of bytes into frames whose first bytes tell their length, whatever the segmentation. */
import { concatBytes, copyBytes } from './bytes.ts';
import type { StreamFault, StreamReader } from './dialect.ts';

/** What the first bytes of a frame say. */
export interface FrameRule {
  /** Bytes that tell where a frame ends. */
  readonly prefixBytes: number;
  /** Of a whole frame. */
  readonly frameBytesMax: number;
  /** What the bytes at `at`, as few as they may be, already show to be wrong. */
  faultAt(bytes: Uint8Array, at: number): StreamFault | undefined;
  /** Bytes of the frame whose whole, faultless prefix is at `at`. */
  totalAt(bytes: Uint8Array, at: number): number;
}

const NOTHING = new Uint8Array(0);

/**
 * Pull style: `feed` a chunk, then take with `next` until it returns undefined. A frame that lies whole in a chunk is
 * a view of it, valid until the next `feed`; only a frame in parts is gathered, in at most `frameBytesMax`. A fault is
 * found at the first byte that shows it and is final: it is returned for ever after.
 */
export class PrefixReader implements StreamReader {
  readonly #rule: FrameRule;
  /** The current chunk from `#at` on is still to be read. */
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** A frame in parts: `#gathered` bytes of it so far. Empty array: none. */
  #partial: Uint8Array = NOTHING;
  #gathered = 0;
  #fault: StreamFault | undefined;

  constructor(rule: FrameRule) {
    this.#rule = rule;
  }

  /** Takes the next bytes of the stream. What an earlier chunk still holds is kept in front of them. */
  feed(chunk: Uint8Array): void {
    if (this.#fault !== undefined) {
      return;
    }
    this.#chunk =
      this.#at === this.#chunk.length ? chunk : concatBytes(this.#chunk.subarray(this.#at), chunk);
    this.#at = 0;
  }

  /** The next complete frame, or the fault that ends the stream, or undefined where more bytes are needed. */
  next(): Uint8Array | StreamFault | undefined {
    if (this.#fault !== undefined) {
      return this.#fault;
    }
    if (this.#gathered > 0) {
      return this.#gather();
    }
    const chunk = this.#chunk;
    const at = this.#at;
    if (at === chunk.length) {
      return undefined;
    }
    const fault = this.#rule.faultAt(chunk, at);
    if (fault !== undefined) {
      return this.#stop(fault);
    }
    if (chunk.length - at >= this.#rule.prefixBytes) {
      const end = at + this.#rule.totalAt(chunk, at);
      if (end <= chunk.length) {
        this.#at = end;
        // Most chunks are one frame.
        return at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end);
      }
    }
    this.#partial = new Uint8Array(this.#rule.frameBytesMax);
    return this.#gather();
  }

  /** Whether a frame has begun and is not complete. */
  get begun(): boolean {
    return this.#gathered > 0 || this.#at < this.#chunk.length;
  }

  /** Copies what is left of the chunk, so that its buffer may be used again. */
  retain(): void {
    this.#chunk =
      this.#at === this.#chunk.length
        ? NOTHING
        : copyBytes(this.#chunk, this.#at, this.#chunk.length);
    this.#at = 0;
  }

  /** Moves bytes of the chunk into the partial frame: first its prefix, then the rest. */
  #gather(): Uint8Array | StreamFault | undefined {
    const { prefixBytes } = this.#rule;
    if (this.#gathered < prefixBytes) {
      this.#take(prefixBytes);
      const fault = this.#rule.faultAt(this.#partial.subarray(0, this.#gathered), 0);
      if (fault !== undefined) {
        return this.#stop(fault);
      }
      if (this.#gathered < prefixBytes) {
        return undefined;
      }
    }
    const total = this.#rule.totalAt(this.#partial, 0);
    this.#take(total);
    if (this.#gathered < total) {
      return undefined;
    }
    const frame = this.#partial.subarray(0, total);
    this.#partial = NOTHING;
    this.#gathered = 0;
    return frame;
  }

  #take(total: number): void {
    const wanted = Math.min(total - this.#gathered, this.#chunk.length - this.#at);
    this.#partial.set(this.#chunk.subarray(this.#at, this.#at + wanted), this.#gathered);
    this.#gathered += wanted;
    this.#at += wanted;
  }

  #stop(fault: StreamFault): StreamFault {
    this.#fault = fault;
    this.#chunk = NOTHING;
    this.#partial = NOTHING;
    this.#at = 0;
    this.#gathered = 0;
    return fault;
  }
}
