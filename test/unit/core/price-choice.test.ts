/** The table of chosen prices (test/support/price-cases.ts), in every order of the lists. */
import { describe, expect, test } from 'vitest';
import type { Sheet } from '#core/sheet.ts';
import { nextSaleChangeS, type Place, priceAt, sheetAt } from '#core/sheet-at.ts';
import { PRICE_CASES } from '../../support/price-cases.ts';

const BASE: Sheet = {
  sku: 'LIP-01',
  region: 'KR',
  name: 'Lipstick',
  version: 1,
  unitPriceMinor: 1000,
  currency: 410,
  windows: [],
};
const HERE: Place = { merchant: 'm-1' };
const inSeoul = (local: string): number => Date.parse(`${local}+09:00`) / 1000;
const orders = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  list.length < 2
    ? [list]
    : list.flatMap((first, at) =>
        orders(list.filter((_, other) => other !== at)).map((rest) => [first, ...rest]),
      );

test('the table has the rows that the order of choice needs', () => {
  expect(PRICE_CASES.length).toBeGreaterThanOrEqual(30);
  expect(new Set(PRICE_CASES.map(({ name }) => name)).size).toBe(PRICE_CASES.length);
});

describe.each(PRICE_CASES)('$name', ({ prices, at, place = HERE, chosen, by, next }) => {
  test.each(orders(prices).map((order) => [order.map(({ list }) => list).join(', '), order]))(
    'with the lists %s',
    (_name, order) => {
      const offered = sheetAt({ ...BASE, prices: order as typeof prices }, place);
      const found = priceAt(offered, inSeoul(at));
      expect(found.unitPriceMinor).toBe(chosen);
      expect(found.by?.list).toBe(by);
      if (next !== undefined) {
        const changeS = nextSaleChangeS(offered, inSeoul(at));
        expect(changeS).toBe(next === 'never' ? undefined : inSeoul(next));
      }
    },
  );
});

test('a product that opens and one whose price changes are both news', () => {
  const day = {
    zone: 'Asia/Seoul',
    weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '10:00', to: '20:00' }],
  };
  const happy = { ...day, weekly: [{ ...day.weekly[0], days: [1], from: '09:00', to: '12:00' }] };
  const sheet: Sheet = {
    ...BASE,
    windows: [{ id: 'day', ...day }],
    prices: [{ list: 'happy', version: 1, unitPriceMinor: 500, when: happy as typeof day }],
  };
  const next = (local: string): string =>
    new Date(((nextSaleChangeS(sheet, inSeoul(local)) ?? 0) + 9 * 3600) * 1000)
      .toISOString()
      .slice(0, 16);
  expect(next('2026-11-23T08:00:00')).toBe('2026-11-23T09:00');
  expect(next('2026-11-23T09:00:00')).toBe('2026-11-23T10:00');
  expect(next('2026-11-23T10:00:00')).toBe('2026-11-23T12:00');
  expect(next('2026-11-23T12:00:00')).toBe('2026-11-23T20:00');
});
