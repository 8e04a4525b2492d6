/** Adds what a batch of changes decided to the counts of its minutes. */
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { addLive } from '#adapters/dynamodb/live-items.ts';
import { recordFromItem } from '#adapters/dynamodb/record-item.ts';
import type { Item } from '#adapters/dynamodb/table.ts';
import { addCounts, countsOf, type LiveCounts, MINUTE_S, NO_COUNTS } from '#core/live-figures.ts';
import { errorName, type Log } from '../json-log.ts';
import { projectChange } from './projection.ts';

/** Those before the first that failed: it and what follows is told again. Never rejects, since figures to look at must not hold the stream up. */
export const countLive = async (
  access: TableAccess,
  changes: readonly DynamoDBRecord[],
  { batchItemFailures }: DynamoDBBatchResponse,
  log: Log,
): Promise<void> => {
  const failed = batchItemFailures[0]?.itemIdentifier;
  const end = changes.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed);
  const minutes = liveCounts(failed === undefined ? changes : changes.slice(0, Math.max(0, end)));
  try {
    await Promise.all([...minutes].map(([minuteS, counts]) => addLive(access, minuteS, counts)));
  } catch (error) {
    log('warn', 'live', { outcome: 'failed', error: errorName(error) });
  }
};

/** By the second at which each minute begins: decisions that were not there before. */
export const liveCounts = (changes: readonly DynamoDBRecord[]): ReadonlyMap<number, LiveCounts> => {
  const minutes = new Map<number, LiveCounts>();
  for (const change of changes) {
    const record = projectChange(change)?.record;
    const counts = record && countsOf(record);
    if (record !== undefined && counts !== undefined && !wasDecided(change)) {
      const minuteS = record.decidedAtS - (record.decidedAtS % MINUTE_S);
      minutes.set(minuteS, addCounts(minutes.get(minuteS) ?? NO_COUNTS, counts));
    }
  }
  return minutes;
};

const wasDecided = ({ dynamodb }: DynamoDBRecord): boolean => {
  const image = dynamodb?.OldImage;
  if (image === undefined) {
    return false;
  }
  const { an: _answer, dg: _digest, ...fields } = image;
  return countsOf(recordFromItem(fields as Item)) !== undefined;
};
