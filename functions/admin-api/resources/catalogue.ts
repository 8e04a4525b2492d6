/** What is sold, where, when and for how much: each as it is entered, compiled for every region that it is felt in. */
import { listDocuments, readDocuments } from '#adapters/dynamodb/documents.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import {
  checkPriceListDocument,
  checkPromotionDocument,
  checkRegionDocument,
  checkWindowDocument,
  type PriceListDocument,
  type ProductDocument,
  type PromotionDocument,
  type RegionDocument,
  regionsOfScopes,
  type WindowDocument,
} from '#core/catalogue-documents.ts';
import type { Problem } from '#core/check-fields.ts';
import type { Scope } from '#core/sheet-sources.ts';
import type { Operation } from '../http/operation.ts';
import { type Refusal, refuse } from '../http/problems.ts';
import {
  PriceListSettings,
  ProductSettings,
  PromotionSettings,
  RegionSettings,
  Sku,
  WindowSettings,
} from './catalogue-shapes.ts';
import { checkProduct, REGION, regionsOfProduct } from './products.ts';
import { versionedOperations } from './versioned.ts';

/** Regions of one system: a change is felt in each, and all are named in one transaction. */
const REGIONS_MAX = 50;

const wrong = (problems: readonly Problem[]): Refusal | undefined =>
  problems.length === 0
    ? undefined
    : refuse('request_invalid', {
        errors: problems.map(({ field, expected }) => ({ field, expected })),
      });

const everyRegion = async (access: TableAccess): Promise<readonly string[]> =>
  (await listDocuments(access, REGION, { limit: REGIONS_MAX })).map(({ id }) => id);

interface ScopedDocument {
  readonly scope?: Scope;
}

/** Regions in which a rule was felt, or will be. */
const feltIn = async (
  access: TableAccess,
  {
    before,
    after,
  }: {
    readonly before: ScopedDocument | undefined;
    readonly after: ScopedDocument | undefined;
  },
): Promise<readonly string[]> => {
  const scopes = [before, after].filter((rule) => rule !== undefined).map(({ scope }) => scope);
  return regionsOfScopes(scopes, await everyRegion(access)).map((id) => `region.${id}`);
};

/** A region that a rule names and that does not exist: a typing error, not a plan. */
const checkScope = async (
  access: TableAccess,
  { scope }: ScopedDocument,
): Promise<Refusal | undefined> => {
  const regions = scope?.regions ?? [];
  const found = await readDocuments(access, REGION, regions.slice(0, REGIONS_MAX));
  const missing = regions.filter((_id, at) => found[at] === undefined);
  return missing.length === 0
    ? undefined
    : refuse('reference_unknown', {
        errors: missing.map((id) => ({
          field: 'scope.regions',
          expected: `regions that exist: ${id} does not`,
        })),
      });
};

const ROLES = ['operator'] as const;
const PROBLEMS = ['reference_unknown'] as const;

export const CATALOGUE_OPERATIONS: readonly Operation[] = [
  ...versionedOperations<RegionDocument>({
    kind: REGION,
    plural: 'regions',
    roles: ROLES,
    settings: RegionSettings,
    problems: ['state_conflict'],
    check: async ({ access }, id, region) => {
      const others = (await everyRegion(access)).filter((other) => other !== id);
      return others.length >= REGIONS_MAX
        ? refuse('state_conflict', { detail: `There are ${REGIONS_MAX} regions already.` })
        : wrong(checkRegionDocument(id, region));
    },
    compiles: async (_deps, id) => [`region.${id}`],
  }),
  ...versionedOperations<ProductDocument>({
    kind: 'product',
    plural: 'products',
    roles: ROLES,
    id: Sku,
    settings: ProductSettings,
    problems: PROBLEMS,
    check: ({ access }, sku, product) => checkProduct(access, sku, product),
    compiles: async (_deps, _sku, change) => regionsOfProduct(change),
  }),
  ...versionedOperations<WindowDocument>({
    kind: 'window',
    plural: 'windows',
    roles: ROLES,
    settings: WindowSettings,
    removable: true,
    problems: PROBLEMS,
    check: async ({ access }, id, window) =>
      wrong(checkWindowDocument(id, window)) ?? checkScope(access, window),
    compiles: ({ access }, _id, change) => feltIn(access, change),
  }),
  ...versionedOperations<PriceListDocument>({
    kind: 'priceList',
    plural: 'price-lists',
    roles: ROLES,
    settings: PriceListSettings,
    removable: true,
    problems: PROBLEMS,
    check: async ({ access }, id, list) =>
      wrong(checkPriceListDocument(id, list)) ?? checkScope(access, list),
    compiles: ({ access }, _id, change) => feltIn(access, change),
  }),
  ...versionedOperations<PromotionDocument>({
    kind: 'promotion',
    plural: 'promotions',
    roles: ROLES,
    settings: PromotionSettings,
    problems: PROBLEMS,
    check: async ({ access }, id, promotion) =>
      wrong(checkPromotionDocument(id, promotion)) ?? checkScope(access, promotion),
    compiles: ({ access }, _id, change) => feltIn(access, change),
    // It spends our money: one that is live is not changed by one person.
    needsApproval: (before) => before !== undefined && before.status !== 'draft',
  }),
];
