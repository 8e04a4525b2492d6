/** The queues: requests in, events out, dead letters, parked messages, and the pool of reply queues that bridges lease. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { WEBHOOK_TRIES_MAX } from '#protocol/limits.ts';
import {
  EVENTS_VISIBILITY_S,
  LETTER_RETENTION_DAYS,
  REPLY_RETENTION_S,
  REPLY_SLOTS,
  REPLY_VISIBILITY_S,
  REQUEST_RECEIVES_MAX,
  REQUEST_RETENTION_S,
  REQUEST_VISIBILITY_S,
} from './settings.ts';

/** Encrypted at rest, and closed to callers without TLS. */
const CLOSED: QueueProps = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
const LETTERS: QueueProps = { ...CLOSED, retentionPeriod: Duration.days(LETTER_RETENTION_DAYS) };

export class PaymentQueues extends Construct {
  readonly request: Queue;
  /** Requests that no function could finish; raw frames, so nobody but the redrive reads it. */
  readonly dead: Queue;
  /** Messages that can never be done, masked, each with its reason. */
  readonly parking: Queue;
  /** Deliveries of events: each waits here, hidden, between its tries. */
  readonly events: Queue;
  /** Deliveries whose last try failed; whoever has mended the receiver moves them back. */
  readonly eventsDead: Queue;
  /** Index = slot. */
  readonly replies: readonly Queue[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.dead = new Queue(this, 'Dead', LETTERS);
    this.parking = new Queue(this, 'Parking', LETTERS);
    this.request = new Queue(this, 'Request', {
      ...CLOSED,
      retentionPeriod: Duration.seconds(REQUEST_RETENTION_S),
      visibilityTimeout: Duration.seconds(REQUEST_VISIBILITY_S),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: REQUEST_RECEIVES_MAX },
    });
    this.eventsDead = new Queue(this, 'EventsDead', LETTERS);
    this.events = new Queue(this, 'Events', {
      ...LETTERS,
      visibilityTimeout: Duration.seconds(EVENTS_VISIBILITY_S),
      deadLetterQueue: { queue: this.eventsDead, maxReceiveCount: WEBHOOK_TRIES_MAX },
    });
    this.replies = Array.from(
      { length: REPLY_SLOTS },
      (_, slot) =>
        new Queue(this, `Reply${slot}`, {
          ...CLOSED,
          retentionPeriod: Duration.seconds(REPLY_RETENTION_S),
          visibilityTimeout: Duration.seconds(REPLY_VISIBILITY_S),
        }),
    );
  }

  /** JSON array of the reply queues' URLs, as bridge and function read it. */
  get replyUrls(): string {
    return Stack.of(this).toJsonString(this.replies.map((queue) => queue.queueUrl));
  }

  get replyArns(): string[] {
    return this.replies.map((queue) => queue.queueArn);
  }
}
