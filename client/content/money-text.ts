/** Amounts as people of the locale write them; minor units by ISO 4217, no floating point in between. */

interface Currency {
  readonly letters: string;
  /** Digits after the point. */
  readonly exponent: number;
}

/** By ISO 4217 number: the currencies of the regions sold to and of their neighbours. */
const CURRENCIES: Readonly<Record<number, Currency>> = {
  156: { letters: 'CNY', exponent: 2 },
  344: { letters: 'HKD', exponent: 2 },
  360: { letters: 'IDR', exponent: 2 },
  392: { letters: 'JPY', exponent: 0 },
  410: { letters: 'KRW', exponent: 0 },
  414: { letters: 'KWD', exponent: 3 },
  458: { letters: 'MYR', exponent: 2 },
  702: { letters: 'SGD', exponent: 2 },
  704: { letters: 'VND', exponent: 0 },
  764: { letters: 'THB', exponent: 2 },
  784: { letters: 'AED', exponent: 2 },
  826: { letters: 'GBP', exponent: 2 },
  840: { letters: 'USD', exponent: 2 },
  901: { letters: 'TWD', exponent: 2 },
  978: { letters: 'EUR', exponent: 2 },
};

/** `1290` minor units as the decimal `12.90`. */
const decimalOf = (amountMinor: number, exponent: number): `${number}` => {
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  const at = digits.length - exponent;
  const text = exponent === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
  return text as `${number}`;
};

/** A non-negative amount; a currency without a row is shown in minor units with its number. */
export const moneyText = (amountMinor: number, currency: number, locale: string): string => {
  const row = CURRENCIES[currency];
  if (row === undefined) {
    return `${amountMinor} (${currency})`;
  }
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: row.letters,
    minimumFractionDigits: row.exponent,
    maximumFractionDigits: row.exponent,
  }).format(decimalOf(amountMinor, row.exponent));
};
