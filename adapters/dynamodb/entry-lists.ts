/** Lists of journal entries that no terminal made, as the projector writes them: an entry never changes, so its rows hold it whole. */
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type EntryList, entryListsOf, type JournalEntry } from '#core/journal.ts';
import { timePlace } from '#core/payment-summary.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { journalFromItem, journalItem } from './entity-items.ts';
import { orOutage } from './failure.ts';
import { itemKey } from './table.ts';

/** The same rows however often it is told. */
export const listEntry = async (
  { client, table }: TableAccess,
  entry: JournalEntry,
): Promise<void> => {
  const place = `${timePlace(entry.decidedAtS)}#${entry.id}`;
  const { pk: _pk, sk: _sk, ...fields } = journalItem(entry);
  await Promise.all(
    entryListsOf(entry).map((list) =>
      client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...fields, ...itemKey.listedEntry(list, place) },
        }),
      ),
    ),
  );
};

/** The newest first, those before the place `before`; eventually consistent, and behind by the delivery of the stream. */
export const listEntries = async (
  { client, table }: TableAccess,
  list: EntryList,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): Promise<readonly { readonly place: string; readonly entry: JournalEntry }[]> => {
  const { Items = [] } = await orOutage(
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': itemKey.listedEntry(list, '').pk },
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey: before === undefined ? undefined : itemKey.listedEntry(list, before),
      }),
    ),
  );
  return Items.map((item) => {
    const place = item.sk?.S ?? '';
    const id = place.slice(place.indexOf('#') + 1);
    return { place, entry: journalFromItem({ ...item, ...itemKey.journal(id) }) };
  });
};
