/** BER-TLV as EMV uses it (ISO/IEC 8825-1, EMV book 3 annex B): strict, bounded, nothing left over. */

export interface BerNode {
  /** As one number: 0x61, 0x9f26. */
  readonly tag: number;
  readonly value: Uint8Array;
  /** Of a constructed object; empty for a primitive one. */
  readonly children: readonly BerNode[];
}

/** Levels of objects, the deepest without a template: those of a customer code are three (61, 63, data). */
export const BER_DEPTH_MAX = 4;
/** Objects in one text: a code of 512 characters with every tag of EMVCo CPM has less than 40. */
export const BER_NODES_MAX = 64;

const CONSTRUCTED = 0x20;
const LONG_TAG = 0x1f;
const MORE = 0x80;

/** The objects in `bytes`; undefined: not whole, not minimal, padded, or beyond a bound. */
export const decodeBerTlv = (bytes: Uint8Array): readonly BerNode[] | undefined =>
  decodeLevel(bytes, BER_DEPTH_MAX, { left: BER_NODES_MAX });

/** Bytes of a tag of EMV's kernels: DF8129. */
const CARD_TAG_BYTES_MAX = 3;

/**
 * Whether `bytes` are objects as terminals send them in DE 55, whatever is in them: 00 may stand before, between and behind them
 * (EMV book 3 annex B1), tags have up to three bytes, lengths need not be the shortest.
 */
export const isCardTlv = (bytes: Uint8Array): boolean => {
  let at = 0;
  while (at < bytes.length) {
    at = byteAt(bytes, at) === 0 ? at + 1 : objectEnd(bytes, at);
  }
  return at === bytes.length;
};

/** Behind the object at `at`; Infinity where it is none. */
const objectEnd = (bytes: Uint8Array, at: number): number => {
  let next = at + 1;
  if ((byteAt(bytes, at) & LONG_TAG) === LONG_TAG) {
    while (next - at < CARD_TAG_BYTES_MAX - 1 && byteAt(bytes, next) >= MORE) {
      next += 1;
    }
    if (byteAt(bytes, next) >= MORE) {
      return Infinity;
    }
    next += 1;
  }
  const length = readLength(bytes, next);
  return length === undefined ? Infinity : length.end + length.value;
};

const decodeLevel = (
  bytes: Uint8Array,
  depth: number,
  budget: { left: number },
): readonly BerNode[] | undefined => {
  const nodes: BerNode[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = readHeader(bytes, at);
    budget.left -= 1;
    if (header === undefined || budget.left < 0 || header.end > bytes.length) {
      return undefined;
    }
    const value = bytes.subarray(header.start, header.end);
    const children = childrenOf(header, value, depth, budget);
    if (children === undefined) {
      return undefined;
    }
    nodes.push({ tag: header.tag, value, children });
    at = header.end;
  }
  return nodes;
};

const childrenOf = (
  { constructed }: Header,
  value: Uint8Array,
  depth: number,
  budget: { left: number },
): readonly BerNode[] | undefined => {
  if (!constructed) {
    return [];
  }
  return depth === 1 ? undefined : decodeLevel(value, depth - 1, budget);
};

interface Header {
  readonly tag: number;
  readonly constructed: boolean;
  readonly start: number;
  readonly end: number;
}

/** One or two bytes of tag, then a definite length in its shortest form: 00-7F, 81 80-FF, 82 0100-FFFF. */
const readHeader = (bytes: Uint8Array, at: number): Header | undefined => {
  const first = byteAt(bytes, at);
  const long = (first & LONG_TAG) === LONG_TAG;
  const second = byteAt(bytes, at + 1);
  /* A tag has two bytes at most; EMV numbers the second from 01 up, below the 1F of ISO/IEC 8825-1 (9F19). */
  if (first === 0 || (long && (second === 0 || second >= MORE))) {
    return undefined;
  }
  const length = readLength(bytes, at + (long ? 2 : 1));
  return length?.isShortest !== true
    ? undefined
    : {
        tag: long ? first * 256 + second : first,
        constructed: (first & CONSTRUCTED) !== 0,
        start: length.end,
        end: length.end + length.value,
      };
};

/** Of one, two or three bytes; undefined where it has another form. */
const readLength = (
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number; readonly isShortest: boolean } | undefined => {
  const first = byteAt(bytes, at);
  if (first < MORE) {
    return { value: first, end: at + 1, isShortest: true };
  }
  const one = byteAt(bytes, at + 1);
  if (first === 0x81) {
    return { value: one, end: at + 2, isShortest: one >= MORE };
  }
  const two = one * 256 + byteAt(bytes, at + 2);
  return first === 0x82 ? { value: two, end: at + 3, isShortest: two > 0xff } : undefined;
};

/** Behind the end: a value that no length allows, so that what is cut off is refused. */
const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? Infinity;
