/** Sheets, catalogues and promotion codes as items: provisioning data, so plain names, and only the fields that the core has. */
import type {
  ListedPrice,
  Places,
  Promotion,
  PromotionCode,
  RegionCatalogue,
  SaleWindow,
  Schedule,
  Sheet,
  WindowInterval,
  WindowUnits,
} from '#core/sheet.ts';
import { fromItem, type Plain, toItem } from './attributes.ts';
import { type Item, itemKey } from './table.ts';

/** Every field of an entity, so that one that is added to the core and not here does not compile. */
type Fields<Entity> = { readonly [Field in keyof Required<Entity>]: Plain };

export const sheetItem = (sheet: Sheet): Item => {
  const fields: Fields<Sheet> = {
    sku: sheet.sku,
    region: sheet.region,
    name: sheet.name,
    version: sheet.version,
    unitPriceMinor: sheet.unitPriceMinor,
    currency: sheet.currency,
    windows: sheet.windows.map(windowPlain),
    prices: sheet.prices?.map(pricePlain),
    tax: sheet.tax && { ppm: sheet.tax.ppm, rounding: sheet.tax.rounding },
    promotions: sheet.promotions?.map(promotionPlain),
  };
  return { ...itemKey.sheet(sheet.sku, sheet.region), ...toItem(fields) };
};

export const sheetFromItem = (item: Item): Sheet => entityOf(item) as unknown as Sheet;

export const catalogueItem = (catalogue: RegionCatalogue): Item => ({
  ...itemKey.catalogue(catalogue.region),
  ...toItem({
    region: catalogue.region,
    version: catalogue.version,
    currency: catalogue.currency,
    items: catalogue.items.map(
      (item): Fields<RegionCatalogue['items'][number]> => ({
        sku: item.sku,
        name: item.name,
        unitPriceMinor: item.unitPriceMinor,
        windows: item.windows.map(windowPlain),
        prices: item.prices?.map(pricePlain),
      }),
    ),
  }),
});

export const catalogueFromItem = (item: Item): RegionCatalogue =>
  entityOf(item) as unknown as RegionCatalogue;

/** `hash`: keyed hash of the code; the code itself is nowhere. */
export const promotionCodeItem = (hash: string, code: PromotionCode): Item => {
  const fields: Fields<PromotionCode> = {
    promotion: code.promotion,
    uses: code.uses,
    validFromS: code.validFromS,
    validToS: code.validToS,
  };
  return { ...itemKey.promotionCode(hash), ...toItem(fields) };
};

export const promotionCodeFromItem = (item: Item): PromotionCode =>
  entityOf(item) as unknown as PromotionCode;

const entityOf = (item: Item): Record<string, unknown> => {
  const { pk: _pk, sk: _sk, ...fields } = fromItem(item);
  return fields;
};

const windowPlain = (window: SaleWindow): Fields<SaleWindow> => ({
  id: window.id,
  ...schedulePlain(window),
  at: window.at && placesPlain(window.at),
  effect: window.effect,
  priority: window.priority,
  quota: window.quota && { ...unitsPlain(window.quota), shards: window.quota.shards },
  perUser: window.perUser && unitsPlain(window.perUser),
});

const pricePlain = (price: ListedPrice): Fields<ListedPrice> => ({
  list: price.list,
  version: price.version,
  unitPriceMinor: price.unitPriceMinor,
  priority: price.priority,
  when: price.when && schedulePlain(price.when),
  at: price.at && placesPlain(price.at),
});

const promotionPlain = (promotion: Promotion): Fields<Promotion> => ({
  id: promotion.id,
  version: promotion.version,
  off: 'ppm' in promotion.off ? { ppm: promotion.off.ppm } : { minor: promotion.off.minor },
  by: promotion.by,
  priority: promotion.priority,
  zone: promotion.zone,
  when: promotion.when && schedulePlain(promotion.when),
  at: promotion.at && placesPlain(promotion.at),
  budget: promotion.budget && {
    of: promotion.budget.of,
    max: promotion.budget.max,
    shards: promotion.budget.shards,
  },
  perUser: promotion.perUser,
  perTerminal: promotion.perTerminal && {
    uses: promotion.perTerminal.uses,
    per: promotion.perTerminal.per,
  },
});

const schedulePlain = (schedule: Schedule): Fields<Schedule> => ({
  zone: schedule.zone,
  weekly: schedule.weekly.map(({ days, from, to }) => ({ days, from, to })),
  validFrom: schedule.validFrom,
  validTo: schedule.validTo,
  exceptions: schedule.exceptions?.map(({ date, hours }) => ({
    date,
    hours: hours.map(intervalPlain),
  })),
});

const placesPlain = ({ merchants, groups }: Places): Fields<Places> => ({ merchants, groups });

const unitsPlain = ({ units, per }: WindowUnits): Fields<WindowUnits> => ({ units, per });

const intervalPlain = ({ from, to }: WindowInterval): Fields<WindowInterval> => ({ from, to });
