/** One batch of the request queue: its messages side by side, each accounted for. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Clock } from '#core/ports.ts';
import { errorName, type Log } from '../json-log.ts';
import { type Handled, handleMessage, type MessageDeps } from './handle-message.ts';

/** Seconds until a failed message is delivered again, by the number of its delivery; the last one from there on. */
const RETRY_S: readonly number[] = [1, 2, 4, 8];

export interface BatchDeps extends MessageDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Makes a message visible again after `seconds`. */
  readonly retryIn: (receiptHandle: string, seconds: number) => Promise<void>;
}

/** What a batch came to; `done + stale + parked + failed` is the number of its messages. */
export interface BatchCounts {
  readonly done: number;
  readonly stale: number;
  readonly parked: number;
  readonly failed: number;
}

/** Seconds to wait after delivery number `receiveCount` (1 = first). */
export const retrySeconds = (receiveCount: number): number =>
  RETRY_S[Math.min(Math.max(receiveCount, 1), RETRY_S.length) - 1] ?? 1;

/** Never rejects: what failed is named in the response, and comes again. */
export const handleBatch = async (
  deps: BatchDeps,
  event: SQSEvent,
): Promise<SQSBatchResponse & { readonly counts: BatchCounts }> => {
  const outcomes = await Promise.all(event.Records.map((record) => handleRecord(deps, record)));
  const count = (wanted: Outcome): number => outcomes.filter((each) => each === wanted).length;
  return {
    batchItemFailures: event.Records.filter((_, index) => outcomes[index] === 'failed').map(
      ({ messageId }) => ({ itemIdentifier: messageId }),
    ),
    counts: {
      done: count('done'),
      stale: count('stale'),
      parked: count('parked'),
      failed: count('failed'),
    },
  };
};

type Outcome = Handled['outcome'] | 'failed';

const handleRecord = async (deps: BatchDeps, record: SQSRecord): Promise<Outcome> => {
  const startedMs = deps.clock.nowMs();
  try {
    const { messageId, body, attributes } = record;
    const handled = await handleMessage(deps, {
      messageId,
      body,
      sentAtMs: Number(attributes.SentTimestamp),
    });
    const level = handled.reason === undefined ? 'info' : 'warn';
    deps.log(level, 'payment', { ...handled, ms: deps.clock.nowMs() - startedMs });
    return handled.outcome;
  } catch (error) {
    deps.log('error', 'payment', {
      outcome: 'failed',
      error: errorName(error),
      ms: deps.clock.nowMs() - startedMs,
    });
    await retryLater(deps, record);
    return 'failed';
  }
};

/** A person waits: the queue's own visibility timeout would be too long. If this fails too, that timeout applies. */
const retryLater = async (
  { retryIn, log }: BatchDeps,
  { receiptHandle, attributes }: SQSRecord,
): Promise<void> => {
  try {
    await retryIn(receiptHandle, retrySeconds(Number(attributes.ApproximateReceiveCount)));
  } catch (error) {
    log('warn', 'retry_not_set', { error: errorName(error) });
  }
};
