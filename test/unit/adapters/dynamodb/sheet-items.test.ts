/** Sheets, catalogues and promotion codes are read back as they were written, and nothing else gets into the table. */
import { expect, test } from 'vitest';
import {
  catalogueFromItem,
  catalogueItem,
  promotionCodeFromItem,
  promotionCodeItem,
  sheetFromItem,
  sheetItem,
} from '#adapters/dynamodb/sheet-items.ts';
import type { Promotion, PromotionCode, Sheet } from '#core/sheet.ts';

const SCHEDULE = {
  zone: 'Asia/Seoul',
  weekly: [{ days: [1, 7], from: '09:00', to: '24:00' }],
  validFrom: '2026-01-01',
  validTo: '2026-12-31',
  exceptions: [{ date: '2026-12-25', hours: [{ from: '10:00', to: '12:00' }] }],
};
const AT = { merchants: ['m-1'], groups: ['airport'] };
const PROMOTION: Promotion = {
  id: 'p',
  version: 2,
  off: { ppm: 100_000 },
  by: 'code',
  priority: -1,
  zone: 'Asia/Seoul',
  when: SCHEDULE,
  at: AT,
  budget: { of: 'spend', max: 1_000, shards: 4 },
  perUser: 1,
  perTerminal: { uses: 2, per: 'day' },
};
const BARE: Sheet = {
  sku: 'LIP-01',
  region: 'KR',
  name: 'Lipstick',
  version: 3,
  unitPriceMinor: 100,
  currency: 410,
  windows: [],
};
const FULL: Sheet = {
  ...BARE,
  windows: [
    {
      id: 'w',
      ...SCHEDULE,
      at: AT,
      effect: 'closed',
      priority: 1,
      quota: { units: 5, per: 'opening', shards: 2 },
      perUser: { units: 1, per: 'total' },
    },
    { id: 'x', zone: 'UTC', weekly: [], quota: { units: 1, per: 'day' } },
  ],
  prices: [
    { list: 'l', version: 1, unitPriceMinor: 90, priority: 2, when: SCHEDULE, at: AT },
    { list: 'm', version: 1, unitPriceMinor: 80, at: { merchants: ['m-1'] } },
  ],
  tax: { ppm: 100_000, rounding: 'total' },
  promotions: [
    PROMOTION,
    { id: 'q', version: 1, off: { minor: 5 }, by: 'automatic', zone: 'UTC' },
    { ...PROMOTION, id: 'r', budget: { of: 'uses', max: 3 } },
  ],
};

test.each([
  ['bare', BARE],
  ['with everything', FULL],
])('a sheet %s', (_what, sheet) => {
  expect(sheetFromItem(sheetItem(sheet))).toEqual(sheet);
  const { version, region, currency, ...rest } = sheet;
  const { tax: _tax, promotions: _promotions, ...item } = rest;
  const catalogue = { region, version, currency, items: [item] };
  expect(catalogueFromItem(catalogueItem(catalogue))).toEqual(catalogue);
});

test('a catalogue made of whole sheets keeps of them what a screen needs', () => {
  const { region, version, currency } = FULL;
  const { items } = catalogueFromItem(catalogueItem({ region, version, currency, items: [FULL] }));
  expect(Object.keys(items[0] ?? {}).sort()).toEqual([
    'name',
    'prices',
    'sku',
    'unitPriceMinor',
    'windows',
  ]);
});

test('what else an object carries stays out', () => {
  const carrying = {
    ...BARE,
    note: 'x',
    windows: [{ ...SCHEDULE, id: 'w', note: 'x', weekly: [{ ...SCHEDULE.weekly[0], note: 'x' }] }],
    promotions: [{ ...PROMOTION, note: 'x', off: { ...PROMOTION.off, note: 'x' } }],
  };
  const text = JSON.stringify(sheetItem(carrying as unknown as Sheet));
  expect(text).not.toContain('note');
});

test.each<PromotionCode>([
  { promotion: 'p' },
  { promotion: 'p', uses: 1, validFromS: 1, validToS: 2 },
])('a promotion code: %j', (code) => {
  const item = promotionCodeItem('ab12', code);
  expect(item.pk).toEqual({ S: 'CODE#ab12' });
  expect(promotionCodeFromItem(item)).toEqual(code);
});
