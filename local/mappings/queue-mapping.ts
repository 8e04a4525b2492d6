/** SQS -> Lambda: polls, invokes, and deletes what did not fail; the queue itself redelivers and gives up. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { failuresOf, type Invocable, type Source } from './source.ts';

/** Seconds one receive waits for a message: the longest SQS allows. */
const WAIT_S = 20;
/** Milliseconds after a receive that failed, so that a dead queue is not asked in a tight loop. */
const RETRY_MS = 200;

export interface QueueMapping {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  readonly target: Invocable;
  readonly batchSize: number;
  readonly concurrencyMax: number;
  readonly reportsFailures: boolean;
  /** Each batch, as it is taken and when its invocation has ended. */
  onBatch?(event: {
    readonly what: 'taken' | 'done';
    readonly size: number;
    readonly atMs: number;
  }): void;
}

export const startQueueMapping = (mapping: QueueMapping): Source => {
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  const poll = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      if (running.size >= mapping.concurrencyMax) {
        await Promise.race(running);
        continue;
      }
      const messages = await receive(mapping, stop.signal);
      if (messages.length > 0) {
        const run = handleBatch(mapping, messages).finally(() => running.delete(run));
        running.add(run);
      }
    }
  };
  const polling = poll();
  return {
    close: async () => {
      stop.abort();
      await polling;
      await Promise.all(running);
    },
  };
};

const receive = async (
  { sqs, queueUrl, batchSize }: QueueMapping,
  abortSignal: AbortSignal,
): Promise<readonly Message[]> => {
  try {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchSize,
        WaitTimeSeconds: WAIT_S,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal },
    );
    return Messages ?? [];
  } catch {
    await sleep(RETRY_MS, undefined, { signal: abortSignal }).catch(() => undefined);
    return [];
  }
};

const handleBatch = async (mapping: QueueMapping, messages: readonly Message[]): Promise<void> => {
  const note = (what: 'taken' | 'done'): void =>
    mapping.onBatch?.({ what, size: messages.length, atMs: Date.now() });
  note('taken');
  const failed = await mapping.target
    .invoke({ Records: messages.map((message) => toRecord(message, mapping)) })
    .then((result) => (mapping.reportsFailures ? failuresOf(result) : []))
    .catch(() => 'all' as const);
  note('done');
  if (
    failed === 'all' ||
    failed.some((id) => !messages.some(({ MessageId }) => MessageId === id))
  ) {
    return;
  }
  const done = messages.filter(({ MessageId }) => !failed.includes(MessageId ?? ''));
  if (done.length > 0) {
    const entries = done.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    // What is not deleted is delivered again, which every function has to bear in any case.
    await mapping.sqs
      .send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries: entries }))
      .catch(() => undefined);
  }
};

/** A message in the shape in which Lambda hands it to the function. */
export const toRecord = (
  message: Message,
  { queueArn, region }: Pick<QueueMapping, 'queueArn' | 'region'>,
): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body ?? '',
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
      name,
      {
        dataType: attribute.DataType,
        stringValue: attribute.StringValue,
        ...(attribute.BinaryValue && {
          binaryValue: Buffer.from(attribute.BinaryValue).toString('base64'),
        }),
        stringListValues: [],
        binaryListValues: [],
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: region,
});
