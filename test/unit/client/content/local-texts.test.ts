/** Money, numbers and times without Intl, held to Intl. */
import { describe, expect, it } from 'vitest';
import { LANGUAGE_LOCALES } from '#client/content/languages.ts';
import { moneyText, smallMoneyText } from '#client/content/money-text.ts';
import { numberText } from '#client/content/number-text.ts';
import type { RegionZone } from '#client/content/region-zone.ts';
import { clockText, dateTimeText, millisecondsText } from '#client/content/time-text.ts';
import { CURRENCIES } from '#protocol/currencies.ts';

const LOCALES = Object.values(LANGUAGE_LOCALES);
const ZONES: readonly RegionZone[] = ['Asia/Seoul', 'Asia/Shanghai', 'UTC'];
/** CLDR has marks for these that few customers know: their letters are shown. */
const BY_LETTERS = ['PHP', 'XAF', 'XCD', 'XCG', 'XOF', 'XPF'];
/** CLDR joins a time and AM by a narrow space that small displays do not have. */
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe.each(LOCALES)('in %s', (locale) => {
  it('every currency is written as CLDR has it', () => {
    for (const [number, { letters, exponent }] of CURRENCIES) {
      const format = new Intl.NumberFormat(locale, {
        style: 'currency',
        currency: letters,
        currencyDisplay: BY_LETTERS.includes(letters) ? 'code' : 'symbol',
        minimumFractionDigits: exponent,
        maximumFractionDigits: exponent,
      });
      for (const minor of [0, 5, 99, 999, 1_000, 1_234_567, 999_999_999_999]) {
        const text = String(minor).padStart(exponent + 1, '0');
        const decimal = `${text.slice(0, text.length - exponent)}.${text.slice(text.length - exponent)}0`;
        expect(moneyText(minor, number, locale)).toBe(format.format(decimal as `${number}`));
      }
    }
  });

  it('parts of a coin are', () => {
    const options = { style: 'currency', currency: 'USD', minimumFractionDigits: 2 } as const;
    const format = new Intl.NumberFormat(locale, { ...options, maximumFractionDigits: 5 });
    for (const amount of [0, 0.00016, 0.001, 0.1, 1, 12.5, 1_234.56789, 0.000004]) {
      expect(smallMoneyText(amount, 'USD', locale)).toBe(format.format(amount));
    }
  });

  it('numbers are', () => {
    for (const value of [0, 7, 999, 1_000, 123_456_789, 0.25, 1.24, 999.96, 12_345.6]) {
      const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
      expect(numberText(value, 1)).toBe(format.format(Number(value.toFixed(1))));
      expect(numberText(Math.round(value))).toBe(format.format(Math.round(value)));
    }
  });

  it.each(ZONES)('times are, on the clock of %s', (timeZone) => {
    const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone });
    const date = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone,
    });
    // Every hour of a day, each month, the end of a year.
    const days = Array.from({ length: 13 }, (_, month) =>
      Date.UTC(2027, month, 28 - month, 0, 5, 9),
    );
    for (const atMs of days.flatMap((day) =>
      Array.from({ length: 24 }, (_, h) => day + h * 3_600_000),
    )) {
      expect(clockText(atMs, locale, timeZone)).toBe(plain(clock.format(atMs)));
      expect(dateTimeText(atMs, locale, timeZone)).toBe(plain(date.format(atMs)));
    }
  });
});

it('a currency that there is not is shown as a number', () => {
  expect(moneyText(1_234, 1, 'en-US')).toBe('1234 (1)');
});

it('a dialogue has milliseconds', () => {
  expect(millisecondsText(Date.UTC(2026, 10, 23, 23, 4, 5, 7), 'Asia/Seoul')).toBe('08:04:05.007');
});
