/** Sheets of every product in a region, a page at a time, and at the end the catalogue that terminals read. */
import { listDocuments, readDocument, type StoredDocument } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import {
  type Compiled as CompiledRow,
  compiledCatalogue,
  compiledSheet,
  noSheet,
  writeCompiled,
} from '#adapters/dynamodb/sheet-writes.ts';
import type {
  PriceListDocument,
  ProductDocument,
  PromotionDocument,
  RegionDocument,
  WindowDocument,
} from '#core/catalogue-documents.ts';
import type { Problem } from '#core/check-fields.ts';
import { compileCatalogue, compileSheet, isForSheet } from '#core/compile-sheet.ts';
import { OutageError } from '#core/outage.ts';
import type { Sheet } from '#core/sheet.ts';
import type { Product, Region, SheetSources } from '#core/sheet-sources.ts';
import type { CompiledPage, CompilePage } from './run-compilation.ts';

/** Products of one page: their sheets are read at once. */
const PAGE = 50;
/** Documents of one query. */
const QUERY_PAGE = 100;
/** Where the catalogue is left to be made: no sku looks like this. */
const CATALOGUE = '=';

/** Everything that the products of a region are compiled with. */
interface Rules {
  readonly region: Region;
  readonly rules: Pick<SheetSources, 'windows' | 'priceLists' | 'promotions'>;
}

export const regionPages =
  (access: TableAccess, id: string): CompilePage =>
  async (cursor) => {
    const shop = await readRules(access, id);
    if (shop === undefined) {
      return { handled: 0, problems: [`region ${id}: there is none`] };
    }
    return cursor === CATALOGUE ? catalogueOf(access, shop) : sheetsOf(access, shop, cursor);
  };

const sheetsOf = async (
  access: TableAccess,
  shop: Rules,
  after: string | undefined,
): Promise<CompiledPage> => {
  const products = await listDocuments<ProductDocument>(access, 'product', { limit: PAGE, after });
  const problems: string[] = [];
  const rows = products.flatMap((stored): readonly CompiledRow[] => {
    const product = productOf(stored);
    if (product.basePriceMinor[shop.region.id] === undefined) {
      return [noSheet(product.sku, shop.region.id)];
    }
    const compiled = compileSheet(sourcesOf(shop, product), 1);
    if (!compiled.ok) {
      problems.push(problemOf(product.sku, compiled.problems));
      return [];
    }
    return [compiledSheet(compiled.value)];
  });
  if (rows.length > 0 && !(await writeCompiled(access, rows))) {
    throw new OutageError('store_contended');
  }
  return {
    handled: products.length,
    problems,
    cursor: products.length < PAGE ? CATALOGUE : (products.at(-1)?.id ?? CATALOGUE),
  };
};

/** From the documents once more, which are the same as the sheets were made of or newer: then it is made again. */
const catalogueOf = async (access: TableAccess, shop: Rules): Promise<CompiledPage> => {
  const products = await everything<ProductDocument>(access, 'product');
  const sheets = products
    .filter(
      ({ content }) =>
        content.listed !== false && content.basePriceMinor[shop.region.id] !== undefined,
    )
    .map((stored) => compileSheet(sourcesOf(shop, productOf(stored)), 1))
    .filter((compiled) => compiled.ok)
    .map(({ value }): Sheet => value);
  const compiled = compileCatalogue(shop.region, sheets, 1);
  if (!compiled.ok) {
    return {
      handled: 0,
      problems: [
        `${problemOf(`catalogue of ${shop.region.id}`, compiled.problems)} (set listed to false on what terminals need not show)`,
      ],
    };
  }
  if (!(await writeCompiled(access, [compiledCatalogue(compiled.value)]))) {
    throw new OutageError('store_contended');
  }
  return { handled: 0, problems: [] };
};

const readRules = async (access: TableAccess, id: string): Promise<Rules | undefined> => {
  const [region, windows, priceLists, promotions] = await Promise.all([
    readDocument<RegionDocument>(access, 'region', id),
    everything<WindowDocument>(access, 'window'),
    everything<PriceListDocument>(access, 'priceList'),
    everything<PromotionDocument>(access, 'promotion'),
  ]);
  return (
    region && {
      region: { ...region.content, id },
      rules: {
        windows: windows.map((stored) => ({ ...stored.content, id: stored.id })),
        priceLists: priceLists.map(versioned),
        promotions: promotions.map(versioned),
      },
    }
  );
};

/** The version of the document is that of its list or promotion, so that evidence tells which one it was. */
const versioned = <T>({ id, version, content }: StoredDocument<T>) => ({ ...content, id, version });

const productOf = ({ id, content }: StoredDocument<ProductDocument>): Product => {
  const { listed: _listed, ...product } = content;
  return { ...product, sku: id };
};

/** Rules for other products are left out before they are looked at: thousands of products meet hundreds of rules. */
const sourcesOf = ({ region, rules }: Rules, product: Product): SheetSources => {
  const sources: SheetSources = { product, region, ...rules };
  return {
    product,
    region,
    windows: rules.windows.filter((rule) => isForSheet(rule, sources)),
    priceLists: rules.priceLists.filter(
      (rule) => product.sku in rule.pricesMinor && isForSheet(rule, sources),
    ),
    promotions: rules.promotions.filter((rule) => isForSheet(rule, sources)),
  };
};

const everything = async <T>(
  access: TableAccess,
  kind: string,
): Promise<readonly StoredDocument<T>[]> => {
  const found: StoredDocument<T>[] = [];
  for (;;) {
    const page = await listDocuments<T>(access, kind, {
      limit: QUERY_PAGE,
      after: found.at(-1)?.id,
    });
    found.push(...page);
    if (page.length < QUERY_PAGE) {
      return found;
    }
  }
};

const problemOf = (of: string, problems: readonly Problem[]): string =>
  `${of}: ${problems.map(({ field, expected }) => `${field} must be ${expected}`).join('; ')}`;
