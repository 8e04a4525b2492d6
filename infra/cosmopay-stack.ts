/** The whole system in one region: one stack, put together from its constructs. */
import { join } from 'node:path';
import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Admin } from './admin.ts';
import { Background } from './background.ts';
import { BridgeService } from './bridge-service.ts';
import { Compiler } from './compiler.ts';
import { Events } from './events.ts';
import { Monitoring } from './monitoring.ts';
import { Pay } from './pay.ts';
import { PaymentQueues } from './queues.ts';
import { PaymentSecrets } from './secrets.ts';
import { BRIDGE_PORT } from './settings.ts';
import { PaymentTable } from './table.ts';

export interface CosmopayStackProps extends StackProps {
  /** Folder that holds one built bundle per function and the bridge's image. */
  readonly dist: string;
}

/** Its outputs are the contract with whoever seeds, operates or imitates the system: local/ reads them too. */
export class CosmopayStack extends Stack {
  constructor(scope: Construct, id: string, props: CosmopayStackProps) {
    super(scope, id, props);
    const { dist } = props;
    const table = new PaymentTable(this, 'Data');
    const queues = new PaymentQueues(this, 'Queues');
    const secrets = new PaymentSecrets(this, 'Secrets');
    const { pay } = new Pay(this, 'Threads', { dist, table, queues, secrets });
    const { janitor, projector, auditor } = new Background(this, 'Background', {
      dist,
      table,
      secrets,
    });
    const { publisher, webhooks } = new Events(this, 'Events', { dist, table, queues, secrets });
    const { queue: compile, compiler } = new Compiler(this, 'Compile', { dist, table });
    const bridge = new BridgeService(this, 'Bridge', {
      image: join(dist, 'bridge'),
      table,
      queues,
      secrets,
    });
    const address = Fn.join('', [bridge.balancer.loadBalancerDnsName, `:${BRIDGE_PORT}`]);
    const { api, admin, enrol, operators } = new Admin(this, 'Admin', {
      dist,
      table,
      secrets,
      compile,
      bridge: address,
    });
    const monitoring = new Monitoring(this, 'Monitoring', {
      queues,
      bridge,
      publisher: publisher.function,
      auditLog: auditor.log,
      functions: {
        Pay: pay.function,
        Janitor: janitor.function,
        Projector: projector.function,
        Publisher: publisher.function,
        Webhooks: webhooks.function,
        Auditor: auditor.function,
        AdminApi: admin.function,
        Enrol: enrol.function,
        Compiler: compiler.function,
      },
    });

    this.tell('TableName', table.table.tableName);
    this.tell('RequestQueueUrl', queues.request.queueUrl);
    this.tell('DeadLetterQueueUrl', queues.dead.queueUrl);
    this.tell('ParkingQueueUrl', queues.parking.queueUrl);
    this.tell('EventsQueueUrl', queues.events.queueUrl);
    this.tell('EventsDeadLetterQueueUrl', queues.eventsDead.queueUrl);
    this.tell('LinkSecretArn', secrets.link.secretArn);
    this.tell('TlsSecretArn', secrets.tls.secretArn);
    this.tell('MessageSecretArn', secrets.message.secretArn);
    this.tell('IdentifierSecretArn', secrets.identifier.secretArn);
    this.tell('ProviderSecretArn', secrets.providers.secretArn);
    this.tell('WebhookSecretArn', secrets.webhooks.secretArn);
    this.tell('AdminUrl', api.url);
    this.tell('OperatorPoolId', operators.pool.userPoolId);
    this.tell('OperatorClientId', operators.client.userPoolClientId);
    this.tell('SignInUrl', operators.signInUrl);
    this.tell('BridgeAddress', address);
    this.tell('AuditorName', auditor.function.functionName);
    this.tell('AlarmTopicArn', monitoring.topic.topicArn);
  }

  private tell(name: string, value: string): void {
    new CfnOutput(this, name, { value });
  }
}
