/** Event source mappings and schedules: what calls the functions without being asked. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { FunctionPool } from '../lambda/function-pool.ts';
import { LocalError } from '../local-error.ts';
import { changeFilter } from '../mappings/event-filter.ts';
import { type QueueMapping, startQueueMapping } from '../mappings/queue-mapping.ts';
import { startSchedule } from '../mappings/schedule.ts';
import type { Source } from '../mappings/source.ts';
import { type Checkpoint, startStreamMapping } from '../mappings/stream-mapping.ts';
import { type Deployment, localSqs, resourcesOf } from './deployment-context.ts';
import { resolveText } from './intrinsics.ts';
import type { Json, JsonObject } from './template.ts';

export interface SourceEvents {
  /** Each batch of any queue, with the function that takes it. */
  readonly onBatch?: (
    event: Parameters<Required<QueueMapping>['onBatch']>[0] & { readonly taker: string },
  ) => void;
}
type Functions = ReadonlyMap<string, FunctionPool>;

/** Batch sizes and tries where the template names none: Lambda's own, tries bounded for a laptop. */
const QUEUE_BATCH_DEFAULT = 10;
const STREAM_BATCH_DEFAULT = 100;
const STREAM_RETRIES_DEFAULT = 100;

/** The function with this name or ARN. */
export const functionOf = (functions: Functions, nameOrArn: string): FunctionPool => {
  const found = functions.get(nameOrArn.split(':').at(-1) ?? '');
  if (found === undefined) {
    throw new LocalError(
      'template_unsupported',
      `The template calls a function that it does not define: ${nameOrArn}.`,
      'Define it in infra/.',
    );
  }
  return found;
};

/** Starts all of them. */
export const connectSources = async (
  deployment: Deployment,
  functions: Functions,
  events: SourceEvents,
): Promise<readonly Source[]> => {
  const mappings = resourcesOf(deployment, 'AWS::Lambda::EventSourceMapping').map(
    ([, { Properties = {} }]) => connectMapping(deployment, functions, { Properties, events }),
  );
  const rules = resourcesOf(deployment, 'AWS::Events::Rule').flatMap(([id, { Properties = {} }]) =>
    targetsOf(Properties).map((target) =>
      startSchedule({
        expression: resolveText(Properties.ScheduleExpression, deployment.scope),
        ruleArn: id,
        everyMs:
          deployment.scheduleSeconds === undefined ? undefined : deployment.scheduleSeconds * 1000,
        region: deployment.assembly.region,
        target: functionOf(functions, resolveText(target.Arn, deployment.scope)),
      }),
    ),
  );
  return [...(await Promise.all(mappings)), ...rules];
};

const targetsOf = (properties: JsonObject): readonly JsonObject[] =>
  (properties.Targets ?? []) as readonly JsonObject[];

const connectMapping = async (
  deployment: Deployment,
  functions: Functions,
  { Properties, events }: { readonly Properties: JsonObject; readonly events: SourceEvents },
): Promise<Source> => {
  const { scope, assembly } = deployment;
  const sourceArn = resolveText(Properties.EventSourceArn, scope);
  const target = functionOf(functions, resolveText(Properties.FunctionName, scope));
  const service = sourceArn.split(':')[2];
  if (service === 'sqs') {
    return connectQueue(deployment, { Properties, events, sourceArn, target });
  }
  if (service === 'dynamodb') {
    return startStreamMapping({
      streams: new DynamoDBStreamsClient({
        region: assembly.region,
        endpoint: deployment.standIns.dynamodb,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }),
      streamArn: sourceArn,
      region: assembly.region,
      target,
      batchSize: Number(Properties.BatchSize ?? STREAM_BATCH_DEFAULT),
      retriesMax: Number(Properties.MaximumRetryAttempts ?? STREAM_RETRIES_DEFAULT),
      wants: changeFilter(Properties.FilterCriteria as JsonObject | undefined),
      bisects: Properties.BisectBatchOnFunctionError === true,
      from: Properties.StartingPosition === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON',
      // Several functions follow one stream, each at its own pace.
      checkpoint: fileCheckpoint(
        join(deployment.dataFolder, 'streams', `${target.settings.name}.json`),
      ),
    });
  }
  throw new LocalError(
    'template_unsupported',
    `An event source mapping of ${service} is not supported.`,
    'Teach local/template/sources.ts about it.',
  );
};

const connectQueue = (
  { standIns, assembly, concurrencyMax, facts }: Deployment,
  mapping: {
    readonly Properties: JsonObject;
    readonly events: SourceEvents;
    readonly sourceArn: string;
    readonly target: FunctionPool;
  },
): Source => {
  const { Properties, sourceArn, target } = mapping;
  const scaling = Properties.ScalingConfig as JsonObject | undefined;
  const pool = Number(scaling?.MaximumConcurrency ?? concurrencyMax);
  const { onBatch } = mapping.events;
  return startQueueMapping({
    ...(onBatch && { onBatch: (event) => onBatch({ ...event, taker: target.settings.name }) }),
    sqs: localSqs(assembly.region, standIns.sqs),
    queueUrl: facts.get(sourceArn.split(':').at(-1) ?? '')?.ref ?? '',
    queueArn: sourceArn,
    region: assembly.region,
    target,
    batchSize: Number(Properties.BatchSize ?? QUEUE_BATCH_DEFAULT),
    concurrencyMax: Math.min(pool, concurrencyMax),
    reportsFailures: isListed(Properties.FunctionResponseTypes, 'ReportBatchItemFailures'),
  });
};

const isListed = (list: Json | undefined, item: string): boolean =>
  Array.isArray(list) && list.includes(item);

const fileCheckpoint = (file: string): Checkpoint => {
  const read: Record<string, string> = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)
    : {};
  return {
    read: (shard) => read[shard],
    write: (shard, sequenceNumber) => {
      read[shard] = sequenceNumber;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(read));
      renameSync(`${file}.new`, file);
    },
  };
};
