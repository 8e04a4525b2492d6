import { describe, expect, it } from 'vitest';
import {
  addCounts,
  countsOf,
  type LiveCounts,
  NO_COUNTS,
  WAIT_BOUNDS_MS,
  waitWithin,
} from '#core/live-figures.ts';
import { payRecord } from '#test/support/pay-record.ts';

const waited = (waitedMs: number): LiveCounts => {
  const counts = countsOf(payRecord(1, {}, { evidence: { waitedMs } }));
  if (counts === undefined) {
    throw new Error('not counted');
  }
  return counts;
};
const sum = (waits: readonly number[]): LiveCounts =>
  waits.map(waited).reduce(addCounts, NO_COUNTS);

describe('what a decision adds to its minute', () => {
  it('is one, approved or declined', () => {
    expect(countsOf(payRecord(1))).toMatchObject({ approved: 1, declined: 0 });
    expect(countsOf(payRecord(1, { state: 'declined' }, { code: 'sold_out' }))).toMatchObject({
      approved: 0,
      declined: 1,
    });
  });

  it.each([
    [
      'one that a provider has yet to decide',
      payRecord(1, { state: 'in_progress' }, { code: 'in_progress' }),
    ],
    ['a sale that was made offline', payRecord(1, {}, { evidence: { flags: ['stored'] } })],
    [
      'a REVERSE that came first',
      (({ evidence: _none, ...record }) => record)(payRecord(1, { state: 'voided' })),
    ],
    ['a change of a payment', (({ payment: _none, ...record }) => record)(payRecord(1))],
  ])('is nothing for %s', (_what, record) => {
    expect(countsOf(record)).toBeUndefined();
  });

  it.each([
    [0, 0],
    [10, 0],
    [11, 1],
    [10_000, 16],
    [10_001, 17],
    [9_999_999, 17],
  ])('puts a wait of %d ms into class %d', (waitedMs, at) => {
    const { waits } = waited(waitedMs);
    expect(waits).toHaveLength(WAIT_BOUNDS_MS.length + 1);
    expect(waits.flatMap((count, index) => (count === 1 ? [index] : []))).toEqual([at]);
  });

  it('counts one whose wait nobody knows, and no wait', () => {
    const counts = countsOf(payRecord(1)) ?? NO_COUNTS;
    expect(counts.approved).toBe(1);
    expect(counts.waits.every((count) => count === 0)).toBe(true);
  });
});

describe('the share that was decided in time', () => {
  const hundred = [
    ...Array.from({ length: 50 }, () => 25),
    ...Array.from({ length: 45 }, () => 120),
    ...Array.from({ length: 5 }, () => 2_500),
  ];

  it.each([
    [0.5, 30],
    [0.51, 150],
    [0.95, 150],
    [0.96, 3_000],
    [1, 3_000],
  ])('of %d is within %d ms', (share, withinMs) => {
    expect(waitWithin(sum(hundred), share)).toBe(withinMs);
  });

  it('is unknown of no payment, and of one beyond the last bound', () => {
    expect(waitWithin(NO_COUNTS, 0.5)).toBeUndefined();
    expect(waitWithin(sum([20_000]), 0.5)).toBeUndefined();
  });

  it('adds up in any order', () => {
    expect(addCounts(sum([5, 50]), sum([500]))).toEqual(sum([500, 50, 5]));
    expect(addCounts({ ...NO_COUNTS, waits: [1] }, { ...NO_COUNTS, waits: [] }).waits).toEqual([1]);
  });
});
