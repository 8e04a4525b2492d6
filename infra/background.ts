/** What runs without being asked: the janitor, every minute, the auditor, every hour, and the projector, behind every change. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { PaymentFunction } from './payment-function.ts';
import type { PaymentSecrets } from './secrets.ts';
import {
  AUDIT_MEMORY_MB,
  AUDIT_SHARES,
  AUDIT_TIMEOUT_S,
  BACKGROUND_TIMEOUT_S,
  PROJECTOR_BATCH_SIZE,
  PROJECTOR_RETRIES_MAX,
  PROVIDERS,
  SMALL_MEMORY_MB,
} from './settings.ts';
import { type PaymentTable, withPrefix, withSortKey } from './table.ts';

export interface BackgroundProps {
  readonly dist: string;
  readonly table: PaymentTable;
  readonly secrets: PaymentSecrets;
}

export class Background extends Construct {
  readonly janitor: PaymentFunction;
  readonly projector: PaymentFunction;
  readonly auditor: PaymentFunction;

  constructor(scope: Construct, id: string, { dist, table, secrets }: BackgroundProps) {
    super(scope, id);
    const common = {
      dist,
      timeoutS: BACKGROUND_TIMEOUT_S,
      memoryMb: SMALL_MEMORY_MB,
      environment: { TABLE_NAME: table.table.tableName },
    };
    this.janitor = new PaymentFunction(this, 'Janitor', {
      ...common,
      environment: {
        ...common.environment,
        PROVIDERS: JSON.stringify(PROVIDERS),
        PROVIDER_SECRET_ARN: secrets.providers.secretArn,
      },
      bundle: 'janitor',
      description: 'Gives back the money of holds that expired, and asks providers what is open',
    });
    secrets.allowRead(this.janitor.role, secrets.providers);
    table.allowDue(this.janitor.role);
    table.allow(this.janitor.role, ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem']);
    new Rule(this, 'EveryMinute', {
      description: 'Cosmopay: runs the janitor',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaTarget(this.janitor.function, { retryAttempts: 0 })],
    });

    this.projector = new PaymentFunction(this, 'Projector', {
      ...common,
      bundle: 'projector',
      description: 'Keeps the totals that follow from what was booked',
    });
    table.allow(this.projector.role, ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem']);
    table.follow(this.projector, {
      rows: [withSortKey('REC'), withPrefix('J#')],
      batchSize: PROJECTOR_BATCH_SIZE,
      retryAttempts: PROJECTOR_RETRIES_MAX,
    });

    this.auditor = new PaymentFunction(this, 'Auditor', {
      ...common,
      timeoutS: AUDIT_TIMEOUT_S,
      memoryMb: AUDIT_MEMORY_MB,
      environment: { ...common.environment, AUDIT_SHARES: String(AUDIT_SHARES) },
      bundle: 'auditor',
      description: 'Proves the books: reads everything, changes nothing',
    });
    table.allow(this.auditor.role, ['BatchGetItem', 'Scan']);
    new Rule(this, 'EveryHour', {
      description: 'Cosmopay: runs the auditor',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaTarget(this.auditor.function, { retryAttempts: 0 })],
    });
  }
}
