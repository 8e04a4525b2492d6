/** What operators keep of what is sold, and what each of it is compiled from: a document's version is the version of its list or promotion. */

import type { Problem } from './check-fields.ts';
import { checkSources } from './check-sources.ts';
import {
  type PriceListSource,
  type Product,
  type PromotionSource,
  type Region,
  type Scope,
  taxClassOf,
  type WindowSource,
} from './sheet-sources.ts';

/** A product as it is kept; its id is the sku. */
export interface ProductDocument extends Omit<Product, 'sku'> {
  /** False: sold, and not in the catalogue that terminals show. */
  readonly listed?: boolean;
}
export type RegionDocument = Omit<Region, 'id'>;
export type WindowDocument = Omit<WindowSource, 'id'>;
export type PriceListDocument = Omit<PriceListSource, 'id' | 'version'>;
export type PromotionDocument = Omit<PromotionSource, 'id' | 'version'>;

/** What stands in for the other sources while one of them is looked at. */
const ANY_REGION: Region = { id: 'any', currency: 410, zone: 'UTC' };
const ANY_PRODUCT: Product = { sku: 'any', name: 'any', basePriceMinor: { any: 0 } };
const NOTHING = { windows: [], priceLists: [], promotions: [] };

/** `prefix`: what the fields of the one that is looked at begin with. */
const within = (problems: readonly Problem[], prefix: string): readonly Problem[] =>
  problems
    .filter(({ field }) => field.startsWith(prefix))
    .map((problem) => ({ ...problem, field: problem.field.slice(prefix.length) }));

export const checkRegionDocument = (id: string, region: RegionDocument): readonly Problem[] => {
  const taxClass = Object.keys(region.tax?.ratesPpm ?? {})[0];
  const product = {
    ...ANY_PRODUCT,
    basePriceMinor: { [id]: 0 },
    ...(taxClass !== undefined && { taxClass }),
  };
  const sources = { ...NOTHING, product, region: { ...region, id } };
  return within(checkSources(sources, 1), 'region.');
};

/** In one of the regions that it has a price for; a rate that the region lacks is the product's fault here. */
export const checkProductDocument = (
  sku: string,
  product: ProductDocument,
  region: Region,
): readonly Problem[] => {
  const problems = checkSources({ ...NOTHING, product: { ...product, sku }, region }, 1);
  const rate = `region.tax.ratesPpm.${taxClassOf({ ...product, sku })}`;
  return [
    ...within(problems, 'product.'),
    ...problems
      .filter(({ field, code }) => field === rate && code === 'missing')
      .map((problem) => ({
        ...problem,
        field: 'taxClass',
        expected: `a tax class of region ${region.id}`,
      })),
  ];
};

export const checkWindowDocument = (id: string, window: WindowDocument): readonly Problem[] =>
  within(checkSources(alone({ windows: [{ ...window, id }] }), 1), 'windows[0].');

export const checkPriceListDocument = (id: string, list: PriceListDocument): readonly Problem[] => {
  const priceLists = [{ ...list, id, version: 1 }];
  return within(checkSources(alone({ priceLists }), 1), 'priceLists[0].');
};

export const checkPromotionDocument = (
  id: string,
  promotion: PromotionDocument,
): readonly Problem[] => {
  const promotions = [{ ...promotion, id, version: 1 }];
  return within(checkSources(alone({ promotions }), 1), 'promotions[0].');
};

const alone = (rules: Partial<typeof NOTHING> | object): Parameters<typeof checkSources>[0] => ({
  ...NOTHING,
  ...rules,
  product: ANY_PRODUCT,
  region: ANY_REGION,
});

/** Which of the regions a change of a rule is felt in: those of its scope before and after. */
export const regionsOfScopes = (
  scopes: readonly (Scope | undefined)[],
  all: readonly string[],
): readonly string[] =>
  all.filter((region) => scopes.some((scope) => scope?.regions?.includes(region) ?? true));
