/** Postings on DynamoDB: the entry, and what it changes, in one transaction. */
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { LedgerChange, LedgerStore, MerchantBalance, PostResult } from '#core/ports.ts';
import { BALANCE_MINOR_MAX } from '#core/posting.ts';
import { toItem } from './attributes.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { accountFromItem, journalFromItem, journalItem } from './entity-items.ts';
import { CONDITION_FAILED, cancellationReasons, isAmbiguous } from './failure.ts';
import { readSales } from './sales-items.ts';
import { itemKey } from './table.ts';

/** `alongside` is written with every entry, or neither is: the trail of who asked for it. */
export const createLedgerStore = (
  access: TableAccess,
  alongside: readonly TransactWriteItem[] = [],
): LedgerStore => ({
  readEntry: async (id) => {
    const [item] = await batchRead(access, [itemKey.journal(id)], 'strong');
    return item && journalFromItem(item);
  },
  readMerchant: (merchant, currency) => readMerchant(access, merchant, currency),
  post: (change) => post(access, change, alongside),
});

const readMerchant = async (
  access: TableAccess,
  merchant: string,
  currency: number,
): Promise<MerchantBalance> => {
  const [[paid], { payableMinor }] = await Promise.all([
    readPaid(access, merchant, [currency]),
    readSales(access, { of: 'merchant', id: merchant, currency }),
  ]);
  return { payableMinor, paidMinor: 0, version: 0, ...paid };
};

type Paid = Pick<MerchantBalance, 'paidMinor' | 'version'>;

/** What was paid out to a merchant, in the order of the currencies asked. */
export const readPaid = async (
  access: TableAccess,
  merchant: string,
  currencies: readonly number[],
): Promise<readonly Paid[]> => {
  const keys = currencies.map((currency) => itemKey.paid(merchant, currency));
  const items = await batchRead(access, keys, 'strong');
  return items.map((paid) => ({
    paidMinor: Number(paid?.paidMinor?.N ?? 0),
    version: Number(paid?.version?.N ?? 0),
  }));
};

/** In the order in which failed conditions are read. */
const post = async (
  { client, table }: TableAccess,
  { entry, account, paid }: LedgerChange,
  alongside: readonly TransactWriteItem[],
): Promise<PostResult> => {
  const items: TransactWriteItem[] = [
    {
      Put: {
        TableName: table,
        Item: journalItem(entry),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    ...(account === undefined ? [] : [changeBalance(table, account)]),
    ...(paid === undefined ? [] : [addPaid(table, paid)]),
    ...alongside,
  ];
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
    return { outcome: 'posted' };
  } catch (error) {
    return notPosted(error, { account, paid });
  }
};

const notPosted = (
  error: unknown,
  { account, paid }: { readonly account: unknown; readonly paid: unknown },
): PostResult => {
  const [first, second] = cancellationReasons(error) ?? [];
  if (first?.Code === CONDITION_FAILED) {
    return { outcome: 'recorded', entry: journalFromItem(first.Item ?? {}) };
  }
  if (second?.Code === CONDITION_FAILED && account !== undefined) {
    const { Item: item } = second;
    return { outcome: 'account_refused', account: item && accountFromItem(item) };
  }
  if (second?.Code === CONDITION_FAILED && paid !== undefined) {
    return { outcome: 'paid_meanwhile' };
  }
  if (first !== undefined || isAmbiguous(error)) {
    return { outcome: 'conflict' };
  }
  throw error;
};

const changeBalance = (
  TableName: string,
  { user, currency, balanceDeltaMinor, evenBlocked }: Required<LedgerChange>['account'],
): TransactWriteItem => ({
  Update: {
    TableName,
    Key: { ...itemKey.account(user, currency) },
    UpdateExpression: 'ADD #balance :delta, #version :one',
    ConditionExpression: `#balance BETWEEN :least AND :most${evenBlocked ? '' : ' AND #status = :active'}`,
    ExpressionAttributeNames: {
      '#balance': 'balance',
      '#version': 'version',
      ...(evenBlocked ? {} : { '#status': 'status' }),
    },
    ExpressionAttributeValues: {
      ...toItem({
        ':delta': balanceDeltaMinor,
        ':one': 1,
        ':least': Math.max(0, -balanceDeltaMinor),
        ':most': BALANCE_MINOR_MAX - Math.max(0, balanceDeltaMinor),
      }),
      ...(evenBlocked ? {} : { ':active': { S: 'active' } }),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

const addPaid = (
  TableName: string,
  { merchant, currency, amountMinor, seenVersion }: Required<LedgerChange>['paid'],
): TransactWriteItem => ({
  Update: {
    TableName,
    Key: { ...itemKey.paid(merchant, currency) },
    UpdateExpression: 'ADD paidMinor :amount, #version :one',
    ConditionExpression: seenVersion === 0 ? 'attribute_not_exists(pk)' : '#version = :seen',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: toItem({
      ':amount': amountMinor,
      ':one': 1,
      ...(seenVersion === 0 ? {} : { ':seen': seenVersion }),
    }),
  },
});
