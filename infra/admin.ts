/** The operator's door: `admin-api` and `enrol` behind a throttled REST API with a web ACL and access logs. */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { OperatorPool } from './operator-pool.ts';
import { PaymentFunction } from './payment-function.ts';
import type { PaymentSecrets } from './secrets.ts';
import {
  ADMIN_BURST,
  ADMIN_RATE_PER_S,
  ADMIN_STAGE,
  ADMIN_TIMEOUT_S,
  LOG_RETENTION_DAYS,
  SMALL_MEMORY_MB,
} from './settings.ts';
import type { PaymentTable } from './table.ts';
import { WebAcl } from './web-acl.ts';

export interface AdminProps {
  readonly dist: string;
  readonly table: PaymentTable;
  readonly secrets: PaymentSecrets;
  /** Wakes the compiler. */
  readonly compile: Queue;
  /** Where modems connect, `host:port`. */
  readonly bridge: string;
}

/** Keys of what operators ask for in a terminal's name: the key version that no terminal has. */
const OPERATOR_RECORDS = 'P#*#255#*';

export class Admin extends Construct {
  readonly api: RestApi;
  readonly operators: OperatorPool;
  readonly admin: PaymentFunction;
  readonly enrol: PaymentFunction;

  constructor(scope: Construct, id: string, props: AdminProps) {
    super(scope, id);
    this.api = this.restApi();
    const host = `${this.api.restApiId}.execute-api.${Stack.of(this).region}.amazonaws.com`;
    const consoleUrl = `https://${host}/${ADMIN_STAGE}/console/`;
    this.operators = new OperatorPool(this, 'Operators', { consoleUrl });
    this.admin = this.adminFunction(props, consoleUrl);
    this.enrol = this.enrolFunction(props);
    const answer = new LambdaIntegration(this.admin.function);
    this.api.root.addMethod('ANY', answer);
    this.api.root.addProxy({ defaultIntegration: answer, anyMethod: true });
    this.api.root
      .addResource('enrol')
      .addMethod('POST', new LambdaIntegration(this.enrol.function));
    new WebAcl(this, 'Acl', { stageArn: this.api.deploymentStage.stageArn });
  }

  private restApi(): RestApi {
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: LOG_RETENTION_DAYS satisfies RetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    return new RestApi(this, 'Rest', {
      description: 'Cosmopay: admin API',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.DESTROY,
      deployOptions: {
        stageName: ADMIN_STAGE,
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

  /** Reads everything; what it may write is told by partition key, and a trail it can only add to. */
  private adminFunction(
    { dist, table, secrets, compile, bridge }: AdminProps,
    consoleUrl: string,
  ): PaymentFunction {
    const admin = new PaymentFunction(this, 'AdminApi', {
      dist,
      bundle: 'admin-api',
      description: 'Answers the operators',
      timeoutS: ADMIN_TIMEOUT_S,
      memoryMb: SMALL_MEMORY_MB,
      environment: {
        TABLE_NAME: table.table.tableName,
        IDENTIFIER_SECRET_ARN: secrets.identifier.secretArn,
        COMPILE_QUEUE_URL: compile.queueUrl,
        USER_POOL_ID: this.operators.pool.userPoolId,
        USER_POOL_CLIENT_ID: this.operators.client.userPoolClientId,
        SIGN_IN_URL: this.operators.signInUrl,
        CONSOLE_URL: consoleUrl,
        BRIDGE_ADDRESS: bridge,
        // Keys in place of the pool's: the local system sets them, and no other can.
        TOKEN_KEYS: '',
      },
    });
    const { role } = admin;
    secrets.allowRead(role, secrets.identifier);
    table.allow(role, ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'Query']);
    table.allow(
      role,
      ['PutItem'],
      ['A#*', 'DOC#*', 'ENROL#*', 'ID#*', 'IK#*', 'J#*', OPERATOR_RECORDS, 'U#*', 'WEBHOOKS'],
    );
    table.allow(
      role,
      ['UpdateItem'],
      ['CASE#*', 'COMPILE', 'ID#*', 'M#*', 'P#*', 'Q#*', 'T#*', 'U#*'],
    );
    table.allow(role, ['DeleteItem'], ['DOC#*', 'ID#*', 'WEBHOOKS']);
    role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [compile.queueArn] }),
    );
    return admin;
  }

  /** The one function that knows both masters: it reads nothing but codes, and gives keys out for one. */
  private enrolFunction({ dist, table, secrets }: AdminProps): PaymentFunction {
    const enrol = new PaymentFunction(this, 'Enrol', {
      dist,
      bundle: 'enrol',
      description: 'Gives a terminal its keys, once, for an enrolment code',
      timeoutS: ADMIN_TIMEOUT_S,
      memoryMb: SMALL_MEMORY_MB,
      environment: {
        TABLE_NAME: table.table.tableName,
        LINK_SECRET_ARN: secrets.link.secretArn,
        MESSAGE_SECRET_ARN: secrets.message.secretArn,
      },
    });
    secrets.allowRead(enrol.role, secrets.link);
    secrets.allowRead(enrol.role, secrets.message);
    table.allow(enrol.role, ['UpdateItem'], ['ENROL#*']);
    table.allow(enrol.role, ['PutItem'], ['A#*']);
    return enrol;
  }
}
