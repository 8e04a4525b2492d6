/** Terminals, identifiers, sheets, catalogues and accounts as items; they are provisioning data, so plain names. */
import type { JournalEntry, JournalKind } from '#core/journal.ts';
import type {
  Account,
  IdentifierEntry,
  RegionCatalogue,
  SaleWindow,
  Sheet,
  Terminal,
  TerminalLimits,
  WindowInterval,
  WindowUnits,
} from '#core/records.ts';
import { fromItem, numberOf, type Plain, textOf, toItem } from './attributes.ts';
import { accountUsageFromItem, limitsPlain } from './limit-items.ts';
import { linesFromItem, linesList } from './record-item.ts';
import { type Item, itemKey } from './table.ts';

export const terminalItem = (terminal: Terminal): Item => ({
  ...itemKey.terminal(terminal.id),
  ...toItem({
    id: terminal.id,
    status: terminal.status,
    merchant: terminal.merchant,
    region: terminal.region,
    keyVersionMin: terminal.keyVersionMin,
    sequenceFloors: { ...terminal.sequenceFloors },
    ...(terminal.storedSales === undefined ? {} : { storedSales: { ...terminal.storedSales } }),
    providers: terminal.providers,
    merchantStatus: terminal.merchantStatus,
    ...(terminal.limits === undefined ? {} : { limits: limitsPlain(terminal.limits) }),
  }),
});

export const terminalFromItem = (item: Item): Terminal => {
  const { sequenceFloors, storedSales, providers, merchantStatus, limits } = fromItem(item);
  return {
    id: numberOf(item, 'id'),
    status: textOf(item, 'status') === 'active' ? 'active' : 'suspended',
    merchant: textOf(item, 'merchant'),
    region: textOf(item, 'region'),
    keyVersionMin: numberOf(item, 'keyVersionMin'),
    sequenceFloors: sequenceFloors as Terminal['sequenceFloors'],
    ...(storedSales === undefined
      ? {}
      : { storedSales: storedSales as Required<Terminal>['storedSales'] }),
    ...(providers === undefined ? {} : { providers: providers as readonly string[] }),
    ...(merchantStatus === undefined
      ? {}
      : { merchantStatus: merchantStatus === 'open' ? 'open' : 'closed' }),
    ...(limits === undefined ? {} : { limits: limits as TerminalLimits }),
  };
};

export const identifierItem = (hash: string, entry: IdentifierEntry): Item => ({
  ...itemKey.identifier(hash),
  ...toItem({ ...entry }),
});

export const identifierFromItem = (item: Item): IdentifierEntry => {
  const { pk: _pk, sk: _sk, ...fields } = fromItem(item);
  return fields as unknown as IdentifierEntry;
};

export const sheetItem = (sheet: Sheet): Item => ({
  ...itemKey.sheet(sheet.sku, sheet.region),
  ...toItem({ ...sheet, windows: windowsList(sheet.windows) }),
});

export const sheetFromItem = (item: Item): Sheet => {
  const { pk: _pk, sk: _sk, ...fields } = fromItem(item);
  return fields as unknown as Sheet;
};

export const catalogueItem = (catalogue: RegionCatalogue): Item => ({
  ...itemKey.catalogue(catalogue.region),
  ...toItem({
    region: catalogue.region,
    version: catalogue.version,
    currency: catalogue.currency,
    items: catalogue.items.map(({ sku, name, unitPriceMinor, windows }) => ({
      sku,
      name,
      unitPriceMinor,
      windows: windowsList(windows),
    })),
  }),
});

export const catalogueFromItem = (item: Item): RegionCatalogue => {
  const { pk: _pk, sk: _sk, ...fields } = fromItem(item);
  return fields as unknown as RegionCatalogue;
};

export const accountItem = (account: Account): Item => ({
  ...itemKey.account(account.user, account.currency),
  ...toItem({
    status: account.status,
    balance: account.balanceMinor,
    held: account.heldMinor,
    version: 0,
  }),
});

export const accountFromItem = (item: Item): Account => ({
  user: textOf(item, 'pk').slice('U#'.length),
  currency: Number(textOf(item, 'sk').slice('ACCT#'.length)),
  status: textOf(item, 'status') === 'active' ? 'active' : 'blocked',
  balanceMinor: numberOf(item, 'balance'),
  heldMinor: numberOf(item, 'held'),
  version: numberOf(item, 'version'),
  ...accountUsageFromItem(item),
});

export const journalItem = (entry: JournalEntry): Item => ({
  ...itemKey.journal(entry.id),
  ...toItem({
    kind: entry.kind,
    cu: entry.currency,
    at: entry.decidedAtS,
    ln: linesList(entry.lines),
    reference: entry.reference,
  }),
});

export const journalFromItem = (item: Item): JournalEntry => ({
  id: textOf(item, 'pk').slice('J#'.length),
  kind: textOf(item, 'kind') as JournalKind,
  currency: numberOf(item, 'cu'),
  decidedAtS: numberOf(item, 'at'),
  lines: linesFromItem(item),
  ...(item.reference === undefined ? {} : { reference: textOf(item, 'reference') }),
});

/** Only the fields of a window: whatever else an object carries stays out of the table. */
const windowsList = (
  windows: readonly SaleWindow[],
): { readonly [Field in keyof SaleWindow]: Plain }[] =>
  windows.map((window) => ({
    id: window.id,
    zone: window.zone,
    weekly: window.weekly.map(({ days, from, to }) => ({ days, from, to })),
    validFrom: window.validFrom,
    validTo: window.validTo,
    exceptions: window.exceptions?.map(({ date, hours }) => ({
      date,
      hours: hours.map(intervalPlain),
    })),
    effect: window.effect,
    priority: window.priority,
    quota: window.quota && { ...unitsPlain(window.quota), shards: window.quota.shards },
    perUser: window.perUser && unitsPlain(window.perUser),
  }));

const unitsPlain = ({ units, per }: WindowUnits): { units: number; per: string } => ({
  units,
  per,
});

const intervalPlain = ({ from, to }: WindowInterval): { from: string; to: string } => ({
  from,
  to,
});
