/** AWS::Lambda::Function: a pool of sandboxes over the very folder that deploys. */
import { join } from 'node:path';
import { FunctionPool } from '../lambda/function-pool.ts';
import { ACCOUNT_ID, type Deployment, resourcesOf } from './deployment-context.ts';
import { resolve, resolveText } from './intrinsics.ts';
import type { JsonObject } from './template.ts';

/** Seconds and MB where the template names none: Lambda's own. */
const TIMEOUT_S_DEFAULT = 3;
const MEMORY_MB_DEFAULT = 128;

/** By logical id. */
export const createFunctions = (deployment: Deployment): ReadonlyMap<string, FunctionPool> => {
  const { assembly, scope, facts, environment } = deployment;
  const functions = resourcesOf(deployment, 'AWS::Lambda::Function');
  for (const [id] of functions) {
    const arn = `arn:aws:lambda:${assembly.region}:${ACCOUNT_ID}:function:${id}`;
    facts.set(id, { ref: id, attributes: { Arn: arn } });
  }
  return new Map(
    functions.map(([id, { Properties = {} }]) => {
      const code = Properties.Code as JsonObject;
      const variables = (Properties.Environment as JsonObject | undefined)?.Variables ?? {};
      const settings = {
        name: id,
        arn: facts.get(id)?.attributes.Arn ?? '',
        folder: join(
          assembly.folder,
          `asset.${resolveText(code.S3Key, scope).replace(/\.zip$/, '')}`,
        ),
        handler: resolveText(Properties.Handler, scope),
        timeoutMs: Number(Properties.Timeout ?? TIMEOUT_S_DEFAULT) * 1000,
        memoryMb: Number(Properties.MemorySize ?? MEMORY_MB_DEFAULT),
        environment: {
          ...environment,
          ...override(
            resolve(variables, scope) as Readonly<Record<string, string>>,
            deployment.settings ?? {},
          ),
        },
      };
      const pool = new FunctionPool(settings, {
        concurrencyMax: deployment.concurrencyMax,
        onOutput: (text) => deployment.onOutput(id, text),
      });
      return [id, pool] as const;
    }),
  );
};

const override = (
  variables: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, settings[name] ?? value]),
  );
