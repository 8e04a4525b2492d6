/** What an operator enters about products and how they are sold; sheets are compiled from it (core/compile-sheet.ts). */
import type { ListedPrice, Places, Promotion, SaleWindow, Schedule } from './sheet.ts';

export interface Product {
  readonly sku: string;
  /** For the screen. */
  readonly name: string;
  /** Absent: only rules for all categories are for it. */
  readonly category?: string;
  /** Absent: `standard`. */
  readonly taxClass?: string;
  /** Minor units, by region; in no other region is it sold. */
  readonly basePriceMinor: Readonly<Record<string, number>>;
}

export interface Region {
  readonly id: string;
  /** ISO 4217 number. */
  readonly currency: number;
  /** IANA zone of whatever says none of its own. */
  readonly zone: string;
  /** Absent: no tax is split off. */
  readonly tax?: RegionTax;
}

export interface RegionTax {
  /** Whether the prices that are entered have the tax in them; on a terminal they always do. */
  readonly prices: 'inclusive' | 'exclusive';
  readonly rounding: 'line' | 'total';
  /** Parts per million of the price without tax, by tax class. */
  readonly ratesPpm: Readonly<Record<string, number>>;
}

/** Tax class of a product that names none. */
const TAX_CLASS_DEFAULT = 'standard';

export const taxClassOf = ({ taxClass }: Product): string => taxClass ?? TAX_CLASS_DEFAULT;

/** What a rule is for: each list that it has must name it; a list that is absent: all. */
export interface Scope extends Places {
  readonly skus?: readonly string[];
  readonly categories?: readonly string[];
  readonly regions?: readonly string[];
}

/** `zone` absent: that of the region. */
export type ScheduleSource = Omit<Schedule, 'zone'> & Partial<Pick<Schedule, 'zone'>>;

interface Scoped {
  readonly scope?: Scope;
  /** A draft is compiled into no sheet. Absent: active. */
  readonly status?: 'active' | 'draft';
}

export type WindowSource = Omit<SaleWindow, 'at' | 'zone'> & ScheduleSource & Scoped;

export interface PriceListSource extends Scoped, Pick<ListedPrice, 'version' | 'priority'> {
  readonly id: string;
  /** ISO 4217 number; in regions with another the list is not used. */
  readonly currency: number;
  readonly when?: ScheduleSource;
  /** Minor units, by sku. */
  readonly pricesMinor: Readonly<Record<string, number>>;
}

export interface PromotionSource extends Scoped, Omit<Promotion, 'at' | 'zone' | 'when'> {
  /** ISO 4217 number, needed where it has an amount or a budget of money; in regions with another it is not used. */
  readonly currency?: number;
  readonly when?: ScheduleSource;
}

/** Everything that the sheet of one product in one region follows from. */
export interface SheetSources {
  readonly product: Product;
  readonly region: Region;
  readonly windows: readonly WindowSource[];
  readonly priceLists: readonly PriceListSource[];
  readonly promotions: readonly PromotionSource[];
}
