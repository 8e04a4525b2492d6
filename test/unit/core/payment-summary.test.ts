import { describe, expect, it } from 'vitest';
import {
  LIST_SHARDS,
  listShard,
  listsOf,
  type PaymentList,
  type PaymentSummary,
  placeOf,
  SUMMARY_ITEMS_MAX,
  shardsOf,
  summaryOf,
  timePlace,
} from '#core/payment-summary.ts';
import { payRecord, SOLD_AT_S } from '#test/support/pay-record.ts';

const summary = (...of: Parameters<typeof payRecord>): PaymentSummary => {
  const found = summaryOf(payRecord(...of));
  if (found === undefined) {
    throw new Error('no summary');
  }
  return found;
};

const never = (): never => {
  throw new Error('no such list');
};

describe('a payment in a list', () => {
  it('has what is searched by and what a line shows, and none of its answer', () => {
    const { merchant, user } = { merchant: 'm-1', user: 'u-1' };
    expect(summary(7, { state: 'partly_refunded', revision: 3, refundedMinor: 30 })).toEqual({
      key: { terminal: 1001, keyVersion: 1, sequence: 7 },
      revision: 3,
      decidedAtS: SOLD_AT_S,
      state: 'partly_refunded',
      code: 'approved',
      merchant,
      user,
      amountMinor: 100,
      postedMinor: 100,
      refundedMinor: 30,
      currency: 410,
      items: ['LIP-01*2'],
    });
  });

  it('names its provider, that it was stored, and the first products', () => {
    const provider = { name: 'kakaopay', lateAfterMs: 0 };
    const items = Array.from({ length: SUMMARY_ITEMS_MAX + 1 }, (_, at) => `S-${at}*1@9/w=5:l@2`);
    const found = summary(7, { provider }, { evidence: { flags: ['stored'], items } });
    expect(found).toMatchObject({ provider: 'kakaopay', stored: true });
    expect(found.items).toEqual(['S-0*1', 'S-1*1', 'S-2*1', 'S-3*1', 'S-4*1']);
  });

  it('says nothing of products whose evidence is a digest, nor of flags that there are not', () => {
    const found = summary(7, {}, { evidence: { itemsDigest: 'ab', flags: ['over_limit'] } });
    expect(found).not.toHaveProperty('items');
    expect(found).not.toHaveProperty('stored');
    expect(summary(7, {}, { evidence: undefined as never })).not.toHaveProperty('items');
  });

  it('is none where a REVERSE came first, and where it is no PAY', () => {
    expect(summaryOf(payRecord(7, { state: 'voided', currency: 0 }))).toBeUndefined();
    const { payment: _, ...change } = payRecord(8);
    expect(summaryOf(change)).toBeUndefined();
  });

  it('stands in the lists of its terminal, its day of UTC, its merchant and its user', () => {
    expect(listsOf(summary(7))).toEqual([
      { of: 'terminal', id: 1001 },
      { of: 'day', id: '2026-09-21' },
      { of: 'merchant', id: 'm-1' },
      { of: 'user', id: 'u-1' },
    ]);
    const declined = summary(7, { merchant: '', user: '' }, { decidedAtS: SOLD_AT_S + 86_400 });
    expect(listsOf(declined)).toEqual([
      { of: 'terminal', id: 1001 },
      { of: 'day', id: '2026-09-22' },
    ]);
  });

  it('spreads the lists that many add to', () => {
    expect(listsOf(summary(7)).map(shardsOf)).toEqual([1, LIST_SHARDS, LIST_SHARDS, 1]);
  });

  it('is always in the same partition of a list, and neighbours are in others', () => {
    const [terminal = never(), day = never()] = listsOf(summary(7));
    const shardsIn = (list: PaymentList) =>
      [7, 8, 9, 7].map((sequence) => listShard(list, { terminal: 1001, keyVersion: 1, sequence }));
    expect(shardsIn(terminal)).toEqual([0, 0, 0, 0]);
    expect(shardsIn(day)).toEqual([0, 1, 2, 0]);
  });

  it('is ordered by time, then by K', () => {
    const places = [
      timePlace(9),
      placeOf(summary(9, {}, { decidedAtS: 9 })),
      placeOf(summary(10, {}, { decidedAtS: 9 })),
      timePlace(10),
      placeOf(summary(1, {}, { decidedAtS: 10 })),
      placeOf(summary(1, {}, { decidedAtS: 1_000_000_000 })),
    ];
    expect([...places].sort()).toEqual(places);
    expect(places[1]).toBe('0000000009#0000001001#0000000001#0000000009');
  });
});
