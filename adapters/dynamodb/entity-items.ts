/** Terminals, identifiers and accounts as items; they are provisioning data, so plain names. */
import type { JournalEntry, JournalKind } from '#core/journal.ts';
import type { Account, IdentifierEntry, Terminal, TerminalLimits } from '#core/records.ts';
import { fromItem, numberOf, textOf, toItem } from './attributes.ts';
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
    deadlineMs: terminal.deadlineMs,
    providers: terminal.providers,
    transports: terminal.transports,
    captureUntilS: terminal.captureUntilS,
    zone: terminal.zone,
    merchantStatus: terminal.merchantStatus,
    merchantFee: terminal.merchantFee && { ...terminal.merchantFee },
    group: terminal.group,
    ...(terminal.limits === undefined ? {} : { limits: limitsPlain(terminal.limits) }),
  }),
});

export const terminalFromItem = (item: Item): Terminal => {
  const plain = fromItem(item);
  const { sequenceFloors, storedSales, deadlineMs, providers, merchantStatus, limits } = plain;
  const { merchantFee, group, transports, captureUntilS, zone } = plain;
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
    ...(deadlineMs === undefined ? {} : { deadlineMs: Number(deadlineMs) }),
    ...(providers === undefined ? {} : { providers: providers as readonly string[] }),
    ...(transports === undefined ? {} : { transports: transports as readonly string[] }),
    ...(captureUntilS === undefined ? {} : { captureUntilS: Number(captureUntilS) }),
    ...(zone === undefined ? {} : { zone: String(zone) }),
    ...(merchantStatus === undefined
      ? {}
      : { merchantStatus: merchantStatus === 'open' ? 'open' : 'closed' }),
    ...(merchantFee === undefined
      ? {}
      : { merchantFee: merchantFee as Required<Terminal>['merchantFee'] }),
    ...(group === undefined ? {} : { group: String(group) }),
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
