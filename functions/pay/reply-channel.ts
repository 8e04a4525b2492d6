/** Answers to the bridges: one batch sender per slot, made when the slot is first used. */
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type BatchSender, createBatchSender } from '#adapters/sqs/batch-sender.ts';
import { SendFailedError } from '#adapters/sqs/queue-error.ts';
import type { ReplyEnvelope } from '#protocol/envelope.ts';
import { QUEUE_BATCH_MAX } from '#protocol/limits.ts';
import { encodeReplyEnvelope } from '#protocol/queue-codec.ts';

/** Answers that may wait per slot: an invocation has one batch of messages, so more can never be. */
const OUTBOX_MAX = 10 * QUEUE_BATCH_MAX;

export interface ReplyChannel {
  /** Whether the slot has a queue. */
  has(slot: number): boolean;
  /** `gone`: the queue does not take it and never will. Rejects where trying again may help. */
  send(slot: number, reply: ReplyEnvelope): Promise<'sent' | 'gone'>;
}

/** `urls`: index = slot. `linger`: how long answers wait for others; not at all where it is left out. */
export const createReplyChannel = (
  client: SQSClient,
  urls: readonly string[],
  linger: () => Promise<void> = () => Promise.resolve(),
): ReplyChannel => {
  const senders = new Map<number, BatchSender>();
  const senderOf = (slot: number): BatchSender | undefined => {
    const queueUrl = urls[slot];
    const known = senders.get(slot);
    if (queueUrl === undefined || known !== undefined) {
      return known;
    }
    const sender = createBatchSender({ client, queueUrl, outboxMax: OUTBOX_MAX, linger });
    senders.set(slot, sender);
    return sender;
  };
  return {
    has: (slot) => urls[slot] !== undefined,
    send: async (slot, reply) => {
      try {
        const sender = senderOf(slot);
        await sender?.send(encodeReplyEnvelope(reply));
        return sender === undefined ? 'gone' : 'sent';
      } catch (error) {
        if (error instanceof SendFailedError && error.permanent) {
          return 'gone';
        }
        throw error;
      }
    },
  };
};
