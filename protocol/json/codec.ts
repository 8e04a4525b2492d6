/** JSON lines as the functions see them. */
import type { Crypto, MacKey } from '../crypto.ts';
import type { DialectCodec, MessageLabels, OpenedRequest, UnopenedFrame } from '../dialect.ts';
import { JSON_LINE_BYTES_MAX } from '../limits.ts';
import type { Reply } from '../reply.ts';
import type { CommonOperation, Request, RequestKey } from '../request.ts';
import type { Result } from '../result.ts';
import { JSON_MESSAGE_LABELS } from './keys.ts';
import { digestOf, isTagged, type JsonMessage, openLine } from './message.ts';
import { encodeReply } from './reply-codec.ts';
import { decodeRequest, operationOf } from './request-codec.ts';

export const jsonCodec: DialectCodec = {
  open: (line: Uint8Array): OpenedRequest | UnopenedFrame => {
    const opened = line.length > JSON_LINE_BYTES_MAX ? undefined : openLine(line);
    if (!opened?.ok) {
      return { unopened: 'frame_malformed' };
    }
    const op = operationOf(opened.value.op);
    return op === undefined
      ? { unopened: 'frame_type', key: opened.value.key }
      : new JsonRequest(opened.value, op);
  },
};

class JsonRequest implements OpenedRequest {
  readonly #message: JsonMessage;
  readonly key: RequestKey;
  readonly keyVersion: number;
  readonly op: CommonOperation;
  readonly stored: boolean;
  readonly labels: MessageLabels = JSON_MESSAGE_LABELS;

  constructor(message: JsonMessage, op: CommonOperation) {
    this.#message = message;
    this.key = message.key;
    this.keyVersion = message.key.keyVersion;
    this.op = op;
    this.stored = message.stored;
  }

  isSignedWith(request: MacKey): boolean {
    return isTagged(this.#message, request);
  }

  digest(crypto: Crypto): Uint8Array {
    return digestOf(crypto, this.#message);
  }

  decode(): Result<Request> {
    return decodeRequest(this.#message, this.op);
  }

  encode(reply: Reply, keys: Record<keyof MessageLabels, MacKey>): Uint8Array {
    return encodeReply(this.op, this.key, this.#message.tag, reply, keys.reply);
  }
}
