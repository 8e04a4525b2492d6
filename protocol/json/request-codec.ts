/** Requests of the JSON dialect: fields to canonical request and back. The names are those of protocol/request.ts. */
import { toHex } from '../bytes.ts';
import type { MacKey } from '../crypto.ts';
import { repeatsSku, totalOf } from '../items.ts';
import {
  AMOUNT_MINOR_MAX,
  CURRENCY_MAX,
  CURSOR_BYTES_MAX,
  DEADLINE_MS_MAX,
  IDENTIFIER_BYTES_MAX,
  ITEMS_MAX,
  KEY_VERSION_MAX,
  QUANTITY_MAX,
  SHORT_TEXT_BYTES_MAX,
  SKU_BYTES_MAX,
  TIME_S_MAX,
  U32_MAX,
  VERSION_MAX,
} from '../limits.ts';
import type {
  CatalogueRequest,
  CommonOperation,
  CommonRequest,
  EntryMode,
  Item,
  PayRequest,
  RequestKey,
  ReverseReason,
} from '../request.ts';
import { accept, type Result } from '../result.ts';
import type { Fields } from './fields.ts';
import type { JsonValue } from './json-value.ts';
import { contentOf, encodeLine, type JsonMessage } from './message.ts';

const ENTRY_MODES: readonly EntryMode[] = [1, 3, 5, 7];
const REASONS: readonly ReverseReason[] = [1, 2, 3, 4];
const OPERATIONS: readonly CommonOperation[] = [
  'pay',
  'confirm',
  'reverse',
  'status',
  'refund',
  'catalogue',
];

/** The operation that `op` names; undefined where it is no request to the functions. */
export const operationOf = (op: string): CommonOperation | undefined =>
  OPERATIONS.find((operation) => operation === op);

/** The request in a line whose tag was verified. Total: whatever the fields, a request or a refusal with 64 or 70. */
export const decodeRequest = (message: JsonMessage, op: CommonOperation): Result<CommonRequest> => {
  const fields = contentOf(message);
  if (message.stored && op !== 'pay') {
    fields.reject('stored');
  }
  const request = readRequest(fields, message, op);
  return fields.refusal() ?? accept(request);
};

const readRequest = (fields: Fields, message: JsonMessage, op: CommonOperation): CommonRequest => {
  switch (op) {
    case 'pay':
      return readPay(fields, message.stored);
    case 'catalogue':
      return readCatalogue(fields);
    case 'reverse':
      return readReverse(fields, message.key);
    case 'status':
      return { op, ...readAbout(fields) };
    default: {
      const amountMinor = fields.int('amountMinor', 1, AMOUNT_MINOR_MAX);
      return { op, ...readAbout(fields), ...(amountMinor === undefined ? {} : { amountMinor }) };
    }
  }
};

const readPay = (fields: Fields, stored: boolean): PayRequest => {
  const need = <T>(name: string, value: T | undefined, none: T): T =>
    fields.need(name, value, none);
  const items = need('items', fields.list('items', 1, ITEMS_MAX, readItem), []);
  const amountMinor = need('amountMinor', fields.int('amountMinor', 0, AMOUNT_MINOR_MAX), 0);
  const deviceTimeS = fields.int('deviceTimeS', 0, TIME_S_MAX);
  const catalogueVersion = fields.int('catalogueVersion', 0, VERSION_MAX);
  const promotionCode = fields.text('promotionCode', 1, SHORT_TEXT_BYTES_MAX);
  const secondFactor = fields.text('secondFactor', 1, SHORT_TEXT_BYTES_MAX);
  if (repeatsSku(items)) {
    fields.reject('a sku comes twice');
  }
  if (totalOf(items) !== amountMinor) {
    fields.reject('amountMinor is not the sum of the items');
  }
  if (stored && deviceTimeS === undefined) {
    fields.reject('deviceTimeS is missing in a stored sale');
  }
  return {
    op: 'pay',
    identifier: need('identifier', fields.text('identifier', 1, IDENTIFIER_BYTES_MAX), ''),
    entryMode: need('entryMode', fields.oneOf('entryMode', ENTRY_MODES), 1),
    amountMinor,
    currency: need('currency', fields.int('currency', 1, CURRENCY_MAX), 0),
    items,
    deadlineMs: need('deadlineMs', fields.int('deadlineMs', 1, DEADLINE_MS_MAX), 0),
    mode: need('mode', fields.oneOf('mode', ['sale', 'hold']), 'sale'),
    ...(deviceTimeS === undefined ? {} : { deviceTimeS }),
    ...(catalogueVersion === undefined ? {} : { catalogueVersion }),
    ...(promotionCode === undefined ? {} : { promotionCode }),
    ...(secondFactor === undefined ? {} : { secondFactor }),
  };
};

const readItem = (fields: Fields): Item => ({
  sku: fields.need('sku', fields.text('sku', 1, SKU_BYTES_MAX), ''),
  quantity: fields.need('quantity', fields.int('quantity', 1, QUANTITY_MAX), 0),
  unitPriceMinor: fields.need(
    'unitPriceMinor',
    fields.int('unitPriceMinor', 0, AMOUNT_MINOR_MAX),
    0,
  ),
});

interface AboutPayment {
  readonly paymentSequence: number;
  readonly paymentKeyVersion?: number;
}

const readAbout = (fields: Fields): AboutPayment => {
  const paymentSequence = fields.int('paymentSequence', 0, U32_MAX);
  const paymentKeyVersion = fields.int('paymentKeyVersion', 0, KEY_VERSION_MAX);
  const about = { paymentSequence: fields.need('paymentSequence', paymentSequence, 0) };
  return paymentKeyVersion === undefined ? about : { ...about, paymentKeyVersion };
};

/** A REVERSE can only be about an earlier number; across key versions the numbers do not compare. */
const readReverse = (fields: Fields, own: RequestKey): CommonRequest => {
  const about = readAbout(fields);
  const reason = fields.need('reason', fields.oneOf('reason', REASONS), 1);
  const sameVersion = (about.paymentKeyVersion ?? own.keyVersion) === own.keyVersion;
  if (sameVersion && about.paymentSequence >= own.sequence) {
    fields.reject('paymentSequence is not below its own');
  }
  return { op: 'reverse', ...about, reason };
};

const readCatalogue = (fields: Fields): CatalogueRequest => {
  const knownVersion = fields.need('knownVersion', fields.int('knownVersion', 0, VERSION_MAX), 0);
  const cursor = fields.hex('cursor', 0, CURSOR_BYTES_MAX);
  return cursor === undefined
    ? { op: 'catalogue', knownVersion }
    : { op: 'catalogue', knownVersion, cursor };
};

/**
 * The line of a request, without its end. Encodes what it is given: `decodeRequest` is the judge of its fields.
 */
export const encodeRequest = (
  key: RequestKey,
  flags: { readonly repeat?: boolean; readonly stored?: boolean },
  { op, ...content }: CommonRequest,
  macKey: MacKey,
): Uint8Array =>
  encodeLine(
    op,
    key,
    {
      ...Object.fromEntries(Object.entries(content).map(([name, value]) => [name, toJson(value)])),
      repeat: flags.repeat === true ? true : undefined,
      stored: flags.stored === true ? true : undefined,
    },
    macKey,
  );

const toJson = (value: string | number | Uint8Array | readonly Item[]): JsonValue => {
  if (value instanceof Uint8Array) {
    return toHex(value);
  }
  return Array.isArray(value)
    ? value.map((item: Item) => new Map<string, JsonValue>(Object.entries(item)))
    : (value as string | number);
};
