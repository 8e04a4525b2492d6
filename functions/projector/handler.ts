/** Composition root of the projector: rows that follow from what was booked, behind the table's stream. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { applyProjection } from './apply-projection.ts';
import { readProjectorConfig } from './config.ts';
import { projectBatch } from './project-batch.ts';
import { projectChange } from './projection.ts';

const target = { client: createDynamodbClient(), table: readProjectorConfig().table };

export const handler = ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  projectBatch(
    async (change) => {
      const projection = projectChange(change);
      if (projection !== undefined) {
        await applyProjection(target, projection);
      }
    },
    Records,
    stdoutLog,
  );
