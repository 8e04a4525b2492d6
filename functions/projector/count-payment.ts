/** Counts a payment as it stands: once, whatever is delivered again, late or out of order. */
import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { batchRead } from '#adapters/dynamodb/batch-read.ts';
import { terminalFromItem } from '#adapters/dynamodb/entity-items.ts';
import {
  addSales,
  countedFromItem,
  countedItem,
  figuresText,
} from '#adapters/dynamodb/sales-items.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { usageDay } from '#core/day-usage.ts';
import type { Payment, RequestRecord } from '#core/records.ts';
import { countSale } from '#core/sales-figures.ts';
import { terminalZone } from '#core/terminal-limits.ts';
import { type Usage, usageWrites } from './count-usage.ts';

/** Attempts to count one payment: another of its terminal or merchant may be counted at the same moment. */
const COUNT_TRIES_MAX = 5;
/** Seconds that is kept how a decline was counted: nothing of it ever changes, and a stream holds a change for a day. */
const DECLINE_KEPT_S = 7 * 86_400;

interface Target {
  readonly client: DynamoDBClient;
  readonly table: string;
}
type PayRecord = RequestRecord & { readonly payment: Payment };

/** Rejects on outages; the change is then delivered again. */
export const countPayment = async (target: Target, record: PayRecord): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    const items = await writesOf(target, record);
    if (items.length === 0) {
      return;
    }
    try {
      await target.client.send(new TransactWriteItemsCommand({ TransactItems: [...items] }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException) || tries === COUNT_TRIES_MAX) {
        throw error;
      }
    }
  }
};

/** How it is counted, and everything that this adds to, in one transaction: nothing where it is counted already. */
const writesOf = async (
  target: Target,
  record: PayRecord,
): Promise<readonly TransactWriteItem[]> => {
  const { key, payment } = record;
  const keys = [
    itemKey.counted(key),
    itemKey.terminal(key.terminal),
    itemKey.seen(key.terminal),
    itemKey.merchantSeen(payment.merchant),
  ] as const;
  const [known, meta, seen, merchantSeen] = await batchRead(target, keys, 'strong');
  const terminal = meta && terminalFromItem(meta);
  const zone = terminalZone(terminal ?? {});
  const before = known && countedFromItem(known);
  const counts = countSale(before, record, (atS) => usageDay(zone, atS));
  const usage = usageOf(record);
  if (counts === undefined || (before === undefined && usage === undefined)) {
    return [];
  }
  const ttlS = payment.state === 'declined' ? record.decidedAtS + DECLINE_KEPT_S : undefined;
  return [
    {
      Put: {
        TableName: target.table,
        Item: countedItem(counts.counted, ttlS),
        ConditionExpression:
          before === undefined ? 'attribute_not_exists(pk)' : 'rv = :before AND fg = :figures',
        ...(before && {
          ExpressionAttributeValues: {
            ':before': { N: String(before.revision) },
            ':figures': { S: figuresText(before.figures) },
          },
        }),
      },
    },
    ...counts.changes.map((change) => addSales(target.table, key, change)),
    ...(before !== undefined || usage === undefined
      ? []
      : usageWrites(
          target.table,
          { zone, limits: terminal?.limits, terminal: key.terminal, seen, merchantSeen },
          usage,
        )),
  ];
};

/** What a decision adds to the figures of limits, when it is counted first; undefined: nothing is decided, or it voids what never came. */
const usageOf = ({ code, decidedAtS, evidence, payment }: PayRecord): Usage | undefined => {
  const approved = code === 'approved';
  return approved || payment.state === 'declined'
    ? {
        merchant: payment.merchant,
        decidedAtS,
        spentMinor: approved ? payment.amountMinor : 0,
        count: approved ? 1 : 0,
        declines: approved ? 0 : 1,
        stored: approved && evidence?.flags?.includes('stored') === true ? 1 : 0,
      }
    : undefined;
};
