/** The tables of the store in memory, and the names that rows have in them. */
import type { JournalEntry } from '#core/journal.ts';
import type { OperatorCase } from '#core/operator-case.ts';
import type { Account, IdentifierEntry, RequestRecord, Terminal } from '#core/records.ts';
import type { PromotionCode, RegionCatalogue, Sheet } from '#core/sheet.ts';
import type { RequestKey } from '#protocol/request.ts';

export interface Tables {
  readonly terminals: Map<number, Terminal>;
  readonly identifiers: Map<string, IdentifierEntry>;
  readonly sheets: Map<string, Sheet>;
  readonly promotionCodes: Map<string, PromotionCode>;
  readonly catalogues: Map<string, RegionCatalogue>;
  readonly accounts: Map<string, Account>;
  readonly records: Map<string, RequestRecord>;
  readonly entries: Map<string, JournalEntry>;
  readonly spent: Set<string>;
  /** Taken, by allowance and shard. */
  readonly allowances: Map<string, number>;
  readonly cases: Map<string, OperatorCase>;
  /** To merchants, by merchant and currency. */
  readonly paid: Map<string, { readonly paidMinor: number; readonly version: number }>;
}

export const nameOf = ({ terminal, keyVersion, sequence }: RequestKey): string =>
  `${terminal}#${keyVersion}#${sequence}`;
export const paidName = (merchant: string, currency: number): string => `${merchant}\n${currency}`;
export const accountName = (user: string, currency: number): string => `${user}\n${currency}`;
