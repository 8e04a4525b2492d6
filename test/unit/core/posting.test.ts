import { describe, expect, test } from 'vitest';
import { CONFLICT_PAUSE_MS, CONFLICT_TRIES_MAX } from '#core/answering.ts';
import { OutageError } from '#core/outage.ts';
import type { LedgerStore, PostResult } from '#core/ports.ts';
import { entryOfPosting, invalidField, type Posting } from '#core/posting.ts';
import { type PostingDeps, processPosting } from '#core/process-posting.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';

const COMMON = { id: 'x-1', currency: 410, amountMinor: 100 };
const TOP_UP: Posting = { ...COMMON, kind: 'top_up', user: 'u' };

test.each<readonly [Posting, readonly (readonly [string, number])[]]>([
  [
    TOP_UP,
    [
      ['cash', -100],
      ['wallet:u', 100],
    ],
  ],
  [
    { ...COMMON, kind: 'withdrawal', user: 'u' },
    [
      ['wallet:u', -100],
      ['cash', 100],
    ],
  ],
  [
    { ...COMMON, kind: 'adjustment', user: 'u' },
    [
      ['corrections', -100],
      ['wallet:u', 100],
    ],
  ],
  [
    { ...COMMON, kind: 'adjustment', user: 'u', amountMinor: -7 },
    [
      ['corrections', 7],
      ['wallet:u', -7],
    ],
  ],
  [
    { ...COMMON, kind: 'settlement', merchant: 'm' },
    [
      ['merchant:m', -100],
      ['cash', 100],
    ],
  ],
  [
    { ...COMMON, kind: 'provider_payout', provider: 'p', feeMinor: 3 },
    [
      ['cash', -97],
      ['fees', -3],
      ['provider:p', 100],
    ],
  ],
  [
    { ...COMMON, kind: 'provider_payout', provider: 'p' },
    [
      ['cash', -100],
      ['provider:p', 100],
    ],
  ],
  [
    { ...COMMON, kind: 'tax_remittance', region: 'KR' },
    [
      ['tax:KR', -100],
      ['cash', 100],
    ],
  ],
  [
    { ...COMMON, kind: 'fee_withdrawal' },
    [
      ['fees', -100],
      ['cash', 100],
    ],
  ],
  [
    { ...COMMON, kind: 'promotion_funding', promotion: 'c' },
    [
      ['cash', -100],
      ['promotion:c', 100],
    ],
  ],
])('%j moves between the accounts of its kind', (posting, lines) => {
  expect(entryOfPosting(posting, 9)).toEqual({
    id: 'x-1',
    kind: posting.kind,
    currency: 410,
    decidedAtS: 9,
    lines: lines.map(([account, amountMinor]) => ({ account, amountMinor })),
  });
});

describe('a posting that cannot be', () => {
  const payout = { ...COMMON, kind: 'provider_payout', provider: 'p' } as const;
  test.each<readonly [string, Posting]>([
    ['id', { ...TOP_UP, id: '' }],
    ['id', { ...TOP_UP, id: 'expiry-1001-1-1' }],
    ['id', { ...TOP_UP, id: 'opening-u-410' }],
    ['id', { ...TOP_UP, id: 'a#b' }],
    ['id', { ...TOP_UP, id: 'x'.repeat(65) }],
    ['currency', { ...TOP_UP, currency: 0 }],
    ['currency', { ...TOP_UP, currency: 1_000 }],
    ['amountMinor', { ...TOP_UP, amountMinor: 0 }],
    ['amountMinor', { ...TOP_UP, amountMinor: -1 }],
    ['amountMinor', { ...TOP_UP, amountMinor: 1.5 }],
    ['amountMinor', { ...TOP_UP, amountMinor: AMOUNT_MINOR_MAX + 1 }],
    ['amountMinor', { ...TOP_UP, kind: 'adjustment', amountMinor: 0 }],
    ['amountMinor', { ...TOP_UP, kind: 'adjustment', amountMinor: -AMOUNT_MINOR_MAX - 1 }],
    ['reference', { ...TOP_UP, reference: '' }],
    ['reference', { ...TOP_UP, reference: 'two\nlines' }],
    ['reference', { ...TOP_UP, reference: 'x'.repeat(65) }],
    ['user', { ...TOP_UP, user: 'a b' }],
    ['merchant', { ...COMMON, kind: 'settlement', merchant: '' }],
    ['provider', { ...payout, provider: '#' }],
    ['feeMinor', { ...payout, feeMinor: -1 }],
    ['feeMinor', { ...payout, feeMinor: 101 }],
    ['region', { ...COMMON, kind: 'tax_remittance', region: '' }],
    ['promotion', { ...COMMON, kind: 'promotion_funding', promotion: '' }],
  ])('for its %s is refused before anything is read: %j', async (field, posting) => {
    expect(invalidField(posting)).toBe(field);
    const deps = { clock: { nowMs: () => 0 } } as PostingDeps;
    const refused = { outcome: 'refused', code: 'field_invalid', field };
    expect(await processPosting(deps, posting)).toEqual(refused);
  });

  test.each<readonly [string, Posting]>([
    ['id', { ...TOP_UP, id: 'x'.repeat(64) }],
    ['amount', { ...TOP_UP, amountMinor: AMOUNT_MINOR_MAX }],
    ['adjustment', { ...TOP_UP, kind: 'adjustment', amountMinor: -AMOUNT_MINOR_MAX }],
    ['reference', { ...TOP_UP, reference: 'x'.repeat(64) }],
    ['currency', { ...TOP_UP, currency: 999 }],
    ['fee', { ...payout, feeMinor: 100 }],
    ['fee of none', { ...COMMON, kind: 'fee_withdrawal' }],
  ])('is not one whose %s is the largest', (_, posting) => {
    expect(invalidField(posting)).toBeUndefined();
  });
});

describe('a store that does not get to it', () => {
  const under = (results: readonly PostResult[]) => {
    const left = [...results];
    const slept: number[] = [];
    const store: LedgerStore = {
      readEntry: async () => undefined,
      readMerchant: async () => ({ payableMinor: 100, paidMinor: 0, version: 0 }),
      post: async () => left.shift() ?? { outcome: 'conflict' },
    };
    const deps: PostingDeps = {
      store,
      clock: { nowMs: () => 0 },
      timers: { sleep: async (ms) => void slept.push(ms) },
      random: { below: (bound) => bound - 1 },
    };
    return { deps, slept };
  };

  test('is asked again after pauses that double, so often and no further', async () => {
    const { deps, slept } = under([]);
    await expect(processPosting(deps, TOP_UP)).rejects.toThrow(OutageError);
    const pauses = Array.from(
      { length: CONFLICT_TRIES_MAX - 1 },
      (_, at) => CONFLICT_PAUSE_MS * 2 ** at,
    );
    expect(slept).toEqual(pauses);
  });

  test('is believed in the last try, also where somebody else was faster', async () => {
    const conflicts = Array(CONFLICT_TRIES_MAX - 1).fill({ outcome: 'conflict' });
    const entry = entryOfPosting(TOP_UP, 5);
    const { deps } = under([...conflicts, { outcome: 'recorded', entry }]);
    expect(await processPosting(deps, TOP_UP)).toEqual({
      outcome: 'posted',
      entry,
      replayed: true,
    });
  });

  test('is asked what is owed once more where a merchant was paid meanwhile', async () => {
    const settle: Posting = { ...COMMON, kind: 'settlement', merchant: 'm' };
    const { deps, slept } = under([{ outcome: 'paid_meanwhile' }, { outcome: 'posted' }]);
    expect(await processPosting(deps, settle)).toMatchObject({ outcome: 'posted' });
    expect(slept).toHaveLength(1);
  });
});
