/** Brings a template's resources up on the stand-ins: the local counterpart of a deploy. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FunctionPool } from './lambda/function-pool.ts';
import type { Secrets } from './stand-ins/secrets.ts';
import { createFunctions } from './template/functions.ts';
import { type ResourceFacts, resolveText, type Scope } from './template/intrinsics.ts';
import { createQueues } from './template/queues.ts';
import { assertKnownTypes } from './template/resource-types.ts';
import { createSecretValues } from './template/secret-values.ts';
import { connectSources, type SourceEvents } from './template/sources.ts';
import { createTables } from './template/tables.ts';
import type { Assembly, TemplateResource } from './template/template.ts';

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
  onOutput(name: string, text: string): void;
}

export interface Deployed {
  readonly functions: ReadonlyMap<string, FunctionPool>;
  readonly scope: Scope;
  /** Value of an output of the stack. */
  output(name: string): string;
  close(): Promise<void>;
}

/** Resources of one type, with their logical ids. */
export const resourcesOf = (
  { assembly }: Pick<Deployment, 'assembly'>,
  type: string,
): readonly (readonly [string, TemplateResource])[] =>
  Object.entries(assembly.template.Resources).filter(([, resource]) => resource.Type === type);

/** Throws on a resource type that is neither brought up nor known to be left out. */
export const deploy = async (
  settings: Omit<Deployment, 'scope' | 'facts' | 'environment'> & { readonly events: SourceEvents },
): Promise<Deployed> => {
  const { assembly, standIns } = settings;
  assertKnownTypes(assembly.template);
  const facts = new Map<string, ResourceFacts>();
  const deployment: Deployment = {
    ...settings,
    facts,
    environment: environmentOf(assembly.region, standIns),
    scope: {
      template: assembly.template,
      region: assembly.region,
      accountId: ACCOUNT_ID,
      facts: (id) => facts.get(id) ?? leftOutFacts(id, assembly),
      secret: (id) => standIns.secrets.value(id),
    },
  };
  createSecretValues(deployment);
  await createQueues(deployment);
  await createTables(deployment);
  const functions = createFunctions(deployment);
  const sources = await connectSources(deployment, functions, settings.events);
  return {
    functions,
    scope: deployment.scope,
    output: (name) => resolveText(assembly.template.Outputs?.[name]?.Value, deployment.scope),
    close: async () => {
      await Promise.all([
        ...sources.map((source) => source.close()),
        ...[...functions.values()].map((pool) => pool.close()),
      ]);
    },
  };
};

/** Resources that are left out answer with names of their own, so that what mentions them resolves. */
const leftOutFacts = (id: string, { template, region }: Assembly): ResourceFacts | undefined => {
  const resource = template.Resources[id];
  if (resource === undefined) {
    return undefined;
  }
  const attributes = new Proxy<Record<string, string>>(
    {},
    { get: (_target, name) => `arn:aws:local:${region}:${ACCOUNT_ID}:${id}/${String(name)}` },
  );
  return { ref: id, attributes };
};

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
