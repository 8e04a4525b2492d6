/** Which counters a sale takes of, and for which period. */
import { describe, expect, test } from 'vitest';
import { QUOTA_SHARDS_MAX } from '#core/allowances.ts';
import type { SaleWindow, Sheet } from '#core/sheet.ts';
import { windowTakes } from '#core/window-takes.ts';

/** From ten in the evening until two at night, every day, in Seoul. */
const NIGHT: SaleWindow = {
  id: 'night',
  zone: 'Asia/Seoul',
  weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '02:00' }],
};
/** 2026-11-24 01:00 in Seoul, which is 16:00 UTC of the day before. */
const ONE_AT_NIGHT_S = Date.UTC(2026, 10, 23, 16) / 1000;
const sheet = (sku: string, windows: readonly SaleWindow[]): Sheet => ({
  sku,
  region: 'KR',
  name: sku,
  version: 1,
  unitPriceMinor: 100,
  currency: 410,
  windows,
});
const idsAt = (window: SaleWindow, atS: number): readonly string[] =>
  windowTakes([{ quantity: 1, sheet: sheet('A', [window]) }], { atS, user: 'u-1' }).map(
    ({ id }) => id,
  );

describe('the period of a counter', () => {
  test('is the opening that began before midnight, the local day, or ever', () => {
    const quota = (per: 'opening' | 'day' | 'total'): SaleWindow => ({
      ...NIGHT,
      quota: { units: 5, per },
    });
    expect(idsAt(quota('opening'), ONE_AT_NIGHT_S)).toEqual(['night/2026-11-23']);
    expect(idsAt(quota('opening'), ONE_AT_NIGHT_S - 2 * 3_600)).toEqual(['night/2026-11-23']);
    expect(idsAt(quota('day'), ONE_AT_NIGHT_S)).toEqual(['night/2026-11-24']);
    expect(idsAt(quota('total'), ONE_AT_NIGHT_S)).toEqual(['night/total']);
  });
});

describe('what is taken', () => {
  test('is the sum over the products that one window decides', () => {
    const window: SaleWindow = { ...NIGHT, quota: { units: 5, per: 'total' } };
    const lines = [
      { quantity: 2, sheet: sheet('A', [window]) },
      { quantity: 3, sheet: sheet('B', [window]) },
      { quantity: 4, sheet: sheet('C', []) },
    ];
    expect(windowTakes(lines, { atS: ONE_AT_NIGHT_S, user: 'u-1' })).toEqual([
      { id: 'night/total', amount: 5, max: 5, shards: 8, refusal: 'sold_out' },
    ]);
  });

  test('is counted for the user in one shard, and for nobody where there is no user', () => {
    const window: SaleWindow = { ...NIGHT, perUser: { units: 2, per: 'total' } };
    const lines = [{ quantity: 1, sheet: sheet('A', [window]) }];
    expect(windowTakes(lines, { atS: ONE_AT_NIGHT_S, user: 'u-1' })).toEqual([
      { id: 'night/total/u-1', amount: 1, max: 2, shards: 1, refusal: 'frequency_exceeded' },
    ]);
    expect(windowTakes(lines, { atS: ONE_AT_NIGHT_S, user: '' })).toEqual([]);
  });

  test('is spread over as many shards as the rule says, up to the bound', () => {
    const shards = (count: number): number | undefined =>
      windowTakes(
        [
          {
            quantity: 1,
            sheet: sheet('A', [{ ...NIGHT, quota: { units: 99, per: 'total', shards: count } }]),
          },
        ],
        { atS: ONE_AT_NIGHT_S, user: '' },
      )[0]?.shards;
    expect(shards(QUOTA_SHARDS_MAX)).toBe(32);
    expect(shards(QUOTA_SHARDS_MAX + 1)).toBe(32);
    expect(shards(1)).toBe(1);
  });
});
