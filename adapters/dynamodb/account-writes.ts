/** What operators do to accounts besides money: open them, block them, bound them. */
import type { Account, AccountLimits } from '#core/records.ts';
import { toItem } from './attributes.ts';
import { accountItem } from './entity-items.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { itemKey } from './table.ts';

type Refuses<R extends string> = GuardedWrite<R>;

/** Empty, active; only where there is none. */
export const openAccountWrite = <R extends string>(
  TableName: string,
  { user, currency }: Pick<Account, 'user' | 'currency'>,
  refusal: R,
): Refuses<R> => ({
  write: {
    Put: {
      TableName,
      Item: accountItem({ user, currency, status: 'active', balanceMinor: 0, heldMinor: 0 }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  },
  refusal,
});

export const accountStatusWrite = <R extends string>(
  TableName: string,
  { user, currency, status }: Pick<Account, 'user' | 'currency' | 'status'>,
  refusal: R,
): Refuses<R> => ({
  write: {
    Update: {
      TableName,
      Key: { ...itemKey.account(user, currency) },
      UpdateExpression: 'SET #status = :status',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': { S: status } },
    },
  },
  refusal,
});

/** `limits` undefined: none. The day's usage is kept, and the version raised, so that a payment on its way is judged anew. */
export const accountLimitsWrite = <R extends string>(
  TableName: string,
  { user, currency }: Pick<Account, 'user' | 'currency'>,
  limits: AccountLimits | undefined,
  refusal: R,
): Refuses<R> => ({
  write: {
    Update: {
      TableName,
      Key: { ...itemKey.account(user, currency) },
      UpdateExpression: `${limits === undefined ? 'REMOVE #limits' : 'SET #limits = :limits'} ADD #version :one`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#limits': 'limits', '#version': 'version' },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ...(limits === undefined ? {} : { ':limits': { M: toItem({ ...limits }) } }),
      },
    },
  },
  refusal,
});
