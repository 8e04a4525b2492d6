/** Holds that are due, found through the sharded index, and their end in one transaction. */
import { QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { ExpiryStore } from '#core/ports.ts';
import type { RequestRecord } from '#core/records.ts';
import { changeAllowance } from './allowance-items.ts';
import { batchRead } from './batch-read.ts';
import { changeAccount, changePayment } from './booking-items.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { journalItem } from './entity-items.ts';
import { CONDITION_FAILED, cancellationReasons, isAmbiguous, orOutage } from './failure.ts';
import { recordFromItem } from './record-item.ts';
import { DUE_INDEX, DUE_SHARDS, type Item, type ItemKey } from './table.ts';

/** Keys in one BatchGetItem: a limit of DynamoDB. */
const BATCH_KEYS_MAX = 100;

export const createExpiryStore = (access: TableAccess): ExpiryStore => ({
  readDue: (nowS, limit) => readDue(access, { nowS, limit: Math.min(limit, BATCH_KEYS_MAX) }),
  expire: (expiry) => expire(access, expiry),
});

/** The index holds keys only and lags: the records themselves are read consistently. */
const readDue = async (
  access: TableAccess,
  { nowS, limit }: { readonly nowS: number; readonly limit: number },
): Promise<readonly RequestRecord[]> => {
  const keys: ItemKey[] = [];
  for (let shard = 0; shard < DUE_SHARDS && keys.length < limit; shard += 1) {
    const { Items } = await orOutage(
      access.client.send(
        new QueryCommand({
          TableName: access.table,
          IndexName: DUE_INDEX,
          KeyConditionExpression: 'dueShard = :shard AND dueS <= :now',
          ExpressionAttributeValues: {
            ':shard': { S: `DUE#${shard}` },
            ':now': { N: String(nowS) },
          },
          Limit: limit - keys.length,
        }),
      ),
    );
    keys.push(...(Items ?? []).map(keyOf));
  }
  const items = await batchRead(access, keys, 'strong');
  return items
    .filter((item) => item !== undefined)
    .map(recordFromItem)
    .filter(({ payment }) => payment?.dueS !== undefined && payment.dueS <= nowS);
};

const keyOf = (item: Item): ItemKey => ({
  pk: { S: item.pk?.S ?? '' },
  sk: { S: item.sk?.S ?? '' },
});

/** false where a CONFIRM or REVERSE was faster, or another janitor. A conflict leaves it to the next run. Throws where the account does not have what it holds. */
const expire = async (
  { client, table }: TableAccess,
  { key, from, to, entry, heldMinor, allowances }: Parameters<ExpiryStore['expire']>[0],
): Promise<boolean> => {
  try {
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          changePayment(table, { key, from, to }),
          changeAccount(table, {
            user: to.user,
            currency: to.currency,
            balanceDeltaMinor: heldMinor,
            heldDeltaMinor: -heldMinor,
            evenBlocked: true,
          }),
          {
            Put: {
              TableName: table,
              Item: journalItem(entry),
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          ...allowances.map((change) => changeAllowance(table, change)),
        ],
      }),
    );
    return true;
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons === undefined) {
      if (isAmbiguous(error)) {
        return false;
      }
      throw error;
    }
    const [payment, account] = reasons;
    if (payment?.Code === 'None' && account?.Code === CONDITION_FAILED) {
      throw new Error('an account does not have what a hold of it says');
    }
    return false;
  }
};
