/** A frame as hexadecimal digits for a person to read, with what nobody may read as dots: identifiers, texts, tags. */
import { decodeUtf8, toHex } from '#protocol/bytes.ts';
import { CODES } from '#protocol/codes.ts';
import type { Dialect } from '#protocol/envelope.ts';
import { readMessage } from '#protocol/iso8583/message-reader.ts';
import { takeApart } from '#protocol/iso8583/transport.ts';
import { parseObject } from '#protocol/json/json-value.ts';
import { replyName } from '#protocol/json/reply-codec.ts';
import { FRAME_HEADER_BYTES, TAG_BYTES } from '#protocol/limits.ts';
import { PAYMENT_STATES } from '#protocol/reply.ts';

/** From the first to before the second. */
type Range = readonly [number, number];

/** Two characters a byte. What cannot be understood is hidden whole. */
export const maskedHex = (dialect: Dialect, frame: Uint8Array): string => {
  const hex = toHex(frame);
  let shown = '';
  let at = 0;
  for (const [from, to] of HIDDEN[dialect](frame)) {
    shown += hex.slice(2 * at, 2 * Math.max(at, from)) + '..'.repeat(to - Math.max(at, from));
    at = to;
  }
  return shown + hex.slice(2 * at);
};

/** Strings, and the tag: numbers show what was sold and for how much, never to whom. */
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
const STRING = /"((?:[^"\\]|\\.)*)"/g;
const LONG_NUMBER = /\d{13,}/g;
const NAME_LENGTH_MAX = 20;

const hiddenInJson = (line: Uint8Array): readonly Range[] => {
  const text = decodeUtf8(line);
  if (text === undefined || !parseObject(text).ok) {
    return [[0, line.length]];
  }
  // One character a byte, so that places are offsets.
  const latin = String.fromCharCode(...line);
  const hidden: Range[] = [];
  for (const { 0: whole, 1: content = '', index } of latin.matchAll(STRING)) {
    const isName = latin
      .slice(index + whole.length)
      .trimStart()
      .startsWith(':');
    const isHarmless = isName
      ? /^[A-Za-z-]*$/.test(content) && content.length <= NAME_LENGTH_MAX
      : SPOKEN_WORDS.has(content);
    if (!isHarmless) {
      hidden.push([index + 1, index + whole.length - 1]);
    }
  }
  for (const { 0: digits, index } of latin.matchAll(LONG_NUMBER)) {
    hidden.push([index, index + digits.length]);
  }
  return hidden.sort(([a], [b]) => a - b);
};

/** Data elements that name no person: processing code, amounts, times, numbers, codes, terminal, batch, totals. */
const SHOWN_ELEMENTS: ReadonlySet<number> = new Set([
  3, 4, 7, 11, 12, 13, 22, 24, 25, 37, 38, 39, 41, 42, 49, 53, 60, 61, 66, 70, 74, 76, 86, 88, 90,
  97,
]);
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
    .filter(({ field }) => !SHOWN_ELEMENTS.has(field))
    .map(({ valueAt, end }) => [before + valueAt, before + end]);
  const readTo = parts.at(-1)?.end ?? 0;
  return refusal === undefined ? hidden : [...hidden, [before + readTo, frame.length]];
};

const HIDDEN: Readonly<Record<Dialect, (frame: Uint8Array) => readonly Range[]>> = {
  cp1: hiddenInCp1,
  json: hiddenInJson,
  iso8583: hiddenInIso8583,
};
