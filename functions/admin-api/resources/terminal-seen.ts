/** When a terminal was last heard of, and what it sold on that day, as the projector keeps it. */
import { batchRead } from '#adapters/dynamodb/batch-read.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';

export interface Seen {
  readonly atS?: number;
  readonly spentMinor?: number;
  readonly count?: number;
}

export const lastSeen = async (access: TableAccess, terminal: number): Promise<Seen> => {
  const [item = {}] = await batchRead(access, [itemKey.seen(terminal)], 'eventual');
  const number = (name: string): number | undefined =>
    item[name]?.N === undefined ? undefined : Number(item[name].N);
  const [atS, spentMinor, count] = ['at', 'spentMinor', 'count'].map(number);
  return {
    ...(atS === undefined ? {} : { atS }),
    ...(spentMinor === undefined ? {} : { spentMinor }),
    ...(count === undefined ? {} : { count }),
  };
};
