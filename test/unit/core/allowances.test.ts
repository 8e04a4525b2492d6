/** How a payment's need is spread over shards; the figures are worked out by hand. */
import { describe, expect, test } from 'vitest';
import {
  allowanceChanges,
  planTakes,
  shardMax,
  TAKEN_SHARDS_MAX,
  type Take,
} from '#core/allowances.ts';
import type { Payment, RecordedState } from '#core/records.ts';

const KEY = { terminal: 1001, keyVersion: 1, sequence: 7 };
const NONE = new Map<string, readonly number[]>();
const take = (change: Partial<Take> = {}): Take => ({
  id: 'w/total',
  amount: 1,
  max: 10,
  shards: 4,
  refusal: 'sold_out',
  ...change,
});

describe('the shards of an allowance', () => {
  test('share it as evenly as can be, and give together exactly what there is', () => {
    expect([0, 1, 2, 3].map((shard) => shardMax({ max: 10, shards: 4 }, shard))).toEqual([
      3, 3, 2, 2,
    ]);
    expect([0, 1, 2].map((shard) => shardMax({ max: 2, shards: 3 }, shard))).toEqual([1, 1, 0]);
  });
});

describe('a plan of what to take', () => {
  test('begins at the shard that follows from the key: (1001 + 7) mod 4', () => {
    expect(planTakes([take()], KEY, NONE)).toEqual([
      { id: 'w/total', shard: 0, amount: 1, max: 3 },
    ]);
    expect(planTakes([take()], { ...KEY, sequence: 8 }, NONE)).toEqual([
      { id: 'w/total', shard: 1, amount: 1, max: 3 },
    ]);
  });

  test('goes on to the next shard that has enough', () => {
    const seen = new Map([['w/total', [3, 3, 1, 0]]]);
    expect(planTakes([take()], KEY, seen)).toEqual([
      { id: 'w/total', shard: 2, amount: 1, max: 2 },
    ]);
  });

  test('takes of several, the fullest first, where none has enough', () => {
    const seen = new Map([['w/total', [2, 3, 1, 0]]]);
    expect(planTakes([take({ amount: 4 })], KEY, seen)).toEqual([
      { id: 'w/total', shard: 3, amount: 2, max: 2 },
      { id: 'w/total', shard: 0, amount: 1, max: 3 },
      { id: 'w/total', shard: 2, amount: 1, max: 2 },
    ]);
  });

  test('is refused with the code of the take where all have too little', () => {
    const seen = new Map([['w/total', [2, 3, 1, 0]]]);
    expect(planTakes([take({ amount: 5 })], KEY, seen)).toBe('sold_out');
    expect(planTakes([take({ amount: 11 })], KEY, NONE)).toBe('sold_out');
  });

  test('does not count on a shard that a smaller quota has overdrawn', () => {
    const seen = new Map([['w/total', [9, 3, 2, 2]]]);
    expect(planTakes([take()], KEY, seen)).toBe('sold_out');
  });

  test('takes of every allowance, or of none', () => {
    const user = take({ id: 'w/u', max: 1, shards: 1, refusal: 'frequency_exceeded' });
    expect(planTakes([take(), user], KEY, NONE)).toHaveLength(2);
    expect(planTakes([take(), user], KEY, new Map([['w/u', [1]]]))).toBe('frequency_exceeded');
  });

  test('fits a transaction: 90 shards, not 91', () => {
    const each = (count: number): readonly Take[] =>
      Array.from({ length: count }, (_, at) => take({ id: `w${at}` }));
    expect(planTakes(each(TAKEN_SHARDS_MAX), KEY, NONE)).toHaveLength(TAKEN_SHARDS_MAX);
    expect(planTakes(each(TAKEN_SHARDS_MAX + 1), KEY, NONE)).toBe('sold_out');
  });
});

describe('what changes in the shards', () => {
  const payment = (state: RecordedState): Payment => ({
    state,
    revision: 0,
    amountMinor: 100,
    postedMinor: 0,
    refundedMinor: 0,
    currency: 410,
    user: 'u',
    merchant: 'm',
    taken: [{ id: 'w/total', shard: 2, amount: 3, max: 5 }],
  });

  test('is taken when it is new, and given back when it is voided, expires or is declined', () => {
    expect(allowanceChanges(undefined, payment('held'))).toEqual([
      { id: 'w/total', shard: 2, delta: 3, max: 5 },
    ]);
    for (const state of ['voided', 'expired', 'declined'] as const) {
      expect(allowanceChanges(payment('posted'), payment(state))).toEqual([
        { id: 'w/total', shard: 2, delta: -3 },
      ]);
    }
  });

  test('is taken again when an expired hold is posted after all', () => {
    expect(allowanceChanges(payment('expired'), payment('posted'))).toEqual([
      { id: 'w/total', shard: 2, delta: 3, max: 5 },
    ]);
  });

  test('is nothing between states that keep it, between those that do not, and without any', () => {
    expect(allowanceChanges(payment('in_progress'), payment('held'))).toEqual([]);
    expect(allowanceChanges(payment('posted'), payment('refunded'))).toEqual([]);
    expect(allowanceChanges(payment('expired'), payment('voided'))).toEqual([]);
    const { taken: _none, ...plain } = payment('posted');
    expect(allowanceChanges(undefined, plain)).toEqual([]);
  });
});
