/** What the projector keeps of sales: how each payment was counted, and the shards of every total. */
import { QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  addFigures,
  type CountedSale,
  NO_SALES,
  SALES_FIELDS,
  SALES_SHARDS,
  type SalesBucket,
  type SalesChange,
  type SalesFigures,
  type SoldInWindow,
  salesShard,
} from '#core/sales-figures.ts';
import type { RequestKey } from '#protocol/request.ts';
import { fromItem, numberOf, textOf, toItem } from './attributes.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import { type Item, itemKey } from './table.ts';

/** Short names: there is one such row per payment. rv revision, me merchant, pc currency, dy day, wi windows [{i id, u units}], fg figures in the order of SALES_FIELDS. */
export const countedItem = (counted: CountedSale, ttlS?: number): Item => ({
  ...itemKey.counted(counted.key),
  ...toItem({
    rv: counted.revision,
    me: counted.merchant,
    pc: counted.currency,
    dy: counted.day,
    wi: counted.windows.map(({ id, units }) => ({ i: id, u: units })),
    fg: figuresText(counted.figures),
    ttl: ttlS,
  }),
});

/** For a condition on a row that was read: two that count the same payment anew must not both add the difference. */
export const figuresText = (figures: SalesFigures): string =>
  SALES_FIELDS.map((field) => figures[field]).join(' ');

/** The opposite. Throws on what this did not write. */
export const countedFromItem = (item: Item): CountedSale => {
  const [, terminal = 0, keyVersion = 0, sequence = 0] = textOf(item, 'pk').split('#').map(Number);
  const numbers = textOf(item, 'fg').split(' ').map(Number);
  const { wi: windows } = fromItem(item);
  return {
    key: { terminal, keyVersion, sequence },
    revision: numberOf(item, 'rv'),
    merchant: textOf(item, 'me'),
    currency: numberOf(item, 'pc'),
    day: textOf(item, 'dy'),
    windows: (windows as { i: string; u: number }[]).map(
      ({ i, u }): SoldInWindow => ({ id: i, units: u }),
    ),
    figures: Object.fromEntries(
      SALES_FIELDS.map((field, at) => [field, numbers[at] ?? 0]),
    ) as SalesFigures,
  };
};

/** Adds to the payment's shard of a total; `changes` counts how often that was done. */
export const addSales = (
  TableName: string,
  key: RequestKey,
  { bucket, figures }: SalesChange,
): TransactWriteItem => {
  const fields = SALES_FIELDS.filter((field) => figures[field] !== 0);
  return {
    Update: {
      TableName,
      Key: { ...itemKey.sales(bucket, salesShard(key)) },
      UpdateExpression: `ADD ${fields.map((field) => `${field} :${field}`).join(', ')}, changes :one`,
      ExpressionAttributeValues: toItem({
        ...Object.fromEntries(fields.map((field) => [`:${field}`, figures[field]])),
        ':one': 1,
      }),
    },
  };
};

/** Of one shard. */
export const figuresFromItem = (item: Item): SalesFigures =>
  Object.fromEntries(
    SALES_FIELDS.map((field) => [field, Number(item[field]?.N ?? 0)]),
  ) as SalesFigures;

/** A total, all shards together (strongly consistent); it is behind by the delivery of the stream. */
export const readSales = async (
  access: TableAccess,
  bucket: SalesBucket,
): Promise<SalesFigures & { readonly changes: number }> => {
  const shards = await batchRead(
    access,
    Array.from({ length: SALES_SHARDS }, (_, shard) => itemKey.sales(bucket, shard)),
    'strong',
  );
  const found = shards.filter((item) => item !== undefined);
  return {
    ...found.map(figuresFromItem).reduce(addFigures, NO_SALES),
    changes: found.reduce((sum, item) => sum + Number(item.changes?.N ?? 0), 0),
  };
};

/** Of one day in one currency. */
export interface DaySales {
  readonly day: string;
  readonly currency: number;
  readonly figures: SalesFigures;
}

/** The days of a merchant from `fromDay` to `toDay` (YYYY-MM-DD, both counted) on which something was counted, in order: one query per shard. */
export const readMerchantDays = async (
  access: TableAccess,
  merchant: string,
  { fromDay, toDay }: { readonly fromDay: string; readonly toDay: string },
): Promise<readonly DaySales[]> => {
  const items = await queryShards(access, merchant, [`DAY#${fromDay}#`, `DAY#${toDay}#~`]);
  return sumUp(items).map(([bucket, figures]) => ({
    day: bucket.day ?? '',
    currency: bucket.currency,
    figures,
  }));
};

/** All days of a merchant, by currency. */
export const readMerchantTotals = async (
  access: TableAccess,
  merchant: string,
): Promise<readonly Omit<DaySales, 'day'>[]> => {
  const items = await queryShards(access, merchant, ['TOTAL#', 'TOTAL#~']);
  return sumUp(items).map(([{ currency }, figures]) => ({ currency, figures }));
};

const queryShards = async (
  access: TableAccess,
  merchant: string,
  [from, to]: readonly [string, string],
): Promise<readonly Item[]> => {
  const shards = Array.from({ length: SALES_SHARDS }, (_, shard) => shard);
  const parts = await Promise.all(
    shards.map((shard) => {
      const { pk } = itemKey.sales({ of: 'merchant', id: merchant, currency: 0 }, shard);
      return queryAll(access, pk.S, [from, to]);
    }),
  );
  return parts.flat();
};

const queryAll = async (
  { client, table }: TableAccess,
  pk: string,
  [from, to]: readonly [string, string],
): Promise<readonly Item[]> => {
  const found: Item[] = [];
  let after: Item | undefined;
  do {
    const page = await orOutage(
      client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: toItem({ ':pk': pk, ':from': from, ':to': to }),
          ConsistentRead: true,
          ExclusiveStartKey: after,
        }),
      ),
    );
    found.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return found;
};

/** Shards of the same total together, in order of day and currency. */
const sumUp = (items: readonly Item[]): readonly (readonly [SalesBucket, SalesFigures])[] => {
  const totals = new Map<string, readonly [SalesBucket, SalesFigures]>();
  for (const item of items) {
    const bucket = bucketOfItem(item);
    const name = item.sk?.S ?? '';
    if (bucket !== undefined) {
      const [, figures] = totals.get(name) ?? [bucket, NO_SALES];
      totals.set(name, [bucket, addFigures(figures, figuresFromItem(item))]);
    }
  }
  return [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
};

/** The total that an item is a shard of; undefined: it is none. */
export const bucketOfItem = (item: Item): SalesBucket | undefined => {
  const [, kind, id] = /^([MW])#(.+)#\d+$/.exec(item.pk?.S ?? '') ?? [];
  const [, day, currency] = /^(?:TOTAL|DAY#([\d-]+))#(\d+)$/.exec(item.sk?.S ?? '') ?? [];
  return id === undefined || currency === undefined
    ? undefined
    : {
        of: kind === 'M' ? 'merchant' : 'window',
        id,
        currency: Number(currency),
        ...(day === undefined ? {} : { day }),
      };
};
