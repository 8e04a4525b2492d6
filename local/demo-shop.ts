/** What the demonstration sells, as an operator would enter it: regions, products, sale windows, price lists, promotions and their codes. */
import { type Compiled, compileCatalogue, compileSheet } from '#core/compile-sheet.ts';
import type { PromotionCode, RegionCatalogue, Sheet } from '#core/sheet.ts';
import type {
  PriceListSource,
  Product,
  PromotionSource,
  Region,
  WindowSource,
} from '#core/sheet-sources.ts';

export const KRW = 410;
export const CNY = 156;
/** Groups of the demonstration's terminals; prices and promotions of its own for one of them in each region. */
export const GROUPS = { street: 'street', airport: 'airport', mall: 'mall' } as const;

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
/** Days until the product that is closed at any hour opens: a system that runs for less never sees it open. */
const DAYS_AWAY = 4;
/** Seoul is ahead of UTC by so many seconds, all year round. */
const SEOUL_AHEAD_S = 9 * 3_600;

const REGIONS: readonly Region[] = [
  {
    id: 'KR',
    currency: KRW,
    zone: 'Asia/Seoul',
    tax: { prices: 'inclusive', rounding: 'total', ratesPpm: { standard: 100_000 } },
  },
  {
    id: 'CN',
    currency: CNY,
    zone: 'Asia/Shanghai',
    tax: { prices: 'inclusive', rounding: 'line', ratesPpm: { standard: 130_000 } },
  },
];

/** At any hour LIP-01 is open and PRF-03 closed. */
const PRODUCTS: readonly Product[] = [
  {
    sku: 'LIP-01',
    name: 'Lipstick rose',
    category: 'lips',
    basePriceMinor: { KR: 12_900, CN: 6_900 },
  },
  {
    sku: 'PRF-03',
    name: 'Perfume, not on sale yet',
    category: 'perfume',
    basePriceMinor: { KR: 59_000 },
  },
  { sku: 'CRM-02', name: 'Day cream', category: 'skin', basePriceMinor: { KR: 24_000 } },
  {
    sku: 'SRM-05',
    name: 'Night serum',
    category: 'skin',
    basePriceMinor: { KR: 38_000 },
  },
  {
    sku: 'CUS-06',
    name: 'Cushion compact',
    category: 'face',
    basePriceMinor: { KR: 32_000 },
  },
  { sku: 'MSK-04', name: 'Sheet mask', category: 'skin', basePriceMinor: { KR: 4_000, CN: 2_500 } },
];

const windowsAt = (nowS: number): readonly WindowSource[] => [
  { id: DAYS_AWAY_WINDOW, scope: { categories: ['perfume'] }, weekly: [daysAway(nowS)] },
  {
    id: 'daytime',
    scope: { skus: ['CRM-02'] },
    weekly: [{ days: EVERY_DAY, from: '10:00', to: '22:00' }],
  },
];

/** Twelve hours of the weekday that comes in DAYS_AWAY days; 1 January 1970 was a Thursday. */
const daysAway = (nowS: number): WindowSource['weekly'][number] => {
  const day = Math.floor((nowS + SEOUL_AHEAD_S) / 86_400) + DAYS_AWAY;
  return { days: [((day + 3) % 7) + 1], from: '10:00', to: '22:00' };
};

const PRICE_LISTS: readonly PriceListSource[] = [
  {
    id: 'happy-hour',
    version: 1,
    currency: KRW,
    when: { weekly: [{ days: EVERY_DAY, from: '17:00', to: '19:00' }] },
    pricesMinor: { 'CRM-02': 19_900 },
  },
  {
    id: 'airport',
    version: 1,
    currency: KRW,
    priority: 1,
    scope: { groups: [GROUPS.airport] },
    pricesMinor: { 'LIP-01': 15_900, 'MSK-04': 5_500 },
  },
  {
    id: 'mall',
    version: 1,
    currency: CNY,
    scope: { groups: [GROUPS.mall] },
    pricesMinor: { 'LIP-01': 6_500 },
  },
];

const PROMOTIONS: readonly PromotionSource[] = [
  {
    id: 'bon-voyage',
    version: 1,
    off: { ppm: 100_000 },
    by: 'automatic',
    currency: KRW,
    scope: { categories: ['lips'], groups: [GROUPS.airport] },
    budget: { of: 'spend', max: 10_000_000 },
  },
  {
    id: 'welcome',
    version: 1,
    off: { ppm: 200_000 },
    by: 'code',
    scope: { categories: ['skin'] },
  },
  {
    id: 'gift',
    version: 1,
    off: { minor: 3_000 },
    by: 'code',
    currency: KRW,
    scope: { regions: ['KR'] },
  },
];

/** Made up for this demonstration; the table has keyed hashes of them only. */
export const CODES: readonly (PromotionCode & { readonly code: string })[] = [
  { code: 'WELCOME', promotion: 'welcome' },
  { code: 'GIFT-7F3K', promotion: 'gift', uses: 1 },
  { code: 'GIFT-9Q2M', promotion: 'gift', uses: 1 },
];

/** Its window is another one every few days. */
export const DAYS_AWAY_WINDOW = 'days-away';

type Documents = Readonly<Record<string, object>>;

/** The same sources as operators keep them, by kind and id. */
export const shopDocuments = (nowS: number): Readonly<Record<string, Documents>> => ({
  region: byId(REGIONS, ({ id, ...region }) => [id, region]),
  product: byId(PRODUCTS, ({ sku, ...product }) => [sku, product]),
  window: byId(windowsAt(nowS), ({ id, ...window }) => [id, window]),
  priceList: byId(PRICE_LISTS, ({ id, version: _, ...list }) => [id, list]),
  promotion: byId(PROMOTIONS, ({ id, version: _, ...promotion }) => [id, promotion]),
});

const byId = <T>(sources: readonly T[], entry: (source: T) => [string, object]): Documents =>
  Object.fromEntries(sources.map(entry));

/** Sheets and catalogues as the operator's sources make them now. */
export const compileShop = (
  nowS: number,
): { readonly sheets: readonly Sheet[]; readonly catalogues: readonly RegionCatalogue[] } => {
  const rules = {
    windows: windowsAt(nowS),
    priceLists: PRICE_LISTS,
    promotions: PROMOTIONS,
  };
  const sheets = REGIONS.flatMap((region) =>
    PRODUCTS.filter(({ basePriceMinor }) => region.id in basePriceMinor).map((product) =>
      compiledOf(compileSheet({ product, region, ...rules }, 1)),
    ),
  );
  const catalogues = REGIONS.map((region) => compiledOf(compileCatalogue(region, sheets, 1)));
  return { sheets, catalogues };
};

const compiledOf = <T>(compiled: Compiled<T>): T => {
  if (!compiled.ok) {
    const faults = compiled.problems.map(({ field, expected }) => `${field}: ${expected}`);
    throw new Error(`the demonstration cannot be sold: ${faults.join('; ')}`);
  }
  return compiled.value;
};
