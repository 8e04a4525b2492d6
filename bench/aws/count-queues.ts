/** Counts SQS requests per payment at a given rate: the real sender and poller, stub queues, a model of Lambda's mapping. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { systemTimers } from '#adapters/node/system-timers.ts';
import { type BatchSender, createBatchSender } from '#adapters/sqs/batch-sender.ts';
import { createQueuePoller } from '#adapters/sqs/queue-poller.ts';
import { ANSWER_LINGER_MS } from '#functions/pay/answer-linger.ts';
import { createStubQueue, type StubQueue } from './stub-queue.ts';

const OUTBOX_MAX = 2_000;
const BATCH_MAX = 10;
/** Batches that Lambda has in work from the start; it adds more while messages wait. */
const MAPPING_FIRST = 5;
const MAPPING_MAX = 50;
/** Messages that wait before the model adds a poller, looked at every MAPPING_MS. */
const MAPPING_BACKLOG = 50;
const MAPPING_MS = 100;
/** Milliseconds that a message is worked on: one read and one transaction, spread evenly. */
const WORK_MS_MIN = 15;
const WORK_MS_MAX = 35;
/** Milliseconds between two looks at how many payments are due. */
const TICK_MS = 2;
const QUEUE_URL = 'http://127.0.0.1/queue';
const SEED = 20_261_123;

export interface QueueCount {
  readonly payments: number;
  readonly seconds: number;
  readonly request: StubQueue['requests'];
  readonly reply: StubQueue['requests'];
  readonly pollers: number;
  /** Milliseconds from the bridge's send to the bridge's receipt of the answer, one per payment, ascending. */
  readonly waitsMs: readonly number[];
}

/** Park and Miller: the same arrivals in every run. */
const createRandom = (): (() => number) => {
  let state = SEED;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

/** One batch as the payment function treats it: messages in parallel, each answered as soon as it is decided. */
const workBatch = async (
  bodies: readonly Message[],
  replies: BatchSender,
  random: () => number,
): Promise<void> => {
  await Promise.all(
    bodies.map(async ({ Body = '' }) => {
      await sleep(WORK_MS_MIN + random() * (WORK_MS_MAX - WORK_MS_MIN));
      await replies.send(Body);
    }),
  );
};

/** Lambda's event source mapping: pollers that receive, invoke and delete, one batch at a time each. */
const startMapping = (
  client: SQSClient,
  options: {
    readonly replies: () => BatchSender;
    readonly random: () => number;
    readonly backlog: () => number;
  },
): { readonly pollers: number; close(): void } => {
  const abort = new AbortController();
  let pollers = 0;
  const poll = async (): Promise<void> => {
    pollers += 1;
    // A poller keeps its sandbox warm, and the sandbox its sender.
    const replies = options.replies();
    while (!abort.signal.aborted) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: QUEUE_URL,
          MaxNumberOfMessages: BATCH_MAX,
          WaitTimeSeconds: 20,
        }),
        { abortSignal: abort.signal },
      );
      if (Messages.length > 0) {
        await workBatch(Messages, replies, options.random);
        await client.send(
          new DeleteMessageBatchCommand({
            QueueUrl: QUEUE_URL,
            Entries: Messages.map(({ ReceiptHandle }, index) => ({
              Id: String(index),
              ReceiptHandle,
            })),
          }),
        );
      }
    }
  };
  const start = (): void => {
    poll().catch(() => abort.abort());
  };
  for (let count = 0; count < MAPPING_FIRST; count += 1) {
    start();
  }
  const scaling = setInterval(() => {
    if (options.backlog() > MAPPING_BACKLOG && pollers < MAPPING_MAX) {
      start();
    }
  }, MAPPING_MS);
  return {
    get pollers(): number {
      return pollers;
    },
    close: () => {
      clearInterval(scaling);
      abort.abort();
    },
  };
};

/** Offers payments with Poisson arrivals until `seconds` are over; resolves with how many there were. */
const offer = async (
  rate: number,
  seconds: number,
  sell: () => void,
  random: () => number,
): Promise<number> => {
  const startedMs = performance.now();
  let dueMs = 0;
  let count = 0;
  while (dueMs < seconds * 1_000) {
    const elapsedMs = performance.now() - startedMs;
    while (dueMs <= elapsedMs && dueMs < seconds * 1_000) {
      sell();
      count += 1;
      dueMs += (-Math.log(1 - random()) * 1_000) / rate;
    }
    await sleep(TICK_MS);
  }
  return count;
};

/** All payments are answered when it resolves. */
export const countQueues = async (rate: number, seconds: number): Promise<QueueCount> => {
  const random = createRandom();
  const requestQueue = createStubQueue();
  const replyQueue = createStubQueue();
  const sender = (client: SQSClient, linger?: () => Promise<void>): BatchSender =>
    createBatchSender({
      ...{ client, queueUrl: QUEUE_URL, outboxMax: OUTBOX_MAX },
      ...(linger === undefined ? {} : { linger }),
    });
  // Batches of one are rare at the rates asked for, so that the exception for them is left out.
  const lingerAnswers = (): Promise<void> => systemTimers.sleep(ANSWER_LINGER_MS);
  const waitsMs: number[] = [];
  let failed: unknown;
  const bridgeSender = sender(requestQueue.client);
  const bridgePoller = createQueuePoller({
    client: replyQueue.client,
    queueUrl: QUEUE_URL,
    timers: systemTimers,
    onMessage: (body) => {
      waitsMs.push(performance.now() - Number(body));
      return 'delete';
    },
    onError: (error) => {
      failed = error;
    },
  });
  const mapping = startMapping(requestQueue.client, {
    replies: () => sender(replyQueue.client, lingerAnswers),
    random,
    backlog: () => requestQueue.waiting,
  });
  const sell = (): void => {
    bridgeSender.send(String(performance.now())).catch((error: unknown) => {
      failed = error;
    });
  };
  const payments = await offer(rate, seconds, sell, random);
  while (waitsMs.length < payments && failed === undefined) {
    await sleep(TICK_MS);
  }
  const { pollers } = mapping;
  mapping.close();
  await bridgePoller.close();
  await bridgeSender.close();
  if (failed !== undefined) {
    throw failed;
  }
  waitsMs.sort((left, right) => left - right);
  return {
    ...{ payments, seconds, pollers, waitsMs },
    request: requestQueue.requests,
    reply: replyQueue.requests,
  };
};
