/** Amounts as people of the locale write them; minor units by ISO 4217, no floating point in between. */

import { CURRENCIES } from '#protocol/currencies.ts';
import { type Language, languageOf } from './languages.ts';
import { groupedText, numberText } from './number-text.ts';

/** How a currency is marked, per language, by CLDR; any other is marked with its three letters. */
const SYMBOLS: Readonly<Record<string, string | Readonly<Record<Language, string>>>> = {
  AUD: { en: 'A$', ko: 'AU$', zh: 'AU$' },
  BRL: 'R$',
  CAD: 'CA$',
  CNY: { en: 'CN¥', ko: 'CN¥', zh: '¥' },
  EUR: '€',
  GBP: '£',
  HKD: 'HK$',
  ILS: '₪',
  INR: '₹',
  JPY: { en: '¥', ko: 'JP¥', zh: 'JP¥' },
  KRW: '₩',
  MXN: 'MX$',
  NZD: 'NZ$',
  TWD: 'NT$',
  USD: { en: '$', ko: 'US$', zh: 'US$' },
  VND: '₫',
};

/** Letters are kept off the digits, and on their line. */
const NO_BREAK_SPACE = '\u00a0';

const marked = (letters: string, number: string, locale: string): string => {
  const symbol = SYMBOLS[letters] ?? `${letters}${NO_BREAK_SPACE}`;
  return `${typeof symbol === 'string' ? symbol : symbol[languageOf(locale)]}${number}`;
};

/** `1290` minor units as the decimal `12.90`. */
const decimalOf = (amountMinor: number, exponent: number): string => {
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  const at = digits.length - exponent;
  return exponent === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
};

/** A non-negative amount; a currency without a row is shown in minor units with its number. */
export const moneyText = (amountMinor: number, currency: number, locale: string): string => {
  const row = CURRENCIES.get(currency);
  return row === undefined
    ? `${amountMinor} (${currency})`
    : marked(row.letters, groupedText(decimalOf(amountMinor, row.exponent)), locale);
};

/** An amount that may be far below the smallest coin, such as the price of a few hundred bytes on the air. */
export const smallMoneyText = (amount: number, letters: string, locale: string): string =>
  marked(letters, numberText(amount, SMALL_DIGITS, SMALL_DIGITS_LEAST), locale);

const SMALL_DIGITS = 5;
const SMALL_DIGITS_LEAST = 2;
