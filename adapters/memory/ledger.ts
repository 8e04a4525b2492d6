/** Postings in memory, all or nothing; what a merchant is owed is counted anew each time, and never behind. */
import type { AccountChange, LedgerChange, LedgerStore, PostResult } from '#core/ports.ts';
import { BALANCE_MINOR_MAX } from '#core/posting.ts';
import { salesFigures } from '#core/sales-figures.ts';
import { accountName, paidName, type Tables } from './tables.ts';

export const ledgerStore = (tables: Tables): LedgerStore => ({
  readEntry: async (id) => tables.entries.get(id),
  readMerchant: async (merchant, currency) => {
    const owed = [...tables.records.values()].filter(
      ({ payment }) => payment?.merchant === merchant && payment.currency === currency,
    );
    return {
      payableMinor: owed.reduce((sum, record) => sum + salesFigures(record).payableMinor, 0),
      ...(tables.paid.get(paidName(merchant, currency)) ?? { paidMinor: 0, version: 0 }),
    };
  },
  post: async (change) => {
    const refused = refuse(tables, change);
    if (refused === undefined) {
      apply(tables, change);
    }
    return refused ?? { outcome: 'posted' };
  },
});

const refuse = (tables: Tables, { entry, account, paid }: LedgerChange): PostResult | undefined => {
  const recorded = tables.entries.get(entry.id);
  if (recorded !== undefined) {
    return { outcome: 'recorded', entry: recorded };
  }
  const found = account && tables.accounts.get(accountName(account.user, account.currency));
  if (account !== undefined && !(found !== undefined && allows(found, account))) {
    return { outcome: 'account_refused', account: found };
  }
  const version = paid && (tables.paid.get(paidName(paid.merchant, paid.currency))?.version ?? 0);
  return version === paid?.seenVersion ? undefined : { outcome: 'paid_meanwhile' };
};

const allows = (
  found: { readonly status: string; readonly balanceMinor: number },
  { balanceDeltaMinor, evenBlocked }: AccountChange,
): boolean => {
  const balance = found.balanceMinor + balanceDeltaMinor;
  return (evenBlocked || found.status === 'active') && balance >= 0 && balance <= BALANCE_MINOR_MAX;
};

const apply = (tables: Tables, { entry, account, paid }: LedgerChange): void => {
  tables.entries.set(entry.id, entry);
  const name = account && accountName(account.user, account.currency);
  const found = name === undefined ? undefined : tables.accounts.get(name);
  if (account !== undefined && name !== undefined && found !== undefined) {
    tables.accounts.set(name, {
      ...found,
      balanceMinor: found.balanceMinor + account.balanceDeltaMinor,
      version: (found.version ?? 0) + 1,
    });
  }
  if (paid !== undefined) {
    const owner = paidName(paid.merchant, paid.currency);
    const { paidMinor, version } = tables.paid.get(owner) ?? { paidMinor: 0, version: 0 };
    tables.paid.set(owner, { paidMinor: paidMinor + paid.amountMinor, version: version + 1 });
  }
};
