/** Composition root of the compiler: what operators entered becomes what payments read. */
import type { ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { systemClock } from '#adapters/node/system-clock.ts';
import { createSqsClient } from '#adapters/sqs/sqs-client.ts';
import { sendCompile } from '../compile-message.ts';
import { createDynamodbClient } from '../dynamodb-client.ts';
import { stdoutLog } from '../json-log.ts';
import { readCompilerConfig } from './config.ts';
import { type HandleDeps, handleCompile, sweepCompilations } from './handle-compile.ts';
import { pagesOf } from './pages-of.ts';

/** Milliseconds one call to SQS may take: nobody waits for it. */
const SQS_MS_MAX = 2_000;

const { table, queueUrl } = readCompilerConfig();
const access = { client: createDynamodbClient(), table };
const sqs = createSqsClient({ requestMsMax: SQS_MS_MAX });
const deps: HandleDeps = {
  access,
  clock: systemClock,
  log: stdoutLog,
  again: (id) => sendCompile(sqs, queueUrl, id),
  pagesOf: (id) => pagesOf(access, id),
};

export const handler = async (
  event: SQSEvent | ScheduledEvent,
): Promise<SQSBatchResponse | undefined> => {
  if ('Records' in event) {
    return handleCompile(deps, event.Records);
  }
  await sweepCompilations(deps);
  return undefined;
};
