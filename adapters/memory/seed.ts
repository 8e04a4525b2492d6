/** Provisioning in memory. */
import { CASH, entryOf, walletOf } from '#core/ledger.ts';
import type { SeedStore } from '#core/ports.ts';
import type { Account } from '#core/records.ts';
import { accountName, type Tables } from './tables.ts';

export const seedStore = (tables: Tables): SeedStore => ({
  putTerminal: async (terminal) => {
    tables.terminals.set(terminal.id, terminal);
  },
  putUser: async ({ user, currency, balanceMinor, atS }) => {
    const name = accountName(user, currency);
    if (tables.accounts.has(name)) {
      return;
    }
    tables.accounts.set(name, { user, currency, status: 'active', balanceMinor, heldMinor: 0 });
    const id = `opening-${user}-${currency}`;
    const lines = entryOf([
      { account: walletOf(user), amountMinor: balanceMinor },
      { account: CASH, amountMinor: -balanceMinor },
    ]);
    tables.entries.set(id, { id, kind: 'top_up', currency, lines, decidedAtS: atS });
  },
  setUserStatus: async (user, currency, status) => {
    const account = accountIn(tables, user, currency);
    tables.accounts.set(accountName(user, currency), { ...account, status });
  },
  setUserLimits: async (user, currency, limits) => {
    const { limits: _before, ...account } = accountIn(tables, user, currency);
    tables.accounts.set(accountName(user, currency), {
      ...account,
      version: (account.version ?? 0) + 1,
      ...(limits === undefined ? {} : { limits }),
    });
  },
  putIdentifier: async (hash, entry) => {
    tables.identifiers.set(hash, entry);
  },
  putSheet: async (sheet) => {
    tables.sheets.set(`${sheet.sku}\n${sheet.region}`, sheet);
  },
  putPromotionCode: async (hash, code) => {
    tables.promotionCodes.set(hash, code);
  },
  putCatalogue: async (catalogue) => {
    tables.catalogues.set(catalogue.region, catalogue);
  },
});

const accountIn = (tables: Tables, user: string, currency: number): Account => {
  const account = tables.accounts.get(accountName(user, currency));
  if (account === undefined) {
    throw new Error('no such account');
  }
  return account;
};
