/** Where a CP1 frame ends, and what shows at its first bytes that it is none. */
import { readU16 } from '../bytes.ts';
import type { StreamFault } from '../dialect.ts';
import { FRAME_BYTES_MAX, FRAME_LENGTH_MAX, FRAME_LENGTH_MIN } from '../limits.ts';
import { type FrameRule, PrefixReader } from '../prefix-reader.ts';
import { FLAG_REPEAT, FLAG_STORED, FRAME_MAGIC, FRAME_VERSION } from './frame.ts';

/** Framing is lost: send FAULT with this code and close (docs/protocol.md, section 8). */
export type FrameFault = StreamFault;

/** Bytes that tell where a frame ends. */
const PREFIX_BYTES = 4;
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

const CP1_RULE: FrameRule = {
  prefixBytes: PREFIX_BYTES,
  frameBytesMax: FRAME_BYTES_MAX,
  faultAt,
  totalAt: (bytes, at) => PREFIX_BYTES + readU16(bytes, at + 2),
};

/** Cuts a stream of bytes into CP1 frames. */
export class FrameReader extends PrefixReader {
  constructor() {
    super(CP1_RULE);
  }
}
