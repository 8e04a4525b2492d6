/** Recognises card numbers and track data, which are refused and never stored (cp1 code 73). */
import { normalise } from './normal-form.ts';

/** Digits of a card number (ISO/IEC 7812). */
const CARD_DIGITS = /^\d{12,19}$/;
/** Track 2 as read (`;PAN=YYMM…?`) or as in DE 35 (`PAN` D `YYMM`), and track 1 (`%B` PAN `^`). */
const TRACK = /^(?:;?\d{12,19}[=D]\d{4}|%?B\d{12,19}\^)/;
/** GTIN-12, -13 and -14: what bar codes of products carry. */
const GTIN_DIGITS = /^\d{12,14}$/;

/** Whether `text`, as read, looks like a card number or track data. */
export const looksLikeCard = (text: string): boolean => {
  const normal = normalise(text);
  return TRACK.test(normal) || (CARD_DIGITS.test(normal) && hasLuhn(normal));
};

/** The same for the sku of a product: a bar code with its own check digit is not a card number. */
export const skuLooksLikeCard = (sku: string): boolean => {
  const normal = normalise(sku);
  return looksLikeCard(sku) && !(GTIN_DIGITS.test(normal) && weightedSum(normal, gtinWeight) === 0);
};

const hasLuhn = (digits: string): boolean => weightedSum(digits, luhnWeight) === 0;

/** Sum modulo 10 of what `weigh` makes of each digit, counted from the right. */
const weightedSum = (digits: string, weigh: (digit: number, at: number) => number): number => {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    sum += weigh(Number(digits[digits.length - 1 - at]), at);
  }
  return sum % 10;
};

const luhnWeight = (digit: number, at: number): number => {
  const doubled = at % 2 === 1 ? digit * 2 : digit;
  return doubled > 9 ? doubled - 9 : doubled;
};

const gtinWeight = (digit: number, at: number): number => (at % 2 === 1 ? digit * 3 : digit);
