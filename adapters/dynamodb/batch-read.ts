/** BatchGetItem of a few items, with what DynamoDB left unprocessed asked for again. */
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OutageError } from '#core/outage.ts';
import { orOutage } from './failure.ts';
import type { Item, ItemKey } from './table.ts';

/** Rounds for unprocessed keys: they come of throttling, which the SDK's own back-off has met by then. */
export const BATCH_READ_ROUNDS_MAX = 3;

/** Keys of one BatchGetItem: a limit of DynamoDB. */
export const BATCH_READ_KEYS_MAX = 100;

/** The items of `keys` in their order; undefined where there is none. At most BATCH_READ_KEYS_MAX keys. */
export const batchRead = async (
  { client, table }: { readonly client: DynamoDBClient; readonly table: string },
  keys: readonly ItemKey[],
  consistent: 'strong' | 'eventual',
): Promise<readonly (Item | undefined)[]> => {
  const found = new Map<string, Item>();
  let wanted: Item[] = [...new Map(keys.map((key) => [nameOf(key), { ...key }])).values()];
  for (let round = 0; wanted.length > 0; round += 1) {
    if (round === BATCH_READ_ROUNDS_MAX) {
      throw new OutageError('store_contended');
    }
    const { Responses, UnprocessedKeys } = await orOutage(
      client.send(
        new BatchGetItemCommand({
          RequestItems: { [table]: { Keys: wanted, ConsistentRead: consistent === 'strong' } },
        }),
      ),
    );
    for (const item of Responses?.[table] ?? []) {
      found.set(nameOf(item), item);
    }
    wanted = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return keys.map((key) => found.get(nameOf(key)));
};

/** No key holds a line feed. */
const nameOf = (item: Item | ItemKey): string => `${item.pk?.S}\n${item.sk?.S}`;
