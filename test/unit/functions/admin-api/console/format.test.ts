import { describe, expect, it } from 'vitest';
import { amountMinor, amountText, formatIn } from '#functions/admin-api/console/format.ts';

const [WON, YUAN, DINAR] = [410, 156, 414];

describe('an amount in a form', () => {
  it.each([
    ['15500', WON, 15_500],
    ['15,500', WON, 15_500],
    ['15 500', WON, 15_500],
    ['98', YUAN, 9_800],
    ['98.5', YUAN, 9_850],
    ['98.05', YUAN, 9_805],
    ['-1.234', DINAR, -1_234],
    ['0', WON, 0],
  ])('%s of currency %d is %d minor units', (text, currency, minor) => {
    expect(amountMinor(text, currency)).toBe(minor);
  });

  it.each([
    ['15500.5', WON],
    ['98.055', YUAN],
    ['1e3', WON],
    ['.5', YUAN],
    ['', WON],
    ['much', WON],
    ['1234567890123', WON],
    ['--1', WON],
  ])('%j of currency %d is none', (text, currency) => {
    expect(amountMinor(text, currency)).toBeUndefined();
  });

  it('comes back as it was typed, to the last minor unit', () => {
    for (const currency of [WON, YUAN, DINAR]) {
      for (const minor of [0, 1, 9, 10, 99, 100, 999, 1_234_567, 90_071_992_547]) {
        expect(amountMinor(amountText(minor, currency), currency)).toBe(minor);
      }
    }
  });
});

describe('what people read', () => {
  it('has the letters of the currency and its digits', () => {
    expect(formatIn('en').money(15_500, WON)).toBe('KRW 15,500');
    expect(formatIn('zh').money(9_805, YUAN)).toBe('CNY 98.05');
    expect(formatIn('ko').money(-1, DINAR)).toBe('KWD -0.001');
    expect(formatIn('en').money(5, 0)).toBe('0 5');
  });
});
