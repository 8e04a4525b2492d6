/** The page of products in a CATALOGUE reply: keys 4, 10, 11 and 12 (docs/protocol.md, section 5, type 88). */

import { cutUtf8 } from '../bytes.ts';
import type { CborReader } from '../cbor-reader.ts';
import { type CborWriter, present } from '../cbor-writer.ts';
import {
  AMOUNT_MINOR_MAX,
  CATALOGUE_ITEMS_MAX,
  CURRENCY_MAX,
  CURSOR_BYTES_MAX,
  CUSTOMER_TEXT_BYTES_MAX,
  SKU_BYTES_MAX,
  TIME_S_MAX,
  VERSION_MAX,
} from '../limits.ts';
import type { CatalogueItem, CataloguePage } from '../reply.ts';

/** Array elements of an item: sku, name, unit price, open now, next change. */
const ITEM_FIELDS = 5;

/** The parts of a page as they are read. */
export interface PageDraft {
  version?: number;
  items?: readonly CatalogueItem[];
  nextCursor?: Uint8Array;
  currency?: number;
}

/** Keys that `writeCatalogue` writes; key 4, the currency, is its caller's. */
export const countCatalogueKeys = (page: CataloguePage): number => 2 + present(page.nextCursor);

/** Writes keys 10 to 12. Names are cut to their 64 bytes. */
export const writeCatalogue = (body: CborWriter, page: CataloguePage): void => {
  body.uintField(10, page.version);
  body.uint(11);
  body.array(page.items.length);
  for (const item of page.items) {
    body.array(ITEM_FIELDS);
    body.text(item.sku);
    body.text(cutUtf8(item.name, CUSTOMER_TEXT_BYTES_MAX));
    body.uint(item.unitPriceMinor);
    body.uint(item.openNow ? 1 : 0);
    body.uint(item.nextChangeS);
  }
  body.bytesField(12, page.nextCursor);
};

/** Reads key 4, 10, 11 or 12 into `draft`. */
export const readPageField = (reader: CborReader, key: number, draft: PageDraft): void => {
  if (key === 4) {
    draft.currency = reader.int('currency', 1, CURRENCY_MAX);
  } else if (key === 10) {
    draft.version = reader.int('version', 0, VERSION_MAX);
  } else if (key === 11) {
    draft.items = readItems(reader);
  } else {
    draft.nextCursor = reader.byteString('cursor', 0, CURSOR_BYTES_MAX);
  }
};

/** The page, or undefined where none was sent; a page in part is refused through `reader`. */
export const finishPage = (reader: CborReader, draft: PageDraft): CataloguePage | undefined => {
  const { version, items, nextCursor, currency } = draft;
  if (version !== undefined && items !== undefined && currency !== undefined) {
    return nextCursor === undefined
      ? { version, items, currency }
      : { version, items, nextCursor, currency };
  }
  if (present(version) + present(items) + present(currency) + present(nextCursor) > 0) {
    reader.reject('a page needs version, items and currency');
  }
  return undefined;
};

const readItems = (reader: CborReader): readonly CatalogueItem[] => {
  const count = reader.openArray('items', 0, CATALOGUE_ITEMS_MAX);
  const items: CatalogueItem[] = [];
  for (let index = 0; index < count; index += 1) {
    if (reader.openArray('item', ITEM_FIELDS, ITEM_FIELDS) > 0) {
      items.push({
        sku: reader.text('sku', 1, SKU_BYTES_MAX),
        name: reader.text('name', 0, CUSTOMER_TEXT_BYTES_MAX),
        unitPriceMinor: reader.int('unit price', 0, AMOUNT_MINOR_MAX),
        openNow: reader.int('open now', 0, 1) === 1,
        nextChangeS: reader.int('next change', 0, TIME_S_MAX),
      });
      reader.closeArray();
    }
  }
  if (count > 0) {
    reader.closeArray();
  }
  return items;
};
