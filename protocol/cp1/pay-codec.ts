/** The body of a PAY (docs/protocol.md, section 5, type 02). */
import { type CborReader, NO_KEY } from '../cbor-reader.ts';
import { type CborWriter, present } from '../cbor-writer.ts';
import { totalOf } from '../items.ts';
import {
  AMOUNT_MINOR_MAX,
  CURRENCY_MAX,
  DEADLINE_MS_MAX,
  IDENTIFIER_BYTES_MAX,
  ITEMS_MAX,
  QUANTITY_MAX,
  SHORT_TEXT_BYTES_MAX,
  SKU_BYTES_MAX,
  TIME_S_MAX,
  VERSION_MAX,
} from '../limits.ts';
import type { EntryMode, Item, PayRequest } from '../request.ts';

/** Array elements of an item: sku, quantity, unit price. */
const ITEM_FIELDS = 3;
/** Keys 1 to 7 of PAY, one bit each. */
const PAY_REQUIRED = 0b1111_1110;

interface PayDraft {
  identifier: string;
  entryMode: EntryMode;
  amountMinor: number;
  currency: number;
  items: readonly Item[];
  deadlineMs: number;
  mode: 'sale' | 'hold';
  deviceTimeS?: number;
  catalogueVersion?: number;
  promotionCode?: string;
  secondFactor?: string;
}

/** The body of a PAY; what is wrong is noted in `reader`. */
export const decodePay = (reader: CborReader, stored: boolean): PayRequest => {
  const pay: PayDraft & { readonly op: 'pay' } = {
    op: 'pay',
    identifier: '',
    entryMode: 1,
    amountMinor: 0,
    currency: 0,
    items: [],
    deadlineMs: 0,
    mode: 'sale',
  };
  let seen = 0;
  for (let key = reader.nextKey(); key !== NO_KEY; key = reader.nextKey()) {
    seen |= 1 << key;
    readPayField(reader, key, pay);
  }
  if ((seen & PAY_REQUIRED) !== PAY_REQUIRED) {
    reader.reject('a required field is missing');
  }
  if (stored && pay.deviceTimeS === undefined) {
    reader.reject('device time is missing in a stored sale');
  }
  if (totalOf(pay.items) !== pay.amountMinor) {
    reader.reject('amount is not the sum of the items');
  }
  return pay;
};

const readPayField = (reader: CborReader, key: number, pay: PayDraft): void => {
  switch (key) {
    case 1:
      pay.identifier = reader.text('identifier', 1, IDENTIFIER_BYTES_MAX);
      break;
    case 2:
      pay.entryMode = readEntryMode(reader);
      break;
    case 3:
      pay.amountMinor = reader.int('amount', 0, AMOUNT_MINOR_MAX);
      break;
    case 4:
      pay.currency = reader.int('currency', 1, CURRENCY_MAX);
      break;
    case 5:
      pay.items = readItems(reader);
      break;
    case 6:
      pay.deadlineMs = reader.int('deadline', 1, DEADLINE_MS_MAX);
      break;
    case 7:
      pay.mode = reader.int('mode', 0, 1) === 0 ? 'sale' : 'hold';
      break;
    case 8:
      pay.deviceTimeS = reader.int('device time', 0, TIME_S_MAX);
      break;
    case 9:
      pay.catalogueVersion = reader.int('catalogue version', 0, VERSION_MAX);
      break;
    case 10:
      pay.promotionCode = reader.text('promotion code', 1, SHORT_TEXT_BYTES_MAX);
      break;
    case 11:
      pay.secondFactor = reader.text('second factor', 1, SHORT_TEXT_BYTES_MAX);
      break;
    default:
      reader.unknownKey();
  }
};

const readEntryMode = (reader: CborReader): EntryMode => {
  const mode = reader.int('entry mode', 1, 7);
  if (mode === 1 || mode === 3 || mode === 5 || mode === 7) {
    return mode;
  }
  reader.reject('entry mode');
  return 1;
};

const readItems = (reader: CborReader): readonly Item[] => {
  const count = reader.openArray('items', 1, ITEMS_MAX);
  const items: Item[] = [];
  for (let index = 0; index < count; index += 1) {
    const item = readItem(reader);
    for (const earlier of items) {
      if (earlier.sku === item.sku) {
        reader.reject('a sku comes twice');
      }
    }
    items.push(item);
  }
  if (count > 0) {
    reader.closeArray();
  }
  return items;
};

const NO_ITEM: Item = { sku: '', quantity: 0, unitPriceMinor: 0 };

const readItem = (reader: CborReader): Item => {
  if (reader.openArray('item', ITEM_FIELDS, ITEM_FIELDS) === 0) {
    return NO_ITEM;
  }
  const item: Item = {
    sku: reader.text('sku', 1, SKU_BYTES_MAX),
    quantity: reader.int('quantity', 1, QUANTITY_MAX),
    unitPriceMinor: reader.int('unit price', 0, AMOUNT_MINOR_MAX),
  };
  reader.closeArray();
  return item;
};

/** Writes the body of a PAY. */
export const writePay = (writer: CborWriter, pay: PayRequest): void => {
  writer.map(
    7 +
      present(pay.deviceTimeS) +
      present(pay.catalogueVersion) +
      present(pay.promotionCode) +
      present(pay.secondFactor),
  );
  writer.textField(1, pay.identifier);
  writer.uintField(2, pay.entryMode);
  writer.uintField(3, pay.amountMinor);
  writer.uintField(4, pay.currency);
  writer.uint(5);
  writer.array(pay.items.length);
  for (const item of pay.items) {
    writer.array(ITEM_FIELDS);
    writer.text(item.sku);
    writer.uint(item.quantity);
    writer.uint(item.unitPriceMinor);
  }
  writer.uintField(6, pay.deadlineMs);
  writer.uintField(7, pay.mode === 'sale' ? 0 : 1);
  writer.uintField(8, pay.deviceTimeS);
  writer.uintField(9, pay.catalogueVersion);
  writer.textField(10, pay.promotionCode);
  writer.textField(11, pay.secondFactor);
};
