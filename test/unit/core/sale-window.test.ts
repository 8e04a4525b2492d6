import { describe, expect, test } from 'vitest';
import { isOnSale, nextChangeS } from '#core/sale-window.ts';
import type { SaleWindow } from '#core/sheet.ts';

const at = (iso: string): number => Date.parse(iso) / 1000;
const window = (
  zone: string,
  from: string,
  to: string,
  days = [1, 2, 3, 4, 5, 6, 7],
): readonly SaleWindow[] => [{ id: 'w', zone, weekly: [{ days, from, to }] }];

test('without windows a product is always on sale, and that never changes', () => {
  expect(isOnSale([], at('2026-11-23T00:00:00Z'))).toBe(true);
  expect(nextChangeS([], at('2026-11-23T00:00:00Z'))).toBeUndefined();
});

describe('a window is half open', () => {
  const seoul = window('Asia/Seoul', '09:00', '18:00', [1]);
  test.each([
    ['2026-11-22T23:59:59Z', false],
    ['2026-11-23T00:00:00Z', true],
    ['2026-11-23T08:59:59Z', true],
    ['2026-11-23T09:00:00Z', false],
    ['2026-11-24T03:00:00Z', false],
  ])('at %s: %s', (iso, open) => {
    expect(isOnSale(seoul, at(iso))).toBe(open);
  });
  test('its next change is its end while open, its next week once closed', () => {
    expect(nextChangeS(seoul, at('2026-11-23T03:00:00Z'))).toBe(at('2026-11-23T09:00:00Z'));
    expect(nextChangeS(seoul, at('2026-11-23T09:00:00Z'))).toBe(at('2026-11-30T00:00:00Z'));
  });
});

test('a window that crosses midnight belongs to the day it begins on', () => {
  const night = window('Asia/Shanghai', '22:00', '02:00', [5]);
  expect(isOnSale(night, at('2026-11-27T14:00:00Z'))).toBe(true);
  expect(isOnSale(night, at('2026-11-27T17:59:59Z'))).toBe(true);
  expect(isOnSale(night, at('2026-11-27T18:00:00Z'))).toBe(false);
  expect(isOnSale(night, at('2026-11-26T17:00:00Z'))).toBe(false);
});

test('00:00 to 24:00 is the whole day, and two such days have no change between them', () => {
  const weekend = window('Asia/Seoul', '00:00', '24:00', [6, 7]);
  expect(isOnSale(weekend, at('2026-11-27T14:59:59Z'))).toBe(false);
  expect(nextChangeS(weekend, at('2026-11-27T14:59:59Z'))).toBe(at('2026-11-27T15:00:00Z'));
  expect(nextChangeS(weekend, at('2026-11-27T15:00:00Z'))).toBe(at('2026-11-29T15:00:00Z'));
});

test('of several windows any one that is open sells', () => {
  const two = [
    ...window('Asia/Seoul', '09:00', '10:00'),
    ...window('Asia/Seoul', '10:00', '11:00'),
  ];
  expect(nextChangeS(two, at('2026-11-23T00:30:00Z'))).toBe(at('2026-11-23T02:00:00Z'));
});

describe('in New York, when clocks change', () => {
  test('an opening within the gap of March happens when the clocks jump over it', () => {
    const early = window('America/New_York', '02:30', '04:00');
    expect(nextChangeS(early, at('2026-03-08T05:00:00Z'))).toBe(at('2026-03-08T07:00:00Z'));
    expect(isOnSale(early, at('2026-03-08T06:59:59Z'))).toBe(false);
    expect(isOnSale(early, at('2026-03-08T07:00:00Z'))).toBe(true);
  });
  test('a weekly window that the gap swallows whole opens a week later', () => {
    const swallowed = window('America/New_York', '02:00', '03:00', [7]);
    expect(nextChangeS(swallowed, at('2026-03-08T05:00:00Z'))).toBe(at('2026-03-15T06:00:00Z'));
  });
  test('in the fold of November an hour of wall clock sells twice', () => {
    const folded = window('America/New_York', '01:30', '02:00');
    expect(nextChangeS(folded, at('2026-11-01T05:00:00Z'))).toBe(at('2026-11-01T05:30:00Z'));
    expect(nextChangeS(folded, at('2026-11-01T05:30:00Z'))).toBe(at('2026-11-01T06:00:00Z'));
    expect(nextChangeS(folded, at('2026-11-01T06:00:00Z'))).toBe(at('2026-11-01T06:30:00Z'));
    expect(nextChangeS(folded, at('2026-11-01T06:30:00Z'))).toBe(at('2026-11-01T07:00:00Z'));
  });
});
