/** Goes through a batch of changes a few at once: their order does not matter, so that a busy stream is followed at the speed of the table. */
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { errorName, type Log } from '../json-log.ts';

/** Changes that are worked on at once: far fewer than a function has connections, and enough to hide the table's milliseconds. */
export const CHANGES_AT_ONCE = 10;

/** Never rejects: the first change that failed is named, and the stream goes on from there; what went well after it is told again, and counts once all the same. */
export const projectBatch = async (
  project: (change: DynamoDBRecord) => Promise<void>,
  changes: readonly DynamoDBRecord[],
  log: Log,
): Promise<DynamoDBBatchResponse> => {
  for (let at = 0; at < changes.length; at += CHANGES_AT_ONCE) {
    const some = changes.slice(at, at + CHANGES_AT_ONCE);
    const results = await Promise.allSettled(some.map(async (change) => project(change)));
    const failed = results.findIndex(({ status }) => status === 'rejected');
    const result = results[failed];
    if (result?.status === 'rejected') {
      log('error', 'projection', { outcome: 'failed', error: errorName(result.reason) });
      return {
        batchItemFailures: [{ itemIdentifier: some[failed]?.dynamodb?.SequenceNumber ?? '' }],
      };
    }
  }
  return { batchItemFailures: [] };
};
