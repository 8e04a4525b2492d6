/** The network of the bridges: public addresses for the load balancer alone, and no way out for a bridge. */
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LOG_RETENTION_DAYS } from './settings.ts';

/** Zones: one may fail. */
const ZONES = 2;

/**
 * Bridges live in subnets without a route to the internet and reach AWS through endpoints. A NAT gateway would cost
 * about the same and would let a bridge that was taken over call home; public addresses would let it do so for free.
 */
export class BridgeNetwork extends Construct {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: ZONES,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'Edge', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: 'Bridge', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 },
      ],
      gatewayEndpoints: {
        Dynamodb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
        // The layers of container images lie in S3.
        S3: { service: GatewayVpcEndpointAwsService.S3 },
      },
    });
    const callers = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'Cosmopay: endpoints of AWS services',
    });
    for (const [name, service] of Object.entries({
      Sqs: InterfaceVpcEndpointAwsService.SQS,
      Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
      Secrets: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      Images: InterfaceVpcEndpointAwsService.ECR,
      ImageLayers: InterfaceVpcEndpointAwsService.ECR_DOCKER,
    })) {
      this.vpc.addInterfaceEndpoint(name, { service, securityGroups: [callers] });
    }
    this.vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'Flows', { retention: LOG_RETENTION_DAYS satisfies RetentionDays }),
      ),
    });
  }
}
