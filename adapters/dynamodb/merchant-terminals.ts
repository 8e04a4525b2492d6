/** Which terminals sell for a merchant: one row each, so that a change of the merchant finds them without looking at all. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { orOutage } from './failure.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { type ItemKey, itemKey } from './table.ts';

const placeKey = (merchant: string, terminal: string): ItemKey =>
  itemKey.document(`terminals-of/${merchant}`, terminal);

export const placeWrite = (
  TableName: string,
  merchant: string,
  terminal: string,
): GuardedWrite<never> => ({
  write: {
    Put: { TableName, Item: { ...placeKey(merchant, terminal), ...toItem({ v: 1 }) } },
  },
});

export const placeRemoval = (
  TableName: string,
  merchant: string,
  terminal: string,
): GuardedWrite<never> => ({
  write: { Delete: { TableName, Key: { ...placeKey(merchant, terminal) } } },
});

/** Keys of their documents in order, those after `after`. */
export const terminalsOf = async (
  { client, table }: TableAccess,
  merchant: string,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<readonly string[]> => {
  const { Items = [] } = await orOutage(
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': placeKey(merchant, '').pk },
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: after === undefined ? undefined : { ...placeKey(merchant, after) },
      }),
    ),
  );
  return Items.map(({ sk }) => sk?.S ?? '');
};
