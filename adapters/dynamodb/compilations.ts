/** What has to be compiled anew, and how far that is: one row per region or merchant, however many changes ask for it. */
import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, type Plain, textOf, toItem } from './attributes.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { isConditionFailed, orOutage } from './failure.ts';
import type { GuardedWrite } from './guarded-write.ts';
import { type Item, itemKey } from './table.ts';

export interface Compilation {
  /** `region.KR`, `merchant.M-1`. */
  readonly id: string;
  /** How often it was asked for; it is up to date where `done` is the same. */
  readonly wanted: number;
  readonly done: number;
  /** What the run that is going on compiles up to, how much it has compiled, and where it goes on. */
  readonly goal?: number;
  readonly handled: number;
  readonly cursor?: string;
  /** Unix seconds of the last change of this row. */
  readonly atS: number;
  /** Of the last run: what could not be compiled, each as one line. */
  readonly problems?: readonly string[];
}

/** Goes with the change that asks for it: without a condition, so that it never stands in its way. */
export const compilationWrite = (
  TableName: string,
  id: string,
  nowS: number,
): GuardedWrite<never> => ({
  write: {
    Update: {
      TableName,
      Key: { ...itemKey.compilation(id) },
      UpdateExpression: 'ADD wanted :one SET atS = :now',
      ExpressionAttributeValues: toItem({ ':one': 1, ':now': nowS }),
    },
  },
});

export const readCompilation = async (
  access: TableAccess,
  id: string,
): Promise<Compilation | undefined> => {
  const [item] = await batchRead(access, [itemKey.compilation(id)], 'strong');
  return item && compilationFromItem(item);
};

/** In order of id, those after `after`. */
export const listCompilations = async (
  { client, table }: TableAccess,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly Compilation[]> => {
  const { Items = [] } = await orOutage(
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': itemKey.compilation('').pk },
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: after === undefined ? undefined : { ...itemKey.compilation(after) },
      }),
    ),
  );
  return Items.map(compilationFromItem);
};

interface Progress {
  readonly goal: number;
  readonly handled: number;
  readonly problems: readonly string[];
}

/** Notes how far the run has come, only while nobody else has: false where another run goes on with it. */
export const noteProgress = (
  access: TableAccess,
  { id, cursor: seen }: Compilation,
  to: Progress & { readonly cursor: string },
  nowS: number,
): Promise<boolean> =>
  change(access, id, {
    update:
      'SET goal = :goal, handled = :handled, problems = :problems, #cursor = :cursor, atS = :now',
    condition: seen === undefined ? 'attribute_not_exists(#cursor)' : '#cursor = :seen',
    values: {
      ':goal': to.goal,
      ':handled': to.handled,
      ':problems': to.problems,
      ':cursor': to.cursor,
      ':now': nowS,
      ...(seen === undefined ? {} : { ':seen': seen }),
    },
  });

/** Ends the run. False where another one has. */
export const noteDone = (
  access: TableAccess,
  { id, cursor: seen }: Compilation,
  to: Progress,
  nowS: number,
): Promise<boolean> =>
  change(access, id, {
    update:
      'SET done = :goal, handled = :handled, problems = :problems, atS = :now REMOVE #cursor, goal',
    condition: seen === undefined ? 'attribute_not_exists(#cursor)' : '#cursor = :seen',
    values: {
      ':goal': to.goal,
      ':handled': to.handled,
      ':problems': to.problems,
      ':now': nowS,
      ...(seen === undefined ? {} : { ':seen': seen }),
    },
  });

const change = async (
  { client, table }: TableAccess,
  id: string,
  to: {
    readonly update: string;
    readonly condition: string;
    readonly values: { readonly [name: string]: Plain };
  },
): Promise<boolean> => {
  try {
    await orOutage(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { ...itemKey.compilation(id) },
          UpdateExpression: to.update,
          ConditionExpression: to.condition,
          ExpressionAttributeNames: { '#cursor': 'cursor' },
          ExpressionAttributeValues: toItem(to.values),
        }),
      ),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) {
      return false;
    }
    throw error;
  }
};

const compilationFromItem = (item: Item): Compilation => {
  const { pk: _pk, sk: _sk, ...fields } = fromItem(item);
  return { wanted: 0, done: 0, handled: 0, atS: 0, ...fields, id: textOf(item, 'sk') };
};
