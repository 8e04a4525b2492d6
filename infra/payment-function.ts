/** One Lambda function as all of ours are: its own role, its own log group, the bundle that was built for it. */
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LOG_RETENTION_DAYS } from './settings.ts';

export interface PaymentFunctionProps {
  /** Folder of all bundles; the function's own is `<dist>/<bundle>`. */
  readonly dist: string;
  readonly bundle: string;
  readonly description: string;
  readonly timeoutS: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** The role may write this function's log and nothing else, until something is allowed. */
export class PaymentFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, props: PaymentFunctionProps) {
    super(scope, id);
    this.log = new LogGroup(this, 'Log', {
      retention: LOG_RETENTION_DAYS satisfies RetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.log.logGroupArn],
      }),
    );
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(props.dist, props.bundle)),
      role: this.role,
      timeout: Duration.seconds(props.timeoutS),
      memorySize: props.memoryMb,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      logGroup: this.log,
      loggingFormat: LoggingFormat.JSON,
    });
  }
}
