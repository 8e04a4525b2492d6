/** What the admin API reads of the table. */
import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { accountFromItem, terminalFromItem } from '#adapters/dynamodb/entity-items.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import type { Account, RequestRecord, Terminal } from '#core/records.ts';
import type { RequestKey } from '#protocol/request.ts';

/** Accounts of one user that are read: one per currency, and there are fewer regions than this. */
const ACCOUNTS_MAX = 50;

export interface AdminReader {
  readTerminal(id: number): Promise<Terminal | undefined>;
  readRecord(key: RequestKey): Promise<RequestRecord | undefined>;
  readAccounts(user: string): Promise<readonly Account[]>;
}

/** Reads only. */
export const createAdminReader = (access: {
  readonly client: DynamoDBClient;
  readonly table: string;
}): AdminReader => {
  const { client, table } = access;
  const store = createDynamodbPaymentStore(access);
  return {
    readTerminal: async (id) => {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: { ...itemKey.terminal(id) } }),
      );
      return Item === undefined ? undefined : terminalFromItem(Item);
    },
    readRecord: (key) => store.readRecord(key),
    readAccounts: async (user) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': { S: `U#${user}` }, ':sk': { S: 'ACCT#' } },
          Limit: ACCOUNTS_MAX,
        }),
      );
      return Items.map(accountFromItem);
    },
  };
};
