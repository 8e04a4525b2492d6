/** Composition root of `pay`: the thread that decides, books and answers payment requests. */
import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import { createSecretReader } from '#adapters/secrets/secret-reader.ts';
import { createBatchSender } from '#adapters/sqs/batch-sender.ts';
import { createSqsClient } from '#adapters/sqs/sqs-client.ts';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { cp1Codec } from '#protocol/cp1/codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { createIso8583Codec } from '#protocol/iso8583/codec.ts';
import { jsonCodec } from '#protocol/json/codec.ts';
import { BOOKING_ATTEMPTS_MAX, createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { createProviders } from '../providers.ts';
import { parseIdentifierSecret, parseMasterSecret } from '../secret-forms.ts';
import { createAnswerLinger } from './answer-linger.ts';
import { readPayConfig } from './config.ts';
import { type BatchDeps, handleBatch } from './handle-batch.ts';
import { createReplyChannel } from './reply-channel.ts';
import { createTerminalKeys } from './terminal-keys.ts';

/** Milliseconds one call to SQS may take: a bridge reads the stored answer itself soon after. */
const SQS_MS_MAX = 1_000;
/** Notes about parked messages that may wait. */
const PARKING_OUTBOX_MAX = 100;

const config = readPayConfig();
const secrets = createSecretReader();
const [masters, identifierKeys, providers] = await Promise.all([
  secrets.read(config.messageSecretArn).then(parseMasterSecret),
  secrets.read(config.identifierSecretArn).then(parseIdentifierSecret),
  createProviders(config.providers, secrets.read),
]);
const sqs = createSqsClient({ requestMsMax: SQS_MS_MAX });
const parking = createBatchSender({
  client: sqs,
  queueUrl: config.parkingQueueUrl,
  outboxMax: PARKING_OUTBOX_MAX,
});

const linger = createAnswerLinger(systemTimers);

const deps: BatchDeps = {
  crypto: pureCrypto,
  clock: systemClock,
  log: stdoutLog,
  codecs: {
    cp1: cp1Codec,
    json: jsonCodec,
    iso8583: createIso8583Codec(nodeTextCodec),
  },
  keys: createTerminalKeys(pureCrypto, masters),
  replies: createReplyChannel(sqs, config.replyQueueUrls, linger.wait),
  park: (note) => parking.send(JSON.stringify(note)),
  process: {
    store: createDynamodbPaymentStore({
      client: createDynamodbClient(),
      bookingClient: createDynamodbClient(BOOKING_ATTEMPTS_MAX),
      table: config.table,
    }),
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    identifiers: createIdentifierHasher({ crypto: pureCrypto, ...identifierKeys }),
    holdS: config.holdS,
    providers,
  },
  retryIn: async (receiptHandle, seconds) => {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: config.requestQueueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  },
};

/** Partial batch response: what is not named is acknowledged. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  linger.begin(event.Records.length);
  const { batchItemFailures } = await handleBatch(deps, event);
  return { batchItemFailures };
};
