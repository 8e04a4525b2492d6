/** CP1 as the bridge sees it. */
import type { DialectFraming, FrameLook, LinkFault } from '../dialect.ts';
import { FRAME_BYTES_MAX } from '../limits.ts';
import { accept } from '../result.ts';
import { frameKey, OPERATIONS } from './codec.ts';
import { FRAME_TYPES, frameType, requestDigest, TYPE_DOWN, verifyTag } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { LINK_LABELS } from './keys.ts';
import {
  decodeHello,
  decodePing,
  encodeBusy,
  encodeFault,
  encodeGoaway,
  encodePong,
  encodeWelcome,
  type Hello,
  NOBODY,
} from './link-codec.ts';

export const cp1Framing: DialectFraming = {
  dialect: 'cp1',
  labels: LINK_LABELS,
  createReader: () => new FrameReader(),
  look: (frame) => {
    const key = frameKey(frame);
    return { ...kindOf(frame), key, keyVersion: key.keyVersion };
  },
  isSignedWith: verifyTag,
  decodeHello: (frame) => {
    const hello = decodeHello(frame);
    return hello.ok ? accept(toldBy(hello.value)) : hello;
  },
  encodeWelcome: (hello, { serverTimeS, heartbeatS }, down) => {
    const decoded = decodeHello(hello);
    if (!decoded.ok) {
      throw new Error('a HELLO that was refused has no WELCOME');
    }
    const { nonce, mode } = decoded.value;
    return encodeWelcome(
      frameKey(hello),
      { nonce, mode, serverTimeS, heartbeatS, frameBytesMax: FRAME_BYTES_MAX },
      down,
    );
  },
  encodePong: (ping, _, down) => encodePong(frameKey(ping), down),
  encodeBusy: (frame, retryAfterMs, down) => {
    const key = frameKey(frame);
    return encodeBusy(key, { retryAfterMs, sequence: key.sequence }, down);
  },
  encodeGoaway: (key, reconnectAfterMs, down) => encodeGoaway(key, { reconnectAfterMs }, down),
  encodeFault: ({ code, key, frame }: LinkFault, down) => {
    const sequence = frame === undefined ? undefined : frameKey(frame).sequence;
    const body = sequence === undefined ? { code } : { code, sequence };
    return key === undefined || down === undefined
      ? encodeFault(NOBODY, body, undefined)
      : encodeFault({ ...key, sequence: sequence ?? 0 }, body, down);
  },
  toEnvelope: (request) => request,
  fromEnvelope: (reply) => reply,
  isAnswerTo: (reply, request) => {
    const [to, from] = [frameKey(reply), frameKey(request)];
    return (
      frameType(reply) === (frameType(request) | TYPE_DOWN) &&
      to.terminal === from.terminal &&
      to.keyVersion === from.keyVersion &&
      to.sequence === from.sequence
    );
  },
  digest: requestDigest,
};

const kindOf = (frame: Uint8Array): Pick<FrameLook, 'kind' | 'op' | 'refused'> => {
  const type = frameType(frame);
  if (type === FRAME_TYPES.hello) {
    return { kind: 'hello' };
  }
  if (type === FRAME_TYPES.ping) {
    const ping = decodePing(frame);
    return ping.ok ? { kind: 'ping' } : { kind: 'other', refused: ping.reason };
  }
  const op = OPERATIONS.get(type);
  return op === undefined
    ? { kind: 'other', refused: 'type is not a request' }
    : { kind: 'request', op };
};

/** What a payment may need of a HELLO. */
const toldBy = ({ locale, clockOffsetS }: Hello): { locale: string; clockOffsetS?: number } =>
  clockOffsetS === undefined ? { locale } : { locale, clockOffsetS };
