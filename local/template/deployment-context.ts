/** What is known of a template while it is brought up, and the clients of the stand-ins. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Secrets } from '../stand-ins/secrets.ts';
import type { ResourceFacts, Scope } from './intrinsics.ts';
import type { Assembly, TemplateResource } from './template.ts';

/** The account that local ARNs name, as fauxqs does. */
export const ACCOUNT_ID = '000000000000';

export interface StandIns {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly secrets: Secrets;
}

/** What is known of a template while it is brought up. */
export interface Deployment {
  readonly assembly: Assembly;
  readonly standIns: StandIns;
  readonly scope: Scope;
  readonly facts: Map<string, ResourceFacts>;
  readonly dataFolder: string;
  /** Environment of everything that calls the stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  readonly concurrencyMax: number;
  /** Seconds between two runs of what the template schedules, in place of its own rates. */
  readonly scheduleSeconds?: number | undefined;
  /** Settings in place of the template's, for functions that have a setting of that name. */
  readonly settings?: Readonly<Record<string, string>>;
  onOutput(name: string, text: string): void;
}

/** Resources of one type, with their logical ids. */
export const resourcesOf = (
  { assembly }: Pick<Deployment, 'assembly'>,
  type: string,
): readonly (readonly [string, TemplateResource])[] =>
  Object.entries(assembly.template.Resources).filter(([, resource]) => resource.Type === type);

/** Endpoints and credentials in the variables that the SDK reads by itself. */
export const environmentOf = (
  region: string,
  { dynamodb, sqs, secrets }: StandIns,
): Readonly<Record<string, string>> => ({
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_SQS: sqs,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
});

/** A client of the stand-in, for this process. */
export const localDynamodb = (region: string, endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    region,
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** Same, for queues. */
export const localSqs = (region: string, endpoint: string): SQSClient =>
  new SQSClient({
    region,
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
