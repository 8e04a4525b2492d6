/** Composition root of the deliveries: events go out as signed webhooks. */
import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { createSecretReader } from '#adapters/secrets/secret-reader.ts';
import { createSqsClient } from '#adapters/sqs/sqs-client.ts';
import { createWebhookSender } from '#adapters/webhooks/webhook-sender.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { cached } from '../cached.ts';
import { stdoutLog } from '../json-log.ts';
import { createEndpoints } from '../webhook-endpoints.ts';
import { readWebhooksConfig } from './config.ts';
import { parseEndpointKeys } from './endpoint-keys.ts';
import { type BatchDeps, handleDeliveries } from './handle-deliveries.ts';

/** Milliseconds one call to SQS may take: nobody waits for it. */
const SQS_MS_MAX = 3_000;
/** Milliseconds that secrets are used: a new one is signed with after that, without a deploy. */
const SECRETS_MS = 60_000;

const config = readWebhooksConfig();
const sqs = createSqsClient({ requestMsMax: SQS_MS_MAX });
const endpoints = createEndpoints(config.table);
const secrets = createSecretReader();
const keys = cached(async () => parseEndpointKeys(await secrets.read(config.secretArn)), {
  clock: systemClock,
  forMs: SECRETS_MS,
});

const deps: BatchDeps = {
  endpoints: endpoints.list,
  keysOf: async (endpoint) => (await keys())(endpoint),
  disableGone: endpoints.disableGone,
  sender: createWebhookSender({ reach: config.reach }),
  crypto: pureCrypto,
  clock: systemClock,
  random: systemRandom,
  log: stdoutLog,
  retryIn: async (receiptHandle, seconds) => {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: config.eventsQueueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  },
};

/** Partial batch response: what is not named is acknowledged. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  handleDeliveries(deps, event);
