/** Replies to requests, canonical reply to body and back (docs/protocol.md, section 6). */
import { cutUtf8 } from '../bytes.ts';
import { CborReader, NO_KEY } from '../cbor-reader.ts';
import { type CborWriter, present } from '../cbor-writer.ts';
import { CODES, type CodeName, codeName } from '../codes.ts';
import type { MacKey } from '../crypto.ts';
import {
  AMOUNT_MINOR_MAX,
  AUTHORISATION_BYTES,
  CUSTOMER_TEXT_BYTES_MAX,
  FRAME_HEADER_BYTES,
  RETRY_AFTER_MS_MAX,
  TAG_BYTES,
  TIME_S_MAX,
} from '../limits.ts';
import { PAYMENT_STATES, type PaymentState, type Reply } from '../reply.ts';
import { accept, type Result, refuse } from '../result.ts';
import {
  countCatalogueKeys,
  finishPage,
  type PageDraft,
  readPageField,
  writeCatalogue,
} from './catalogue-codec.ts';
import {
  bodyEnd,
  FRAME_TYPES,
  finishFrame,
  frameKeyVersion,
  frameSequence,
  frameTerminal,
  frameType,
  startBody,
  TYPE_DOWN,
} from './frame.ts';

/** Seconds that a hold may last, as a reply tells it: one year. */
const HOLD_S_MAX = 31_536_000;

/**
 * The answer to `requestFrame`, bound to it by `requestTag` (see `clearedTag`). Writes only the keys that have a meaning
 * in the reply to this operation; texts are cut to their 64 bytes. Throws RangeError where a catalogue page does not fit.
 */
export const encodeReply = (
  requestFrame: Uint8Array,
  requestTag: Uint8Array,
  reply: Reply,
  macKey: MacKey,
): Uint8Array => {
  const type = frameType(requestFrame) | TYPE_DOWN;
  const body = startBody();
  const mapAt = body.at;
  body.map(0);
  body.bytesField(0, requestTag);
  body.uintField(1, CODES[reply.code].code);
  const count = 2 + writeFields(body, type, reply);
  // At most 15 keys, so the count always fits into the byte that was left for it.
  body.bytes[mapAt] = 0xa0 | count;
  return finishFrame(
    {
      type,
      flags: 0,
      terminal: frameTerminal(requestFrame),
      keyVersion: frameKeyVersion(requestFrame),
      sequence: frameSequence(requestFrame),
    },
    macKey,
  );
};

/** Writes keys 2 and up in order and returns how many. */
const writeFields = (body: CborWriter, type: number, reply: Reply): number => {
  const isPay = type === FRAME_TYPES.payReply;
  const isStatus = type === FRAME_TYPES.statusReply;
  const catalogue = type === FRAME_TYPES.catalogueReply ? reply.catalogue : undefined;
  const authorisation = isPay || isStatus ? reply.authorisation : undefined;
  const amount =
    isPay || type === FRAME_TYPES.refundReply ? reply.amountMinor : catalogue?.currency;
  const hold = isPay ? reply.holdExpiresInS : undefined;
  const maskedName = isPay ? cut(reply.maskedName) : undefined;
  const text = cut(reply.text);
  body.textField(2, authorisation);
  body.uintField(3, reply.serverTimeS);
  body.uintField(4, amount);
  body.uintField(5, hold);
  body.uintField(6, reply.retryAfterMs);
  body.textField(7, text);
  body.textField(8, maskedName);
  body.uintField(9, reply.detail);
  const count =
    present(authorisation) +
    present(reply.serverTimeS) +
    present(amount) +
    present(hold) +
    present(reply.retryAfterMs) +
    present(text) +
    present(maskedName) +
    present(reply.detail);
  if (catalogue !== undefined) {
    writeCatalogue(body, catalogue);
    return count + countCatalogueKeys(catalogue);
  }
  return isStatus ? count + writeStatus(body, reply) : count;
};

const writeStatus = (body: CborWriter, reply: Reply): number => {
  const { state, paymentCode } = reply;
  const code = paymentCode === undefined ? undefined : CODES[paymentCode].code;
  body.uintField(13, state === undefined ? undefined : PAYMENT_STATES.indexOf(state));
  body.uintField(14, code);
  return present(state) + present(code);
};

const cut = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : cutUtf8(text, CUSTOMER_TEXT_BYTES_MAX);

interface ReplyDraft extends PageDraft {
  requestTag?: Uint8Array;
  code?: CodeName;
  authorisation?: string;
  serverTimeS?: number;
  amountMinor?: number;
  holdExpiresInS?: number;
  retryAfterMs?: number;
  text?: string;
  maskedName?: string;
  detail?: number;
  state?: PaymentState;
  paymentCode?: CodeName;
}

/** Bit k: key k has a meaning in the reply. Common to all: 0, 1, 3, 6, 7, 9. */
const COMMON_KEYS = 0b0000_0010_1100_1011;
const keysOf = (...keys: readonly number[]): number =>
  keys.reduce((set, key) => set | (1 << key), COMMON_KEYS);
const REPLY_KEYS: Readonly<Record<number, number>> = {
  [FRAME_TYPES.payReply]: keysOf(2, 4, 5, 8),
  [FRAME_TYPES.confirmReply]: COMMON_KEYS,
  [FRAME_TYPES.reverseReply]: COMMON_KEYS,
  [FRAME_TYPES.statusReply]: keysOf(2, 13, 14),
  [FRAME_TYPES.refundReply]: keysOf(4),
  [FRAME_TYPES.catalogueReply]: keysOf(4, 10, 11, 12),
};

/**
 * The reply in a frame whose tag was verified, with the tag of the request that it answers: a terminal accepts it only
 * if that and K match. A code that this version does not know becomes `not_permitted` below 64 and `internal` from 128
 * on, which make a terminal act as their range asks; between them the reply is refused.
 */
export const decodeReply = (
  frame: Uint8Array,
): Result<Reply & { readonly requestTag: Uint8Array }> => {
  const keys = REPLY_KEYS[frameType(frame)];
  const reader = new CborReader(frame, FRAME_HEADER_BYTES, bodyEnd(frame));
  const draft: ReplyDraft = {};
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    // The shift takes a key modulo 32, so it is bounded first.
    if (key > 14 || ((keys ?? 0) & (1 << key)) === 0) {
      reader.unknownKey();
    } else {
      readField(reader, key, draft, frameType(frame));
    }
  }
  const { requestTag, code, version, items, nextCursor, currency, ...rest } = draft;
  const catalogue = finishPage(reader, draft);
  const refusal = reader.refusal();
  if (refusal !== undefined) {
    return refusal;
  }
  if (keys === undefined) {
    return refuse('frame_malformed', 'type is not a reply');
  }
  if (requestTag === undefined || code === undefined) {
    return refuse('field_invalid', 'request tag or code is missing');
  }
  return accept({ ...rest, requestTag, code, ...(catalogue === undefined ? {} : { catalogue }) });
};

const readField = (reader: CborReader, key: number, draft: ReplyDraft, type: number): void => {
  switch (key) {
    case 0:
      draft.requestTag = reader.byteString('request tag', TAG_BYTES, TAG_BYTES);
      break;
    case 1:
      draft.code = readCode(reader, 'code');
      break;
    case 2:
      draft.authorisation = reader.text('authorisation', AUTHORISATION_BYTES, AUTHORISATION_BYTES);
      break;
    case 3:
      draft.serverTimeS = reader.int('server time', 0, TIME_S_MAX);
      break;
    case 5:
      draft.holdExpiresInS = reader.int('hold', 0, HOLD_S_MAX);
      break;
    case 6:
      draft.retryAfterMs = reader.int('retry after', 0, RETRY_AFTER_MS_MAX);
      break;
    case 7:
      draft.text = reader.text('text', 0, CUSTOMER_TEXT_BYTES_MAX);
      break;
    case 8:
      draft.maskedName = reader.text('masked name', 0, CUSTOMER_TEXT_BYTES_MAX);
      break;
    case 9:
      // A time or an amount: the wider bound of both.
      draft.detail = reader.int('detail', 0, AMOUNT_MINOR_MAX);
      break;
    case 13:
      draft.state =
        PAYMENT_STATES[reader.int('state', 0, PAYMENT_STATES.length - 1)] ?? 'not_found';
      break;
    case 14:
      draft.paymentCode = readCode(reader, 'payment code');
      break;
    default:
      if (key === 4 && type !== FRAME_TYPES.catalogueReply) {
        draft.amountMinor = reader.int('amount', 0, AMOUNT_MINOR_MAX);
      } else {
        readPageField(reader, key, draft);
      }
  }
};

const readCode = (reader: CborReader, field: string): CodeName => {
  const code = reader.int(field, 0, 255);
  const name = codeName(code);
  if (name !== undefined) {
    return name;
  }
  if (code < 64) {
    return 'not_permitted';
  }
  if (code < 128) {
    reader.reject(field);
  }
  return 'internal';
};
