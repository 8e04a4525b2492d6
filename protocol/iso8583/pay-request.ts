/** A sale or hold in ISO 8583: MTI 0100, 0200, or 0220 where it was made while offline. */
import { utf8Length } from '../bytes.ts';
import { totalOf } from '../items.ts';
import {
  AMOUNT_MINOR_MAX,
  DEADLINE_MS_MAX,
  IDENTIFIER_BYTES_MAX,
  ITEMS_MAX,
  QUANTITY_MAX,
  SHORT_TEXT_BYTES_MAX,
  SKU_BYTES_MAX,
  VERSION_MAX,
} from '../limits.ts';
import type { EntryMode, Item, PayRequest } from '../request.ts';
import { resolveDeviceTime } from './device-time.ts';
import type { Fields } from './fields.ts';
import { type FieldRefusal, refuseField } from './message-reader.ts';
import { TAGS } from './private-objects.ts';

/** Objects of the private field, by tag. */
export type Objects = ReadonlyMap<string, readonly string[]>;

export interface PayParts {
  readonly fields: Fields;
  readonly objects: Objects;
  readonly privateField: number;
  readonly stored: boolean;
  readonly nowMs: number;
}

/** DE 22, first two digits. */
const ENTRY_MODES: ReadonlyMap<string, EntryMode> = new Map<string, EntryMode>([
  ['01', 1],
  ['03', 3],
  ['05', 5],
  ['07', 7],
]);
const PURCHASE = '00';
const NUMERIC_CURRENCY = /^\d{3}$/;
/** Quantity, unit price, sku. */
const ITEM = /^(\d{4})(\d{12})(.+)$/s;

/** Noted at the first of them: what is wrong with the sale. */
class Wrong {
  refusal: FieldRefusal | undefined;

  at(field: number, reason: string): void {
    this.refusal ??= refuseField('field_invalid', field, reason);
  }
}

export const decodePay = (parts: PayParts): PayRequest | FieldRefusal => {
  const { fields, objects, privateField, stored } = parts;
  const wrong = new Wrong();
  if (!fields.text(3).startsWith(PURCHASE)) {
    wrong.at(3, 'is neither 00, a sale, nor 20, a refund');
  }
  const amountMinor = amountOf(fields);
  if (amountMinor === undefined) {
    wrong.at(4, 'is missing');
  }
  const items = itemsOf(objects.get(TAGS.item) ?? []);
  if (typeof items === 'string') {
    wrong.at(privateField, items);
  } else if (amountMinor !== undefined && totalOf(items) !== amountMinor) {
    wrong.at(4, 'is not the sum of the items');
  }
  const deviceTimeS = resolveDeviceTime(fields.text(7), Math.floor(parts.nowMs / 1000));
  if (deviceTimeS === undefined && (stored || fields.has(7))) {
    wrong.at(7, 'is missing in a stored sale, or is no moment of a year around now');
  }
  const request: PayRequest = {
    op: 'pay',
    identifier: identifierOf(parts, wrong),
    entryMode: entryModeOf(fields, wrong),
    amountMinor: amountMinor ?? 0,
    currency: currencyOf(fields, wrong),
    items: typeof items === 'string' ? [] : items,
    deadlineMs: numberOf(parts, wrong, { tag: TAGS.deadlineMs, max: DEADLINE_MS_MAX }) ?? 0,
    mode: fields.mti.startsWith('01') ? 'hold' : 'sale',
    ...(deviceTimeS === undefined ? {} : { deviceTimeS }),
    ...optional(
      'catalogueVersion',
      numberOf(parts, wrong, { tag: TAGS.catalogueVersion, max: VERSION_MAX }),
    ),
    ...optional('promotionCode', shortText(parts, wrong, TAGS.promotionCode)),
    ...optional('secondFactor', shortText(parts, wrong, TAGS.secondFactor)),
  };
  return wrong.refusal ?? request;
};

const optional = <K extends string, V>(name: K, value: V | undefined): { [N in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { [N in K]: V });

/** DE 4, minor units of the currency; undefined where it is absent. */
export const amountOf = (fields: Fields): number | undefined =>
  fields.has(4) ? Number(fields.text(4)) : undefined;

const identifierOf = ({ fields, objects, privateField }: PayParts, wrong: Wrong): string => {
  const [object] = objects.get(TAGS.identifier) ?? [];
  if (fields.has(2) === (object !== undefined)) {
    wrong.at(2, `the identifier is either here or object ${TAGS.identifier} of DE ${privateField}`);
  }
  const identifier = object ?? fields.text(2);
  const bytes = utf8Length(identifier);
  if (bytes < 1 || bytes > IDENTIFIER_BYTES_MAX) {
    wrong.at(object === undefined ? 2 : privateField, 'the identifier is empty or too long');
  }
  return identifier;
};

const entryModeOf = (fields: Fields, wrong: Wrong): EntryMode => {
  const mode = ENTRY_MODES.get(fields.text(22).slice(0, 2));
  if (mode === undefined) {
    wrong.at(22, 'does not begin with 01 keyed, 03 scanned, 05 chip or 07 tapped');
  }
  return mode ?? 1;
};

const currencyOf = (fields: Fields, wrong: Wrong): number => {
  const text = fields.text(49);
  if (!NUMERIC_CURRENCY.test(text) || Number(text) === 0) {
    wrong.at(49, 'is not the number of a currency: letters are not taken');
  }
  return Number(text);
};

/** The items, or what is wrong with them. */
const itemsOf = (values: readonly string[]): readonly Item[] | string => {
  if (values.length < 1 || values.length > ITEMS_MAX) {
    return `a sale has 1 to ${ITEMS_MAX} items, objects ${TAGS.item}`;
  }
  const items: Item[] = [];
  for (const value of values) {
    const item = itemOf(value);
    if (item === undefined || items.some(({ sku }) => sku === item.sku)) {
      return `object ${TAGS.item} is no quantity (4), unit price (12), sku, or a sku comes twice`;
    }
    items.push(item);
  }
  return items;
};

const itemOf = (value: string): Item | undefined => {
  const [, quantity = '', price = '', sku = ''] = ITEM.exec(value) ?? [];
  const item = { sku, quantity: Number(quantity), unitPriceMinor: Number(price) };
  return item.quantity >= 1 &&
    item.quantity <= QUANTITY_MAX &&
    item.unitPriceMinor <= AMOUNT_MINOR_MAX &&
    utf8Length(sku) <= SKU_BYTES_MAX
    ? item
    : undefined;
};

const DIGITS = /^\d{1,16}$/;

const numberOf = (
  { objects, privateField }: PayParts,
  wrong: Wrong,
  { tag, max }: { readonly tag: string; readonly max: number },
): number | undefined => {
  const [text] = objects.get(tag) ?? [];
  if (text === undefined) {
    return undefined;
  }
  if (!DIGITS.test(text) || Number(text) > max) {
    wrong.at(privateField, `object ${tag} is no number up to ${max}`);
  }
  return Number(text);
};

const shortText = (
  { objects, privateField }: PayParts,
  wrong: Wrong,
  tag: string,
): string | undefined => {
  const [text] = objects.get(tag) ?? [];
  if (text !== undefined && (text === '' || utf8Length(text) > SHORT_TEXT_BYTES_MAX)) {
    wrong.at(privateField, `object ${tag} has not 1 to ${SHORT_TEXT_BYTES_MAX} bytes`);
  }
  return text;
};
