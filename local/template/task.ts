/** AWS::ECS::TaskDefinition: the environment of its one container, secrets included. */
import type { Deployed } from '../deployment.ts';
import type { Secrets } from '../stand-ins/secrets.ts';
import { resolve, resolveText } from './intrinsics.ts';
import type { JsonObject, Template } from './template.ts';

/** Throws unless the template has exactly one task with one container. */
export const taskEnvironment = (
  template: Template,
  deployed: Deployed,
  secrets: Secrets,
): Readonly<Record<string, string>> => {
  const [task, ...others] = Object.values(template.Resources).filter(
    ({ Type }) => Type === 'AWS::ECS::TaskDefinition',
  );
  const containers = (task?.Properties?.ContainerDefinitions ?? []) as readonly JsonObject[];
  const [container] = containers;
  if (container === undefined || containers.length !== 1 || others.length > 0) {
    throw new Error('expected one task definition with one container');
  }
  const plain = (resolve(container.Environment ?? [], deployed.scope) ??
    []) as readonly JsonObject[];
  const secret = (container.Secrets ?? []) as readonly JsonObject[];
  return Object.fromEntries([
    ...plain.map(({ Name, Value }) => [String(Name), String(Value)]),
    ...secret.map(({ Name, ValueFrom }) => [
      String(Name),
      secrets.value(resolveText(ValueFrom, deployed.scope)) ?? '',
    ]),
  ]);
};
