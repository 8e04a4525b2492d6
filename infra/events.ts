/** What was booked goes out: the publisher behind the table's stream, and the deliveries behind the events queue. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { PaymentFunction } from './payment-function.ts';
import type { PaymentQueues } from './queues.ts';
import type { PaymentSecrets } from './secrets.ts';
import {
  DELIVERIES_AT_ONCE,
  DELIVERY_BATCH_SIZE,
  EVENTS_TIMEOUT_S,
  PUBLISHER_BATCH_SIZE,
  SMALL_MEMORY_MB,
} from './settings.ts';
import { type PaymentTable, withPrefix, withSortKey } from './table.ts';

/** Partition of the endpoints. */
const ENDPOINTS = ['WEBHOOKS'];

export interface EventsProps {
  readonly dist: string;
  readonly table: PaymentTable;
  readonly queues: PaymentQueues;
  readonly secrets: PaymentSecrets;
}

export class Events extends Construct {
  readonly publisher: PaymentFunction;
  readonly webhooks: PaymentFunction;

  constructor(scope: Construct, id: string, { dist, table, queues, secrets }: EventsProps) {
    super(scope, id);
    const common = { dist, timeoutS: EVENTS_TIMEOUT_S, memoryMb: SMALL_MEMORY_MB };
    const environment = {
      TABLE_NAME: table.table.tableName,
      EVENTS_QUEUE_URL: queues.events.queueUrl,
    };
    this.publisher = new PaymentFunction(this, 'Publisher', {
      ...common,
      bundle: 'publisher',
      description: 'Turns what was booked into events',
      environment: { ...environment, PARKING_QUEUE_URL: queues.parking.queueUrl },
    });
    table.allow(this.publisher.role, ['Query'], ENDPOINTS);
    this.publisher.role.addToPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [queues.events.queueArn, queues.parking.queueArn],
      }),
    );
    // No number of tries: an event is given up only when the stream forgets its change, after a day.
    table.follow(this.publisher, {
      rows: [withSortKey('REC'), withPrefix('CASE#'), withPrefix('EVT#')],
      batchSize: PUBLISHER_BATCH_SIZE,
    });

    this.webhooks = new PaymentFunction(this, 'Webhooks', {
      ...common,
      bundle: 'webhooks',
      description: 'Delivers events to the endpoints of operators',
      environment: {
        ...environment,
        WEBHOOK_SECRET_ARN: secrets.webhooks.secretArn,
        WEBHOOK_REACH: 'public',
      },
    });
    secrets.allowRead(this.webhooks.role, secrets.webhooks);
    table.allow(this.webhooks.role, ['Query', 'UpdateItem'], ENDPOINTS);
    this.webhooks.function.addEventSource(
      new SqsEventSource(queues.events, {
        batchSize: DELIVERY_BATCH_SIZE,
        reportBatchItemFailures: true,
        maxConcurrency: DELIVERIES_AT_ONCE / DELIVERY_BATCH_SIZE,
      }),
    );
  }
}
