import { describe, expect, test } from 'vitest';
import { auditLedger } from '#core/audit-ledger.ts';
import { CASH, entryOf, holdOf, walletOf } from '#core/ledger.ts';
import type { LedgerFacts } from '#core/ports.ts';

const ACCOUNT = {
  user: 'u',
  currency: 410,
  status: 'active',
  balanceMinor: 5,
  heldMinor: 0,
} as const;
const entry = (lines: readonly (readonly [string, number])[]): LedgerFacts['entries'][number] => ({
  id: 'opening',
  kind: 'top_up',
  currency: 410,
  decidedAtS: 1,
  lines: lines.map(([account, amountMinor]) => ({ account, amountMinor })),
});
const violations = (facts: Partial<LedgerFacts>): readonly string[] =>
  auditLedger({ accounts: [], records: [], entries: [], ...facts }).violations;

test('no entry is made whose lines do not sum to zero', () => {
  expect(() => entryOf([{ account: CASH, amountMinor: 1 }])).toThrow('sum to 1');
  const lines = [
    { account: walletOf('u'), amountMinor: -2 },
    { account: CASH, amountMinor: 1 },
  ];
  expect(() => entryOf(lines)).toThrow('sum to -1');
});

describe('the audit', () => {
  test('is content with an account that is what its lines make it', () => {
    expect(
      violations({
        accounts: [ACCOUNT],
        entries: [
          entry([
            [walletOf('u'), 5],
            [CASH, -5],
          ]),
        ],
      }),
    ).toEqual([]);
  });
  test('names an entry that does not sum to zero', () => {
    expect(violations({ entries: [entry([[CASH, 3]])] })).toEqual(['opening sums to 3']);
  });
  test('names an account that is off by one, and one that is below zero', () => {
    const lines = entry([
      [walletOf('u'), 6],
      [holdOf('u'), -1],
      [CASH, -5],
    ]);
    expect(violations({ accounts: [{ ...ACCOUNT, heldMinor: -1 }], entries: [lines] })).toEqual([
      'wallet:u/410 is 5, its lines sum to 6',
      'hold:u/410 is -1, its lines sum to -1',
      'hold:u/410 is -1, payments that are held sum to 0',
    ]);
  });
  test('names money of a user who has no account, and no other', () => {
    const opening = entry([
      [walletOf('ghost'), 4],
      [CASH, -4],
    ]);
    expect(violations({ entries: [opening] })).toEqual([
      'wallet:ghost/410 has lines of 4 and no account',
    ]);
    const back = entry([
      [walletOf('ghost'), -4],
      [CASH, 4],
    ]);
    expect(violations({ entries: [opening, back] })).toEqual([]);
  });
});
