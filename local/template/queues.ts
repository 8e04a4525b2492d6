/** AWS::SQS::Queue: created on fauxqs, dead letters first. */
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { ACCOUNT_ID, type Deployment, localSqs, resourcesOf } from './deployment-context.ts';
import { resolve } from './intrinsics.ts';
import type { JsonObject } from './template.ts';

/** Properties of the template that are attributes of the same meaning, by their names in the API. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  VisibilityTimeout: 'VisibilityTimeout',
  MessageRetentionPeriod: 'MessageRetentionPeriod',
  DelaySeconds: 'DelaySeconds',
  ReceiveMessageWaitTimeSeconds: 'ReceiveMessageWaitTimeSeconds',
  RedrivePolicy: 'RedrivePolicy',
};

export const createQueues = async (deployment: Deployment): Promise<void> => {
  const { facts, standIns, assembly } = deployment;
  const queues = resourcesOf(deployment, 'AWS::SQS::Queue');
  for (const [id] of queues) {
    facts.set(id, {
      ref: `${standIns.sqs}/${ACCOUNT_ID}/${id}`,
      attributes: {
        Arn: `arn:aws:sqs:${assembly.region}:${ACCOUNT_ID}:${id}`,
        QueueName: id,
        QueueUrl: `${standIns.sqs}/${ACCOUNT_ID}/${id}`,
      },
    });
  }
  const sqs = localSqs(assembly.region, standIns.sqs);
  const redrives = (properties: JsonObject | undefined): number =>
    properties?.RedrivePolicy === undefined ? 0 : 1;
  const inOrder = [...queues].sort(
    ([, a], [, b]) => redrives(a.Properties) - redrives(b.Properties),
  );
  for (const [id, { Properties = {} }] of inOrder) {
    const Attributes = attributesOf(Properties, deployment);
    try {
      await sqs.send(new CreateQueueCommand({ QueueName: id, Attributes }));
    } catch {
      // It exists with other settings, kept from a run before the template changed.
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: facts.get(id)?.ref, Attributes }));
    }
  }
  sqs.destroy();
};

const attributesOf = (properties: JsonObject, { scope }: Deployment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(ATTRIBUTES).flatMap(([property, attribute]) => {
      const value = properties[property];
      if (value === undefined) {
        return [];
      }
      const resolved = resolve(value, scope);
      return [
        [attribute, typeof resolved === 'object' ? JSON.stringify(resolved) : String(resolved)],
      ];
    }),
  );
