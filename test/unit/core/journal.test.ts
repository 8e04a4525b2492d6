import { expect, it } from 'vitest';
import { entryListsOf, type JournalEntry } from '#core/journal.ts';

const entry = (...accounts: readonly string[]): JournalEntry => ({
  id: 'e-1',
  kind: 'expiry',
  currency: 410,
  lines: accounts.map((account) => ({ account, amountMinor: 1 })),
  decidedAtS: Date.UTC(2026, 1, 28, 23, 59, 59) / 1000,
});
const names = (...accounts: readonly string[]) =>
  entryListsOf(entry(...accounts)).map(({ of, id }) => `${of} ${id}`);

it('an entry is found by its day and by everyone whose money it moves, once each', () => {
  expect(names('wallet:ann', 'hold:ann', 'merchant:m-1')).toEqual([
    'day 2026-02-28',
    'user ann',
    'merchant m-1',
  ]);
  expect(names('cash', 'fees', 'tax:KR', 'provider:p', 'promotion:c')).toEqual(['day 2026-02-28']);
  expect(names('wallet:ann', 'wallet:bo')).toEqual(['day 2026-02-28', 'user ann', 'user bo']);
});
