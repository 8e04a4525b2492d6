/** Entries of the journal that no request of a terminal made, each under an id of its own. */
import { usageDay } from './day-usage.ts';
import type { JournalLine } from './records.ts';

/** What an entry can be; docs/ledger.md has the lines of each. */
export const JOURNAL_KINDS = [
  'top_up',
  'withdrawal',
  'adjustment',
  'settlement',
  'provider_payout',
  'tax_remittance',
  'fee_withdrawal',
  'promotion_funding',
  'expiry',
] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** Written once, never changed. */
export interface JournalEntry {
  readonly id: string;
  readonly kind: JournalKind;
  readonly currency: number;
  readonly lines: readonly JournalLine[];
  readonly decidedAtS: number;
  /** Of whoever asked for it: a bank's reference, the number of a case. */
  readonly reference?: string;
}

/** Whose entries: those that move money of a user or a merchant, or those of a day of UTC (YYYY-MM-DD). */
export interface EntryList {
  readonly of: 'user' | 'merchant' | 'day';
  readonly id: string;
}

/** All lists that an entry is found in, each once. */
export const entryListsOf = ({ lines, decidedAtS }: JournalEntry): readonly EntryList[] => {
  const lists = new Map<string, EntryList>();
  for (const { account } of lines) {
    const [kind = '', id = ''] = account.split(':');
    const of = OWNERS[kind];
    if (of !== undefined) {
      lists.set(`${of} ${id}`, { of, id });
    }
  }
  return [{ of: 'day', id: usageDay('UTC', decidedAtS) }, ...lists.values()];
};

const OWNERS: Readonly<Record<string, EntryList['of']>> = {
  wallet: 'user',
  hold: 'user',
  merchant: 'merchant',
};
