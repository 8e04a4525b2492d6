/** Composition root of the publisher: what was booked becomes events, behind the table's stream. */
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { createBatchSender } from '#adapters/sqs/batch-sender.ts';
import { createSqsClient } from '#adapters/sqs/sqs-client.ts';
import { ENDPOINTS_MAX } from '#core/endpoints.ts';
import { encodeDelivery } from '../delivery-message.ts';
import { stdoutLog } from '../json-log.ts';
import { createEndpoints } from '../webhook-endpoints.ts';
import { readPublisherConfig } from './config.ts';
import { handleChanges, type PublishDeps } from './handle-changes.ts';

/** Milliseconds one call to SQS may take: nobody waits for it. */
const SQS_MS_MAX = 3_000;
/** Changes of one batch, the mapping's setting or more. */
const CHANGES_MAX = 100;

const config = readPublisherConfig();
const client = createSqsClient({ requestMsMax: SQS_MS_MAX });
/** Room for every message of a batch: 1.5 KB each. */
const outboxMax = CHANGES_MAX * ENDPOINTS_MAX;
const events = createBatchSender({ client, queueUrl: config.eventsQueueUrl, outboxMax });
const parking = createBatchSender({ client, queueUrl: config.parkingQueueUrl, outboxMax });

const deps: PublishDeps = {
  endpoints: createEndpoints(config.table).list,
  // One group per endpoint: one that takes nothing for a day does not hold up the others.
  enqueue: (delivery) => events.send(encodeDelivery(delivery), delivery.endpoint),
  park: (letter) => parking.send(JSON.stringify(letter)),
  log: stdoutLog,
};

/** Partial batch response: from the first change that failed, the stream comes again. */
export const handler = (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  handleChanges(deps, event);
