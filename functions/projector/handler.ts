/** Composition root of the projector: rows that follow from what was booked, behind the table's stream. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { errorName, stdoutLog } from '../json-log.ts';
import { applyProjection } from './apply-projection.ts';
import { readProjectorConfig } from './config.ts';
import { projectChange } from './projection.ts';

const target = { client: createDynamodbClient(), table: readProjectorConfig().table };

/** In order; the first change that fails is named, and the stream goes on from there. */
export const handler = async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  for (const change of event.Records) {
    try {
      const projection = projectChange(change);
      if (projection !== undefined) {
        await applyProjection(target, projection);
      }
    } catch (error) {
      stdoutLog('error', 'projection', { outcome: 'failed', error: errorName(error) });
      return {
        batchItemFailures: [{ itemIdentifier: change.dynamodb?.SequenceNumber ?? '' }],
      };
    }
  }
  return { batchItemFailures: [] };
};
