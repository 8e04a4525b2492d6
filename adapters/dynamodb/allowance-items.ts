/** Shards of allowances: one item each, that needs nobody to create it. */
import type { AllowanceChange, PaymentStore } from '#core/ports.ts';
import { numberOf } from './attributes.ts';
import { batchRead } from './batch-read.ts';
import type { TransactItem } from './booking-items.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { itemKey } from './table.ts';

/** Keys in one BatchGetItem: a limit of DynamoDB. */
const BATCH_KEYS_MAX = 100;

/** Takes only up to the bound of the shard; gives back only what was taken. */
export const changeAllowance = (
  TableName: string,
  { id, shard, delta, max = 0 }: AllowanceChange,
): TransactItem => ({
  Update: {
    TableName,
    Key: { ...itemKey.allowance(id, shard) },
    UpdateExpression: 'ADD taken :delta',
    ConditionExpression:
      delta > 0 ? 'attribute_not_exists(taken) OR taken <= :bound' : 'taken >= :bound',
    ExpressionAttributeValues: {
      ':delta': { N: String(delta) },
      ':bound': { N: String(delta > 0 ? max - delta : -delta) },
    },
  },
});

/** As `PaymentStore.readAllowances`. */
export const readAllowances = async (
  access: TableAccess,
  of: Parameters<PaymentStore['readAllowances']>[0],
): ReturnType<PaymentStore['readAllowances']> => {
  const keys = of.flatMap(({ id, shards }) =>
    Array.from({ length: shards }, (_, shard) => itemKey.allowance(id, shard)),
  );
  const taken: number[] = [];
  for (let at = 0; at < keys.length; at += BATCH_KEYS_MAX) {
    const items = await batchRead(access, keys.slice(at, at + BATCH_KEYS_MAX), 'strong');
    taken.push(...items.map((item) => (item === undefined ? 0 : numberOf(item, 'taken'))));
  }
  return new Map(of.map(({ id, shards }) => [id, taken.splice(0, shards)]));
};
