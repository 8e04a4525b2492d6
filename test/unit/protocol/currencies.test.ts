import { expect, test } from 'vitest';
import { CURRENCIES } from '#protocol/currencies.ts';

/** Shown by ICU with fewer digits than ISO 4217 counts in. */
const SHOWN_SHORTER = new Set(
  'AFN ALL AMD CLP COP CRC CZK GYD HUF IDR IQD IRR KPW LAK LBP MGA MMK MNT MUR NOK PKR RSD SEK SLE SOS SYP TWD TZS UZS YER'.split(
    ' ',
  ),
);
/** Newer than ICU. */
const UNKNOWN = new Set(['VED', 'XCG', 'ZWG']);

/** What ICU knows of a currency is kept by others than us. */
test('letters and digits are those that ICU has for the same currency', () => {
  const known = new Set(Intl.supportedValuesOf('currency'));
  const rows = [...CURRENCIES.values()].filter(({ letters }) => !UNKNOWN.has(letters));
  expect(rows.map(({ letters }) => letters).filter((letters) => !known.has(letters))).toEqual([]);
  const digitsOf = (currency: string): number | undefined =>
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
      .maximumFractionDigits;
  const others = rows.filter(
    ({ letters, exponent }) => !SHOWN_SHORTER.has(letters) && digitsOf(letters) !== exponent,
  );
  expect(others).toEqual([]);
  expect(new Set(rows.map(({ letters }) => letters)).size).toBe(rows.length);
});

test.each([
  [410, 'KRW', 0],
  [156, 'CNY', 2],
  [392, 'JPY', 0],
  [840, 'USD', 2],
  [978, 'EUR', 2],
  [414, 'KWD', 3],
  [8, 'ALL', 2],
  [986, 'BRL', 2],
  [953, 'XPF', 0],
])('%i is %s with %i digits', (number, letters, exponent) => {
  expect(CURRENCIES.get(number)).toEqual({ letters, exponent });
});

test.each([0, 959, 963, 997, 999])('%i, which nobody pays in, is no currency', (number) => {
  expect(CURRENCIES.has(number)).toBe(false);
});
