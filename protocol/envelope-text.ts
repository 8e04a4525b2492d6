/**
 * Envelopes as the bridge writes and reads them, as UTF-8 of the same JSON that queue-codec.ts speaks. Every payment passes here twice,
 * so what does not change from one request to the next is written once, and a reply is compared instead of parsed.
 */
import { base64Length, readBase64, writeBase64 } from './base64.ts';
import { encodeUtf8 } from './bytes.ts';
import type { RequestEnvelope } from './envelope.ts';
import { isFrameLength } from './queue-codec.ts';

/** Digits of the number in a correlation; at 1,000 requests a second they last for thirty years. */
const NUMBER_DIGITS = 12;
/** Digits of unix milliseconds, until the year 2286. */
const TIME_DIGITS = 13;
/** Digits that are worked on at a time: what fits 32 bits. */
const LOW_DIGITS = 6;
const LOW_SPAN = 1_000_000;
const DIGIT_0 = 0x30;
const QUOTE = 0x22;
const BRACE_CLOSE = 0x7d;
const SPACE = 0x20;

const FRAME_KEY = ',"frame":"';
const REPLY_KEYS: Uint8Array = encodeUtf8(`","kind":"frame"${FRAME_KEY}`);

/** Writes the digits of `value`, which has at most as many, in front of `end`. */
const writeDigits = (out: Uint8Array, end: number, digits: number, value: number): void => {
  let rest = value | 0;
  for (let at = end - 1; at >= end - digits; at -= 1) {
    const tenth = (rest / 10) | 0;
    out[at] = DIGIT_0 + rest - tenth * 10;
    rest = tenth;
  }
};

/** Writes `value` with leading zeros over the places of `digits` from `at`. */
const writeNumber = (out: Uint8Array, at: number, digits: number, value: number): void => {
  const high = Math.floor(value / LOW_SPAN);
  writeDigits(out, at + digits - LOW_DIGITS, digits - LOW_DIGITS, high);
  writeDigits(out, at + digits, LOW_DIGITS, value - high * LOW_SPAN);
};

/** The same with leading spaces, since a number in JSON may not begin with a zero. */
const writeTime = (out: Uint8Array, at: number, value: number): void => {
  writeNumber(out, at, TIME_DIGITS, value);
  for (let place = at; out[place] === DIGIT_0 && place < at + TIME_DIGITS - 1; place += 1) {
    out[place] = SPACE;
  }
};

/** The number in the `NUMBER_DIGITS` places from `at`; NaN where they are not all digits. */
const readNumber = (text: Uint8Array, at: number): number => {
  let number = 0;
  for (let place = at; place < at + NUMBER_DIGITS; place += 1) {
    const digit = (text[place] as number) - DIGIT_0;
    if (digit < 0 || digit > 9) {
      return Number.NaN;
    }
    number = number * 10 + digit;
  }
  return number;
};

const isAt = (text: Uint8Array, at: number, part: Uint8Array): boolean => {
  for (let index = 0; index < part.length; index += 1) {
    if (text[at + index] !== part[index]) {
      return false;
    }
  }
  return true;
};

/** What stands in front of the number in every correlation; `instance` is of one bridge process and no other. */
const correlationHead = (instance: string): string => `${instance}.`;
/** JSON of a string that goes on behind `text`. */
const openString = (text: string): string => JSON.stringify(text).slice(0, -1);

/** What all requests of a session have in common. */
export type SessionFacts = Omit<RequestEnvelope, 'v' | 'corr' | 'receivedAtMs' | 'frame'>;

/** The requests of one session, one at a time: a text of which number, time and frame are written over those of the last. */
export class RequestText {
  readonly facts: SessionFacts;
  #text: Uint8Array;
  readonly #numberAt: number;
  readonly #timeAt: number;
  readonly #frameAt: number;

  constructor(instance: string, facts: SessionFacts) {
    const { slot, fence, dialect, terminal, region, hello } = facts;
    const head = `{"v":1,"slot":${slot},"fence":${fence},"corr":${openString(correlationHead(instance))}`;
    const middle = `","dialect":"${dialect}","terminal":${terminal},"region":${JSON.stringify(region)},"hello":${JSON.stringify(hello)},"receivedAtMs":`;
    const number = ' '.repeat(NUMBER_DIGITS);
    const time = ' '.repeat(TIME_DIGITS);
    this.facts = facts;
    this.#text = encodeUtf8(head + number + middle + time + FRAME_KEY);
    this.#numberAt = encodeUtf8(head).length;
    this.#frameAt = this.#text.length;
    this.#timeAt = this.#frameAt - FRAME_KEY.length - TIME_DIGITS;
  }

  /**
   * The text, which holds until the next is written. `number`: 0 .. 10^12 - 1, of the request. `receivedAtMs`: 0 .. 10^13 - 1.
   */
  write(number: number, receivedAtMs: number, frame: Uint8Array): Uint8Array {
    const end = this.#frameAt + base64Length(frame.length);
    const text = this.#ofLength(end + 2);
    writeNumber(text, this.#numberAt, NUMBER_DIGITS, number);
    writeTime(text, this.#timeAt, receivedAtMs);
    writeBase64(frame, text, this.#frameAt);
    text[end] = QUOTE;
    text[end + 1] = BRACE_CLOSE;
    return text;
  }

  /** Most requests of a terminal are as long as its last. */
  #ofLength(length: number): Uint8Array {
    if (this.#text.length !== length) {
      const text = new Uint8Array(length);
      text.set(this.#text.subarray(0, this.#frameAt));
      this.#text = text;
    }
    return this.#text;
  }
}

/** An answer to a request of this process, under its lease. */
export interface NumberedFrame {
  /** Of the request. */
  readonly number: number;
  readonly frame: Uint8Array;
}

/** Replies to one bridge process under one lease. */
export class ReplyText {
  readonly #head: Uint8Array;
  readonly #correlationHead: string;

  constructor(instance: string, fence: number) {
    this.#correlationHead = correlationHead(instance);
    this.#head = encodeUtf8(`{"v":1,"fence":${fence},"corr":${openString(this.#correlationHead)}`);
  }

  /**
   * An answer spelled as `encodeReplyEnvelope` spells it. Undefined for any other text: `decodeReplyEnvelope` tells what
   * that is.
   */
  read(text: Uint8Array): NumberedFrame | undefined {
    const numberAt = this.#head.length;
    const keysAt = numberAt + NUMBER_DIGITS;
    const frameAt = keysAt + REPLY_KEYS.length;
    const end = text.length - 2;
    if (
      !isAt(text, 0, this.#head) ||
      !isAt(text, keysAt, REPLY_KEYS) ||
      text[end] !== QUOTE ||
      text[end + 1] !== BRACE_CLOSE
    ) {
      return undefined;
    }
    const number = readNumber(text, numberAt);
    const frame = readBase64(text, frameAt, end);
    return frame === undefined || !isFrameLength(frame.length) || Number.isNaN(number)
      ? undefined
      : { number, frame };
  }

  /** Of the request that a correlation names; undefined where that is none of this process. */
  numberOf(corr: string): number | undefined {
    const head = this.#correlationHead;
    const digits = encodeUtf8(corr.slice(head.length));
    const number = digits.length === NUMBER_DIGITS ? readNumber(digits, 0) : Number.NaN;
    return corr.startsWith(head) && !Number.isNaN(number) ? number : undefined;
  }
}
