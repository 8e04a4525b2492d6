/** The payment store in memory: linearizable, all or nothing, and gone with its process. */

import { auditLedger, type LedgerAudit } from '#core/audit-ledger.ts';
import type {
  Booking,
  BookResult,
  CaseStore,
  ExpiryStore,
  LedgerFacts,
  LedgerStore,
  PaymentStore,
  SeedStore,
} from '#core/ports.ts';
import type { Account, RequestRecord } from '#core/records.ts';
import { equalBytes } from '#protocol/bytes.ts';
import type { RequestKey } from '#protocol/request.ts';
import { canChangeAllowances, changeAllowances, readAllowances } from './allowances.ts';
import { caseStore, countCase } from './cases.ts';
import { ledgerStore } from './ledger.ts';
import { seedStore } from './seed.ts';
import { settleInMemory } from './settle.ts';
import { accountName, nameOf, type Tables } from './tables.ts';

export interface MemoryPaymentStore
  extends PaymentStore,
    ExpiryStore,
    SeedStore,
    CaseStore,
    LedgerStore {
  readLedgerFacts(): LedgerFacts;
  audit(): LedgerAudit;
}

export const createMemoryPaymentStore = (): MemoryPaymentStore => {
  const tables: Tables = {
    terminals: new Map(),
    identifiers: new Map(),
    sheets: new Map(),
    promotionCodes: new Map(),
    catalogues: new Map(),
    accounts: new Map(),
    records: new Map(),
    entries: new Map(),
    spent: new Set(),
    allowances: new Map(),
    cases: new Map(),
    paid: new Map(),
  };
  const readLedgerFacts = (): LedgerFacts => ({
    accounts: [...tables.accounts.values()],
    records: [...tables.records.values()],
    entries: [...tables.entries.values()],
  });
  return {
    ...paymentStore(tables),
    ...expiryStore(tables),
    ...seedStore(tables),
    ...caseStore(tables.cases),
    ...ledgerStore(tables),
    readLedgerFacts,
    audit: () => auditLedger(readLedgerFacts()),
  };
};

const paymentStore = (tables: Tables): PaymentStore => ({
  readPayFacts: async ({ terminal, identifiers, skus, region, promotionCodes }) => ({
    terminal: tables.terminals.get(terminal),
    identifiers: identifiers.map((hash) => tables.identifiers.get(hash)),
    sheets: skus.map((sku) => tables.sheets.get(`${sku}\n${region}`)),
    ...(promotionCodes && {
      promotionCodes: promotionCodes.map((hash) => tables.promotionCodes.get(hash)),
    }),
  }),
  readPayment: async (key) => ({
    terminal: tables.terminals.get(key.terminal),
    record: tables.records.get(nameOf(key)),
  }),
  readRecord: async (key) => tables.records.get(nameOf(key)),
  readRecords: async (keys) => keys.map((key) => tables.records.get(nameOf(key))),
  readCatalogue: async (region) => tables.catalogues.get(region),
  readAllowances: async (of) => readAllowances(tables.allowances, of),
  book: async (booking) => {
    const refused = refuseBooking(tables, booking);
    if (refused === undefined) {
      applyBooking(tables, booking);
    }
    return refused ?? { outcome: 'booked' };
  },
  claimAnswer: async (key, digest, answer) => {
    const record = tables.records.get(nameOf(key));
    if (record === undefined) {
      throw new Error('no record to answer');
    }
    const other = record.digest !== undefined && !equalBytes(record.digest, digest);
    if (record.answer !== undefined || other) {
      return record;
    }
    const claimed = { ...record, digest, answer };
    tables.records.set(nameOf(key), claimed);
    return claimed;
  },
  settle: async (settlement) => settleInMemory(tables, nameOf, settlement),
});

/** Conditions in the order of the port: record, payment or tombstone, guess, code, allowances, account. */
const refuseBooking = (tables: Tables, booking: Booking): BookResult | undefined => {
  const { record, payment, tombstone, account } = booking;
  const existing = tables.records.get(nameOf(record.key));
  if (existing !== undefined) {
    return { outcome: 'recorded', record: existing };
  }
  const changed = payment && tables.records.get(nameOf(payment.key));
  if (payment !== undefined && changed?.payment?.revision !== payment.from) {
    return { outcome: 'payment_changed', record: changed };
  }
  const arrived = tombstone && tables.records.get(nameOf(tombstone.key));
  if (arrived !== undefined) {
    return { outcome: 'payment_changed', record: arrived };
  }
  const spent = refuseCounted(tables, booking);
  if (spent !== undefined) {
    return spent;
  }
  const found = account && tables.accounts.get(accountName(account.user, account.currency));
  return account === undefined || canTake(found, account)
    ? undefined
    : { outcome: 'account_refused', account: found };
};

/** What can be guessed, spent or taken so often only. */
const refuseCounted = (
  tables: Tables,
  { guess, spend, allowances }: Booking,
): BookResult | undefined => {
  const guessed = guess && tables.identifiers.get(guess.identifier);
  if (guess !== undefined && (guessed === undefined || guessed.failures >= guess.below)) {
    return { outcome: 'identifier_locked' };
  }
  if (spend !== undefined && tables.spent.has(spend)) {
    return { outcome: 'already_spent' };
  }
  return canChangeAllowances(tables.allowances, allowances)
    ? undefined
    : { outcome: 'allowance_refused' };
};

const canTake = (found: Account | undefined, change: Required<Booking>['account']): boolean =>
  found !== undefined &&
  (change.evenBlocked || found.status === 'active') &&
  isUsageAsSeen(found, change.usage) &&
  found.balanceMinor + change.balanceDeltaMinor >= 0 &&
  found.heldMinor + change.heldDeltaMinor >= 0;

const isUsageAsSeen = (found: Account, usage: Required<Booking>['account']['usage']): boolean => {
  if (usage === undefined) {
    return true;
  }
  return usage === 'none' ? found.limits === undefined : (found.version ?? 0) === usage.seenVersion;
};

const applyBooking = (tables: Tables, booking: Booking): void => {
  const { record, payment, tombstone, spend, account, guess } = booking;
  tables.records.set(nameOf(record.key), record);
  if (payment !== undefined) {
    changeRecord(tables, payment.key, payment.to);
  }
  if (tombstone !== undefined) {
    tables.records.set(nameOf(tombstone.key), tombstone);
  }
  if (spend !== undefined) {
    tables.spent.add(spend);
  }
  changeAllowances(tables.allowances, booking.allowances);
  if (account !== undefined) {
    changeAccount(tables, account);
  }
  if (booking.opens !== undefined) {
    countCase(tables.cases, booking.opens);
  }
  const entry = guess && tables.identifiers.get(guess.identifier);
  if (entry !== undefined && guess?.change === 'count') {
    tables.identifiers.set(guess.identifier, { ...entry, failures: entry.failures + 1 });
  }
  if (entry !== undefined && guess?.change === 'clear') {
    tables.identifiers.set(guess.identifier, { ...entry, failures: 0 });
  }
};

const changeRecord = (
  tables: Tables,
  key: RequestKey,
  payment: Required<RequestRecord>['payment'],
): void => {
  const record = tables.records.get(nameOf(key));
  if (record !== undefined) {
    tables.records.set(nameOf(key), { ...record, payment });
  }
};

const changeAccount = (
  tables: Tables,
  change: Pick<
    Required<Booking>['account'],
    'user' | 'currency' | 'balanceDeltaMinor' | 'heldDeltaMinor' | 'usage'
  >,
): void => {
  const name = accountName(change.user, change.currency);
  const account = tables.accounts.get(name);
  if (account !== undefined) {
    tables.accounts.set(name, {
      ...account,
      balanceMinor: account.balanceMinor + change.balanceDeltaMinor,
      heldMinor: account.heldMinor + change.heldDeltaMinor,
      version: (account.version ?? 0) + 1,
      ...(typeof change.usage === 'object' ? { usage: change.usage.to } : {}),
    });
  }
};

const expiryStore = (tables: Tables): ExpiryStore => ({
  readDue: async (nowS, limit) =>
    [...tables.records.values()]
      .filter(({ payment }) => payment?.dueS !== undefined && payment.dueS <= nowS)
      .slice(0, limit),
  expire: async ({ key, from, to, entry, heldMinor, allowances }) => {
    const record = tables.records.get(nameOf(key));
    if (record?.payment?.revision !== from || tables.entries.has(entry.id)) {
      return false;
    }
    changeRecord(tables, key, to);
    changeAllowances(tables.allowances, allowances);
    changeAccount(tables, {
      user: to.user,
      currency: to.currency,
      balanceDeltaMinor: heldMinor,
      heldDeltaMinor: -heldMinor,
    });
    tables.entries.set(entry.id, entry);
    return true;
  },
});
