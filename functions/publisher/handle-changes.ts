/** A batch of changes of the table becomes messages, one per event and subscriber: each change at least once, in whatever order. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Delivery } from '#core/deliver-webhook.ts';
import { type Endpoint, subscribersOf } from '#core/endpoints.ts';
import { eventOf, type OutgoingEvent } from '#core/events.ts';
import { encodeEvent } from '../event-schemas.ts';
import { errorName, type Log } from '../json-log.ts';
import { changeFromImages, withoutBytes } from './change-images.ts';

export interface PublishDeps {
  /** May be some seconds old. */
  readonly endpoints: () => Promise<readonly Endpoint[]>;
  /** Durable before it resolves. */
  readonly enqueue: (delivery: Delivery) => Promise<void>;
  /** Durable before it resolves. */
  readonly park: (letter: ParkedChange) => Promise<void>;
  readonly log: Log;
}

/** A change that no event could be made of: `change` is what the publisher takes, once it can. */
export interface ParkedChange {
  readonly v: 1;
  readonly reason: 'event_unreadable';
  readonly change: DynamoDBStreamEvent;
}

/** Never rejects. The first change that failed is named: it comes again with all after it, each with the same event. */
export const handleChanges = async (
  deps: PublishDeps,
  { Records }: DynamoDBStreamEvent,
): Promise<DynamoDBBatchResponse> => {
  const results = await Promise.allSettled(Records.map((record) => publish(deps, record)));
  const failed = results.findIndex(({ status }) => status === 'rejected');
  const result = results[failed];
  if (result?.status !== 'rejected') {
    return { batchItemFailures: [] };
  }
  deps.log('error', 'publish', {
    outcome: 'failed',
    count: Records.length - failed,
    error: errorName(result.reason),
  });
  const itemIdentifier = Records[failed]?.dynamodb?.SequenceNumber ?? '';
  return { batchItemFailures: [{ itemIdentifier }] };
};

const publish = async (deps: PublishDeps, record: DynamoDBRecord): Promise<void> => {
  const made = make(record);
  if (made === undefined) {
    return;
  }
  if (made === 'unreadable') {
    // It would fail for ever, and everyone's events would wait behind it.
    deps.log('error', 'publish', { outcome: 'parked', reason: 'event_unreadable' });
    const change = { Records: [withoutBytes(record)] };
    await deps.park({ v: 1, reason: 'event_unreadable', change });
    return;
  }
  const { event, body } = made;
  const subscribers = subscribersOf(event, await deps.endpoints());
  await Promise.all(
    subscribers.map(({ id: endpoint }) => deps.enqueue({ endpoint, id: event.id, body })),
  );
};

const make = (
  record: DynamoDBRecord,
): { readonly event: OutgoingEvent; readonly body: string } | 'unreadable' | undefined => {
  try {
    const change = changeFromImages(record);
    const event = change === undefined ? undefined : eventOf(change);
    return event === undefined ? undefined : { event, body: encodeEvent(event) };
  } catch {
    // The error of a parser quotes what it read.
    return 'unreadable';
  }
};
