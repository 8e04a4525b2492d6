/** Who is called when, and the page that is looked at then. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmWidget,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { BridgeService } from './bridge-service.ts';
import type { PaymentQueues } from './queues.ts';
import {
  AUDIT_SILENT_H,
  PUBLISHER_BEHIND_ALARM_MIN,
  REQUEST_AGE_ALARM_S,
  WAITING_DELIVERIES_ALARM,
} from './settings.ts';

/** As often as SQS and Lambda report. */
const EVERY_MINUTE = Duration.minutes(1);

export interface MonitoringProps {
  readonly queues: PaymentQueues;
  readonly bridge: BridgeService;
  /** Where the auditor tells what it found. */
  readonly auditLog: ILogGroup;
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  /** One of the functions. */
  readonly publisher: LambdaFunction;
}

export class Monitoring extends Construct {
  /** Subscribe whoever is on call. */
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { queues, functions } = props;
    const key = new Key(this, 'Key', {
      description: 'Cosmopay: alarms',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
      }),
    );
    this.topic = new Topic(this, 'Alarms', { masterKey: key, enforceSSL: true });

    const alarms = [
      this.alarm('DeadLetters', 'A request was given up after every try: docs/operations.md', {
        metric: waiting(queues.dead),
        above: 0,
      }),
      this.alarm('Parked', 'A message that can never be done was put aside', {
        metric: waiting(queues.parking),
        above: 0,
      }),
      this.alarm('RequestAge', 'Customers wait: the pool does not keep up with the requests', {
        metric: queues.request.metricApproximateAgeOfOldestMessage({
          period: EVERY_MINUTE,
          statistic: Stats.MAXIMUM,
        }),
        above: REQUEST_AGE_ALARM_S,
      }),
      ...this.eventAlarms(props),
      ...this.watchBooks(props.auditLog),
      ...Object.entries(functions).map(([name, lambda]) =>
        this.alarm(`${name}Errors`, `The function ${name} fails`, {
          metric: lambda.metricErrors({ period: EVERY_MINUTE }),
          above: 0,
        }),
      ),
    ];
    this.show(alarms, props);
  }

  private eventAlarms({ queues, publisher }: MonitoringProps): readonly Alarm[] {
    return [
      this.alarm('EventDeadLetters', 'A webhook was given up after every try: docs/operations.md', {
        metric: waiting(queues.eventsDead),
        above: 0,
      }),
      this.alarm('EventsWaiting', 'Receivers do not take webhooks: disable what is dead', {
        metric: queues.events.metricApproximateNumberOfMessagesNotVisible({
          period: EVERY_MINUTE,
          statistic: Stats.MAXIMUM,
        }),
        above: WAITING_DELIVERIES_ALARM,
      }),
      this.alarm('PublisherBehind', 'Events are lost when the publisher is a day behind', {
        metric: publisher.metric('IteratorAge', {
          period: EVERY_MINUTE,
          statistic: Stats.MAXIMUM,
        }),
        above: Duration.minutes(PUBLISHER_BEHIND_ALARM_MIN).toMilliseconds(),
      }),
    ];
  }

  /** Someone is called for each violation, and where nobody looks any more. */
  private watchBooks(auditLog: ILogGroup): readonly Alarm[] {
    const found = new MetricFilter(this, 'Audits', {
      logGroup: auditLog,
      filterPattern: FilterPattern.stringValue('$.event', '=', 'audit'),
      metricNamespace: Stack.of(this).stackName,
      metricName: 'LedgerViolations',
      metricValue: '$.count',
    });
    return [
      this.alarm('BooksWrong', 'The books are not right: docs/operations.md, at once', {
        metric: found.metric({ period: Duration.hours(1), statistic: Stats.MAXIMUM }),
        above: 0,
      }),
      this.alarm('BooksUnaudited', 'No audit has come to its end for hours', {
        // No audit finds that many: only silence sets it off.
        metric: found.metric({ period: Duration.hours(AUDIT_SILENT_H), statistic: Stats.MAXIMUM }),
        above: Number.MAX_SAFE_INTEGER,
        silence: TreatMissingData.BREACHING,
      }),
    ];
  }

  private alarm(
    id: string,
    alarmDescription: string,
    {
      metric,
      above,
      silence = TreatMissingData.NOT_BREACHING,
    }: { readonly metric: IMetric; readonly above: number; readonly silence?: TreatMissingData },
  ): Alarm {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold: above,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: silence,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }

  private show(alarms: readonly Alarm[], { queues, bridge, functions }: MonitoringProps): void {
    const lambdas = Object.values(functions);
    const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left });
    new Dashboard(this, 'Dashboard', {
      widgets: [
        alarms.map(
          (alarm) => new AlarmWidget({ alarm, title: alarm.node.id, width: 4, height: 4 }),
        ),
        [
          graph('Connections', [bridge.connections()]),
          graph('Requests', [
            queues.request.metricNumberOfMessagesSent({ period: EVERY_MINUTE }),
            waiting(queues.request),
          ]),
          graph('Age of the oldest request', [
            queues.request.metricApproximateAgeOfOldestMessage({ period: EVERY_MINUTE }),
          ]),
          graph('Dead letters and parked', [
            waiting(queues.dead),
            waiting(queues.parking),
            waiting(queues.eventsDead),
          ]),
          graph('Events', [
            queues.events.metricNumberOfMessagesSent({ period: EVERY_MINUTE }),
            queues.events.metricApproximateNumberOfMessagesNotVisible({ period: EVERY_MINUTE }),
          ]),
        ],
        [
          graph(
            'Threads in use',
            lambdas.map((lambda) => lambda.metric('ConcurrentExecutions')),
          ),
          graph('Duration, 99th percentile', [
            ...lambdas.map((lambda) => lambda.metricDuration({ statistic: Stats.percentile(99) })),
          ]),
          graph(
            'Errors',
            lambdas.map((lambda) => lambda.metricErrors()),
          ),
        ],
      ],
    });
  }
}

const waiting = (queue: Queue): IMetric =>
  queue.metricApproximateNumberOfMessagesVisible({
    period: EVERY_MINUTE,
    statistic: Stats.MAXIMUM,
  });
