/** Cuts a stream of bytes into CP1 frames, whatever its segmentation, and finds a fault at the first byte that shows it. */
import { concatBytes, copyBytes, readU16 } from '../bytes.ts';
import { FRAME_BYTES_MAX, FRAME_LENGTH_MAX, FRAME_LENGTH_MIN } from '../limits.ts';
import { FLAG_REPEAT, FLAG_STORED, FRAME_MAGIC, FRAME_VERSION } from './frame.ts';

/** Framing is lost: send FAULT with this code and close (docs/protocol.md, section 8). */
export interface FrameFault {
  readonly fault: 64 | 65;
  readonly reason: string;
}

/** Bytes that tell where a frame ends. */
const PREFIX_BYTES = 4;
const NOTHING = new Uint8Array(0);
const WRONG_MAGIC: FrameFault = { fault: 64, reason: 'first byte of a frame is not C5' };
const WRONG_VERSION: FrameFault = { fault: 65, reason: 'version is not 1' };
const RESERVED_FLAG: FrameFault = { fault: 64, reason: 'a reserved flag is set' };
const WRONG_LENGTH: FrameFault = { fault: 64, reason: 'length is outside 18 .. 1020' };

/** What the first bytes of a frame at `at` already show to be wrong. */
const faultAt = (bytes: Uint8Array, at: number): FrameFault | undefined => {
  const known = bytes.length - at;
  if (bytes[at] !== FRAME_MAGIC) {
    return WRONG_MAGIC;
  }
  const second = known > 1 ? (bytes[at + 1] as number) : FRAME_VERSION << 4;
  if (second >> 4 !== FRAME_VERSION) {
    return WRONG_VERSION;
  }
  if ((second & 15 & ~(FLAG_REPEAT | FLAG_STORED)) !== 0) {
    return RESERVED_FLAG;
  }
  // The upper byte alone shows a length of 1024 and more.
  if (known === 3 && (bytes[at + 2] as number) > FRAME_LENGTH_MAX >> 8) {
    return WRONG_LENGTH;
  }
  if (known < PREFIX_BYTES) {
    return undefined;
  }
  const length = readU16(bytes, at + 2);
  return length < FRAME_LENGTH_MIN || length > FRAME_LENGTH_MAX ? WRONG_LENGTH : undefined;
};

/**
 * Pull style: `feed` a chunk, then take with `next` until it returns undefined. A frame that lies whole in a chunk is
 * a view of it, valid until the next `feed`; only a frame in parts is gathered, in at most 1024 bytes. A fault is
 * final: it is returned for ever after.
 */
export class FrameReader {
  /** The current chunk from `#at` on is still to be read. */
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** A frame in parts: `#gathered` bytes of it so far. Empty array: none. */
  #partial: Uint8Array = NOTHING;
  #gathered = 0;
  #fault: FrameFault | undefined;

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
  next(): Uint8Array | FrameFault | undefined {
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
    const fault = faultAt(chunk, at);
    if (fault !== undefined) {
      return this.#stop(fault);
    }
    if (chunk.length - at >= PREFIX_BYTES) {
      const end = at + PREFIX_BYTES + readU16(chunk, at + 2);
      if (end <= chunk.length) {
        this.#at = end;
        return chunk.subarray(at, end);
      }
    }
    this.#partial = new Uint8Array(FRAME_BYTES_MAX);
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
  #gather(): Uint8Array | FrameFault | undefined {
    if (this.#gathered < PREFIX_BYTES) {
      this.#take(PREFIX_BYTES);
      const fault = faultAt(this.#partial.subarray(0, this.#gathered), 0);
      if (fault !== undefined) {
        return this.#stop(fault);
      }
      if (this.#gathered < PREFIX_BYTES) {
        return undefined;
      }
    }
    const total = PREFIX_BYTES + readU16(this.#partial, 2);
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

  #stop(fault: FrameFault): FrameFault {
    this.#fault = fault;
    this.#chunk = NOTHING;
    this.#partial = NOTHING;
    this.#at = 0;
    this.#gathered = 0;
    return fault;
  }
}
