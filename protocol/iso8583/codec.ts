/** ISO 8583 as the functions see it. An envelope carries one byte that names the preset, then the message from its MTI on. */

import { concatBytes } from '../bytes.ts';
import type { Crypto, MacKey } from '../crypto.ts';
import type { DialectCodec, MessageLabels, OpenedRequest, UnopenedFrame } from '../dialect.ts';
import type { Reply } from '../reply.ts';
import type { Operation, Request, RequestKey } from '../request.ts';
import type { Result } from '../result.ts';
import type { TextCodec } from '../text-codec.ts';
import { Fields } from './fields.ts';
import { type Identity, identify } from './identity.ts';
import { ISO8583_MESSAGE_LABELS } from './keys.ts';
import { bindingOf, firstSending, isSigned, type ReadMessage, writeSigned } from './mac.ts';
import { readMessage } from './message-reader.ts';
import { presetById } from './presets.ts';
import { replyFields, replyMti } from './reply-codec.ts';
import { decodeRequest } from './request-codec.ts';

export const createIso8583Codec = (text: TextCodec): DialectCodec => ({
  open: (frame): OpenedRequest | UnopenedFrame => {
    const read = readEnvelope(frame);
    if (read === undefined) {
      return { unopened: 'frame_malformed' };
    }
    const identity = identify(read.preset, read.message);
    if (identity === undefined || 'code' in identity) {
      return { unopened: 'frame_malformed' };
    }
    return new Iso8583Request(read, identity, text);
  },
});

/** The message in an envelope; undefined where it is malformed. */
export const readEnvelope = (frame: Uint8Array): ReadMessage | undefined => {
  const preset = presetById(frame[0] ?? 0);
  if (preset === undefined) {
    return undefined;
  }
  const bytes = frame.subarray(1);
  const message = readMessage(preset, bytes, 0);
  return message.refusal === undefined ? { preset, bytes, message } : undefined;
};

/** The same for every copy, a repeat too: the preset's byte, and what is signed of a first sending. */
export const digestOf = (crypto: Crypto, { preset, bytes, message }: ReadMessage): Uint8Array =>
  crypto.sha256(concatBytes(Uint8Array.of(preset.id), firstSending(preset, bytes, message)));

class Iso8583Request implements OpenedRequest {
  readonly #read: ReadMessage;
  readonly #identity: Identity;
  readonly #text: TextCodec;
  readonly key: RequestKey;
  readonly keyVersion: number;
  readonly op: Operation;
  readonly stored: boolean;
  readonly labels: MessageLabels;

  constructor(read: ReadMessage, identity: Identity, text: TextCodec) {
    this.#read = read;
    this.#identity = identity;
    this.#text = text;
    this.key = identity.key;
    this.keyVersion = identity.keyVersion;
    this.op = identity.op;
    this.stored = identity.stored;
    this.labels = ISO8583_MESSAGE_LABELS[read.preset.name];
  }

  isSignedWith(request: MacKey): boolean {
    return isSigned(this.#read, request);
  }

  digest(crypto: Crypto): Uint8Array {
    return digestOf(crypto, this.#read);
  }

  decode(nowMs: number): Result<Request> {
    const { preset, message } = this.#read;
    return decodeRequest({ preset, message, identity: this.#identity, text: this.#text, nowMs });
  }

  encode(reply: Reply, keys: Record<keyof MessageLabels, MacKey>): Uint8Array {
    const { preset, message } = this.#read;
    const fields = new Fields(message);
    const answer = {
      preset,
      mti: replyMti(message.mti),
      fields: replyFields({ preset, fields, text: this.#text }, reply, this.key.sequence),
    };
    const binding = bindingOf(this.#read, keys.request);
    const bytes = writeSigned(answer, { macKey: keys.reply, binding });
    return concatBytes(Uint8Array.of(preset.id), bytes);
  }
}
