/** Identifiers of users as operators write them: rows under keyed hashes, and none without. */
import type { IdentifierEntry } from '#core/records.ts';
import { identifierItem } from './entity-items.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { itemKey } from './table.ts';

/** Only where nobody has it. `hash`: keyed hash, hex. */
export const addIdentifierWrite = <R extends string>(
  TableName: string,
  hash: string,
  entry: IdentifierEntry,
  refusal: R,
): GuardedWrite<R> => ({
  write: {
    Put: {
      TableName,
      Item: identifierItem(hash, entry),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  },
  refusal,
});

/** Only while it leads to that user. */
export const removeIdentifierWrite = <R extends string>(
  TableName: string,
  { hash, user }: { readonly hash: string; readonly user: string },
  refusal: R,
): GuardedWrite<R> => ({
  write: {
    Delete: {
      TableName,
      Key: { ...itemKey.identifier(hash) },
      ConditionExpression: '#user = :user',
      ExpressionAttributeNames: { '#user': 'user' },
      ExpressionAttributeValues: { ':user': { S: user } },
    },
  },
  refusal,
});

/** Forgets failed second factors, so that it can be used again. */
export const unlockIdentifierWrite = <R extends string>(
  TableName: string,
  { hash, user }: { readonly hash: string; readonly user: string },
  refusal: R,
): GuardedWrite<R> => ({
  write: {
    Update: {
      TableName,
      Key: { ...itemKey.identifier(hash) },
      UpdateExpression: 'SET failures = :none',
      ConditionExpression: '#user = :user',
      ExpressionAttributeNames: { '#user': 'user' },
      ExpressionAttributeValues: { ':user': { S: user }, ':none': { N: '0' } },
    },
  },
  refusal,
});
