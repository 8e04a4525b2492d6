/** What can go wrong at a queue, by what the caller can do about it. */
import type { CodeName } from '#protocol/codes.ts';

/** The outbox holds as many messages as it may: nothing was sent, ask again later. */
export class OutboxFullError extends Error {
  override readonly name = 'OutboxFullError';
  readonly code: CodeName = 'busy';
  constructor() {
    super('The outbox to the queue is full.');
  }
}

/** A message was not sent, or it is not known whether it was. */
export class SendFailedError extends Error {
  override readonly name = 'SendFailedError';
  readonly code: CodeName = 'busy';
  /** Sending this message to this queue can never succeed: the queue is gone, or refuses the message itself. */
  readonly permanent: boolean;
  constructor(message: string, { permanent, cause }: { permanent: boolean; cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause });
    this.permanent = permanent;
  }
}

/** Names under which SQS says that a queue is gone, in its current and its older protocol. */
const QUEUE_GONE = new Set([
  'QueueDoesNotExist',
  'QueueDeletedRecently',
  'AWS.SimpleQueueService.NonExistentQueue',
]);

/** Whether a failed call says that its queue does not exist. */
export const isQueueGone = (error: unknown): boolean =>
  error instanceof Error && QUEUE_GONE.has(error.name);
