/** Cases for operators on DynamoDB: each in the index of what is due, under a partition of its state, so that a list is one query. */
import {
  ConditionalCheckFailedException,
  QueryCommand,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  CaseClosing,
  CaseKind,
  CaseReason,
  CaseResolution,
  OpenCase,
  OperatorCase,
} from '#core/operator-case.ts';
import type { CaseStore } from '#core/ports.ts';
import { numberOf, type Plain, textOf, toItem } from './attributes.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import { DUE_INDEX, type Item, itemKey } from './table.ts';

/** Cases of one answer: DynamoDB reads no more keys at once. */
const CASES_MAX = 100;

export const createCaseStore = (access: TableAccess): CaseStore => ({
  openCase: async (open) => {
    await orOutage(
      access.client.send(new UpdateItemCommand({ ...openCaseUpdate(access.table, open) })),
    );
  },
  readCase: (id) => readCase(access, id),
  listCases: (query) => listCases(access, query),
  closeCase: (id, closing) => closeCase(access, id, closing),
});

/** Has no condition, so that a transaction never fails for it: what is there already stays, and is counted. */
export const openCaseUpdate = (TableName: string, open: OpenCase): Update => {
  const fields = caseFields(open);
  const names = Object.keys(fields);
  const set = names.map((name) => `#${name} = if_not_exists(#${name}, :${name})`).join(', ');
  return {
    TableName,
    Key: { ...itemKey.operatorCase(open.id) },
    UpdateExpression: `SET ${set} ADD #times :one`,
    ExpressionAttributeNames: {
      ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
      '#times': 'times',
    },
    ExpressionAttributeValues: {
      ...Object.fromEntries(
        Object.entries(toItem(fields)).map(([name, value]) => [`:${name}`, value]),
      ),
      ':one': { N: '1' },
    },
  };
};

const shardOf = (state: OperatorCase['state']): string => `CASE#${state}`;

const caseFields = ({
  id: _id,
  payment,
  openedAtS,
  ...named
}: OpenCase): Record<string, Plain> => ({
  ...named,
  ...payment,
  dueS: openedAtS,
  dueShard: shardOf('open'),
});

/** Throws on an item that this did not write. */
export const caseFromItem = (item: Item): OperatorCase => ({
  id: textOf(item, 'pk').slice('CASE#'.length),
  kind: textOf(item, 'kind') as CaseKind,
  reason: textOf(item, 'reason') as CaseReason,
  payment: {
    terminal: numberOf(item, 'terminal'),
    keyVersion: numberOf(item, 'keyVersion'),
    sequence: numberOf(item, 'sequence'),
  },
  amountMinor: numberOf(item, 'amountMinor'),
  currency: numberOf(item, 'currency'),
  merchant: textOf(item, 'merchant'),
  user: textOf(item, 'user'),
  openedAtS: numberOf(item, 'dueS'),
  times: numberOf(item, 'times'),
  state: textOf(item, 'dueShard') === shardOf('open') ? 'open' : 'closed',
  ...(item.closedBy === undefined
    ? {}
    : {
        closed: {
          atS: numberOf(item, 'closedAtS'),
          by: textOf(item, 'closedBy'),
          resolution: textOf(item, 'resolution') as CaseResolution,
        },
      }),
});

const readCase = async (access: TableAccess, id: string): Promise<OperatorCase | undefined> => {
  const [item] = await batchRead(access, [itemKey.operatorCase(id)], 'strong');
  return item && caseFromItem(item);
};

/** The index lags: what is no longer in that state is left out. */
const listCases = async (
  access: TableAccess,
  { state, limit, after }: Parameters<CaseStore['listCases']>[0],
): Promise<readonly OperatorCase[]> => {
  const shard = { S: shardOf(state) };
  const { Items = [] } = await orOutage(
    access.client.send(
      new QueryCommand({
        TableName: access.table,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'dueShard = :shard',
        ExpressionAttributeValues: { ':shard': shard },
        Limit: Math.min(limit, CASES_MAX),
        ...(after && {
          ExclusiveStartKey: {
            ...itemKey.operatorCase(after.id),
            dueShard: shard,
            dueS: { N: String(after.openedAtS) },
          },
        }),
      }),
    ),
  );
  const keys = Items.map(({ pk, sk }) => ({ pk: { S: pk?.S ?? '' }, sk: { S: sk?.S ?? '' } }));
  const items = await batchRead(access, keys, 'strong');
  return items
    .filter((item) => item !== undefined)
    .map(caseFromItem)
    .filter((found) => found.state === state);
};

/** Only while it is open. */
export const closeCaseUpdate = (
  TableName: string,
  id: string,
  { atS, by, resolution }: CaseClosing,
): Update => ({
  TableName,
  Key: { ...itemKey.operatorCase(id) },
  UpdateExpression:
    'SET closedAtS = :at, closedBy = :by, resolution = :resolution, dueShard = :closed',
  ConditionExpression: 'dueShard = :open',
  ExpressionAttributeValues: toItem({
    ':at': atS,
    ':by': by,
    ':resolution': resolution,
    ':open': shardOf('open'),
    ':closed': shardOf('closed'),
  }),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
});

const closeCase = async (
  { client, table }: TableAccess,
  id: string,
  closing: CaseClosing,
): Promise<OperatorCase | undefined> => {
  try {
    const { Attributes = {} } = await orOutage(
      client.send(
        new UpdateItemCommand({ ...closeCaseUpdate(table, id, closing), ReturnValues: 'ALL_NEW' }),
      ),
    );
    return caseFromItem(Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return error.Item && caseFromItem(error.Item);
    }
    throw error;
  }
};
