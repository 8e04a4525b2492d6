/** The outside of a CP1 frame: header, tag and digest. The body is the codecs' business. */
import { copyBytes, readU32, writeU16, writeU32 } from '../bytes.ts';
import { CborWriter } from '../cbor-writer.ts';
import type { Crypto, MacKey } from '../crypto.ts';
import { BODY_BYTES_MAX, FRAME_BYTES_MAX, FRAME_HEADER_BYTES, TAG_BYTES } from '../limits.ts';
import type { RequestKey } from '../request.ts';

/** First byte of every frame. */
export const FRAME_MAGIC = 0xc5;
/** High nibble of the second byte. */
export const FRAME_VERSION = 1;
/** The same request is sent again. */
export const FLAG_REPEAT = 1;
/** A sale made while offline and forwarded later. */
export const FLAG_STORED = 2;
/** Set in the type of every frame to a terminal. */
export const TYPE_DOWN = 0x80;

/** Numbers of the frame types; a reply's is its request's with TYPE_DOWN set. */
export const FRAME_TYPES = {
  hello: 0x01,
  pay: 0x02,
  confirm: 0x03,
  reverse: 0x04,
  status: 0x05,
  refund: 0x06,
  ping: 0x07,
  catalogue: 0x08,
  welcome: 0x81,
  payReply: 0x82,
  confirmReply: 0x83,
  reverseReply: 0x84,
  statusReply: 0x85,
  refundReply: 0x86,
  pong: 0x87,
  catalogueReply: 0x88,
  fault: 0x8d,
  busy: 0x8e,
  goaway: 0x8f,
} as const;

export interface FrameHeader extends RequestKey {
  readonly type: number;
  /** FLAG_REPEAT and FLAG_STORED. */
  readonly flags: number;
}

/** The accessors below take a complete frame, as FrameReader returns it. */
export const frameType = (frame: Uint8Array): number => frame[4] as number;
export const frameTerminal = (frame: Uint8Array): number => readU32(frame, 5);
export const frameKeyVersion = (frame: Uint8Array): number => frame[9] as number;
export const frameSequence = (frame: Uint8Array): number => readU32(frame, 10);
export const isRepeat = (frame: Uint8Array): boolean => ((frame[1] as number) & FLAG_REPEAT) !== 0;
export const isStored = (frame: Uint8Array): boolean => ((frame[1] as number) & FLAG_STORED) !== 0;

/** Everything in front of the body. */
export const frameHeader = (
  frame: Uint8Array,
): FrameHeader & { readonly repeat: boolean; readonly stored: boolean } => ({
  type: frameType(frame),
  flags: (frame[1] as number) & 15,
  repeat: isRepeat(frame),
  stored: isStored(frame),
  terminal: frameTerminal(frame),
  keyVersion: frameKeyVersion(frame),
  sequence: frameSequence(frame),
});

/** Offset of the tag, which is the end of the body. */
export const bodyEnd = (frame: Uint8Array): number => frame.length - TAG_BYTES;

/** Shared: every use ends before anything else runs. */
const scratch = new Uint8Array(FRAME_BYTES_MAX);
const computedTag = new Uint8Array(TAG_BYTES);

/**
 * Frames are carved out of slabs, since an array of its own costs more than all else in encoding. Bytes; small enough
 * that a frame which is kept for long keeps little besides itself.
 */
const SLAB_BYTES = 8 * FRAME_BYTES_MAX;
let writer = new CborWriter(new Uint8Array(SLAB_BYTES));
/** Where in the slab the frame being written begins. */
let frameStart = 0;

/** Whether the tag is that of `macKey`; takes the same time wherever it differs. */
export const verifyTag = (frame: Uint8Array, macKey: MacKey): boolean => {
  const end = bodyEnd(frame);
  macKey.writeTag(frame, end, computedTag, 0);
  let difference = 0;
  for (let at = 0; at < TAG_BYTES; at += 1) {
    difference |= (computedTag[at] as number) ^ (frame[end + at] as number);
  }
  return difference === 0;
};

/** The tag that the frame has with REPEAT cleared: key 0 of its reply. The frame's own tag must have been verified. */
export const clearedTag = (frame: Uint8Array, macKey: MacKey): Uint8Array => {
  const end = bodyEnd(frame);
  if (!isRepeat(frame)) {
    return copyBytes(frame, end, frame.length);
  }
  scratch.set(frame);
  scratch[1] = (frame[1] as number) & ~FLAG_REPEAT;
  const tag = new Uint8Array(TAG_BYTES);
  macKey.writeTag(scratch, end, tag, 0);
  return tag;
};

/** SHA-256 over the flags with REPEAT cleared (one byte, 0 or 2), the type and the body (docs/protocol.md, section 7). */
export const requestDigest = (crypto: Crypto, frame: Uint8Array): Uint8Array => {
  const end = bodyEnd(frame);
  const start = FRAME_HEADER_BYTES - 2;
  scratch.set(frame);
  scratch[start] = (frame[1] as number) & FLAG_STORED;
  scratch[start + 1] = frameType(frame);
  return crypto.sha256(scratch.subarray(start, end));
};

/** Begins a body; `finishFrame` must follow before any other frame is begun. */
export const startBody = (): CborWriter => {
  if (frameStart + FRAME_BYTES_MAX > SLAB_BYTES) {
    writer = new CborWriter(new Uint8Array(SLAB_BYTES));
    frameStart = 0;
  }
  writer.at = frameStart + FRAME_HEADER_BYTES;
  return writer;
};

/** Puts header and tag around the body just written; without a key the tag is zeros. Throws RangeError above 1024 bytes. */
export const finishFrame = (header: FrameHeader, macKey: MacKey | undefined): Uint8Array => {
  const end = writer.at - frameStart;
  const total = end + TAG_BYTES;
  if (total > FRAME_BYTES_MAX) {
    throw new RangeError('frame exceeds 1024 bytes');
  }
  const frame = writer.bytes.subarray(frameStart, frameStart + total);
  frame[0] = FRAME_MAGIC;
  frame[1] = (FRAME_VERSION << 4) | header.flags;
  writeU16(frame, 2, total - 4);
  frame[4] = header.type;
  writeU32(frame, 5, header.terminal);
  frame[9] = header.keyVersion;
  writeU32(frame, 10, header.sequence);
  if (macKey === undefined) {
    frame.fill(0, end);
  } else {
    macKey.writeTag(frame, end, frame, end);
  }
  frameStart += total;
  return frame;
};

/** A frame around a body that is encoded already. Throws RangeError above 1024 bytes. */
export const encodeFrame = (
  header: FrameHeader,
  body: Uint8Array,
  macKey: MacKey | undefined,
): Uint8Array => {
  const slab = startBody();
  if (body.length <= BODY_BYTES_MAX) {
    slab.bytes.set(body, slab.at);
  }
  slab.at += body.length;
  return finishFrame(header, macKey);
};
