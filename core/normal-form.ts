/** The one normal form of payment identifiers, whatever a scanner or a keyboard made of them. */

/**
 * Spaces, hyphens of every kind, dots, and what nobody sees: joiners, soft hyphens and the marks of direction that
 * phones copy along with a number.
 */
const SEPARATORS =
  /[\s.\-\u00ad\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;
/** Digits and numbers that are neither ASCII nor full-width: no scanner makes them, only somebody who tries things. */
const FOREIGN_DIGIT = /(?![0-9\uff10-\uff19])\p{N}/u;
const DECIMAL_DIGIT = /\p{Nd}/gu;

/** Full-width forms become ASCII (NFKC), separators go, letters are upper case. */
export const normalise = (text: string): string =>
  text.normalize('NFKC').replace(SEPARATORS, '').toUpperCase();

/** What a scanner read, where case and spaces mean something: without the line end that it appends. */
export const asRead = (text: string): string => text.trim();

/** Whether `text` has digits that we do not read: of other scripts, superscript, in circles. */
export const hasForeignDigit = (text: string): boolean => FOREIGN_DIGIT.test(text);

/** Every decimal digit of every script as ASCII: only to recognise what must be refused. */
export const withAsciiDigits = (text: string): string =>
  text.normalize('NFKC').replace(DECIMAL_DIGIT, (digit) => String(digitValue(digit)));

/** Unicode keeps the ten digits of a script in a row, from zero up: the value is the distance to the first. */
const digitValue = (digit: string): number => {
  const point = Number(digit.codePointAt(0));
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) {
    value += 1;
  }
  return value;
};
