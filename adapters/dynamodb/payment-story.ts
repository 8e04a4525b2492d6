/** Everything that is known of one payment: its record, the requests that changed it, its expiry, its cases. */
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { expiryId } from '#core/expire-holds.ts';
import type { JournalEntry } from '#core/journal.ts';
import { type CaseKind, caseId, type OperatorCase } from '#core/operator-case.ts';
import type { RequestRecord } from '#core/records.ts';
import type { RequestKey } from '#protocol/request.ts';
import { BATCH_READ_KEYS_MAX, batchRead } from './batch-read.ts';
import { caseFromItem } from './case-store.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { journalFromItem } from './entity-items.ts';
import { orOutage } from './failure.ts';
import { recordFromItem } from './record-item.ts';
import { type Item, itemKey } from './table.ts';

const CASE_KINDS: readonly CaseKind[] = ['captured_uncovered', 'outcome_unknown'];

/** Requests about one payment that are told: a terminal that asks to refund a lipstick a hundred times has another problem. */
export const TOUCHES_MAX: number = BATCH_READ_KEYS_MAX - CASE_KINDS.length - 1;

/** The same row however often it is put. */
export const putTouch = async (
  { client, table }: TableAccess,
  payment: RequestKey,
  by: RequestKey,
): Promise<void> => {
  await client.send(new PutItemCommand({ TableName: table, Item: itemKey.touch(payment, by) }));
};

export interface PaymentStory {
  /** The PAY; or a request about one, alone. */
  readonly record: RequestRecord;
  /** CONFIRM, REVERSE and REFUND about it, refused ones too, in order of their decision; behind by the delivery of the stream. */
  readonly changes: readonly RequestRecord[];
  readonly expiry?: JournalEntry;
  readonly cases: readonly OperatorCase[];
}

/** One query and one read. */
export const readStory = async (
  access: TableAccess,
  key: RequestKey,
): Promise<PaymentStory | undefined> => {
  const { Items = [] } = await orOutage(
    access.client.send(
      new QueryCommand({
        TableName: access.table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': itemKey.record(key).pk },
        ConsistentRead: true,
        Limit: TOUCHES_MAX + ROWS_BESIDES,
      }),
    ),
  );
  const own = Items.find(({ sk }) => sk?.S === 'REC');
  if (own === undefined) {
    return undefined;
  }
  const touches = Items.flatMap((item) => touchFrom(item, key)).slice(0, TOUCHES_MAX);
  const [expiry, ...rest] = await batchRead(
    access,
    [
      itemKey.journal(expiryId(key)),
      ...CASE_KINDS.map((kind) => itemKey.operatorCase(caseId(kind, key))),
      ...touches.map(itemKey.record),
    ],
    'strong',
  );
  const found = (items: readonly (Item | undefined)[]): Item[] =>
    items.filter((item) => item !== undefined);
  return {
    record: recordFromItem(own),
    changes: found(rest.slice(CASE_KINDS.length))
      .map(recordFromItem)
      .sort((a, b) => a.decidedAtS - b.decidedAtS || a.key.sequence - b.key.sequence),
    cases: found(rest.slice(0, CASE_KINDS.length)).map(caseFromItem),
    ...(expiry && { expiry: journalFromItem(expiry) }),
  };
};

/** The record, and how it was counted. */
const ROWS_BESIDES = 2;

const touchFrom = (item: Item, { terminal }: RequestKey): readonly RequestKey[] => {
  const [kind, keyVersion, sequence] = (item.sk?.S ?? '').split('#');
  return kind === 'BY'
    ? [{ terminal, keyVersion: Number(keyVersion), sequence: Number(sequence) }]
    : [];
};
