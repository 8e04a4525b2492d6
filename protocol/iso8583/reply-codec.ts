/** The canonical reply to ISO 8583 fields (docs/iso8583.md, "Answers"). */
import { concatBytes, cutUtf8, encodeUtf8 } from '../bytes.ts';
import { CODES } from '../codes.ts';
import { CUSTOMER_TEXT_BYTES_MAX } from '../limits.ts';
import { PAYMENT_STATES, type Reply } from '../reply.ts';
import type { TextCodec } from '../text-codec.ts';
import { monthDayAndTime } from './device-time.ts';
import type { Fields } from './fields.ts';
import type { FieldValue } from './message-reader.ts';
import type { Preset } from './presets.ts';
import { fromText, objectBytes, TAGS } from './private-objects.ts';
import { reconciliationFields } from './reconcile-codec.ts';

/** What an answer repeats of its request, where it has it. Never an identifier. */
const ECHOED: readonly number[] = [3, 4, 7, 11, 24, 25, 32, 33, 41, 42, 49, 53, 60];
const RETRIEVAL_DIGITS = 12;
/** Bytes of DE 44. */
const SHORT_BYTES_MAX = 25;
/** Digits of an amount. */
const AMOUNT_DIGITS = 12;

/** MTI of the answer: the function is one more, a repeat is answered as what it repeats. */
export const replyMti = (mti: string): string => `${mti.slice(0, 2)}${Number(mti.charAt(2)) + 1}0`;

/** What is repeated of a message, and DE 39. */
export const echoOf = (fields: Fields, iso: string): Map<number, FieldValue> => {
  const echoed = new Map<number, FieldValue>([[39, iso]]);
  for (const field of ECHOED) {
    const value = fields.value(field);
    if (value !== undefined) {
      echoed.set(field, value);
    }
  }
  return echoed;
};

/** The fields of an answer. Every object whose text has no place in the character set is left out. */
export const replyFields = (
  {
    preset,
    fields,
    text,
  }: {
    readonly preset: Preset;
    readonly fields: Fields;
    readonly text: TextCodec;
  },
  reply: Reply,
  sequence: number,
): Map<number, FieldValue> => {
  const all = echoOf(fields, CODES[reply.code].iso);
  const set = (field: number, value: FieldValue | undefined): void => {
    if (value !== undefined && value.length > 0) {
      all.set(field, value);
    }
  };
  if (reply.serverTimeS !== undefined) {
    const [monthDay, time] = monthDayAndTime(reply.serverTimeS);
    set(12, time);
    set(13, monthDay);
  }
  if (reply.amountMinor !== undefined) {
    set(4, String(reply.amountMinor).padStart(AMOUNT_DIGITS, '0'));
  }
  set(37, String(sequence).padStart(RETRIEVAL_DIGITS, '0'));
  set(38, reply.authorisation);
  const line = fromText(cutUtf8(reply.text ?? '', CUSTOMER_TEXT_BYTES_MAX), preset, text);
  const detail = detailOf(reply);
  const isShort = detail === undefined && line !== undefined && line.length <= SHORT_BYTES_MAX;
  set(44, isShort ? line : detail && encodeUtf8(detail));
  set(preset.privateField, objectsOf(preset, text, isShort ? { ...reply, text: '' } : reply));
  for (const [field, value] of reply.reconciliation === undefined
    ? []
    : reconciliationFields(preset, reply.reconciliation)) {
    set(field, value);
  }
  return all;
};

/** What DE 44 says before any text: the field at fault, the next opening (O and unix seconds), the right total (P and 12 digits). */
const detailOf = ({ code, field, detail }: Reply): string | undefined => {
  if (field !== undefined) {
    return field;
  }
  if (detail === undefined) {
    return undefined;
  }
  return code === 'price_changed'
    ? `P${String(detail).padStart(AMOUNT_DIGITS, '0')}`
    : `O${detail}`;
};

const objectsOf = (preset: Preset, text: TextCodec, reply: Reply): Uint8Array => {
  const { code, maskedName, holdExpiresInS, retryAfterMs, state, paymentCode } = reply;
  const number = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : String(value);
  const codeDigits = (value: number | undefined): string | undefined =>
    number(value)?.padStart(CODE_DIGITS, '0');
  const objects: readonly (readonly [string, string | undefined])[] = [
    [TAGS.code, codeDigits(CODES[code].code)],
    [
      TAGS.text,
      reply.text === undefined ? undefined : cutUtf8(reply.text, CUSTOMER_TEXT_BYTES_MAX),
    ],
    [TAGS.maskedName, maskedName && cutUtf8(maskedName, CUSTOMER_TEXT_BYTES_MAX)],
    [TAGS.holdExpiresInS, number(holdExpiresInS)],
    [TAGS.retryAfterMs, number(retryAfterMs)],
    [TAGS.state, state && String(PAYMENT_STATES.indexOf(state))],
    [TAGS.paymentCode, codeDigits(paymentCode && CODES[paymentCode].code)],
  ];
  return concatBytes(
    ...objects
      .filter(([, value]) => value !== '')
      .map(([tag, value]) => objectBytes(tag, value, preset, text)),
  );
};

const CODE_DIGITS = 3;
