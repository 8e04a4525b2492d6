/** Reads test/vectors/cp1.json and runs our codecs on a vector. */
import { readFileSync } from 'node:fs';
import { frameHeader, frameType } from '#protocol/cp1/frame.ts';
import { FrameReader } from '#protocol/cp1/frame-reader.ts';
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import {
  type Busy,
  decodeBusy,
  decodeFault,
  decodeGoaway,
  decodeHello,
  decodePing,
  decodePong,
  decodeWelcome,
  encodeBusy,
  encodeFault,
  encodeGoaway,
  encodeHello,
  encodePing,
  encodePong,
  encodeWelcome,
  type Fault,
  type Goaway,
  type Hello,
  type Welcome,
} from '#protocol/cp1/link-codec.ts';
import { decodeReply, encodeReply } from '#protocol/cp1/reply-codec.ts';
import { decodeRequest, encodeRequest } from '#protocol/cp1/request-codec.ts';
import type { MacKey } from '#protocol/crypto.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import type { Reply } from '#protocol/reply.ts';
import type { CommonRequest } from '#protocol/request.ts';
import type { Result } from '#protocol/result.ts';

export interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly key: 'up' | 'down' | 'request' | 'reply' | 'none';
  readonly kind: string;
  readonly fields?: unknown;
  readonly refused?: number;
  readonly oneWay?: boolean;
  readonly requestTag?: string;
}

export interface VectorFile {
  readonly terminal: number;
  readonly keyVersion: number;
  readonly linkMaster: string;
  readonly messageMaster: string;
  readonly linkKey: string;
  readonly messageKey: string;
  readonly vectors: readonly Vector[];
}

export const vectorFile: VectorFile = JSON.parse(
  readFileSync(new URL('../vectors/cp1.json', import.meta.url), 'utf8'),
);

/** Vectors that are one frame each. */
export const frameVectors: readonly Vector[] = vectorFile.vectors.filter(
  ({ kind }) => kind !== 'framing',
);

export const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const link = linkKeysOf(pureCrypto, bytesOf(vectorFile.linkKey));
const message = messageKeysOf(pureCrypto, bytesOf(vectorFile.messageKey));
export const macKeys: Readonly<Record<'up' | 'down' | 'request' | 'reply', MacKey>> = {
  up: link.up,
  down: link.down,
  request: message.request,
  reply: message.reply,
};

const DECODERS: Readonly<Record<string, (frame: Uint8Array) => Result<unknown>>> = {
  hello: decodeHello,
  welcome: decodeWelcome,
  ping: decodePing,
  pong: decodePong,
  busy: decodeBusy,
  goaway: decodeGoaway,
  fault: decodeFault,
  request: decodeRequest,
  reply: decodeReply,
};

/** Every decoder, for tests that throw anything at each. */
export const allDecoders: readonly ((frame: Uint8Array) => Result<unknown>)[] =
  Object.values(DECODERS);

export const decodeAs = (kind: string, frame: Uint8Array): Result<unknown> => {
  const decode = DECODERS[kind];
  if (decode === undefined) {
    throw new Error(`no decoder for ${kind}`);
  }
  return decode(frame);
};

/** Bytes as `{ hex }`, as the vectors write them; nothing as null. */
export const plain = (value: unknown): unknown => {
  if (value === undefined) {
    return null;
  }
  return JSON.parse(
    JSON.stringify(value, (_, part) =>
      part instanceof Uint8Array ? { hex: hexOf(part) } : (part as unknown),
    ),
  );
};

/** Encodes again what was decoded from `frame`, under the same header. */
export const encodeAgain = (vector: Vector, frame: Uint8Array, value: unknown): Uint8Array => {
  const header = frameHeader(frame);
  const key = vector.key === 'none' ? undefined : macKeys[vector.key];
  const signed = key ?? macKeys.up;
  switch (vector.kind) {
    case 'hello':
      return encodeHello(header, value as Hello, signed);
    case 'welcome':
      return encodeWelcome(header, value as Welcome, signed);
    case 'ping':
      return encodePing(header, signed);
    case 'pong':
      return encodePong(header, signed);
    case 'busy':
      return encodeBusy(header, value as Busy, signed);
    case 'goaway':
      return encodeGoaway(header, value as Goaway, signed);
    case 'fault':
      return encodeFault(header, value as Fault, key);
    case 'request':
      return encodeRequest(header, header, value as CommonRequest, signed);
    default: {
      const { requestTag, ...reply } = value as Reply & { readonly requestTag: Uint8Array };
      const requestFrame = frame.slice();
      requestFrame[4] = frameType(frame) & 0x7f;
      return encodeReply(requestFrame, requestTag, reply, signed);
    }
  }
};

/** Frames (hex) and faults that come out of the chunks, pulled dry after each as a connection does. */
export const readAll = (chunks: readonly Uint8Array[]): readonly (string | number)[] => {
  const reader = new FrameReader();
  const out: (string | number)[] = [];
  for (const chunk of chunks) {
    // The buffer of a socket is used again: what is left over must have been copied.
    const buffer = chunk.slice();
    reader.feed(buffer);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      if (!(next instanceof Uint8Array)) {
        out.push(next.fault);
        return out;
      }
      out.push(hexOf(next));
    }
    buffer.fill(0xee);
  }
  return out;
};
