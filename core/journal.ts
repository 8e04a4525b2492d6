/** Entries of the journal that no request of a terminal made, each under an id of its own. */
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
