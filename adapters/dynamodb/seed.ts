/** Provisioning on DynamoDB: terminals, users with an opening top-up, identifiers, sheets, catalogues. */
import {
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CASH, entryOf, walletOf } from '#core/ledger.ts';
import type { SeedStore } from '#core/ports.ts';
import { toItem } from './attributes.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { accountItem, identifierItem, journalItem, terminalItem } from './entity-items.ts';
import { CONDITION_FAILED, cancellationReasons } from './failure.ts';
import { catalogueItem, promotionCodeItem, sheetItem } from './sheet-items.ts';
import { type Item, itemKey } from './table.ts';

export const createDynamodbSeed = (access: TableAccess): SeedStore => ({
  putTerminal: (terminal) => put(access, terminalItem(terminal)),
  putUser: (user) => putUser(access, user),
  setUserStatus: async (user, currency, status) => {
    await access.client.send(
      new UpdateItemCommand({
        TableName: access.table,
        Key: { ...itemKey.account(user, currency) },
        UpdateExpression: 'SET #status = :status',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': { S: status } },
      }),
    );
  },
  setUserLimits: async (user, currency, limits) => {
    await access.client.send(
      new UpdateItemCommand({
        TableName: access.table,
        Key: { ...itemKey.account(user, currency) },
        UpdateExpression: `${limits === undefined ? 'REMOVE #limits' : 'SET #limits = :limits'} ADD #version :one`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#limits': 'limits', '#version': 'version' },
        ExpressionAttributeValues: {
          ':one': { N: '1' },
          ...(limits === undefined ? {} : { ':limits': { M: toItem({ ...limits }) } }),
        },
      }),
    );
  },
  putIdentifier: (hash, entry) => put(access, identifierItem(hash, entry)),
  putSheet: (sheet) => put(access, sheetItem(sheet)),
  putPromotionCode: (hash, code) => put(access, promotionCodeItem(hash, code)),
  putCatalogue: (catalogue) => put(access, catalogueItem(catalogue)),
});

const put = async ({ client, table }: TableAccess, item: Item): Promise<void> => {
  await client.send(new PutItemCommand({ TableName: table, Item: item }));
};

/** Account and opening entry in one transaction; where the account exists, only the profile is written. */
const putUser = async (
  access: TableAccess,
  { user, name, locale, currency, balanceMinor, atS }: Parameters<SeedStore['putUser']>[0],
): Promise<void> => {
  await put(access, { ...itemKey.profile(user), ...toItem({ name, locale }) });
  const onlyNew = { TableName: access.table, ConditionExpression: 'attribute_not_exists(pk)' };
  const account = { user, currency, status: 'active', balanceMinor, heldMinor: 0 } as const;
  const entry = {
    id: `opening-${user}-${currency}`,
    kind: 'top_up',
    currency,
    decidedAtS: atS,
    lines: entryOf([
      { account: walletOf(user), amountMinor: balanceMinor },
      { account: CASH, amountMinor: -balanceMinor },
    ]),
  } as const;
  try {
    await access.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { ...onlyNew, Item: accountItem(account) } },
          { Put: { ...onlyNew, Item: journalItem(entry) } },
        ],
      }),
    );
  } catch (error) {
    if (cancellationReasons(error)?.[0]?.Code !== CONDITION_FAILED) {
      throw error;
    }
  }
};
