/** What a write of an operator was answered, kept under its idempotency key, so that asking again changes nothing. */
import { toItem } from './attributes.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { type Item, itemKey } from './table.ts';

/** Seconds that an answer is kept: longer than anyone repeats a request by hand or script. */
export const ANSWER_KEPT_S = 86_400;

export interface AnsweredWrite {
  /** Of what was asked, hex: another one under the same key is a mistake. */
  readonly digest: string;
  /** JSON. */
  readonly answer: string;
}

/** `hash`: of the operator and the key. Strongly consistent; undefined where none is kept any more. */
export const readAnswered = async (
  access: TableAccess,
  hash: string,
  nowS: number,
): Promise<AnsweredWrite | undefined> => {
  const [item] = await batchRead(access, [itemKey.answered(hash)], 'strong');
  return item === undefined || Number(item.ttl?.N) <= nowS ? undefined : answeredFromItem(item);
};

export const answeredFromItem = (item: Item): AnsweredWrite => ({
  digest: item.dg?.S ?? '',
  answer: item.an?.S ?? '',
});

/** Only where no answer is kept under that key. */
export const answeredWrite = <Refusal extends string>(
  TableName: string,
  { hash, nowS, digest, answer }: AnsweredWrite & { readonly hash: string; readonly nowS: number },
  refusal: Refusal,
): GuardedWrite<Refusal> => ({
  write: {
    Put: {
      TableName,
      Item: {
        ...itemKey.answered(hash),
        ...toItem({ dg: digest, an: answer, ttl: nowS + ANSWER_KEPT_S }),
      },
      ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': { N: String(nowS) } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  },
  refusal,
});
