/** What is wrong with what an operator entered, field by field: everything at once, so that nobody mends one fault at a time. */
import { utf8Length } from '#protocol/bytes.ts';
import { CURRENCIES } from '#protocol/currencies.ts';
import { AMOUNT_MINOR_MAX, CUSTOMER_TEXT_BYTES_MAX, SKU_BYTES_MAX } from '#protocol/limits.ts';
import { QUOTA_SHARDS_MAX } from './allowances.ts';
import { skuLooksLikeCard } from './card-number.ts';
import { atMost, type Problem, right, rightId, rightInteger, unique } from './check-fields.ts';
import { checkSchedule, rightZone } from './check-schedule.ts';
import { CATALOGUE_VERSION_MAX } from './page-catalogue.ts';
import { PPM_WHOLE } from './ratio.ts';
import type { WindowUnits } from './sheet.ts';
import {
  type PriceListSource,
  type Product,
  type PromotionSource,
  type Region,
  type Scope,
  type SheetSources,
  taxClassOf,
  type WindowSource,
} from './sheet-sources.ts';

/** Entries of one list of a scope: the row of a sheet must hold it. */
export const SCOPE_MAX = 200;
/** Units, uses: what nobody sells of one rule, and a counter keeps exact. */
export const COUNT_MAX = 1_000_000_000;

const POSITIVE = { min: 1, max: COUNT_MAX };
const PRICE = { min: 0, max: AMOUNT_MINOR_MAX };
const VERSION = { min: 1, max: CATALOGUE_VERSION_MAX };
const SHARDS = { min: 1, max: QUOTA_SHARDS_MAX };
const PRIORITY = { min: -COUNT_MAX, max: COUNT_MAX };

export const checkSources = (sources: SheetSources, version: number): readonly Problem[] => {
  const { product, region, windows, priceLists, promotions } = sources;
  return [
    ...rightInteger(version, 'version', VERSION),
    ...checkRegion(region),
    ...checkProduct(product, region),
    ...windows.flatMap((window, at) => checkWindow(window, `windows[${at}]`)),
    ...priceLists.flatMap((list, at) => checkList(list, product.sku, `priceLists[${at}]`)),
    ...promotions.flatMap((promotion, at) => checkPromotion(promotion, `promotions[${at}]`)),
    ...unique(idsOf(windows), (at) => `windows[${at}].id`),
    ...unique(idsOf(priceLists), (at) => `priceLists[${at}].id`),
    ...unique(idsOf(promotions), (at) => `promotions[${at}].id`),
  ];
};

const idsOf = (rules: readonly { readonly id: string }[]): readonly string[] =>
  rules.map(({ id }) => id);

const checkRegion = ({ id, currency, zone, tax }: Region): readonly Problem[] => [
  ...rightId(id, 'region.id'),
  ...rightCurrency(currency, 'region.currency'),
  ...rightZone(zone, 'region.zone'),
  ...Object.entries(tax?.ratesPpm ?? {}).flatMap(([taxClass, ppm]) =>
    rightInteger(ppm, `region.tax.ratesPpm.${taxClass}`, { min: 0, max: PPM_WHOLE }),
  ),
];

const checkProduct = (product: Product, region: Region): readonly Problem[] => {
  const { sku, name, category, basePriceMinor } = product;
  const taxClass = taxClassOf(product);
  const price = basePriceMinor[region.id];
  return [
    ...right(
      sku !== '' && utf8Length(sku) <= SKU_BYTES_MAX && !skuLooksLikeCard(sku),
      'product.sku',
      `1 to ${SKU_BYTES_MAX} bytes, no card number`,
    ),
    ...right(
      name !== '' && utf8Length(name) <= CUSTOMER_TEXT_BYTES_MAX,
      'product.name',
      `1 to ${CUSTOMER_TEXT_BYTES_MAX} bytes`,
    ),
    ...(category === undefined ? [] : rightId(category, 'product.category')),
    ...(price === undefined
      ? [
          missing(
            `product.basePriceMinor.${region.id}`,
            'a price: without one it is not sold there',
          ),
        ]
      : rightInteger(price, `product.basePriceMinor.${region.id}`, PRICE)),
    ...(region.tax !== undefined && region.tax.ratesPpm[taxClass] === undefined
      ? [missing(`region.tax.ratesPpm.${taxClass}`, 'the rate of the tax class of the product')]
      : []),
  ];
};

const checkWindow = (window: WindowSource, field: string): readonly Problem[] => {
  const { id, priority, quota, perUser, scope } = window;
  return [
    ...rightId(id, `${field}.id`),
    ...checkSchedule(window, field),
    ...rightInteger(priority, `${field}.priority`, PRIORITY),
    ...rightUnits(quota, `${field}.quota`),
    ...rightInteger(quota?.shards, `${field}.quota.shards`, SHARDS),
    ...rightUnits(perUser, `${field}.perUser`),
    ...checkScope(scope, `${field}.scope`),
  ];
};

const rightUnits = (units: WindowUnits | undefined, field: string): readonly Problem[] =>
  rightInteger(units?.units, `${field}.units`, POSITIVE);

const checkList = (list: PriceListSource, sku: string, field: string): readonly Problem[] => {
  const { id, version, currency, priority, when, scope, pricesMinor } = list;
  return [
    ...rightId(id, `${field}.id`),
    ...rightInteger(version, `${field}.version`, VERSION),
    ...rightCurrency(currency, `${field}.currency`),
    ...rightInteger(priority, `${field}.priority`, PRIORITY),
    ...(when === undefined ? [] : checkSchedule(when, `${field}.when`)),
    ...checkScope(scope, `${field}.scope`),
    ...rightInteger(pricesMinor[sku], `${field}.pricesMinor.${sku}`, PRICE),
  ];
};

const checkPromotion = (promotion: PromotionSource, field: string): readonly Problem[] => {
  const { id, version, off, priority, when, scope, budget, perUser, perTerminal } = promotion;
  return [
    ...rightId(id, `${field}.id`),
    ...rightInteger(version, `${field}.version`, VERSION),
    ...('ppm' in off
      ? rightInteger(off.ppm, `${field}.off.ppm`, { min: 1, max: PPM_WHOLE })
      : rightInteger(off.minor, `${field}.off.minor`, { min: 1, max: AMOUNT_MINOR_MAX })),
    ...checkMoney(promotion, field),
    ...rightInteger(priority, `${field}.priority`, PRIORITY),
    ...(when === undefined ? [] : checkSchedule(when, `${field}.when`)),
    ...checkScope(scope, `${field}.scope`),
    ...rightInteger(budget?.max, `${field}.budget.max`, { min: 1, max: AMOUNT_MINOR_MAX }),
    ...rightInteger(budget?.shards, `${field}.budget.shards`, SHARDS),
    ...rightInteger(perUser, `${field}.perUser`, POSITIVE),
    ...rightInteger(perTerminal?.uses, `${field}.perTerminal.uses`, POSITIVE),
  ];
};

/** An amount is of a currency; a part of a price, or a number of uses, of any. */
const checkMoney = (
  { off, budget, currency }: PromotionSource,
  field: string,
): readonly Problem[] => {
  if (currency !== undefined) {
    return rightCurrency(currency, `${field}.currency`);
  }
  return 'minor' in off || budget?.of === 'spend'
    ? [missing(`${field}.currency`, 'the currency of its amount or budget')]
    : [];
};

const checkScope = (scope: Scope = {}, field: string): readonly Problem[] =>
  (['skus', 'categories', 'merchants', 'groups', 'regions'] as const).flatMap((list) =>
    atMost(scope[list]?.length ?? 0, `${field}.${list}`, SCOPE_MAX),
  );

const rightCurrency = (currency: number, field: string): readonly Problem[] =>
  right(CURRENCIES.has(currency), field, 'the ISO 4217 number of a currency');

const missing = (field: string, expected: string): Problem => ({
  code: 'missing',
  field,
  expected,
});
