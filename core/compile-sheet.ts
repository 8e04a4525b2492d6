/** From what an operator entered to what a payment reads: pure, with every fault named before anything is written. */
import { atMost, type Problem } from './check-fields.ts';
import { checkSources } from './check-sources.ts';
import { ppmOf } from './ratio.ts';
import type {
  ListedPrice,
  Places,
  Promotion,
  RegionCatalogue,
  SaleWindow,
  Schedule,
  Sheet,
  SheetTax,
} from './sheet.ts';
import { CATALOGUE_BYTES_MAX, itemBytesOf, SHEET_BYTES_MAX } from './sheet-size.ts';
import {
  type PriceListSource,
  type PromotionSource,
  type Region,
  type ScheduleSource,
  type Scope,
  type SheetSources,
  taxClassOf,
  type WindowSource,
} from './sheet-sources.ts';

/** Windows, prices and promotions of one sheet, each: what a person still looks through, and what is judged at every payment. */
export const RULES_MAX = 50;

export type Compiled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The sheet of the product in the region. What hangs on the terminal stays in it as a filter, all else is resolved here. `version`: above that of the sheet before. */
export const compileSheet = (sources: SheetSources, version: number): Compiled<Sheet> => {
  const problems = checkSources(sources, version);
  const basePriceMinor = sources.product.basePriceMinor[sources.region.id];
  if (problems.length > 0 || basePriceMinor === undefined) {
    return { ok: false, problems };
  }
  const { product, region } = sources;
  const isFor = (rule: Rule): boolean => isForSheet(rule, sources);
  const tax = taxOf(sources);
  const windows = sources.windows.filter(isFor).map((source) => windowOf(source, region));
  const prices = sources.priceLists.filter(isFor).flatMap((list) => listedPrice(list, sources));
  const promotions = sources.promotions.filter(isFor).map((source) => promotionOf(source, region));
  const tooMany = [
    ...atMost(windows.length, 'windows', RULES_MAX),
    ...atMost(prices.length, 'priceLists', RULES_MAX),
    ...atMost(promotions.length, 'promotions', RULES_MAX),
  ];
  if (tooMany.length > 0) {
    return { ok: false, problems: tooMany };
  }
  const sheet: Sheet = {
    sku: product.sku,
    region: region.id,
    name: product.name,
    version,
    unitPriceMinor: withTax(basePriceMinor, sources),
    currency: region.currency,
    windows,
    ...(prices.length > 0 && { prices }),
    ...(tax && { tax }),
    ...(promotions.length > 0 && { promotions }),
  };
  return within(sheet, SHEET_BYTES_MAX, 'sheet');
};

/** The one row that a region's terminals read; `version`: above that of the one before. */
export const compileCatalogue = (
  region: Pick<Region, 'id' | 'currency'>,
  sheets: readonly Sheet[],
  version: number,
): Compiled<RegionCatalogue> =>
  within(
    {
      region: region.id,
      version,
      currency: region.currency,
      items: sheets
        .filter((sheet) => sheet.region === region.id)
        .map(({ sku, name, unitPriceMinor, windows, prices }) => ({
          sku,
          name,
          unitPriceMinor,
          windows,
          ...(prices && { prices }),
        })),
    },
    CATALOGUE_BYTES_MAX,
    'catalogue',
  );

const within = <T extends object>(value: T, bytesMax: number, field: string): Compiled<T> =>
  itemBytesOf(value) <= bytesMax
    ? { ok: true, value }
    : {
        ok: false,
        problems: [{ code: 'too_large', field, expected: `at most ${bytesMax} bytes when stored` }],
      };

export type Rule = Pick<WindowSource, 'scope' | 'status'> & { readonly currency?: number };

/** Whether a rule has anything to say of the product in the region. */
export const isForSheet = (
  { scope = {}, status, currency }: Rule,
  { product, region }: SheetSources,
): boolean =>
  status !== 'draft' &&
  (currency ?? region.currency) === region.currency &&
  (scope.skus?.includes(product.sku) ?? true) &&
  (scope.regions?.includes(region.id) ?? true) &&
  (scope.categories === undefined ||
    (product.category !== undefined && scope.categories.includes(product.category)));

/** Parts per million of the product's tax class in the region, zero where there is no tax. */
const ratePpm = ({ product, region }: SheetSources): number =>
  region.tax?.ratesPpm[taxClassOf(product)] ?? 0;

const taxOf = (sources: SheetSources): SheetTax | undefined => {
  const { tax } = sources.region;
  const ppm = ratePpm(sources);
  return tax === undefined || ppm === 0 ? undefined : { ppm, rounding: tax.rounding };
};

/** A price as it is entered, as it is shown: with tax, half-even, since one piece costs what the screen says. */
const withTax = (priceMinor: number, sources: SheetSources): number =>
  sources.region.tax?.prices === 'exclusive'
    ? priceMinor + ppmOf(priceMinor, ratePpm(sources))
    : priceMinor;

const windowOf = (source: WindowSource, region: Region): SaleWindow => {
  const { id, effect, priority, quota, perUser, scope } = source;
  return {
    id,
    ...scheduleOf(source, region),
    ...placesOf(scope),
    ...(effect && { effect }),
    ...(priority !== undefined && { priority }),
    ...(quota && { quota }),
    ...(perUser && { perUser }),
  };
};

/** None where the list does not have the product. */
const listedPrice = (
  { id, version, priority, when, scope, pricesMinor }: PriceListSource,
  sources: SheetSources,
): readonly ListedPrice[] => {
  const priceMinor = pricesMinor[sources.product.sku];
  return priceMinor === undefined
    ? []
    : [
        {
          list: id,
          version,
          unitPriceMinor: withTax(priceMinor, sources),
          ...(priority !== undefined && { priority }),
          ...(when && { when: scheduleOf(when, sources.region) }),
          ...placesOf(scope),
        },
      ];
};

const promotionOf = (source: PromotionSource, region: Region): Promotion => {
  const { id, version, off, by, priority, when, scope, budget, perUser, perTerminal } = source;
  return {
    id,
    version,
    off,
    by,
    zone: region.zone,
    ...(priority !== undefined && { priority }),
    ...(when && { when: scheduleOf(when, region) }),
    ...placesOf(scope),
    ...(budget && { budget }),
    ...(perUser !== undefined && { perUser }),
    ...(perTerminal && { perTerminal }),
  };
};

const scheduleOf = (
  { zone, weekly, validFrom, validTo, exceptions }: ScheduleSource,
  region: Region,
): Schedule => ({
  zone: zone ?? region.zone,
  weekly,
  ...(validFrom !== undefined && { validFrom }),
  ...(validTo !== undefined && { validTo }),
  ...(exceptions && { exceptions }),
});

const placesOf = ({ merchants, groups }: Scope = {}): { readonly at?: Places } =>
  merchants === undefined && groups === undefined
    ? {}
    : { at: { ...(merchants && { merchants }), ...(groups && { groups }) } };
