/** A booking as the items of one TransactWriteItems, each remembering what its failed condition means. */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Booking } from '#core/ports.ts';
import type { Payment, RequestRecord } from '#core/records.ts';
import type { RequestKey } from '#protocol/request.ts';
import { changeAllowance } from './allowance-items.ts';
import { toItem } from './attributes.ts';
import { openCaseUpdate } from './case-store.ts';
import { usageItem } from './limit-items.ts';
import { paymentAttributes, recordItem } from './record-item.ts';
import { type Item, itemKey } from './table.ts';

export type Part =
  | 'record'
  | 'payment'
  | 'guess'
  | 'spend'
  | 'allowance'
  | 'account'
  | 'case'
  | 'alongside';
export interface BookingItem {
  readonly part: Part;
  readonly write: TransactWriteItem;
}

/** In the order in which failed conditions are read: a record that exists wins over all, and a locked identifier tells nothing of code or account. */
export const bookingItems = (table: string, booking: Booking): readonly BookingItem[] => {
  const { record, payment, tombstone, guess, spend, allowances = [], account, opens } = booking;
  return [
    { part: 'record', write: putRecord(table, record) },
    ...(payment === undefined
      ? []
      : [{ part: 'payment' as const, write: changePayment(table, payment) }]),
    ...(tombstone === undefined
      ? []
      : [{ part: 'payment' as const, write: putRecord(table, tombstone) }]),
    ...(guess === undefined ? [] : [{ part: 'guess' as const, write: checkGuess(table, guess) }]),
    ...(spend === undefined
      ? []
      : [{ part: 'spend' as const, write: putSpent(table, { spend, atS: record.decidedAtS }) }]),
    ...allowances.map((change) => ({
      part: 'allowance' as const,
      write: changeAllowance(table, change),
    })),
    ...(account === undefined
      ? []
      : [{ part: 'account' as const, write: changeAccount(table, account) }]),
    ...(opens === undefined
      ? []
      : [{ part: 'case' as const, write: { Update: openCaseUpdate(table, opens) } }]),
  ];
};

const putRecord = (TableName: string, record: RequestRecord): TransactWriteItem => ({
  Put: {
    TableName,
    Item: recordItem(record),
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

/** One item of a transaction; an Update or Put of it can be sent alone too. */
export type TransactItem = Pick<TransactWriteItem, 'Update' | 'Put'>;

/** Replaces the payment's part of a record, and sets what else is given, while its revision is `from`. */
export const changePayment = (
  TableName: string,
  { key, from, to }: { readonly key: RequestKey; readonly from: number; readonly to: Payment },
  also: Item = {},
): TransactItem => {
  const attributes = { ...paymentAttributes(key, to), ...also };
  const names = Object.keys(attributes);
  const set = names.map((name) => `#${name} = :${name}`).join(', ');
  const remove = to.dueS === undefined ? ' REMOVE dueS, dueShard' : '';
  return {
    Update: {
      TableName,
      Key: { ...itemKey.record(key) },
      UpdateExpression: `SET ${set}${remove}`,
      ConditionExpression: 'rv = :from',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [`:${name}`, value]),
        ),
        ':from': { N: String(from) },
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
};

/** Both figures change together, and neither below zero. */
export const changeAccount = (
  TableName: string,
  account: Required<Booking>['account'],
): TransactWriteItem => {
  const { user, currency, balanceDeltaMinor, heldDeltaMinor, evenBlocked } = account;
  const usage = usageUpdate(account.usage);
  return {
    Update: {
      TableName,
      Key: { ...itemKey.account(user, currency) },
      UpdateExpression: `${usage.set}ADD #balance :balance, #held :held, #version :one`,
      ConditionExpression: `#balance >= :least AND #held >= :leastHeld${evenBlocked ? '' : ' AND #status = :active'}${usage.condition}`,
      ExpressionAttributeNames: {
        '#balance': 'balance',
        '#held': 'held',
        '#version': 'version',
        ...(evenBlocked ? {} : { '#status': 'status' }),
        ...usage.names,
      },
      ExpressionAttributeValues: {
        ...toItem({
          ':balance': balanceDeltaMinor,
          ':held': heldDeltaMinor,
          ':one': 1,
          ':least': Math.max(0, -balanceDeltaMinor),
          ':leastHeld': Math.max(0, -heldDeltaMinor),
        }),
        ...(evenBlocked ? {} : { ':active': { S: 'active' } }),
        ...usage.values,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
};

interface UsageUpdate {
  readonly set: string;
  readonly condition: string;
  readonly names: Record<string, string>;
  readonly values: Item;
}

const usageUpdate = (usage: Required<Booking>['account']['usage']): UsageUpdate => {
  if (usage === undefined) {
    return { set: '', condition: '', names: {}, values: {} };
  }
  if (usage === 'none') {
    const condition = ' AND attribute_not_exists(#limits)';
    return { set: '', condition, names: { '#limits': 'limits' }, values: {} };
  }
  return {
    set: 'SET #usage = :usage ',
    condition: ' AND #version = :seen',
    names: { '#usage': 'usage' },
    values: { ':usage': { M: usageItem(usage.to) }, ':seen': { N: String(usage.seenVersion) } },
  };
};

const putSpent = (
  TableName: string,
  { spend, atS }: { readonly spend: string; readonly atS: number },
): TransactWriteItem => ({
  Put: {
    TableName,
    Item: { ...itemKey.spentCode(spend), at: { N: String(atS) } },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

const checkGuess = (
  TableName: string,
  { identifier, below, change }: Required<Booking>['guess'],
): TransactWriteItem => {
  const allowed = {
    TableName,
    Key: { ...itemKey.identifier(identifier) },
    ConditionExpression: 'failures < :below',
  };
  const values = { ':below': { N: String(below) } };
  if (change === 'keep') {
    return { ConditionCheck: { ...allowed, ExpressionAttributeValues: values } };
  }
  return {
    Update: {
      ...allowed,
      UpdateExpression: change === 'count' ? 'ADD failures :change' : 'SET failures = :change',
      ExpressionAttributeValues: { ...values, ':change': { N: change === 'count' ? '1' : '0' } },
    },
  };
};
