/** The operator's door: `admin-api` behind a throttled REST API with access logs. */
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  EndpointType,
  LambdaRestApi,
  LogGroupLogDestination,
  MethodLoggingLevel,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PaymentFunction } from './payment-function.ts';
import type { PaymentSecrets } from './secrets.ts';
import {
  ADMIN_BURST,
  ADMIN_RATE_PER_S,
  ADMIN_TIMEOUT_S,
  LOG_RETENTION_DAYS,
  SMALL_MEMORY_MB,
} from './settings.ts';
import type { PaymentTable } from './table.ts';

export interface AdminProps {
  readonly dist: string;
  readonly table: PaymentTable;
  readonly secrets: PaymentSecrets;
}

export class Admin extends Construct {
  readonly api: LambdaRestApi;
  readonly admin: PaymentFunction;

  constructor(scope: Construct, id: string, { dist, table, secrets }: AdminProps) {
    super(scope, id);
    this.admin = new PaymentFunction(this, 'AdminApi', {
      dist,
      bundle: 'admin-api',
      description: 'Answers the operators',
      timeoutS: ADMIN_TIMEOUT_S,
      memoryMb: SMALL_MEMORY_MB,
      environment: {
        TABLE_NAME: table.table.tableName,
        ADMIN_TOKEN_SECRET_ARN: secrets.adminToken.secretArn,
      },
    });
    secrets.allowRead(this.admin.role, secrets.adminToken);
    table.allow(this.admin.role, ['GetItem', 'Query']);
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: LOG_RETENTION_DAYS satisfies RetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.api = new LambdaRestApi(this, 'Rest', {
      handler: this.admin.function,
      proxy: true,
      description: 'Cosmopay: admin API',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.DESTROY,
      deployOptions: {
        throttlingRateLimit: ADMIN_RATE_PER_S,
        throttlingBurstLimit: ADMIN_BURST,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
        loggingLevel: MethodLoggingLevel.ERROR,
        // Bodies hold what operators type, identifiers among it: never trace them.
        dataTraceEnabled: false,
        metricsEnabled: true,
      },
    });
  }
}
