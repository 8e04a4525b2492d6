/** What one change of the table means for the rows that follow from it. Pure. */
import type { DynamoDBRecord } from 'aws-lambda';
import { journalFromItem } from '#adapters/dynamodb/entity-items.ts';
import { recordFromItem } from '#adapters/dynamodb/record-item.ts';
import type { Item } from '#adapters/dynamodb/table.ts';
import type { JournalEntry } from '#core/journal.ts';
import type { RequestRecord } from '#core/records.ts';

export interface Projection {
  /** Of a request, as the change left it; without digest and answer. */
  readonly record: RequestRecord;
  /** Unix seconds of the change. */
  readonly atS: number;
  /** Present where a request has just drawn its number: not a tombstone, not a sale that was stored. */
  readonly drawnAtS?: number;
}

const RECORD_KEY = /^P#\d+#\d+#\d+$/;

/** Undefined for changes of anything but the record of a request. Throws on a record that this system did not write. */
export const projectChange = (change: DynamoDBRecord): Projection | undefined => {
  const image = change.dynamodb?.NewImage;
  if (image?.sk?.S !== 'REC' || !RECORD_KEY.test(image.pk?.S ?? '')) {
    return undefined;
  }
  // Bytes are base64 here and a Uint8Array there: nothing of them is needed.
  const { an: _answer, dg: digest, ...fields } = image;
  const record = recordFromItem(fields as Item);
  const isNew = change.dynamodb?.OldImage === undefined && digest !== undefined;
  const isStored = record.evidence?.flags?.includes('stored') === true;
  return {
    record,
    atS: Math.floor(change.dynamodb?.ApproximateCreationDateTime ?? record.decidedAtS),
    ...(isNew && !isStored ? { drawnAtS: record.decidedAtS } : {}),
  };
};

/** An entry of the journal that has just been put; undefined for any other change. */
export const entryOfChange = (change: DynamoDBRecord): JournalEntry | undefined => {
  const image = change.dynamodb?.NewImage;
  return image?.sk?.S === 'E' && image.pk?.S?.startsWith('J#') === true
    ? journalFromItem(image as Item)
    : undefined;
};
