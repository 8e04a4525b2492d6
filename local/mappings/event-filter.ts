/** Which changes a mapping hands over: the part of Lambda's filter patterns that the template uses, exact texts and prefixes. */
import { LocalError } from '../local-error.ts';
import type { Json, JsonObject } from '../template/template.ts';

type Test = (value: unknown) => boolean;

/** Whether the `FilterCriteria` of a mapping let a change through: one of the patterns does, or there is none. Throws LocalError where a pattern has any other rule. */
export const changeFilter = (criteria: JsonObject | undefined): Test => {
  const filters = (criteria?.Filters ?? []) as readonly JsonObject[];
  const tests = filters.map(({ Pattern }) => testOf(JSON.parse(String(Pattern)) as Json));
  return (change) => tests.length === 0 || tests.some((test) => test(change));
};

/** An object: every field passes; a list: one of its rules does. */
const testOf = (pattern: Json): Test => {
  if (Array.isArray(pattern)) {
    const rules = pattern.map(ruleOf);
    return (value) => typeof value === 'string' && rules.some((rule) => rule(value));
  }
  if (typeof pattern !== 'object' || pattern === null) {
    throw unsupported();
  }
  const fields = Object.entries(pattern).map(([name, inner]) => [name, testOf(inner)] as const);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    fields.every(([name, test]) => test((value as Readonly<Record<string, unknown>>)[name]));
};

const ruleOf = (rule: Json): ((text: string) => boolean) => {
  if (typeof rule === 'string') {
    return (text) => text === rule;
  }
  const { prefix, ...others } = Object(rule) as JsonObject;
  if (typeof prefix !== 'string' || Object.keys(others).length > 0) {
    throw unsupported();
  }
  return (text) => text.startsWith(prefix);
};

const unsupported = (): LocalError =>
  new LocalError(
    'template_unsupported',
    'A filter of an event source mapping has a rule that is neither a text nor a prefix.',
    'Teach local/mappings/event-filter.ts about it.',
  );
