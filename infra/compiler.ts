/** What operators enter becomes what payments read: the compiler behind its queue, and a sweep for what no message came for. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { PaymentFunction } from './payment-function.ts';
import {
  BACKGROUND_TIMEOUT_S,
  COMPILE_RECEIVES_MAX,
  COMPILE_RETENTION_S,
  COMPILERS_MAX,
  LETTER_RETENTION_DAYS,
  SMALL_MEMORY_MB,
} from './settings.ts';
import type { PaymentTable } from './table.ts';

export interface CompilerProps {
  readonly dist: string;
  readonly table: PaymentTable;
}

export class Compiler extends Construct {
  readonly queue: Queue;
  readonly compiler: PaymentFunction;

  constructor(scope: Construct, id: string, { dist, table }: CompilerProps) {
    super(scope, id);
    const closed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    const dead = new Queue(this, 'Dead', {
      ...closed,
      retentionPeriod: Duration.days(LETTER_RETENTION_DAYS),
    });
    this.queue = new Queue(this, 'Wanted', {
      ...closed,
      retentionPeriod: Duration.seconds(COMPILE_RETENTION_S),
      visibilityTimeout: Duration.seconds(6 * BACKGROUND_TIMEOUT_S),
      deadLetterQueue: { queue: dead, maxReceiveCount: COMPILE_RECEIVES_MAX },
    });
    this.compiler = new PaymentFunction(this, 'Compiler', {
      dist,
      bundle: 'compiler',
      description: 'Compiles what operators enter into what payments read',
      timeoutS: BACKGROUND_TIMEOUT_S,
      memoryMb: SMALL_MEMORY_MB,
      environment: {
        TABLE_NAME: table.table.tableName,
        COMPILE_QUEUE_URL: this.queue.queueUrl,
      },
    });
    this.compiler.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 1,
        maxConcurrency: COMPILERS_MAX,
        reportBatchItemFailures: true,
      }),
    );
    const { role } = this.compiler;
    table.allow(role, ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'Query']);
    table.allow(role, ['UpdateItem'], ['COMPILE', 'T#*']);
    table.allow(role, ['DeleteItem', 'PutItem'], ['R#*', 'S#*']);
    role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
    );
    new Rule(this, 'EveryMinute', {
      description: 'Cosmopay: finds what has to be compiled and no message came for',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaTarget(this.compiler.function, { retryAttempts: 0 })],
    });
  }
}
