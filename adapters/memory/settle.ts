/** A provider's step in memory: the PAY, the record that waits for it and the lines of nobody's request, all or nothing. */

import type { JournalEntry } from '#core/journal.ts';
import type { Settlement } from '#core/ports.ts';
import type { RequestRecord } from '#core/records.ts';
import type { RequestKey } from '#protocol/request.ts';
import { canChangeAllowances, changeAllowances } from './allowances.ts';

interface SettleTables {
  readonly records: Map<string, RequestRecord>;
  readonly entries: Map<string, JournalEntry>;
  readonly allowances: Map<string, number>;
}

/** As `PaymentStore.settle`; `nameOf` names a record in `tables`. */
export const settleInMemory = (
  { records, entries, allowances: shards }: SettleTables,
  nameOf: (key: RequestKey) => string,
  { payment, decides, entry, allowances }: Settlement,
): boolean => {
  const pay = records.get(nameOf(payment.key));
  const waiting = decides && records.get(nameOf(decides.key));
  const refused =
    pay?.payment?.revision !== payment.from ||
    (decides !== undefined && waiting?.code !== 'in_progress') ||
    (entry !== undefined && entries.has(entry.id)) ||
    !canChangeAllowances(shards, allowances);
  if (refused) {
    return false;
  }
  changeAllowances(shards, allowances);
  records.set(nameOf(payment.key), { ...pay, payment: payment.to });
  if (decides !== undefined) {
    const stands = records.get(nameOf(decides.key));
    const { currency, ...decided } = decides;
    records.set(nameOf(decides.key), {
      ...(stands ?? pay),
      ...decided,
      ...(decides.lines.length === 0 ? {} : { currency }),
    });
  }
  if (entry !== undefined) {
    entries.set(entry.id, entry);
  }
  return true;
};
