import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { EVIDENCE_BYTES_MAX, itemEvidence, withFlag } from '#core/evidence.ts';
import type { SaleWindow } from '#core/sheet.ts';
import type { Item } from '#protocol/request.ts';
import { hasher, LIP, NOON_S } from '../../support/payment-world.ts';

const OPEN: SaleWindow = {
  id: 'noon',
  zone: 'Asia/Seoul',
  weekly: [{ days: [1], from: '12:00', to: '13:00' }],
};
const item = (sku: string): Item => ({ sku, quantity: 2, unitPriceMinor: 100 });
const evidenceOf = (skus: readonly string[], windows: readonly SaleWindow[] = []) =>
  itemEvidence(hasher, {
    items: skus.map(item),
    sheets: skus.map((sku) => ({ ...LIP, sku, windows })),
    judgedAtS: NOON_S,
  });

test('names sku, quantity, version and the window that decided', () => {
  expect(evidenceOf(['LIP-01', 'LIP-02'])).toEqual({
    items: ['LIP-01*2@3=100', 'LIP-02*2@3=100'],
  });
  expect(evidenceOf(['LIP-01'], [OPEN])).toEqual({ items: ['LIP-01*2@3/noon=100'] });
});

test('is empty while a sheet is missing', () => {
  const items = [item('LIP-01'), item('LIP-02')];
  expect(itemEvidence(hasher, { items, sheets: [LIP, undefined], judgedAtS: NOON_S })).toEqual({});
});

/** One line takes the length of its sku and eight characters more; lines are joined by one. */
test('is kept up to its bytes, separators included, and digested beyond', () => {
  const short = Array.from({ length: 9 }, (_, at) => `SKU-${at}`.padEnd(20, 'x'));
  const used = 9 * 28 + 9;
  const fitting = [...short, 'y'.repeat(EVIDENCE_BYTES_MAX - used - 8)];
  const lines = fitting.map((sku) => `${sku}*2@3=100`);
  expect(Buffer.byteLength(lines.join('\n'))).toBe(EVIDENCE_BYTES_MAX);
  expect(evidenceOf(fitting)).toEqual({ items: lines });
  const longer = [...short, 'y'.repeat(EVIDENCE_BYTES_MAX - used - 7)];
  const text = longer.map((sku) => `${sku}*2@3=100`).join('\n');
  expect(evidenceOf(longer)).toEqual({
    itemsDigest: createHash('sha256').update(text).digest('hex'),
  });
});

test('a flag is kept once, and after those that were there', () => {
  expect(withFlag({ entryMode: 7 }, 'stored')).toEqual({ entryMode: 7, flags: ['stored'] });
  const flagged = withFlag({ flags: ['stored'] }, 'over_limit');
  expect(flagged).toEqual({ flags: ['stored', 'over_limit'] });
  expect(withFlag(flagged, 'stored')).toEqual(flagged);
});
