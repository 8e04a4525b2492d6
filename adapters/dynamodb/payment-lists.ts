/** Lists of payments as the projector writes them and operators read them: one row per payment in each list that it stands in. */
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
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

/** Rows of one partition that are looked at for one page: a filter that finds little must not read on for seconds. */
export const LOOKED_AT_MAX = 1_000;

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

/** One query for each partition of the list, side by side; eventually consistent, and behind by the delivery of the stream. */
export const searchPayments = async (
  access: TableAccess,
  search: PaymentSearch,
): Promise<PaymentPage> => {
  const shards = Array.from({ length: shardsOf(search.list) }, (_, shard) => shard);
  const parts = await Promise.all(shards.map((shard) => searchShard(access, search, shard)));
  // What lies before the place where one partition broke off is not known to be all.
  const known = parts.map(({ stoppedAt }) => stoppedAt ?? '').reduce((a, b) => (a > b ? a : b));
  const found = parts
    .flatMap(({ items }) => items)
    .filter((item) => textOf(item, 'sk') >= known)
    .sort((a, b) => (textOf(a, 'sk') < textOf(b, 'sk') ? 1 : -1))
    .slice(0, search.limit);
  const oldest = found.at(-1);
  const last = found.length < search.limit || oldest === undefined ? known : textOf(oldest, 'sk');
  return { payments: found.map(summaryFromItem), ...(last === '' ? {} : { next: last }) };
};

interface ShardPart {
  readonly items: readonly Item[];
  /** Place up to which it was read; absent: to its end. */
  readonly stoppedAt?: string;
}

const searchShard = async (
  { client, table }: TableAccess,
  search: PaymentSearch,
  shard: number,
): Promise<ShardPart> => {
  const { list, fromS = 0, toS, limit, before } = search;
  const items: Item[] = [];
  let from = before === undefined ? undefined : { ...itemKey.listed(list, shard, before) };
  for (let lookedAt = 0; lookedAt < LOOKED_AT_MAX; ) {
    const page = await orOutage(
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
          Limit: filters(search) ? LOOKED_AT_MAX - lookedAt : limit - items.length,
          ExclusiveStartKey: from,
        }),
      ),
    );
    items.push(...(page.Items ?? []));
    lookedAt += page.ScannedCount ?? 0;
    from = page.LastEvaluatedKey as typeof from;
    if (from === undefined) {
      return { items };
    }
    if (items.length >= limit) {
      break;
    }
  }
  return { items, ...(from && { stoppedAt: textOf(from, 'sk') }) };
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
