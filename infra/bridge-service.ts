/** The edge: bridges on Fargate behind a network load balancer with fixed addresses. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AdjustmentType } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnEIP, Peer, Port, SecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  AwsLogDriverMode,
  Cluster,
  type ContainerDefinition,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  Secret as EcsSecret,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  UlimitName,
} from 'aws-cdk-lib/aws-ecs';
import {
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BridgeNetwork } from './network.ts';
import type { PaymentQueues } from './queues.ts';
import type { PaymentSecrets } from './secrets.ts';
import {
  BRIDGE_CPU_TARGET_PERCENT,
  BRIDGE_NODE_OPTIONS,
  BRIDGE_PORT,
  BRIDGES_MAX,
  BRIDGES_MIN,
  CONNECTIONS_PER_BRIDGE,
  DEREGISTRATION_DELAY_S,
  HEALTH_PORT,
  HEARTBEAT_S,
  IDLE_TIMEOUT_S,
  ISO8583_ASCII_PORT,
  ISO8583_BCD_PORT,
  LOG_RETENTION_DAYS,
  OPEN_FILES_MAX,
  STOP_TIMEOUT_S,
} from './settings.ts';
import type { PaymentTable } from './table.ts';

/** Where terminals call: the one port for all, and two for what its first byte cannot tell. */
const TERMINAL_PORTS = [BRIDGE_PORT, ISO8583_ASCII_PORT, ISO8583_BCD_PORT];

/** Runs inside the container, which has Node and nothing else. */
const HEALTH_COMMAND = [
  'CMD',
  'node',
  '-e',
  `fetch('http://127.0.0.1:${HEALTH_PORT}/health').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`,
];

export interface BridgeServiceProps {
  /** Folder with the bridge's bundle and its Dockerfile. */
  readonly image: string;
  readonly table: PaymentTable;
  readonly queues: PaymentQueues;
  readonly secrets: PaymentSecrets;
}

export class BridgeService extends Construct {
  readonly balancer: NetworkLoadBalancer;
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: BridgeServiceProps) {
    super(scope, id);
    const { vpc } = new BridgeNetwork(this, 'Network');
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: 1024,
      memoryLimitMiB: 2048,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    this.addBridge(task, props);
    allowBridge(task, props);

    const edge = new SecurityGroup(this, 'Edge', { vpc, description: 'Cosmopay: load balancer' });
    for (const port of TERMINAL_PORTS) {
      edge.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'terminals call from anywhere');
    }
    const inner = new SecurityGroup(this, 'Bridge', { vpc, description: 'Cosmopay: bridges' });
    for (const port of TERMINAL_PORTS) {
      inner.addIngressRule(edge, Port.tcp(port), 'terminals, through the load balancer');
    }
    inner.addIngressRule(edge, Port.tcp(HEALTH_PORT), 'health checks of the load balancer');

    this.service = new FargateService(this, 'Service', {
      cluster: new Cluster(this, 'Cluster', {
        vpc,
        containerInsightsV2: ContainerInsights.ENABLED,
      }),
      taskDefinition: task,
      desiredCount: BRIDGES_MIN,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [inner],
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
    });
    this.balancer = new NetworkLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: true,
      crossZoneEnabled: true,
      securityGroups: [edge],
      deletionProtection: true,
      // Terminals in the field are pointed at numbers, not at names: the addresses outlive the balancer.
      subnetMappings: vpc.publicSubnets.map((subnet, zone) => ({
        subnet,
        allocationId: new CfnEIP(this, `Address${zone}`, { domain: 'vpc' }).attrAllocationId,
      })),
    });
    for (const port of TERMINAL_PORTS) {
      this.listen(vpc, port);
    }
    this.scale();
  }

  private addBridge(task: FargateTaskDefinition, props: BridgeServiceProps): ContainerDefinition {
    const container = task.addContainer('bridge', {
      image: ContainerImage.fromAsset(props.image),
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(STOP_TIMEOUT_S),
      portMappings: [...TERMINAL_PORTS, HEALTH_PORT].map((containerPort) => ({ containerPort })),
      environment: {
        BRIDGE_PORT: String(BRIDGE_PORT),
        HEALTH_PORT: String(HEALTH_PORT),
        BIND_HOST: '0.0.0.0',
        HEARTBEAT_S: String(HEARTBEAT_S),
        ISO8583_ASCII_PORT: String(ISO8583_ASCII_PORT),
        ISO8583_BCD_PORT: String(ISO8583_BCD_PORT),
        TLS_SECRET_ARN: props.secrets.tls.secretArn,
        LOG_LEVEL: 'info',
        NODE_OPTIONS: BRIDGE_NODE_OPTIONS.join(' '),
        TABLE_NAME: props.table.table.tableName,
        REQUEST_QUEUE_URL: props.queues.request.queueUrl,
        REPLY_QUEUE_URLS: props.queues.replyUrls,
      },
      secrets: { LINK_MASTER: EcsSecret.fromSecretsManager(props.secrets.link) },
      healthCheck: {
        command: HEALTH_COMMAND,
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(15),
      },
      logging: LogDrivers.awsLogs({
        streamPrefix: 'bridge',
        mode: AwsLogDriverMode.NON_BLOCKING,
        logGroup: new LogGroup(this, 'Log', {
          retention: LOG_RETENTION_DAYS satisfies RetentionDays,
          removalPolicy: RemovalPolicy.RETAIN,
        }),
      }),
    });
    container.addUlimits({
      name: UlimitName.NOFILE,
      softLimit: OPEN_FILES_MAX,
      hardLimit: OPEN_FILES_MAX,
    });
    return container;
  }

  /** TCP as it comes: TLS ends in the bridge, which alone can derive the terminals' keys. */
  private listen(vpc: Vpc, port: number): void {
    const suffix = port === BRIDGE_PORT ? '' : String(port);
    const targets = new NetworkTargetGroup(this, `Targets${suffix}`, {
      vpc,
      protocol: Protocol.TCP,
      port,
      targetType: TargetType.IP,
      preserveClientIp: true,
      connectionTermination: false,
      deregistrationDelay: Duration.seconds(DEREGISTRATION_DELAY_S),
      targets: [this.service.loadBalancerTarget({ containerName: 'bridge', containerPort: port })],
      healthCheck: {
        protocol: Protocol.HTTP,
        port: String(HEALTH_PORT),
        path: '/health',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
    this.balancer.addListener(`Terminals${suffix}`, {
      port,
      protocol: Protocol.TCP,
      tcpIdleTimeout: Duration.seconds(IDLE_TIMEOUT_S),
      defaultTargetGroups: [targets],
    });
  }

  /** By connections, so that a reconnecting fleet finds room, and by processor time; the larger number wins. */
  private scale(): void {
    const bridges = this.service.autoScaleTaskCount({
      minCapacity: BRIDGES_MIN,
      maxCapacity: BRIDGES_MAX,
    });
    bridges.scaleOnCpuUtilization('Cpu', {
      targetUtilizationPercent: BRIDGE_CPU_TARGET_PERCENT,
      scaleInCooldown: Duration.minutes(15),
      scaleOutCooldown: Duration.minutes(1),
    });
    const steps = Array.from({ length: BRIDGES_MAX - BRIDGES_MIN + 1 }, (_, step) => ({
      lower: step === 0 ? 0 : (BRIDGES_MIN + step - 1) * CONNECTIONS_PER_BRIDGE,
      change: BRIDGES_MIN + step,
    }));
    bridges.scaleOnMetric('Connections', {
      metric: this.connections(),
      adjustmentType: AdjustmentType.EXACT_CAPACITY,
      scalingSteps: steps,
      cooldown: Duration.minutes(5),
    });
  }

  /** Open connections of all terminals. */
  connections(): Metric {
    return this.balancer.metrics.activeFlowCount({ period: Duration.minutes(1) });
  }
}

/** What a bridge that was taken over could do at most: ask, read answers, and fight over a lease. */
const allowBridge = (
  task: FargateTaskDefinition,
  { table, queues, secrets }: BridgeServiceProps,
): void => {
  task.addToTaskRolePolicy(
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queues.request.queueArn] }),
  );
  task.addToTaskRolePolicy(
    new PolicyStatement({
      actions: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'],
      resources: queues.replyArns,
    }),
  );
  // Read again while it runs, so that a new certificate needs no new task.
  secrets.allowRead(task.taskRole, secrets.tls);
  table.allow(task.taskRole, ['GetItem'], ['T#*', 'P#*']);
  table.allow(task.taskRole, ['UpdateItem'], ['LEASE#*']);
};
