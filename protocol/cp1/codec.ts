/** CP1 as the functions see it. */
import type { Crypto, MacKey } from '../crypto.ts';
import type { DialectCodec, MessageLabels, OpenedRequest, UnopenedFrame } from '../dialect.ts';
import type { Reply } from '../reply.ts';
import type { Operation, Request, RequestKey } from '../request.ts';
import type { Result } from '../result.ts';
import {
  clearedTag,
  FRAME_TYPES,
  frameKeyVersion,
  frameSequence,
  frameTerminal,
  frameType,
  isStored,
  requestDigest,
  verifyTag,
} from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { MESSAGE_LABELS } from './keys.ts';
import { encodeReply } from './reply-codec.ts';
import { decodeRequest } from './request-codec.ts';

/** The frame types that are requests to the functions. */
export const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [FRAME_TYPES.pay, 'pay'],
  [FRAME_TYPES.confirm, 'confirm'],
  [FRAME_TYPES.reverse, 'reverse'],
  [FRAME_TYPES.status, 'status'],
  [FRAME_TYPES.refund, 'refund'],
  [FRAME_TYPES.catalogue, 'catalogue'],
]);

export const frameKey = (frame: Uint8Array): RequestKey => ({
  terminal: frameTerminal(frame),
  keyVersion: frameKeyVersion(frame),
  sequence: frameSequence(frame),
});

export const cp1Codec: DialectCodec = {
  open: (frame: Uint8Array): OpenedRequest | UnopenedFrame => {
    if (!isWholeFrame(frame)) {
      return { unopened: 'frame_malformed' };
    }
    const op = OPERATIONS.get(frameType(frame));
    return op === undefined
      ? { unopened: 'frame_type', key: frameKey(frame) }
      : new Cp1Request(frame, op);
  },
};

const isWholeFrame = (frame: Uint8Array): boolean => {
  const reader = new FrameReader();
  reader.feed(frame);
  const first = reader.next();
  return first instanceof Uint8Array && first.length === frame.length;
};

class Cp1Request implements OpenedRequest {
  readonly #frame: Uint8Array;
  readonly key: RequestKey;
  readonly keyVersion: number;
  readonly op: Operation;
  readonly stored: boolean;
  readonly labels: MessageLabels = MESSAGE_LABELS;

  constructor(frame: Uint8Array, op: Operation) {
    this.#frame = frame;
    this.key = frameKey(frame);
    this.keyVersion = this.key.keyVersion;
    this.op = op;
    this.stored = isStored(frame);
  }

  isSignedWith(request: MacKey): boolean {
    return verifyTag(this.#frame, request);
  }

  digest(crypto: Crypto): Uint8Array {
    return requestDigest(crypto, this.#frame);
  }

  decode(): Result<Request> {
    return decodeRequest(this.#frame);
  }

  encode(reply: Reply, keys: Record<keyof MessageLabels, MacKey>): Uint8Array {
    return encodeReply(this.#frame, clearedTag(this.#frame, keys.request), reply, keys.reply);
  }
}
