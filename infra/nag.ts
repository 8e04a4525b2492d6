/** Checks the stack by cdk-nag's AWS Solutions rules; what is left on purpose is acknowledged here, each with its reason. */
import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { REPLY_SLOTS } from './settings.ts';

interface Acknowledged {
  /** Path below the stack; it covers what lies below it, so it is as long as it can be. */
  readonly path: string;
  readonly id: string;
  readonly reason: string;
}

const NO_REDRIVE =
  'Not a source of redrive: what expires here is of no use any more, the stored answer is in the table.';
const NO_ROTATION =
  'Rotating means provisioning: two generations are accepted, and an operator starts it with a change of terminals.';
const TOKEN_IN_FUNCTION =
  'The function verifies the access token of the user pool before anything else, and the role of each route; pages that say nothing of the system need none.';

const ACKNOWLEDGED: readonly Acknowledged[] = [
  ...Array.from({ length: REPLY_SLOTS }, (_, slot) => ({
    path: `Queues/Reply${slot}`,
    id: 'AwsSolutions-SQS3',
    reason: NO_REDRIVE,
  })),
  {
    path: 'Queues/Parking',
    id: 'AwsSolutions-SQS3',
    reason: 'It is itself where messages end; an alarm calls someone for each.',
  },
  ...['Link', 'Message', 'CodeMaster', 'Identifier', 'Providers', 'Webhooks', 'Tls'].map(
    (name) => ({
      path: `Secrets/${name}`,
      id: 'AwsSolutions-SMG4',
      reason: NO_ROTATION,
    }),
  ),
  {
    path: 'Admin/Rest',
    id: 'AwsSolutions-APIG2',
    reason: 'One proxy method: the function validates each route by its own schema.',
  },
  { path: 'Admin/Rest', id: 'AwsSolutions-APIG4', reason: TOKEN_IN_FUNCTION },
  { path: 'Admin/Rest', id: 'AwsSolutions-COG4', reason: TOKEN_IN_FUNCTION },
  {
    path: 'Admin/Rest/CloudWatchRole',
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    reason: 'The one policy that API Gateway documents for writing access logs.',
  },
  {
    path: 'Bridge/Network/Endpoints',
    id: 'AwsSolutions-EC23',
    reason: 'Open to the addresses of the VPC alone, which the rule cannot resolve.',
  },
  {
    path: 'Bridge/Edge',
    id: 'AwsSolutions-EC23',
    reason: 'A public TCP port is the product; frames are authenticated before anything is spent.',
  },
  {
    path: 'Bridge/Task',
    id: 'AwsSolutions-ECS2',
    reason: 'Names, ports and URLs only; the one secret is injected from Secrets Manager.',
  },
  {
    path: 'Bridge/Task/ExecutionRole',
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken knows no resource.',
  },
  {
    path: 'Bridge/Balancer',
    id: 'AwsSolutions-ELB2',
    reason: 'Network load balancers log TLS listeners only; the VPC flow log has every flow.',
  },
];

/** Adds the checks to `app`: a finding that is not acknowledged fails the synthesis. */
export const addNag = (app: App, stack: Stack): void => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  for (const { path, id, reason } of ACKNOWLEDGED) {
    Validations.of(below(stack, path)).acknowledge({ id, reason });
  }
};

/** Throws where no construct has the path: an acknowledgement must not outlive what it is about. */
const below = (stack: Stack, path: string): IConstruct =>
  path.split('/').reduce<IConstruct>((scope, id) => scope.node.findChild(id), stack);
