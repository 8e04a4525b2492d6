/** Polls one queue for ever and deletes what was handled. */
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Timers } from '#core/ports.ts';
import { QUEUE_BATCH_MAX } from '#protocol/limits.ts';
import { createBatcher } from './batcher.ts';
import { SendFailedError } from './queue-error.ts';

/** Long polls at a time. The second one runs only while receives come back full: otherwise both would come back half full. */
const POLLS = 2;
/** Full receives in a row before a further poll begins: one alone is chance, and a poll that finds little is dear. */
const FULLS_BEFORE_POLL = 2;
/** Seconds of one long poll: the longest that SQS allows, so that an idle queue costs least. */
const WAIT_S = 20;
/** Milliseconds after the first failed poll, doubled at each further one. */
const BACKOFF_MS = 100;
/** Milliseconds of the longest pause: the queue is back in use soon after SQS is. */
const BACKOFF_MS_MAX = 5_000;
/** Messages whose deletion may wait: beyond it they are left, and come again. */
const DELETIONS_MAX = 1_000;
/**
 * Milliseconds that a deletion waits for a full batch: nobody waits for it, and it is far below the visibility timeout
 * of a queue, after which the message would come again.
 */
const DELETION_LINGER_MS = 200;

/** `delete`: done with it. `keep`: it becomes visible again after the visibility timeout of the queue. */
export type Handled = 'delete' | 'keep';

export interface QueuePoller {
  /** Ends the polls in flight, waits for deletions under way. What an ended poll had received becomes visible again. */
  close(): Promise<void>;
}

export interface QueuePollerOptions {
  /** Its requests must be allowed to take longer than `waitS`. */
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly timers: Timers;
  /** Called once per message, in the order of a receive. A throw counts as `keep` and is reported. */
  readonly onMessage: (body: string) => Handled;
  /** A failed poll or deletion; the poller goes on. */
  readonly onError: (error: unknown) => void;
  readonly polls?: number;
  readonly waitS?: number;
}

/** Milliseconds to pause after this many failed polls in a row (1 = first). */
export const pollBackoffMs = (failures: number): number =>
  Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** Math.min(failures - 1, 16));

/** Starts polling at once; `close` ends it (the client stays open). */
export const createQueuePoller = ({
  client,
  queueUrl,
  timers,
  onMessage,
  onError,
  polls = POLLS,
  waitS = WAIT_S,
}: QueuePollerOptions): QueuePoller => {
  const abort = new AbortController();
  const closed = new Promise<void>((resolve) => {
    abort.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const deletions = createBatcher<string>({
    itemsMax: DELETIONS_MAX,
    full: () => new SendFailedError('Too many deletions wait.', { permanent: false }),
    call: (handles) => deleteMessages(client, queueUrl, handles),
    linger: () => timers.sleep(DELETION_LINGER_MS),
  });

  const handle = (body: string): Handled => {
    try {
      return onMessage(body);
    } catch (error) {
      onError(error);
      return 'keep';
    }
  };

  /** Whether more may wait at the queue: it gave as many as it may. */
  const receive = async (): Promise<boolean> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: QUEUE_BATCH_MAX,
        WaitTimeSeconds: waitS,
      }),
      { abortSignal: abort.signal },
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      if (handle(Body) === 'delete' && ReceiptHandle !== undefined) {
        deletions.add(ReceiptHandle).catch(onError);
      }
    }
    return Messages.length >= QUEUE_BATCH_MAX;
  };

  const running = new Set<Promise<void>>();
  const startPoll = (): void => {
    if (running.size >= polls || abort.signal.aborted) {
      return;
    }
    const ended: Promise<void> = poll(running.size === 0).then(() => {
      running.delete(ended);
    });
    running.add(ended);
  };

  /** Undefined where the receive failed or the poller has been closed. */
  const tryReceive = async (failures: number): Promise<boolean | undefined> => {
    try {
      return await receive();
    } catch (error) {
      if (!abort.signal.aborted) {
        onError(error);
        await Promise.race([timers.sleep(pollBackoffMs(failures + 1)), closed]);
      }
      return undefined;
    }
  };

  /** The first poll never ends; a further one ends when it finds less than it may take. */
  const poll = async (isFirst: boolean): Promise<void> => {
    let failures = 0;
    let fulls = 0;
    while (!abort.signal.aborted) {
      const isFull = await tryReceive(failures);
      failures = isFull === undefined ? failures + 1 : 0;
      fulls = isFull === true ? fulls + 1 : 0;
      if (isFull === false && !isFirst) {
        return;
      }
      if (fulls >= FULLS_BEFORE_POLL) {
        startPoll();
      }
    }
  };

  startPoll();
  return {
    close: async () => {
      abort.abort();
      await Promise.all(running);
      await deletions.close();
    },
  };
};

const deleteMessages = async (
  client: SQSClient,
  queueUrl: string,
  handles: readonly string[],
): Promise<readonly (Error | undefined)[]> => {
  const { Failed = [] } = await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: handles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
    }),
  );
  const failures = new Map(Failed.map((failed) => [failed.Id, failed]));
  return handles.map((_, index) => {
    const failed = failures.get(String(index));
    return failed === undefined
      ? undefined
      : new SendFailedError(`A message was not deleted: ${failed.Code ?? 'no code'}.`, {
          permanent: failed.SenderFault === true,
        });
  });
};
