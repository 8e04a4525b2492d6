/** Compiled rows, written only where something is new, and only over the row that was seen. */
import { isDeepStrictEqual } from 'node:util';
import type { RegionCatalogue, Sheet } from '#core/sheet.ts';
import { batchRead } from './batch-read.ts';
import type { TableAccess } from './dynamodb-payment-store.ts';
import { type GuardedWrite, writeGuarded } from './guarded-write.ts';
import { catalogueFromItem, catalogueItem, sheetFromItem, sheetItem } from './sheet-items.ts';
import { type Item, type ItemKey, itemKey } from './table.ts';

/** What is to stand under a key: `item` of the version that it is given; undefined: nothing. */
export interface Compiled {
  readonly key: ItemKey;
  readonly item: ((version: number) => Item) | undefined;
}

export const compiledSheet = (sheet: Sheet): Compiled => ({
  key: itemKey.sheet(sheet.sku, sheet.region),
  item: (version) => sheetItem({ ...sheet, version }),
});

/** Not sold there, or not any more. */
export const noSheet = (sku: string, region: string): Compiled => ({
  key: itemKey.sheet(sku, region),
  item: undefined,
});

export const compiledCatalogue = (catalogue: RegionCatalogue): Compiled => ({
  key: itemKey.catalogue(catalogue.region),
  item: (version) => catalogueItem({ ...catalogue, version }),
});

/** Writes what is new of at most 100 rows, one at a time. False: somebody else wrote meanwhile, look again. */
export const writeCompiled = async (
  access: TableAccess,
  rows: readonly Compiled[],
): Promise<boolean> => {
  const before = await batchRead(
    access,
    rows.map(({ key }) => key),
    'strong',
  );
  for (const [at, row] of rows.entries()) {
    const write = writeOf(access.table, row, before[at]);
    if (write !== undefined && (await writeGuarded(access, [write])).outcome !== 'done') {
      return false;
    }
  }
  return true;
};

/** Undefined: it stands there already. */
const writeOf = (
  TableName: string,
  { key, item }: Compiled,
  before: Item | undefined,
): GuardedWrite<'changed'> | undefined => {
  if (item === undefined) {
    return before && { write: { Delete: { TableName, Key: { ...key } } }, refusal: 'changed' };
  }
  const version = Number(before?.version?.N ?? 0);
  if (before !== undefined && isDeepStrictEqual(item(version), before)) {
    return undefined;
  }
  return {
    write: {
      Put: {
        TableName,
        Item: item(version + 1),
        ConditionExpression:
          before === undefined ? 'attribute_not_exists(pk)' : '#version = :before',
        ...(before && {
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':before': { N: String(version) } },
        }),
      },
    },
    refusal: 'changed',
  };
};

/** As they stand, in the order asked. */
export const readSheets = async (
  access: TableAccess,
  skus: readonly string[],
  region: string,
): Promise<readonly (Sheet | undefined)[]> => {
  const items = await batchRead(
    access,
    skus.map((sku) => itemKey.sheet(sku, region)),
    'strong',
  );
  return items.map((item) => item && sheetFromItem(item));
};

export const readCatalogue = async (
  access: TableAccess,
  region: string,
): Promise<RegionCatalogue | undefined> => {
  const [item] = await batchRead(access, [itemKey.catalogue(region)], 'strong');
  return item && catalogueFromItem(item);
};
