/** Products: what is wrong with one, where it is sold, and many at once for imports. */
import { isDeepStrictEqual } from 'node:util';
import { z } from '@hono/zod-openapi';
import type { Plain } from '#adapters/dynamodb/attributes.ts';
import { compilationWrite } from '#adapters/dynamodb/compilations.ts';
import {
  createDocument,
  readDocuments,
  replaceDocument,
  type StoredDocument,
} from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import type { GuardedWrite } from '#adapters/dynamodb/guarded-write.ts';
import {
  checkProductDocument,
  type ProductDocument,
  type RegionDocument,
} from '#core/catalogue-documents.ts';
import { type Operation, writes } from '../http/operation.ts';
import { type FieldError, type ProblemName, type Refusal, refuse } from '../http/problems.ts';
import { ProductSettings, Sku } from './catalogue-shapes.ts';

export const REGION = 'region';
const PRODUCT = 'product';
/** Products of one call: with answer, trail and the regions they are in one transaction. */
export const IMPORT_MAX = 25;

/** What is wrong with a product, in every region that it has a price for. */
export const checkProduct = async (
  access: TableAccess,
  sku: string,
  product: ProductDocument,
): Promise<Refusal | undefined> => {
  const regions = await readRegions(access, [product]);
  const errors = errorsOf(sku, product, regions);
  if (errors.length === 0) {
    return undefined;
  }
  const unknown = Object.keys(product.basePriceMinor).some((id) => !regions.has(id));
  return refuse(unknown ? 'reference_unknown' : 'request_invalid', { errors });
};

/** Compilations of the regions in which it was sold, or will be. */
export const regionsOfProduct = ({
  before,
  after,
}: {
  readonly before: ProductDocument | undefined;
  readonly after: ProductDocument | undefined;
}): readonly string[] =>
  [
    ...new Set([before, after].flatMap((product) => Object.keys(product?.basePriceMinor ?? {}))),
  ].map((id) => `region.${id}`);

const Outcome = z.strictObject({
  id: z.string(),
  outcome: z.enum(['created', 'changed', 'unchanged', 'refused']),
  errors: z.array(z.strictObject({ field: z.string(), expected: z.string() })).optional(),
});
type Outcome = z.output<typeof Outcome>;

export const importProducts: Operation = writes({
  id: 'products.import',
  method: 'put',
  path: '/v1/products',
  roles: ['operator'],
  summary:
    'Makes or changes up to 25 products, whatever they were before; those that are wrong are told and left out',
  body: z.strictObject({
    /** Tells what would happen, and changes nothing. */
    dryRun: z.boolean().optional(),
    items: z
      .array(z.looseObject({ id: z.string().max(64) }))
      .min(1)
      .max(IMPORT_MAX)
      .openapi({ description: 'Each as for POST /v1/products' }),
  }),
  answers: z.strictObject({ items: z.array(Outcome) }),
  plan: async ({ access, compile }, { body, nowMs }) => {
    const atS = Math.floor(nowMs / 1000);
    const rows = await judge(access, body.items);
    const changes = body.dryRun === true ? [] : rows.filter(({ write }) => write !== undefined);
    const compilations = [...new Set(changes.flatMap(({ compiles }) => compiles))];
    return {
      writes: [
        ...changes.flatMap(({ write }) => (write === undefined ? [] : [write(atS)])),
        ...compilations.map((id) => compilationWrite(access.table, id, atS)),
      ],
      answer: { status: 200, body: { items: rows.map(({ outcome }) => outcome) } },
      subject: 'products',
      detail: {
        changed: changes.map(({ outcome }) => outcome.id),
        ...(body.dryRun === true ? { dryRun: true } : {}),
      },
      after: () => compile(compilations),
    };
  },
});

interface Judged {
  readonly outcome: Outcome;
  /** Absent: nothing to be changed. */
  readonly write?: (atS: number) => GuardedWrite<ProblemName>;
  readonly compiles: readonly string[];
}

const Row = ProductSettings.extend({ id: Sku });

const judge = async (
  access: TableAccess,
  items: readonly { readonly id: string }[],
): Promise<readonly Judged[]> => {
  const parsed = items.map((item) => Row.safeParse(item));
  const products = parsed.filter(({ success }) => success).map(({ data }) => data as ProductRow);
  const regions = await readRegions(access, products);
  const skus = [...new Set(products.map(({ id }) => id))];
  const stored = await readDocuments<ProductDocument>(access, PRODUCT, skus);
  const known = new Map(skus.map((sku, at) => [sku, stored[at]]));
  const seen = new Set<string>();
  return items.map(({ id: sku }, at) => {
    const row = parsed[at];
    if (row === undefined || !row.success) {
      const errors = (row?.error?.issues ?? []).map(({ path, message }) => ({
        field: path.join('.'),
        expected: message,
      }));
      return refused(sku, errors);
    }
    const { id: _id, ...product } = row.data as ProductRow;
    const twice = seen.has(sku) ? [{ field: 'id', expected: 'each product once' }] : [];
    seen.add(sku);
    const errors = [...twice, ...errorsOf(sku, product, regions)];
    return errors.length > 0
      ? refused(sku, errors)
      : changeOf(access.table, { sku, product, before: known.get(sku) });
  });
};

type ProductRow = ProductDocument & { readonly id: string };

const refused = (sku: string, errors: readonly FieldError[]): Judged => ({
  outcome: { id: sku, outcome: 'refused', errors: [...errors] },
  compiles: [],
});

/** Its write has no refusal of its own: where somebody was faster, the whole page is judged anew. */
const changeOf = (
  table: string,
  {
    sku,
    product,
    before,
  }: {
    readonly sku: string;
    readonly product: ProductDocument;
    readonly before: StoredDocument<ProductDocument> | undefined;
  },
): Judged => {
  if (before !== undefined && isDeepStrictEqual(before.content, product)) {
    return { outcome: { id: sku, outcome: 'unchanged' }, compiles: [] };
  }
  const content = product as unknown as Plain;
  return {
    outcome: { id: sku, outcome: before === undefined ? 'created' : 'changed' },
    compiles: regionsOfProduct({ before: before?.content, after: product }),
    write: (atS) => {
      const at = { kind: PRODUCT, id: sku, atS };
      const { write } =
        before === undefined
          ? createDocument(table, at, content, '')
          : replaceDocument(table, at, { content, seenVersion: before.version }, '');
      return { write };
    },
  };
};

type Regions = ReadonlyMap<string, RegionDocument>;

const readRegions = async (
  access: TableAccess,
  products: readonly ProductDocument[],
): Promise<Regions> => {
  const ids = [
    ...new Set(products.flatMap(({ basePriceMinor }) => Object.keys(basePriceMinor))),
  ].slice(0, 100);
  const found = await readDocuments<RegionDocument>(access, REGION, ids);
  return new Map(
    ids.flatMap((id, at) => {
      const region = found[at];
      return region === undefined ? [] : [[id, region.content] as const];
    }),
  );
};

const errorsOf = (sku: string, product: ProductDocument, regions: Regions): readonly FieldError[] =>
  Object.keys(product.basePriceMinor).flatMap((id) => {
    const region = regions.get(id);
    return region === undefined
      ? [{ field: `basePriceMinor.${id}`, expected: 'a region that exists' }]
      : checkProductDocument(sku, product, { ...region, id }).map(({ field, expected }) => ({
          field,
          expected,
        }));
  });
