/** AWS::SecretsManager::Secret: generates the values that Secrets Manager would. */

import { generatePassword } from '../stand-ins/secrets.ts';
import { type Deployment, resourcesOf } from './deployment-context.ts';
import { resolve } from './intrinsics.ts';
import type { JsonObject } from './template.ts';

/** Length where the template names none: that of Secrets Manager. */
const LENGTH_DEFAULT = 32;

/** Secrets that are built from others come after them: references are followed as they are met. */
export const createSecretValues = (deployment: Deployment): void => {
  const { facts, standIns } = deployment;
  const secrets = resourcesOf(deployment, 'AWS::SecretsManager::Secret');
  for (const [id] of secrets) {
    facts.set(id, { ref: standIns.secrets.arn(id), attributes: { Id: standIns.secrets.arn(id) } });
  }
  const isPlain = (text: string): boolean => !text.includes('{{resolve:');
  const inOrder = [...secrets].sort(
    ([, a], [, b]) =>
      Number(!isPlain(JSON.stringify(a.Properties))) -
      Number(!isPlain(JSON.stringify(b.Properties))),
  );
  for (const [id, { Properties = {} }] of inOrder) {
    standIns.secrets.ensure(id, () => generate(Properties.GenerateSecretString, deployment));
  }
};

const generate = (options: unknown, deployment: Deployment): string => {
  const resolved = resolve((options ?? {}) as JsonObject, deployment.scope) as JsonObject;
  const password = generatePassword({
    length: Number(resolved.PasswordLength ?? LENGTH_DEFAULT),
    excluded: String(resolved.ExcludeCharacters ?? ''),
    uppercase: resolved.ExcludeUppercase !== true,
    punctuation: resolved.ExcludePunctuation !== true,
  });
  const key = resolved.GenerateStringKey;
  if (typeof key !== 'string') {
    return password;
  }
  const others = JSON.parse(String(resolved.SecretStringTemplate ?? '{}')) as JsonObject;
  return JSON.stringify({ ...others, [key]: password });
};
