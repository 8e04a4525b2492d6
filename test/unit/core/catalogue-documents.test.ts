import { describe, expect, it } from 'vitest';
import {
  checkPriceListDocument,
  checkProductDocument,
  checkPromotionDocument,
  checkRegionDocument,
  checkWindowDocument,
  regionsOfScopes,
} from '#core/catalogue-documents.ts';
import type { Region } from '#core/sheet-sources.ts';

const KOREA: Region = { id: 'KR', currency: 410, zone: 'Asia/Seoul' };
const TAXED: Region = {
  ...KOREA,
  tax: { prices: 'inclusive', rounding: 'total', ratesPpm: { reduced: 50_000 } },
};
const fields = (problems: readonly { readonly field: string }[]) =>
  problems.map(({ field }) => field);

describe('what an operator enters, each by itself', () => {
  it('is right where it is', () => {
    const { id: _id, ...korea } = TAXED;
    expect(checkRegionDocument('KR', korea)).toEqual([]);
    expect(checkRegionDocument('KR', { currency: 410, zone: 'Asia/Seoul' })).toEqual([]);
    const lipstick = { name: 'Lipstick', basePriceMinor: { KR: 100 } };
    expect(checkProductDocument('LIP-01', lipstick, KOREA)).toEqual([]);
    expect(checkProductDocument('LIP-01', { ...lipstick, taxClass: 'reduced' }, TAXED)).toEqual([]);
    const weekly = [{ days: [1, 7], from: '09:00', to: '21:00' }];
    expect(checkWindowDocument('day', { weekly })).toEqual([]);
    expect(checkPriceListDocument('sale', { currency: 410, pricesMinor: { x: 1 } })).toEqual([]);
    expect(checkPromotionDocument('gift', { off: { ppm: 1 }, by: 'code' })).toEqual([]);
  });

  it('names the fields at fault as they are called in it', () => {
    expect(fields(checkRegionDocument('KR', { currency: 1, zone: 'Mars/Base' }))).toEqual([
      'currency',
      'zone',
    ]);
    expect(
      fields(checkProductDocument('', { name: '', basePriceMinor: { KR: -1 } }, KOREA)),
    ).toEqual(['sku', 'name', 'basePriceMinor.KR']);
    const weekly = [{ days: [1, 1], from: '09:00', to: '25:00' }];
    expect(fields(checkWindowDocument('day', { weekly }))).toEqual([
      'weekly[0].days',
      'weekly[0].to',
    ]);
    expect(fields(checkPriceListDocument('a b', { currency: 1, pricesMinor: {} }))).toEqual([
      'id',
      'currency',
    ]);
    expect(fields(checkPromotionDocument('gift', { off: { minor: 5 }, by: 'code' }))).toEqual([
      'currency',
    ]);
  });

  it('says that a product has a tax class that its region lacks', () => {
    const product = { name: 'Lipstick', basePriceMinor: { KR: 100 } };
    expect(checkProductDocument('LIP-01', product, TAXED)).toEqual([
      { code: 'missing', field: 'taxClass', expected: 'a tax class of region KR' },
    ]);
  });
});

describe('a change of a rule', () => {
  const all = ['CN', 'KR', 'US'];
  it('is felt in the regions of its scope, before and after', () => {
    expect(regionsOfScopes([{ regions: ['KR'] }], all)).toEqual(['KR']);
    expect(regionsOfScopes([{ regions: ['KR'] }, { regions: ['US'] }], all)).toEqual(['KR', 'US']);
  });

  it('is felt everywhere where it names none', () => {
    expect(regionsOfScopes([undefined], all)).toEqual(all);
    expect(regionsOfScopes([{ skus: ['x'] }, { regions: ['KR'] }], all)).toEqual(all);
    expect(regionsOfScopes([], all)).toEqual([]);
  });
});
