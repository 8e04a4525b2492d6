/** Lists of payments as the projector writes them and operators read them: one row per payment in each list that it stands in. */
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import {
  listShard,
  listsOf,
  type PaymentList,
  type PaymentSummary,
  placeOf,
  shardsOf,
  timePlace,
} from '#core/payment-summary.ts';
import type { RecordedState } from '#core/records.ts';
import type { CodeName } from '#protocol/codes.ts';
import { fromItem, type Plain, textOf, toItem } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import { type Item, itemKey } from './table.ts';

/** Rows of one partition that are looked at for one page behind a filter, step by step: one that finds much needs few, and one that finds little must not read on for seconds. */
const LOOKED_AT: readonly number[] = [60, 240, 700];
export const LOOKED_AT_MAX: number = LOOKED_AT.reduce((sum, rows) => sum + rows);

/** Writes the payment into its lists, unless they have it as it stands or later: told again, late or out of order, it stays right. */
export const listPayment = async (
  { client, table }: TableAccess,
  summary: PaymentSummary,
): Promise<void> => {
  await Promise.all(
    listsOf(summary).map(async (list) => {
      const key = itemKey.listed(list, listShard(list, summary.key), placeOf(summary));
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...key, ...toItem(plainOf(summary)) },
            ConditionExpression: 'attribute_not_exists(revision) OR revision < :revision',
            ExpressionAttributeValues: { ':revision': { N: String(summary.revision) } },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) {
          throw error;
        }
      }
    }),
  );
};

const plainOf = ({ key, items, ...fields }: PaymentSummary): Record<string, Plain> => ({
  ...fields,
  ...key,
  ...(items && { items: [...items] }),
});

const summaryFromItem = (item: Item): PaymentSummary => {
  const { pk: _pk, sk: _sk, terminal, keyVersion, sequence, ...fields } = fromItem(item);
  return { key: { terminal, keyVersion, sequence }, ...fields } as unknown as PaymentSummary;
};

export interface PaymentSearch {
  readonly list: PaymentList;
  /** Unix seconds: decided at `fromS` or later, before `toS`. */
  readonly fromS?: number | undefined;
  readonly toS?: number | undefined;
  readonly state?: RecordedState | undefined;
  readonly code?: CodeName | undefined;
  readonly limit: number;
  /** Place of the page before: only what is older. */
  readonly before?: string | undefined;
}

export interface PaymentPage {
  /** The newest first; with `next` it may be short, as only so many rows are looked at. */
  readonly payments: readonly PaymentSummary[];
  /** Where the next page begins; absent: there is no more. */
  readonly next?: string;
}

/** One query for each partition of the list, side by side; eventually consistent, and behind by the delivery of the stream. Behind a filter they go on, further each time, while too little is found. */
export const searchPayments = async (
  access: TableAccess,
  search: PaymentSearch,
): Promise<PaymentPage> => {
  let parts: readonly ShardPart[] = Array.from(
    { length: shardsOf(search.list) },
    (_, shard): ShardPart => ({ shard, items: [], after: search.before }),
  );
  for (const rows of filters(search) ? LOOKED_AT : [search.limit]) {
    parts = await Promise.all(parts.map((part) => readOn(access, search, part, rows)));
    if (knownItems(parts).length >= search.limit) {
      break;
    }
  }
  const known = knownFrom(parts);
  const found = knownItems(parts)
    .sort((a, b) => (textOf(a, 'sk') < textOf(b, 'sk') ? 1 : -1))
    .slice(0, search.limit);
  const oldest = found.at(-1);
  const last = found.length < search.limit || oldest === undefined ? known : textOf(oldest, 'sk');
  return { payments: found.map(summaryFromItem), ...(last === '' ? {} : { next: last }) };
};

interface ShardPart {
  readonly shard: number;
  readonly items: readonly Item[];
  /** Place up to which it was read; absent: to its end, or not at all. */
  readonly after: string | undefined;
  readonly isRead?: true;
}

/** The place from which on every partition was read: what lies before it is not known to be all. */
const knownFrom = (parts: readonly ShardPart[]): string =>
  parts.map(({ after = '' }) => after).reduce((a, b) => (a > b ? a : b));

const knownItems = (parts: readonly ShardPart[]): Item[] => {
  const known = knownFrom(parts);
  return parts.flatMap(({ items }) => items).filter((item) => textOf(item, 'sk') >= known);
};

/** Reads so many rows more of a partition, or to its end. */
const readOn = async (
  access: TableAccess,
  search: PaymentSearch,
  part: ShardPart,
  rows: number,
): Promise<ShardPart> => {
  let { items, after, isRead } = part;
  for (let lookedAt = 0; lookedAt < rows && (after !== undefined || isRead === undefined); ) {
    const page = await queryShard(access, search, { ...part, after }, rows - lookedAt);
    items = [...items, ...(page.Items ?? [])];
    lookedAt += page.ScannedCount ?? 0;
    after = page.LastEvaluatedKey && textOf(page.LastEvaluatedKey, 'sk');
    isRead = true;
  }
  return { shard: part.shard, items, after, ...(isRead && { isRead }) };
};

const queryShard = (
  { client, table }: TableAccess,
  search: PaymentSearch,
  { shard, after }: Pick<ShardPart, 'shard' | 'after'>,
  rows: number,
): Promise<QueryCommandOutput> => {
  const { list, fromS = 0, toS } = search;
  return orOutage(
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ...filterOf(search, {
          ':pk': itemKey.listed(list, shard, '').pk,
          ':from': { S: timePlace(fromS) },
          ':to': { S: toS === undefined ? AFTER_ALL : timePlace(toS) },
        }),
        ScanIndexForward: false,
        Limit: rows,
        ExclusiveStartKey:
          after === undefined ? undefined : { ...itemKey.listed(list, shard, after) },
      }),
    ),
  );
};

/** Greater than every place. */
const AFTER_ALL = '~';

const filters = ({ state, code }: PaymentSearch): boolean =>
  state !== undefined || code !== undefined;

const filterOf = (
  search: PaymentSearch,
  keys: Item,
): {
  ExpressionAttributeValues: Item;
  FilterExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
} => {
  const wanted = Object.entries({ state: search.state, code: search.code }).filter(
    ([, value]) => value !== undefined,
  );
  return wanted.length === 0
    ? { ExpressionAttributeValues: keys }
    : {
        FilterExpression: wanted.map(([name]) => `#${name} = :${name}`).join(' AND '),
        ExpressionAttributeNames: Object.fromEntries(wanted.map(([name]) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...keys,
          ...Object.fromEntries(wanted.map(([name, value]) => [`:${name}`, { S: String(value) }])),
        },
      };
};
