/** Proves the books: every entry sums to zero, and every account is what its lines make it. */
import { holdOf, walletOf } from './ledger.ts';
import type { LedgerFacts } from './ports.ts';
import type { Account } from './records.ts';

export interface LedgerAudit {
  /** One sentence per violation, with record keys and account names only; empty: the books are right. */
  readonly violations: readonly string[];
  readonly entries: number;
}

export const auditLedger = ({ accounts, records, entries }: LedgerFacts): LedgerAudit => {
  const violations: string[] = [];
  const sums = new Map<string, number>();
  const all = [
    ...records.map(({ key, lines, currency }) => ({
      name: `P#${key.terminal}#${key.keyVersion}#${key.sequence}`,
      lines,
      currency,
    })),
    ...entries.map(({ id, lines, currency }) => ({ name: id, lines, currency })),
  ];
  for (const { name, lines, currency } of all) {
    let total = 0;
    for (const { account, amountMinor } of lines) {
      total += amountMinor;
      const of = `${account}/${currency}`;
      sums.set(of, (sums.get(of) ?? 0) + amountMinor);
    }
    if (total !== 0) {
      violations.push(`${name} sums to ${total}`);
    }
  }
  violations.push(...checkAccounts(accounts, sums));
  return { violations, entries: all.length };
};

const checkAccounts = (accounts: readonly Account[], sums: Map<string, number>): string[] => {
  const violations: string[] = [];
  for (const { user, currency, balanceMinor, heldMinor } of accounts) {
    const figures = [
      [walletOf(user), balanceMinor],
      [holdOf(user), heldMinor],
    ] as const;
    for (const [account, figure] of figures) {
      const of = `${account}/${currency}`;
      const sum = sums.get(of) ?? 0;
      if (figure !== sum || figure < 0) {
        violations.push(`${of} is ${figure}, its lines sum to ${sum}`);
      }
      sums.delete(of);
    }
  }
  for (const [of, sum] of sums) {
    if (sum !== 0 && /^(?:wallet|hold):/.test(of)) {
      violations.push(`${of} has lines of ${sum} and no account`);
    }
  }
  return violations;
};
