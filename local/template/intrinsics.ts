/** Resolves CloudFormation's intrinsic functions in a template's values. */
import { LocalError } from '../local-error.ts';
import type { Json, JsonObject, Template } from './template.ts';

/** What a resource that was brought up, or is known, answers to Ref and GetAtt. */
export interface ResourceFacts {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Scope {
  readonly template: Template;
  readonly region: string;
  readonly accountId: string;
  /** Undefined for an id that has no facts: a Ref to it is an error. */
  facts(logicalId: string): ResourceFacts | undefined;
  /** The JSON of a secret, for `{{resolve:secretsmanager:…}}`. */
  secret?(id: string): string | undefined;
}

/** In place of a property whose value is `AWS::NoValue`: it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

/** The value with every intrinsic function replaced. Throws where one is unknown or leads nowhere. */
export const resolve = (value: Json, scope: Scope): Json => {
  const resolved = resolveAny(value, scope);
  return resolved === NO_VALUE ? null : resolved;
};

/** Same, for a value that must be a string; numbers and booleans are written out. */
export const resolveText = (value: Json | undefined, scope: Scope): string => {
  const resolved = value === undefined ? undefined : resolve(value, scope);
  if (typeof resolved === 'string') {
    return resolved;
  }
  if (typeof resolved === 'number' || typeof resolved === 'boolean') {
    return String(resolved);
  }
  throw unsupported(`expected text, found ${JSON.stringify(value)}`);
};

const resolveAny = (value: Json, scope: Scope): Resolved => {
  if (typeof value === 'string') {
    return resolveDynamic(value, scope);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (isList(value)) {
    return value.map((item) => resolveAny(item, scope)).filter((item) => item !== NO_VALUE);
  }
  const [only, ...others] = Object.keys(value);
  if (only !== undefined && others.length === 0 && isFunction(only)) {
    return call(only, value[only] ?? null, scope);
  }
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const resolved = resolveAny(item, scope);
    if (resolved !== NO_VALUE) {
      entries.push([key, resolved]);
    }
  }
  return Object.fromEntries(entries);
};

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isFunction = (key: string): boolean =>
  key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');

const call = (name: string, argument: Json, scope: Scope): Resolved => {
  const known = FUNCTIONS[name];
  if (known === undefined) {
    throw unsupported(`the intrinsic function ${name} is not supported`);
  }
  return known(argument, scope);
};

const FUNCTIONS: Readonly<Record<string, (argument: Json, scope: Scope) => Resolved>> = {
  Ref: (name, scope) => ref(String(name), scope),
  'Fn::GetAtt': (argument, scope) => {
    const [id = '', ...path] =
      typeof argument === 'string' ? argument.split('.') : list(argument).map(String);
    return getAttribute(id, path.join('.'), scope);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = list(argument);
    const texts = list(resolve(items ?? [], scope)).map(String);
    return resolveDynamic(texts.join(String(separator ?? '')), scope);
  },
  'Fn::Sub': (argument, scope) => {
    const [text, variables] = typeof argument === 'string' ? [argument] : list(argument);
    return substitute(String(text ?? ''), (variables ?? {}) as JsonObject, scope);
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument);
    const selected = list(resolve(items ?? [], scope))[Number(resolve(index ?? 0, scope))];
    if (selected === undefined) {
      throw unsupported('Fn::Select is beyond the end of its list');
    }
    return selected;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = list(argument);
    return resolveText(text, scope).split(String(separator));
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = list(argument);
    return resolveAny((isTrue(String(condition), scope) ? yes : no) ?? null, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument).map((item) => JSON.stringify(resolve(item, scope)));
    return left === right;
  },
  'Fn::Not': (argument, scope) => resolve(list(argument)[0] ?? false, scope) !== true,
  'Fn::And': (argument, scope) => list(argument).every((item) => resolve(item, scope) === true),
  'Fn::Or': (argument, scope) => list(argument).some((item) => resolve(item, scope) === true),
  'Fn::GetAZs': (_argument, scope) => [`${scope.region}a`, `${scope.region}b`],
  Condition: (name, scope) => isTrue(String(name), scope),
};

const list = (value: Json): readonly Json[] => {
  if (isList(value)) {
    return value;
  }
  throw unsupported(`expected a list, found ${JSON.stringify(value)}`);
};

const isTrue = (condition: string, scope: Scope): boolean => {
  const expression = scope.template.Conditions?.[condition];
  if (expression === undefined) {
    throw unsupported(`the template has no condition ${condition}`);
  }
  return resolve(expression, scope) === true;
};

const ref = (name: string, scope: Scope): Resolved => {
  if (name === 'AWS::NoValue') {
    return NO_VALUE;
  }
  const pseudo = pseudoParameters(scope)[name];
  if (pseudo !== undefined) {
    return pseudo;
  }
  const parameter = scope.template.Parameters?.[name];
  if (parameter !== undefined) {
    return parameter.Default ?? '';
  }
  const facts = scope.facts(name);
  if (facts === undefined) {
    throw unsupported(`nothing answers a Ref to ${name}`);
  }
  return facts.ref;
};

const pseudoParameters = (scope: Scope): Readonly<Record<string, string>> => ({
  'AWS::Region': scope.region,
  'AWS::AccountId': scope.accountId,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'Cosmopay',
  'AWS::StackId': `arn:aws:cloudformation:${scope.region}:${scope.accountId}:stack/Cosmopay/local`,
});

const getAttribute = (id: string, name: string, scope: Scope): string => {
  const value = scope.facts(id)?.attributes[name];
  if (value === undefined) {
    throw unsupported(`nothing answers Fn::GetAtt ${id}.${name}`);
  }
  return value;
};

const substitute = (text: string, variables: JsonObject, scope: Scope): string =>
  text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') {
      return `\${${name}}`;
    }
    const variable = variables[name];
    if (variable !== undefined) {
      return resolveText(variable, scope);
    }
    const [id = '', ...path] = name.split('.');
    return path.length === 0 ? String(ref(id, scope)) : getAttribute(id, path.join('.'), scope);
  });

/** Dynamic references to secrets: `{{resolve:secretsmanager:<arn>:SecretString:<key>::}}`. */
const resolveDynamic = (text: string, scope: Scope): string =>
  text.replaceAll(
    /\{\{resolve:secretsmanager:(.+?):SecretString:([^:}]*)[^}]*\}\}/g,
    (_whole, id: string, key: string) => {
      const secret = scope.secret?.(id);
      const value = secret === undefined ? undefined : (JSON.parse(secret) as JsonObject)[key];
      if (typeof value !== 'string') {
        throw unsupported('a dynamic reference leads to no secret');
      }
      return value;
    },
  );

const unsupported = (what: string): LocalError =>
  new LocalError(
    'template_unsupported',
    `The template cannot be interpreted: ${what}.`,
    'Teach local/template/ about it, or leave it out of infra/.',
  );
