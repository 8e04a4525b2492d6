/** Brings a template's resources up on the stand-ins: the local counterpart of a deploy. */
import type { FunctionPool } from './lambda/function-pool.ts';
import { ACCOUNT_ID, type Deployment, environmentOf } from './template/deployment-context.ts';
import { createFunctions } from './template/functions.ts';
import { type ResourceFacts, resolveText, type Scope } from './template/intrinsics.ts';
import { createQueues } from './template/queues.ts';
import { assertKnownTypes } from './template/resource-types.ts';
import { createSecretValues } from './template/secret-values.ts';
import { connectSources, type SourceEvents } from './template/sources.ts';
import { createTables } from './template/tables.ts';
import type { Assembly } from './template/template.ts';

export interface Deployed {
  readonly functions: ReadonlyMap<string, FunctionPool>;
  readonly scope: Scope;
  /** Value of an output of the stack. */
  output(name: string): string;
  close(): Promise<void>;
}

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
