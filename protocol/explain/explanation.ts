/** What is told of a frame, for people: its parts in order, and whether it may be sent like that. */
import { utf8Length } from '../bytes.ts';
import { CURRENCIES } from '../currencies.ts';
import type { Refusal } from '../result.ts';

export interface Part {
  /** Offset and end of its bytes in the frame. */
  readonly at: number;
  readonly end: number;
  readonly name: string;
  readonly value: string;
  /** What the value means, where that is not plain. */
  readonly meaning?: string;
  /** 1 and more: a part of the one above. */
  readonly depth?: number;
  /** Its bytes would tell what `value` does not. */
  readonly secret?: true;
}

export interface Explanation {
  /** `CP1`, `JSON lines`, or `ISO 8583` and its preset. */
  readonly dialect: string;
  /** What the frame is: `PAY`, `pay`, `0200 sale`. */
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly parts: readonly Part[];
  /** Absent: it is well-formed. Whether it is signed rightly takes a key, and is not said. */
  readonly refusal?: Pick<Refusal, 'code' | 'reason'>;
}

/** A meaning where there is one. */
export const meaning = (text: string | undefined): Pick<Part, 'meaning'> =>
  text === undefined ? {} : { meaning: text };

const SHOWN = 2;
/** Text shorter than this is hidden whole. */
const MASKED_LENGTH_MIN = 8;

/** An identifier as it may be shown: its ends and its length. */
export const masked = (text: string): string => {
  const length = `(${utf8Length(text)} bytes)`;
  return text.length < MASKED_LENGTH_MIN
    ? `… ${length}`
    : `${text.slice(0, SHOWN)}…${text.slice(-SHOWN)} ${length}`;
};

/** Minor units as the currency writes them, with their digits behind the point; as they are where it is not known. */
export const amountText = (minor: number, currency: number): string => {
  const row = CURRENCIES.get(currency);
  if (row === undefined) {
    return `${minor} minor units`;
  }
  const digits = String(minor).padStart(row.exponent + 1, '0');
  const at = digits.length - row.exponent;
  const point = row.exponent === 0 ? '' : `.${digits.slice(at)}`;
  return `${row.letters} ${digits.slice(0, at)}${point}`;
};

export const currencyText = (currency: number): string =>
  CURRENCIES.get(currency)?.letters ?? 'no currency of ISO 4217';
