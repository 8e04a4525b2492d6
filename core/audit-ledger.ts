/** Proves the books of a table that stands still: every entry sums to zero, and every account and merchant is what the lines make it. */
import { type AuditRow, createBooks } from './audit-books.ts';
import type { LedgerFacts } from './ports.ts';
import type { JournalLine, RequestRecord } from './records.ts';

export interface LedgerAudit {
  /** One sentence per violation, with record keys and account names only; empty: the books are right. */
  readonly violations: readonly string[];
  readonly entries: number;
}

export const auditLedger = ({ accounts, records, entries }: LedgerFacts): LedgerAudit => {
  const books = createBooks({ projected: false });
  const violations: string[] = [];
  const rows: readonly AuditRow[] = [
    ...records.map((record) => ({ row: 'record' as const, record })),
    ...entries.map((entry) => ({ row: 'entry' as const, entry })),
    ...accounts.map((account) => ({ row: 'account' as const, account })),
  ];
  for (const row of rows) {
    const unbalanced = unbalancedEntry(row);
    if (unbalanced !== undefined) {
      violations.push(unbalanced);
    }
    books.add(row);
  }
  return {
    violations: [...violations, ...books.mismatches().map(({ what }) => what)],
    entries: records.length + entries.length,
  };
};

/** What is wrong with an entry by itself; undefined: nothing. */
export const unbalancedEntry = (row: AuditRow): string | undefined => {
  switch (row.row) {
    case 'record':
      return unbalanced(recordName(row.record), row.record.lines);
    case 'entry':
      return unbalanced(row.entry.id, row.entry.lines);
    default:
      return undefined;
  }
};

/** As the table names it. */
export const recordName = ({ key }: Pick<RequestRecord, 'key'>): string =>
  `P#${key.terminal}#${key.keyVersion}#${key.sequence}`;

const unbalanced = (name: string, lines: readonly JournalLine[]): string | undefined => {
  const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, 0);
  return sum === 0 ? undefined : `${name} sums to ${sum}`;
};
