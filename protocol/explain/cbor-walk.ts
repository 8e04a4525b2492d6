/** Goes through a CBOR body to show it: takes what it can, says nothing of right or wrong. That is CborReader's business. */
import { decodeUtf8, readU16, readU32 } from '../bytes.ts';
import { CBOR_DEPTH_MAX } from '../limits.ts';

export type CborShown = number | string | boolean | null | Uint8Array | readonly CborShown[];

/** One entry of the body's map. */
export interface Entry {
  readonly key: number;
  readonly at: number;
  readonly end: number;
  readonly value: CborShown;
}

const ZEROS = new Uint8Array(8);
const U32_SPAN = 4_294_967_296;
const SIMPLE: Readonly<Record<number, boolean | null>> = { 20: false, 21: true, 22: null };

/** The entries up to the first that cannot be read. */
export const walkBody = (bytes: Uint8Array, start: number, end: number): readonly Entry[] => {
  const walk = new Walk(bytes, start, end);
  const entries: Entry[] = [];
  const { major, argument } = walk.head();
  for (let left = major === 5 ? argument : 0; left > 0; left -= 1) {
    const at = walk.at;
    const key = walk.value(1);
    const value = walk.value(1);
    if (walk.isLost || typeof key !== 'number') {
      break;
    }
    entries.push({ key, at, end: walk.at, value });
  }
  return entries;
};

class Walk {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  at: number;
  /** Whether something could not be read: what came after it is nothing. */
  isLost = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  head(): { readonly major: number; readonly argument: number } {
    const first = this.#take(1)[0] as number;
    const info = first & 31;
    return { major: first >> 5, argument: info < 24 ? info : this.#argument(info) };
  }

  value(depth: number): CborShown {
    const { major, argument } = this.head();
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.#take(argument);
      case 3:
        return decodeUtf8(this.#take(argument)) ?? 'no UTF-8';
      case 4:
        return this.#items(argument, depth);
      case 5:
        return this.#items(2 * argument, depth);
      default:
        return argument in SIMPLE ? (SIMPLE[argument] as boolean | null) : `simple ${argument}`;
    }
  }

  #items(count: number, depth: number): readonly CborShown[] {
    if (depth >= CBOR_DEPTH_MAX || count > this.#end - this.at) {
      return this.#lose([]);
    }
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  #argument(info: number): number {
    switch (info) {
      case 24:
        return this.#take(1)[0] as number;
      case 25:
        return readU16(this.#take(2), 0);
      case 26:
        return readU32(this.#take(4), 0);
      case 27: {
        const eight = this.#take(8);
        return readU32(eight, 0) * U32_SPAN + readU32(eight, 4);
      }
      default:
        return this.#lose(0);
    }
  }

  #lose<T>(nothing: T): T {
    this.isLost = true;
    this.at = this.#end;
    return nothing;
  }

  #take(count: number): Uint8Array {
    if (count > this.#end - this.at) {
      // As many zeros as any number has.
      return this.#lose(ZEROS);
    }
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }
}
