/** Amounts as people of the locale write them; minor units by ISO 4217, no floating point in between. */

import { CURRENCIES } from '#protocol/currencies.ts';
import { numberFormat } from './formatters.ts';

/** `1290` minor units as the decimal `12.90`. */
const decimalOf = (amountMinor: number, exponent: number): `${number}` => {
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  const at = digits.length - exponent;
  const text = exponent === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
  return text as `${number}`;
};

/** A non-negative amount; a currency without a row is shown in minor units with its number. */
export const moneyText = (amountMinor: number, currency: number, locale: string): string => {
  const row = CURRENCIES.get(currency);
  if (row === undefined) {
    return `${amountMinor} (${currency})`;
  }
  return numberFormat(locale, {
    style: 'currency',
    currency: row.letters,
    minimumFractionDigits: row.exponent,
    maximumFractionDigits: row.exponent,
  }).format(decimalOf(amountMinor, row.exponent));
};

/** An amount that may be far below the smallest coin, such as the price of a few hundred bytes on the air. */
export const smallMoneyText = (amount: number, letters: string, locale: string): string =>
  numberFormat(locale, {
    style: 'currency',
    currency: letters,
    minimumFractionDigits: 2,
    maximumFractionDigits: 5,
  }).format(amount);
