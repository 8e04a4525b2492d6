/** A frame as hexadecimal digits for a person to read, with what nobody may read as dots: identifiers, texts, tags. */
import { decodeUtf8, toHex } from '#protocol/bytes.ts';
import { CODES } from '#protocol/codes.ts';
import type { Dialect } from '#protocol/envelope.ts';
import { IMPERSONAL_FIELDS } from '#protocol/iso8583/field-names.ts';
import { readMessage } from '#protocol/iso8583/message-reader.ts';
import { takeApart } from '#protocol/iso8583/transport.ts';
import { parseObject } from '#protocol/json/json-value.ts';
import { replyName } from '#protocol/json/reply-codec.ts';
import { FRAME_HEADER_BYTES, TAG_BYTES } from '#protocol/limits.ts';
import { PAYMENT_STATES } from '#protocol/reply.ts';

/** From the first to before the second. */
type Range = readonly [number, number];

/** Two characters a byte. What cannot be understood is hidden whole. Total. */
export const maskedHex = (dialect: Dialect, frame: Uint8Array): string => {
  const hex = toHex(frame);
  let shown = '';
  let at = 0;
  for (const [from, to] of hiddenIn(dialect, frame)) {
    const start = Math.max(at, from);
    const end = Math.max(start, to);
    shown += hex.slice(2 * at, 2 * start) + '..'.repeat(end - start);
    at = end;
  }
  return shown + hex.slice(2 * at);
};

/** Ascending. A frame that its reader here cannot stand is hidden too: nothing that a terminal sends may end the bridge. */
const hiddenIn = (dialect: Dialect, frame: Uint8Array): readonly Range[] => {
  try {
    return HIDDEN[dialect](frame);
  } catch {
    return [[0, frame.length]];
  }
};

/** Bytes of a number that a telephone number would take; times and most amounts take fewer. */
const LONG_ARGUMENT_BYTES = 8;

/** Strings, long numbers and the tag: other numbers show what was sold and for how much, never to whom. */
const hiddenInCp1 = (frame: Uint8Array): readonly Range[] => {
  const end = frame.length - TAG_BYTES;
  const hidden: Range[] = [];
  let at = FRAME_HEADER_BYTES;
  while (at < end) {
    const head = frame[at] as number;
    const info = head & 31;
    const argumentBytes = info < 24 ? 0 : 2 ** (info - 24);
    const contentAt = at + 1 + argumentBytes;
    const isString = head >> 5 === 2 || head >> 5 === 3;
    const length = isString ? argumentOf(frame, at, info, argumentBytes) : 0;
    if (info > 27 || contentAt + length > end) {
      hidden.push([at, end]);
      break;
    }
    if (length > 0) {
      hidden.push([contentAt, contentAt + length]);
    } else if (argumentBytes === LONG_ARGUMENT_BYTES) {
      hidden.push([at + 1, contentAt]);
    }
    at = contentAt + length;
  }
  return [...hidden, [Math.max(FRAME_HEADER_BYTES, end), frame.length]];
};

const argumentOf = (frame: Uint8Array, at: number, info: number, bytes: number): number =>
  bytes === 0
    ? info
    : Number(`0x${toHex(frame.subarray(at + 1, at + 1 + bytes)).padStart(2, '0')}`);

/** Strings that say what a line is, and can be nothing else. */
const SPOKEN_WORDS: ReadonlySet<string> = new Set([
  ...['pay', 'confirm', 'reverse', 'status', 'refund', 'catalogue'].flatMap((op) => [
    op,
    replyName(op),
  ]),
  ...['hello', 'welcome', 'ping', 'pong', 'busy', 'goaway', 'fault'],
  ...['sale', 'hold', 'session', 'on_demand'],
  ...PAYMENT_STATES,
  ...Object.keys(CODES),
]);
/** Names whose numbers say what was sold, when and for how much, never to whom. */
const SHOWN_NUMBERS: ReadonlySet<string> = new Set([
  ...['terminal', 'keyVersion', 'sequence', 'signal', 'clockOffsetS', 'serverTimeS', 'heartbeatS'],
  ...['frameBytesMax', 'entryMode', 'amountMinor', 'currency', 'quantity', 'unitPriceMinor'],
  ...['deadlineMs', 'deviceTimeS', 'catalogueVersion', 'paymentSequence', 'paymentKeyVersion'],
  ...['reason', 'knownVersion', 'version', 'code', 'paymentCode', 'retryAfterMs'],
  ...['reconnectAfterMs', 'holdExpiresInS'],
]);
/** Characters of the longest number that is shown: card numbers begin beyond. */
const SHOWN_DIGITS_MAX = 12;
/** Strings and numbers, in one pass, so that a number in a string is none. */
const TOKEN = /"((?:[^"\\]|\\.)*)"|-?\d[\d.eE+-]*/g;
const NAME_LENGTH_MAX = 20;
const LINE_END = /\r?\n$/;

const hiddenInJson = (line: Uint8Array): readonly Range[] => {
  const text = decodeUtf8(line)?.replace(LINE_END, '');
  return text !== undefined && parseObject(text).ok
    ? // One character a byte, so that places are offsets.
      hiddenTokens(String.fromCharCode(...line))
    : [[0, line.length]];
};

const hiddenTokens = (latin: string): readonly Range[] => {
  const hidden: Range[] = [];
  let name = '';
  for (const { 0: token, 1: content, index } of latin.matchAll(TOKEN)) {
    const end = index + token.length;
    const isName = content !== undefined && latin.slice(end).trimStart().startsWith(':');
    name = isName ? content : name;
    if (content === undefined) {
      hidden.push(...(isShownNumber(name, token) ? [] : [[index, end] as const]));
    } else if (!(isName ? isPlainName(content) : SPOKEN_WORDS.has(content))) {
      hidden.push([index + 1, end - 1]);
    }
  }
  return hidden;
};

const isShownNumber = (name: string, token: string): boolean =>
  SHOWN_NUMBERS.has(name) && token.length <= SHOWN_DIGITS_MAX;

const isPlainName = (name: string): boolean =>
  /^[A-Za-z-]*$/.test(name) && name.length <= NAME_LENGTH_MAX;

const ASCII_LENGTH = /^[0-9]{4}$/;

const hiddenInIso8583 = (frame: Uint8Array): readonly Range[] => {
  const lengthBytes = ASCII_LENGTH.test(String.fromCharCode(...frame.subarray(0, 4))) ? 4 : 2;
  const apart = takeApart(frame, lengthBytes);
  if (typeof apart === 'string') {
    return [[lengthBytes, frame.length]];
  }
  const before = frame.length - apart.message.length;
  const { parts, refusal } = readMessage(apart.preset, apart.message, 0);
  const hidden: Range[] = parts
    .filter(({ field }) => !IMPERSONAL_FIELDS.has(field))
    .map(({ valueAt, end }) => [before + valueAt, before + end]);
  const readTo = parts.at(-1)?.end ?? 0;
  return refusal === undefined ? hidden : [...hidden, [before + readTo, frame.length]];
};

const HIDDEN: Readonly<Record<Dialect, (frame: Uint8Array) => readonly Range[]>> = {
  cp1: hiddenInCp1,
  json: hiddenInJson,
  iso8583: hiddenInIso8583,
};
