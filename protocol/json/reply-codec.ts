/** Replies of the JSON dialect. The names are those of protocol/reply.ts. */
import { cutUtf8, toHex } from '../bytes.ts';
import { CODES, type CodeName } from '../codes.ts';
import type { MacKey } from '../crypto.ts';
import { CUSTOMER_TEXT_BYTES_MAX, JSON_LINE_BYTES_MAX } from '../limits.ts';
import type { CatalogueItem, CataloguePage, Reply } from '../reply.ts';
import type { Operation, RequestKey } from '../request.ts';
import type { JsonValue } from './json-value.ts';
import { type Content, encodeLine } from './message.ts';

/** Name of the reply to an operation. */
export const replyName = (op: string): string => `${op}Reply`;

/**
 * The answer to a request, bound to it by the request's tag. Tells only what has a meaning in the reply to this
 * operation; texts are cut to their 64 bytes. Throws RangeError where a catalogue page does not fit.
 */
export const encodeReply = (
  op: Operation,
  key: RequestKey,
  requestTag: Uint8Array,
  reply: Reply,
  macKey: MacKey,
): Uint8Array => {
  const { code, serverTimeS, retryAfterMs, detail, text } = reply;
  const content: Content = {
    requestTag: toHex(requestTag),
    ...numberAndName(code),
    serverTimeS,
    retryAfterMs,
    detail,
    text: shown(text),
    ...contentOf(op, reply),
  };
  const line = encodeLine(replyName(op), key, content, macKey);
  if (line.length > JSON_LINE_BYTES_MAX) {
    throw new RangeError('a line is too long');
  }
  return line;
};

const numberAndName = (code: CodeName): Content => ({ code: CODES[code].code, name: code });

const contentOf = (op: Operation, reply: Reply): Content => {
  const { authorisation, amountMinor, holdExpiresInS, maskedName, state, paymentCode } = reply;
  switch (op) {
    case 'pay':
      return { authorisation, amountMinor, holdExpiresInS, maskedName: shown(maskedName) };
    case 'refund':
      return { amountMinor };
    case 'status':
      return {
        authorisation,
        state,
        ...(paymentCode === undefined
          ? {}
          : { paymentCode: CODES[paymentCode].code, paymentName: paymentCode }),
      };
    case 'catalogue':
      return reply.catalogue === undefined ? {} : pageOf(reply.catalogue);
    default:
      return {};
  }
};

const pageOf = ({ version, currency, items, nextCursor }: CataloguePage): Content => ({
  version,
  currency,
  items: items.map(itemOf),
  nextCursor: nextCursor === undefined ? undefined : toHex(nextCursor),
});

const itemOf = ({ sku, name, unitPriceMinor, openNow, nextChangeS }: CatalogueItem): JsonValue =>
  new Map<string, JsonValue>([
    ['sku', sku],
    ['name', cut(name)],
    ['unitPriceMinor', unitPriceMinor],
    ['openNow', openNow],
    ['nextChangeS', nextChangeS],
  ]);

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const CONTROLS = /[\u0000-\u001f]/g;

/** For a display: within its bytes, and without control characters, each of which would be six bytes on the wire. */
const cut = (text: string): string => cutUtf8(text.replace(CONTROLS, ' '), CUSTOMER_TEXT_BYTES_MAX);
const shown = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : cut(text);
