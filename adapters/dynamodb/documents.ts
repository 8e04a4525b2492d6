/** What operators enter, one item each, all of a kind in one partition, so that a list is a query: never read while paying. */
import { QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { fromItem, numberOf, type Plain, textOf, toItem } from './attributes.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { type Item, itemKey } from './table.ts';

/** Documents of one read at most: a limit of DynamoDB. */
export const DOCUMENTS_READ_MAX = 100;

export interface StoredDocument<T> {
  readonly id: string;
  /** 1 when it is made, raised by one at every change. */
  readonly version: number;
  /** Unix seconds of the last change. */
  readonly changedAtS: number;
  readonly content: T;
}

/** Strongly consistent, in the order asked, at most DOCUMENTS_READ_MAX. Each content is as it was written: who writes checks. */
export const readDocuments = async <T>(
  access: TableAccess,
  kind: string,
  ids: readonly string[],
): Promise<readonly (StoredDocument<T> | undefined)[]> => {
  const items = await batchRead(
    access,
    ids.map((id) => itemKey.document(kind, id)),
    'strong',
  );
  return items.map((item) => item && documentFromItem<T>(item));
};

export const readDocument = async <T>(
  access: TableAccess,
  kind: string,
  id: string,
): Promise<StoredDocument<T> | undefined> => (await readDocuments<T>(access, kind, [id]))[0];

/** A page in order of id, after `after`; it is the last one where it has fewer than `limit`. */
export const listDocuments = async <T>(
  { client, table }: TableAccess,
  kind: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly StoredDocument<T>[]> => {
  const found: Item[] = [];
  let from: Item | undefined =
    after === undefined ? undefined : { ...itemKey.document(kind, after) };
  do {
    const { Items = [], LastEvaluatedKey } = await orOutage(
      client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': itemKey.document(kind, '').pk },
          Limit: limit - found.length,
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      ),
    );
    found.push(...Items);
    from = LastEvaluatedKey;
  } while (from !== undefined && found.length < limit);
  return found.map((item) => documentFromItem<T>(item));
};

/** Only where there is none of its id. */
export const createDocument = <Refusal extends string>(
  table: string,
  at: { readonly kind: string; readonly id: string; readonly atS: number },
  content: Plain,
  refusal: Refusal,
): GuardedWrite<Refusal> => ({
  write: put(table, at, { content, version: 1 }, { condition: 'attribute_not_exists(pk)' }),
  refusal,
});

/** Only while its version is `seenVersion`. */
export const replaceDocument = <Refusal extends string>(
  table: string,
  at: { readonly kind: string; readonly id: string; readonly atS: number },
  { content, seenVersion }: { readonly content: Plain; readonly seenVersion: number },
  refusal: Refusal,
): GuardedWrite<Refusal> => ({
  write: put(
    table,
    at,
    { content, version: seenVersion + 1 },
    { condition: 'v = :seen', values: { ':seen': { N: String(seenVersion) } } },
  ),
  refusal,
});

/** Only while its version is `seenVersion`. */
export const removeDocument = <Refusal extends string>(
  TableName: string,
  { kind, id, seenVersion }: { kind: string; id: string; seenVersion: number },
  refusal: Refusal,
): GuardedWrite<Refusal> => ({
  write: {
    Delete: {
      TableName,
      Key: { ...itemKey.document(kind, id) },
      ConditionExpression: 'v = :seen',
      ExpressionAttributeValues: { ':seen': { N: String(seenVersion) } },
    },
  },
  refusal,
});

/** Writes nothing: the rest of the change is made only while the version of this one is `seenVersion`. */
export const documentCheck = <Refusal extends string>(
  TableName: string,
  { kind, id, seenVersion }: { kind: string; id: string; seenVersion: number },
  refusal: Refusal,
): GuardedWrite<Refusal> => ({
  write: {
    ConditionCheck: {
      TableName,
      Key: { ...itemKey.document(kind, id) },
      ConditionExpression: 'v = :seen',
      ExpressionAttributeValues: { ':seen': { N: String(seenVersion) } },
    },
  },
  refusal,
});

const put = (
  TableName: string,
  { kind, id, atS }: { readonly kind: string; readonly id: string; readonly atS: number },
  { content, version }: { readonly content: Plain; readonly version: number },
  only: { readonly condition: string; readonly values?: Item },
): TransactWriteItem => ({
  Put: {
    TableName,
    Item: { ...itemKey.document(kind, id), ...toItem({ v: version, at: atS, d: content }) },
    ConditionExpression: only.condition,
    ...(only.values && { ExpressionAttributeValues: only.values }),
  },
});

const documentFromItem = <T>(item: Item): StoredDocument<T> => ({
  id: textOf(item, 'sk'),
  version: numberOf(item, 'v'),
  changedAtS: numberOf(item, 'at'),
  content: fromItem(item.d?.M ?? {}) as T,
});
