/** CP1 as the bridge sees it. */

import type { MacKey } from '../crypto.ts';
import type { DialectFraming, FrameLook, LinkFault } from '../dialect.ts';
import type { Told } from '../envelope.ts';
import {
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_LENGTH_MIN,
  SIGNAL_MAX,
  TAG_BYTES,
} from '../limits.ts';
import { accept } from '../result.ts';
import { carve } from '../slab.ts';
import { frameKey, OPERATIONS } from './codec.ts';
import {
  FRAME_MAGIC,
  FRAME_TYPES,
  FRAME_VERSION,
  frameType,
  isStored,
  requestDigest,
  TYPE_DOWN,
  verifyTag,
} from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { LINK_LABELS } from './keys.ts';
import {
  decodeHello,
  decodePing,
  encodeBusy,
  encodeFault,
  encodeGoaway,
  encodeWelcome,
  type Hello,
  NOBODY,
} from './link-codec.ts';

/** Where K begins in a frame; it ends with the header. */
const KEY_AT = 5;
const EMPTY_FRAME_BYTES = FRAME_HEADER_BYTES + TAG_BYTES;
/** Nothing in it can be wrong, and most of them are empty: not worth opening. */
const EMPTY_PING = accept(undefined);

/** Whole objects, not parts put together: every frame passes here. */
const lookAt = (frame: Uint8Array): FrameLook => {
  const key = frameKey(frame);
  const { keyVersion } = key;
  const type = frameType(frame);
  const op = OPERATIONS.get(type);
  if (op !== undefined) {
    return { kind: 'request', key, keyVersion, op };
  }
  if (type === FRAME_TYPES.hello) {
    return { kind: 'hello', key, keyVersion };
  }
  if (type !== FRAME_TYPES.ping) {
    return { kind: 'other', key, keyVersion, refused: 'type is not a request' };
  }
  const ping =
    frame.length === EMPTY_FRAME_BYTES && !isStored(frame) ? EMPTY_PING : decodePing(frame);
  return ping.ok
    ? { kind: 'ping', key, keyVersion }
    : { kind: 'broken', key, keyVersion, refused: ping.reason };
};

export const cp1Framing: DialectFraming = {
  dialect: 'cp1',
  labels: LINK_LABELS,
  createReader: () => new FrameReader(),
  look: lookAt,
  isSignedWith: verifyTag,
  decodeHello: (frame) => {
    const hello = decodeHello(frame);
    return hello.ok ? accept(toldBy(hello.value)) : hello;
  },
  encodeWelcome: (hello, { mode: advised, serverTimeS, heartbeatS }, down) => {
    const decoded = decodeHello(hello);
    if (!decoded.ok) {
      throw new Error('a HELLO that was refused has no WELCOME');
    }
    const { nonce, mode } = decoded.value;
    return encodeWelcome(
      frameKey(hello),
      { nonce, mode: advised ?? mode, serverTimeS, heartbeatS, frameBytesMax: FRAME_BYTES_MAX },
      down,
    );
  },
  encodePong: (ping, _, down) => pongTo(ping, down),
  encodeBusy: (frame, retryAfterMs, down, keyVersion) => {
    const key = { ...frameKey(frame), keyVersion };
    return encodeBusy(key, { retryAfterMs, sequence: key.sequence }, down);
  },
  encodeGoaway: (key, reconnectAfterMs, down) => encodeGoaway(key, { reconnectAfterMs }, down),
  encodeFault: ({ code, key, frame, unnamed }: LinkFault, down) => {
    const sequence = frame === undefined || unnamed ? undefined : frameKey(frame).sequence;
    const body = sequence === undefined ? { code } : { code, sequence };
    return key === undefined || down === undefined
      ? encodeFault(NOBODY, body, undefined)
      : encodeFault({ ...key, sequence: sequence ?? 0 }, body, down);
  },
  toEnvelope: (request) => request,
  fromEnvelope: (reply) => reply,
  isAnswerTo: (reply, request) =>
    frameType(reply) === (frameType(request) | TYPE_DOWN) && hasKeyOf(reply, request),
  digest: requestDigest,
};

/** Whether terminal, key version and sequence are the same: nine bytes in a row. */
const hasKeyOf = (reply: Uint8Array, request: Uint8Array): boolean => {
  for (let at = KEY_AT; at < FRAME_HEADER_BYTES; at += 1) {
    if (reply[at] !== request[at]) {
      return false;
    }
  }
  return true;
};

/** PONG for a PING: its header with the other type, and a tag. 22 bytes are all that it allocates. */
const pongTo = (ping: Uint8Array, down: MacKey): Uint8Array => {
  const pong = carve(EMPTY_FRAME_BYTES);
  for (let at = KEY_AT; at < FRAME_HEADER_BYTES; at += 1) {
    pong[at] = ping[at] as number;
  }
  // Flags are the terminal's to set; the length is that of an empty frame whatever the PING carried.
  pong[0] = FRAME_MAGIC;
  pong[1] = FRAME_VERSION << 4;
  pong[2] = 0;
  pong[3] = FRAME_LENGTH_MIN;
  pong[4] = FRAME_TYPES.pong;
  down.writeTag(pong, FRAME_HEADER_BYTES, pong, FRAME_HEADER_BYTES);
  return pong;
};

/** What a payment may need of a HELLO. */
const toldBy = ({ locale, clockOffsetS, signal }: Hello): Told => ({
  locale,
  ...(clockOffsetS === undefined ? {} : { clockOffsetS }),
  ...(signal <= SIGNAL_MAX ? { signal } : {}),
});
