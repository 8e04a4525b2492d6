/** Sends messages to one queue, in batches where they come faster than the calls return. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { createBatcher } from './batcher.ts';
import { isQueueGone, OutboxFullError, SendFailedError } from './queue-error.ts';

export interface BatchSender {
  /**
   * Resolves once the queue has stored the message. Rejects with OutboxFullError or SendFailedError. Where groups are named,
   * SQS gives those with little to do a fair share beside one that has much.
   */
  send(body: string, group?: string): Promise<void>;
  /** Messages that wait or are in flight. */
  readonly size: number;
  /** Takes no more messages (they get OutboxFullError); resolves once the last one is settled. */
  close(): Promise<void>;
}

export interface BatchSenderOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** Messages that may wait or be in flight. */
  readonly outboxMax: number;
  /** Called after each batch call that reached SQS, for counting. */
  readonly onSent?: (batch: { readonly size: number; readonly failed: number }) => void;
  /** How long messages wait for others where no call is in flight; must resolve. Left out: not at all. */
  readonly linger?: () => Promise<void>;
}

interface Message {
  readonly body: string;
  readonly group: string | undefined;
}

/** Creates a sender; `close` ends it (the client stays open). */
export const createBatchSender = ({
  client,
  queueUrl,
  outboxMax,
  onSent,
  linger,
}: BatchSenderOptions): BatchSender => {
  const call = async (messages: readonly Message[]): Promise<readonly (Error | undefined)[]> => {
    const { Failed = [] } = await client
      .send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages.map(({ body, group }, index) => ({
            Id: String(index),
            MessageBody: body,
            ...(group === undefined ? {} : { MessageGroupId: group }),
          })),
        }),
      )
      .catch((cause: unknown) => {
        throw new SendFailedError('The batch was not sent.', {
          permanent: isQueueGone(cause),
          cause,
        });
      });
    // SQS answers HTTP 200 although single messages of the batch failed.
    const failures = new Map(Failed.map((failed) => [failed.Id, failed]));
    onSent?.({ size: messages.length, failed: failures.size });
    return messages.map((_, index) => {
      const failed = failures.get(String(index));
      return failed === undefined
        ? undefined
        : new SendFailedError(`The message was not sent: ${failed.Code ?? 'no code'}.`, {
            permanent: failed.SenderFault === true,
          });
    });
  };
  const batcher = createBatcher({
    itemsMax: outboxMax,
    call,
    full: () => new OutboxFullError(),
    ...(linger === undefined ? {} : { linger }),
  });
  return {
    send: (body, group) => batcher.add({ body, group }),
    get size(): number {
      return batcher.size;
    },
    close: () => batcher.close(),
  };
};
