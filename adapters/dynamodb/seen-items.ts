/** When a terminal was last heard of, what it sold on that day, and how its last requests came: one row, the projector's. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { RequestKey } from '#protocol/request.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import { type Item, itemKey } from './table.ts';

/** Requests whose arrival is kept: what a line of a page can show. */
export const ARRIVALS_MAX = 24;

/** How one request came. */
export interface Arrival {
  /** Unix seconds. */
  readonly atS: number;
  /** 0 .. 31; absent: not told. */
  readonly signal?: number;
  readonly bytes: number;
}

export interface SeenTerminal {
  readonly atS?: number;
  readonly spentMinor?: number;
  readonly count?: number;
  /** The oldest first. */
  readonly recent?: readonly Arrival[];
}

/** In the place of the request that came ARRIVALS_MAX numbers before: written again, it is the same. */
export const putArrival = async (
  { client, table }: TableAccess,
  { terminal, sequence }: RequestKey,
  {
    atS,
    signal,
    bytes,
  }: { readonly atS: number; readonly signal: number | undefined; readonly bytes: number },
): Promise<void> => {
  await orOutage(
    client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { ...itemKey.seen(terminal) },
        UpdateExpression: 'SET #place = :arrival',
        ExpressionAttributeNames: { '#place': placeName(sequence % ARRIVALS_MAX) },
        ExpressionAttributeValues: {
          ':arrival': { S: `${atS} ${sequence} ${bytes} ${signal ?? ''}` },
        },
      }),
    ),
  );
};

const placeName = (at: number): string => `in${at}`;

/** In the order asked, 100 at most; empty for one that was never heard of. Eventually consistent. */
export const readSeen = async (
  access: TableAccess,
  terminals: readonly number[],
): Promise<readonly SeenTerminal[]> => {
  const items = await batchRead(
    access,
    terminals.map((terminal) => itemKey.seen(terminal)),
    'eventual',
  );
  return items.map((item) => (item === undefined ? {} : seenFromItem(item)));
};

const seenFromItem = (item: Item): SeenTerminal => {
  const number = (name: string): number | undefined =>
    item[name]?.N === undefined ? undefined : Number(item[name].N);
  const [atS, spentMinor, count] = ['at', 'spentMinor', 'count'].map(number);
  const recent = recentOf(item);
  return {
    ...(atS === undefined ? {} : { atS }),
    ...(spentMinor === undefined ? {} : { spentMinor }),
    ...(count === undefined ? {} : { count }),
    ...(recent.length === 0 ? {} : { recent }),
  };
};

const recentOf = (item: Item): readonly Arrival[] =>
  Array.from({ length: ARRIVALS_MAX }, (_, at) => item[placeName(at)]?.S)
    .flatMap((text) => {
      const [atS, sequence = 0, bytes = 0, signal] = (text ?? '').split(' ').map(Number);
      const isTold = text !== undefined && !text.endsWith(' ');
      return text === undefined || atS === undefined
        ? []
        : [
            {
              sequence,
              arrival: { atS, bytes, ...(isTold && signal !== undefined ? { signal } : {}) },
            },
          ];
    })
    .sort((a, b) => a.arrival.atS - b.arrival.atS || a.sequence - b.sequence)
    .map(({ arrival }) => arrival);
