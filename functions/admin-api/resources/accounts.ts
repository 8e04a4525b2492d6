/** The accounts of one user. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { accountFromItem } from '#adapters/dynamodb/entity-items.ts';
import { orOutage } from '#adapters/dynamodb/failure.ts';
import type { Account } from '#core/records.ts';

/** Accounts of one user that are read: one per currency, and there are fewer regions than this. */
const ACCOUNTS_MAX = 50;

export const readAccounts = async (
  { client, table }: TableAccess,
  user: string,
): Promise<readonly Account[]> => {
  const { Items = [] } = await orOutage(
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: `U#${user}` }, ':sk': { S: 'ACCT#' } },
        ConsistentRead: true,
        Limit: ACCOUNTS_MAX,
      }),
    ),
  );
  return Items.map(accountFromItem);
};
