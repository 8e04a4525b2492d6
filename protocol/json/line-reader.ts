/** Cuts a stream of bytes into lines, whatever its segmentation. */
import { copyBytes } from '../bytes.ts';
import type { StreamFault, StreamReader } from '../dialect.ts';
import { JSON_LINE_BYTES_MAX } from '../limits.ts';

const LF = 10;
const CR = 13;
const NOTHING = new Uint8Array(0);
const TOO_LONG: StreamFault = { fault: 64, reason: 'a line is too long' };
/** Bytes that a line in parts begins with; doubled as it grows. */
const PARTIAL_BYTES = 256;

/**
 * Pull style, as every StreamReader. A line comes without its LF or CR LF; empty lines are passed over. A line that lies
 * whole in a chunk is a view of it; one in parts is gathered in at most JSON_LINE_BYTES_MAX and a CR.
 */
export class LineReader implements StreamReader {
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** A line in parts: `#gathered` bytes of it so far. */
  #partial: Uint8Array = NOTHING;
  #gathered = 0;
  #failed = false;

  feed(chunk: Uint8Array): void {
    // What was left is a line in parts at most: lines are taken until none is whole.
    this.#gather(this.#chunk.length);
    this.#chunk = chunk;
    this.#at = 0;
  }

  next(): Uint8Array | StreamFault | undefined {
    while (!this.#failed) {
      const end = this.#chunk.indexOf(LF, this.#at);
      if (end < 0) {
        this.#failed = this.#gathered + this.#chunk.length - this.#at > JSON_LINE_BYTES_MAX + 1;
        if (!this.#failed) {
          return undefined;
        }
        break;
      }
      const line = this.#lineTo(end);
      this.#at = end + 1;
      if (line.length > JSON_LINE_BYTES_MAX) {
        this.#failed = true;
      } else if (line.length > 0) {
        return line;
      }
    }
    return TOO_LONG;
  }

  get begun(): boolean {
    return !this.#failed && this.#gathered + this.#chunk.length - this.#at > 0;
  }

  retain(): void {
    this.#chunk = this.#failed ? NOTHING : copyBytes(this.#chunk, this.#at, this.#chunk.length);
    this.#at = 0;
  }

  #lineTo(end: number): Uint8Array {
    let line = this.#chunk.subarray(this.#at, end);
    if (this.#gathered > 0) {
      this.#gather(end);
      line = this.#partial.subarray(0, this.#gathered);
      this.#partial = NOTHING;
      this.#gathered = 0;
    }
    return line[line.length - 1] === CR ? line.subarray(0, -1) : line;
  }

  /** Moves the chunk up to `end` behind what there is of the line. */
  #gather(end: number): void {
    const more = this.#chunk.subarray(this.#at, end);
    const total = this.#gathered + more.length;
    if (more.length === 0 || this.#failed) {
      return;
    }
    if (total > this.#partial.length) {
      const grown = new Uint8Array(Math.max(total, 2 * this.#partial.length, PARTIAL_BYTES));
      grown.set(this.#partial.subarray(0, this.#gathered));
      this.#partial = grown;
    }
    this.#partial.set(more, this.#gathered);
    this.#gathered = total;
    this.#at = end;
  }
}
