/** Counts of each minute, one row: written once per batch of the stream, read an hour at a time. */
import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type LiveCounts, MINUTE_S, NO_COUNTS } from '#core/live-figures.ts';
import { toItem } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import { type Item, itemKey } from './table.ts';

const HOUR_S = 3_600;
/** Seconds that a row is kept: nobody looks at more than the last hour, and a stream is at most a day behind. */
const KEPT_S = 2 * 86_400;

/** Adds to the minute that begins at `minuteS`. It counts again what is told again: these are figures to look at, not to add money up with. */
export const addLive = async (
  { client, table }: TableAccess,
  minuteS: number,
  { approved, declined, waits }: LiveCounts,
): Promise<void> => {
  const counts = Object.entries({
    approved,
    declined,
    ...Object.fromEntries(waits.map((count, at) => [waitName(at), count])),
  }).filter(([, count]) => count !== 0);
  await orOutage(
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { ...itemKey.live(minuteS) },
        UpdateExpression: `SET #ttl = :ttl ADD ${counts.map(([name]) => `${name} :${name}`).join(', ')}`,
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: toItem({
          ':ttl': minuteS + KEPT_S,
          ...Object.fromEntries(counts.map(([name, count]) => [`:${name}`, count])),
        }),
      }),
    ),
  );
};

/** Minutes from the one that holds `fromS` to that of `toS`, those without a payment left out; at most two partitions an hour. */
export const readLive = async (
  access: TableAccess,
  fromS: number,
  toS: number,
): Promise<ReadonlyMap<number, LiveCounts>> => {
  const hours: number[] = [];
  for (let hour = Math.floor(fromS / HOUR_S); hour <= Math.floor(toS / HOUR_S); hour += 1) {
    hours.push(hour * HOUR_S);
  }
  const items = await Promise.all(hours.map((hourS) => hourOf(access, hourS)));
  const first = fromS - (fromS % MINUTE_S);
  return new Map(
    items
      .flat()
      .map((item) => [Number(item.sk?.S ?? 0), countsFromItem(item)] as const)
      .filter(([minuteS]) => minuteS >= first && minuteS <= toS),
  );
};

const hourOf = async ({ client, table }: TableAccess, hourS: number): Promise<readonly Item[]> => {
  const { Items = [] } = await orOutage(
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': itemKey.live(hourS).pk },
      }),
    ),
  );
  return Items;
};

const waitName = (at: number): string => `w${at}`;

const countsFromItem = (item: Item): LiveCounts => {
  const number = (name: string): number => Number(item[name]?.N ?? 0);
  return {
    approved: number('approved'),
    declined: number('declined'),
    waits: NO_COUNTS.waits.map((_none, at) => number(waitName(at))),
  };
};
