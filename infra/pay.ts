/** The thread pool: `pay` on the request queue, as many at once as the pool has threads. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { PaymentFunction } from './payment-function.ts';
import type { PaymentQueues } from './queues.ts';
import type { PaymentSecrets } from './secrets.ts';
import {
  HOLD_SECONDS,
  PAY_BATCH_SIZE,
  PAY_MEMORY_MB,
  PAY_TIMEOUT_S,
  PROVIDERS,
  THREAD_POOL_SIZE,
} from './settings.ts';
import type { PaymentTable } from './table.ts';

export interface PayProps {
  readonly dist: string;
  readonly table: PaymentTable;
  readonly queues: PaymentQueues;
  readonly secrets: PaymentSecrets;
}

export class Pay extends Construct {
  readonly pay: PaymentFunction;

  constructor(scope: Construct, id: string, { dist, table, queues, secrets }: PayProps) {
    super(scope, id);
    this.pay = new PaymentFunction(this, 'Pay', {
      dist,
      bundle: 'pay',
      description: 'Decides, books and answers payment requests',
      timeoutS: PAY_TIMEOUT_S,
      memoryMb: PAY_MEMORY_MB,
      environment: {
        TABLE_NAME: table.table.tableName,
        REQUEST_QUEUE_URL: queues.request.queueUrl,
        PARKING_QUEUE_URL: queues.parking.queueUrl,
        REPLY_QUEUE_URLS: queues.replyUrls,
        MESSAGE_SECRET_ARN: secrets.message.secretArn,
        IDENTIFIER_SECRET_ARN: secrets.identifier.secretArn,
        HOLD_SECONDS: String(HOLD_SECONDS),
        PROVIDERS: JSON.stringify(PROVIDERS),
        PROVIDER_SECRET_ARN: secrets.providers.secretArn,
      },
    });
    this.pay.function.addEventSource(
      new SqsEventSource(queues.request, {
        batchSize: PAY_BATCH_SIZE,
        reportBatchItemFailures: true,
        maxConcurrency: THREAD_POOL_SIZE,
      }),
    );
    const { role } = this.pay;
    table.allow(role, ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem']);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [queues.parking.queueArn, ...queues.replyArns],
      }),
    );
    secrets.allowRead(role, secrets.message);
    secrets.allowRead(role, secrets.identifier);
    secrets.allowRead(role, secrets.providers);
  }
}
