/** Composition root of the projector: rows that follow from what was booked, behind the table's stream. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { listEntry } from '#adapters/dynamodb/entry-lists.ts';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { applyProjection } from './apply-projection.ts';
import { readProjectorConfig } from './config.ts';
import { countLive } from './count-live.ts';
import { projectBatch } from './project-batch.ts';
import { entryOfChange, projectChange } from './projection.ts';

const target = { client: createDynamodbClient(), table: readProjectorConfig().table };

export const handler = async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  const projected = await projectBatch(
    async (change) => {
      const entry = entryOfChange(change);
      if (entry !== undefined) {
        await listEntry(target, entry);
      }
      const projection = projectChange(change);
      if (projection !== undefined) {
        await applyProjection(target, projection);
      }
    },
    Records,
    stdoutLog,
  );
  await countLive(target, Records, projected, stdoutLog);
  return projected;
};
