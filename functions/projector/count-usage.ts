/** What one decision adds to the rows that limits of terminals and merchants are read from (docs/limits.md). */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type Item, type ItemKey, itemKey } from '#adapters/dynamodb/table.ts';
import { usageDay } from '#core/day-usage.ts';
import type { TerminalLimits } from '#core/records.ts';

/** Of one decision. */
export interface Usage {
  readonly merchant: string;
  readonly decidedAtS: number;
  readonly spentMinor: number;
  readonly count: number;
  readonly declines: number;
  readonly stored: number;
}

/** What was read of the terminal, and of its merchant. */
export interface UsageRows {
  readonly zone: string;
  readonly limits: TerminalLimits | undefined;
  readonly terminal: number;
  readonly seen: Item | undefined;
  readonly merchantSeen: Item | undefined;
}
type Figures = Readonly<Record<string, number>>;

/** For the transaction that counts the payment: none for a day that has passed at that row. */
export const usageWrites = (
  table: string,
  { zone, limits, terminal, seen, merchantSeen }: UsageRows,
  { merchant, decidedAtS, spentMinor, count, declines, stored }: Usage,
): readonly TransactWriteItem[] => {
  const day = usageDay(zone, decidedAtS);
  const row = { table, day };
  const merchantFigures = { spentMinor, count };
  const ofMerchant = limits?.merchant === undefined ? undefined : merchantSeen;
  const copy =
    limits?.merchant === undefined ? undefined : figuresAfter(ofMerchant, day, merchantFigures);
  const own = { spentMinor, count, declines, stored };
  return [
    ...addDay({ ...row, key: itemKey.seen(terminal), seen }, own, copy),
    ...(copy === undefined
      ? []
      : addDay({ ...row, key: itemKey.merchantSeen(merchant), seen: ofMerchant }, merchantFigures)),
  ];
};

/** As the row will be; a change that is booked meanwhile is in the next copy. */
const figuresAfter = (seen: Item | undefined, day: string, added: Figures): Item => {
  const seenDay = seen?.day?.S ?? '';
  const before = seenDay >= day ? (seen ?? {}) : {};
  const passed = seenDay > day;
  const entries = Object.entries(added).map(([name, value]) => [
    name,
    { N: String(Number(before[name]?.N ?? 0) + (passed ? 0 : value)) },
  ]);
  return { day: { S: passed ? seenDay : day }, ...Object.fromEntries(entries) };
};

/** Adds to the figures of the day that the row has, or begins the day; only while the row's day is what was read. */
const addDay = (
  row: {
    readonly table: string;
    readonly key: ItemKey;
    readonly day: string;
    readonly seen: Item | undefined;
  },
  added: Figures,
  merchant?: Item,
): readonly TransactWriteItem[] => {
  const seenDay = row.seen?.day?.S ?? '';
  if (seenDay > row.day) {
    return [];
  }
  const names = Object.keys(added);
  const add = names.map((name) => `#${name} :${name}`).join(', ');
  const set = names.map((name) => `#${name} = :${name}`).join(', ');
  const copy = merchant === undefined ? '' : '#merchant = :merchant';
  const begins = seenDay < row.day;
  return [
    {
      Update: {
        TableName: row.table,
        Key: { ...row.key },
        UpdateExpression: begins
          ? `SET #day = :day, ${set}${copy && `, ${copy}`}`
          : `ADD ${add}${copy && ` SET ${copy}`}`,
        ConditionExpression: begins ? 'attribute_not_exists(#day) OR #day < :day' : '#day = :day',
        ExpressionAttributeNames: {
          '#day': 'day',
          ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ...(merchant === undefined ? {} : { '#merchant': 'merchant' }),
        },
        ExpressionAttributeValues: {
          ':day': { S: row.day },
          ...Object.fromEntries(
            Object.entries(added).map(([name, value]) => [`:${name}`, { N: String(value) }]),
          ),
          ...(merchant === undefined ? {} : { ':merchant': { M: merchant } }),
        },
      },
    },
  ];
};
