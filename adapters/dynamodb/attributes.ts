/** Values to DynamoDB attributes and back, for what our items hold: text, integers, bytes, plain JSON. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './table.ts';

/** What an attribute can be made of. */
export type Plain =
  | string
  | number
  | boolean
  | Uint8Array
  | undefined
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/** `undefined` has no attribute: leave it out of objects before. */
export const toAttribute = (value: Plain): AttributeValue => {
  if (typeof value === 'string') {
    return { S: value };
  }
  if (typeof value === 'number') {
    return { N: String(value) };
  }
  if (typeof value === 'boolean') {
    return { BOOL: value };
  }
  if (value instanceof Uint8Array) {
    return { B: value };
  }
  if (isList(value)) {
    return { L: value.map(toAttribute) };
  }
  return { M: toItem(value ?? {}) };
};

/** Every field that is not undefined. */
export const toItem = (fields: { readonly [name: string]: Plain }): Item => {
  const item: Item = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) {
      item[name] = toAttribute(value);
    }
  }
  return item;
};

/** The opposite of `toAttribute`; kinds that we never write are an error. */
export const fromAttribute = (attribute: AttributeValue): unknown => {
  if (attribute.S !== undefined) {
    return attribute.S;
  }
  if (attribute.N !== undefined) {
    return Number(attribute.N);
  }
  if (attribute.BOOL !== undefined) {
    return attribute.BOOL;
  }
  if (attribute.B !== undefined) {
    return attribute.B;
  }
  if (attribute.L !== undefined) {
    return attribute.L.map(fromAttribute);
  }
  if (attribute.M !== undefined) {
    return fromItem(attribute.M);
  }
  throw new Error('an attribute of a kind that is never written');
};

export const fromItem = (item: Item): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]));

export const textOf = (item: Item, name: string): string => {
  const value = item[name]?.S;
  if (value === undefined) {
    throw new Error(`item without text attribute ${name}`);
  }
  return value;
};

export const numberOf = (item: Item, name: string): number => {
  const value = item[name]?.N;
  if (value === undefined) {
    throw new Error(`item without number attribute ${name}`);
  }
  return Number(value);
};

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
