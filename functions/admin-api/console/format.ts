/** Numbers, money and times as people read them, in their language. */
import { html } from 'hono/html';
import { usageDay } from '#core/day-usage.ts';
import { CURRENCIES } from '#protocol/currencies.ts';
import type { Language, Markup } from './languages.ts';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', ko: 'ko-KR', zh: 'zh-CN' };

export interface Format {
  number(value: number): string;
  /** Share from 0 to 1. */
  percent(share: number): string;
  /** `KRW 15,500`: letters and not signs, since one sign stands for several currencies. */
  money(minor: number, currency: number): string;
  /** Unix seconds, as UTC; a script turns it into the reader's own clock. */
  time(atS: number): Markup;
  bytes(count: number): string;
}

export const formatIn = (language: Language): Format => {
  const locale = LOCALES[language];
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    money: (minor, currency) => {
      const { letters, exponent } = currencyOf(currency);
      const amount = new Intl.NumberFormat(locale, {
        minimumFractionDigits: exponent,
        maximumFractionDigits: exponent,
      });
      return `${letters} ${amount.format(minor / 10 ** exponent)}`;
    },
    time: (atS) => {
      const iso = new Date(atS * 1000).toISOString().slice(0, 19);
      return html`<time datetime="${iso}Z">${iso.replace('T', ' ')} UTC</time>`;
    },
    bytes: (count) => `${number.format(count)} B`,
  };
};

export const DAY_MS = 86_400_000;

/** YYYY-MM-DD of UTC. */
export const utcDay = (ms: number): string => usageDay('UTC', Math.floor(ms / 1000));

/** Of a number that ISO 4217 does not have, the number itself, in minor units. */
export const currencyOf = (
  currency: number,
): { readonly letters: string; readonly exponent: number } =>
  CURRENCIES.get(currency) ?? { letters: String(currency), exponent: 0 };

/** Major units as they stand in a field of a form: `98.00`. */
export const amountText = (minor: number, currency: number): string => {
  const { exponent } = currencyOf(currency);
  return (minor / 10 ** exponent).toFixed(exponent);
};

/** The opposite; undefined where it is no amount of that currency. Thousands may be set apart by commas or spaces. */
export const amountMinor = (text: string, currency: number): number | undefined => {
  const { exponent } = currencyOf(currency);
  const [, sign = '', whole = '', fraction = ''] =
    /^(-?)(\d{1,12})(?:\.(\d{1,3}))?$/.exec(text.replaceAll(/[,\s]/g, '')) ?? [];
  if (whole === '' || fraction.length > exponent) {
    return undefined;
  }
  return Number(`${sign}${whole}${fraction.padEnd(exponent, '0')}`);
};
