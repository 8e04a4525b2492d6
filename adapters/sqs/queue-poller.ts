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

/** Long polls at a time: while the messages of one are handled, the other one waits at the queue. */
const POLLS = 2;
/** Seconds of one long poll: the longest that SQS allows, so that an idle queue costs least. */
const WAIT_S = 20;
/** Milliseconds after the first failed poll, doubled at each further one. */
const BACKOFF_MS = 100;
/** Milliseconds of the longest pause: the queue is back in use soon after SQS is. */
const BACKOFF_MS_MAX = 5_000;
/** Messages whose deletion may wait: beyond it they are left, and come again. */
const DELETIONS_MAX = 1_000;

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
  });

  const handle = (body: string): Handled => {
    try {
      return onMessage(body);
    } catch (error) {
      onError(error);
      return 'keep';
    }
  };

  const receive = async (): Promise<void> => {
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
  };

  const poll = async (): Promise<void> => {
    let failures = 0;
    while (!abort.signal.aborted) {
      try {
        await receive();
        failures = 0;
      } catch (error) {
        if (abort.signal.aborted) {
          return;
        }
        onError(error);
        failures += 1;
        await Promise.race([timers.sleep(pollBackoffMs(failures)), closed]);
      }
    }
  };

  const loops = Array.from({ length: polls }, poll);
  return {
    close: async () => {
      abort.abort();
      await Promise.all(loops);
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
