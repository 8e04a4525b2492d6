/** One batch of the events queue: its deliveries side by side, each done, or left in the queue until its next try. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type DeliveryDeps, type DeliveryResult, deliverWebhook } from '#core/deliver-webhook.ts';
import { retryAfterS } from '#core/delivery-schedule.ts';
import { decodeDelivery } from '../delivery-message.ts';
import { errorName, type Log, type LogFields } from '../json-log.ts';

export interface BatchDeps extends DeliveryDeps {
  readonly log: Log;
  /** Makes a message visible again after `seconds`. */
  readonly retryIn: (receiptHandle: string, seconds: number) => Promise<void>;
}

/** Never rejects: what failed is named in the response, and stays in the queue. */
export const handleDeliveries = async (
  deps: BatchDeps,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> => {
  const done = await Promise.all(Records.map((record) => handleRecord(deps, record)));
  return {
    batchItemFailures: Records.filter((_, index) => done[index] === false).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  };
};

const handleRecord = async (deps: BatchDeps, record: SQSRecord): Promise<boolean> => {
  const startedMs = deps.clock.nowMs();
  const tries = Number(record.attributes.ApproximateReceiveCount);
  const { fields, result } = await attempt(deps, record.body, tries);
  const isLast = result.outcome === 'failed' && result.retryAfterS === undefined;
  deps.log(LEVELS[isLast ? 'given_up' : result.outcome], 'webhook', {
    ...fields,
    outcome: isLast ? 'given_up' : result.outcome,
    ...('reason' in result ? { reason: result.reason } : {}),
    ...(result.status === undefined ? {} : { status: result.status }),
    count: tries,
    ms: deps.clock.nowMs() - startedMs,
  });
  if (result.outcome !== 'failed') {
    return true;
  }
  await retryLater(deps, record, result.retryAfterS ?? 0);
  return false;
};

const LEVELS = {
  delivered: 'info',
  dropped: 'info',
  gone: 'warn',
  failed: 'warn',
  given_up: 'error',
} as const;

type Attempt =
  | DeliveryResult
  | (Pick<DeliveryResult & { outcome: 'failed' }, 'outcome' | 'retryAfterS' | 'status'> & {
      readonly reason: string;
    });

const attempt = async (
  deps: BatchDeps,
  body: string,
  tries: number,
): Promise<{ readonly fields: LogFields; readonly result: Attempt }> => {
  const delivery = decodeDelivery(body);
  if (delivery === undefined) {
    // Its tries are used up at once: it can only go to the dead letters.
    const result = {
      outcome: 'failed',
      reason: 'message_malformed',
      retryAfterS: undefined,
    } as const;
    return { fields: {}, result };
  }
  const { endpoint, id } = delivery;
  try {
    return { fields: { endpoint, id }, result: await deliverWebhook(deps, delivery, tries) };
  } catch (error) {
    const wait = retryAfterS(tries, deps.random);
    const result = { outcome: 'failed', reason: 'outage', retryAfterS: wait } as const;
    return { fields: { endpoint, id, error: errorName(error) }, result };
  }
};

/** The last try too: visible at once, the queue moves it to the dead letters. If this fails, the queue's own timeout applies. */
const retryLater = async (
  { retryIn, log }: BatchDeps,
  { receiptHandle }: SQSRecord,
  seconds: number,
): Promise<void> => {
  try {
    await retryIn(receiptHandle, seconds);
  } catch (error) {
    log('warn', 'retry_not_set', { error: errorName(error) });
  }
};
