/** What is sold, when, where and for how much, as a payment finds it: one sheet per product and region, compiled. */

/** HH:MM on the wall clock, half open; `to` up to 24:00; `to <= from` crosses midnight and belongs to the day it begins on. */
export interface WindowInterval {
  readonly from: string;
  readonly to: string;
}

/** Weekly times on the wall clock of an IANA zone. */
export interface Schedule {
  readonly zone: string;
  /** Days are ISO weekdays, 1 Monday .. 7 Sunday. */
  readonly weekly: readonly (WindowInterval & { readonly days: readonly number[] })[];
  /** First and last local date (YYYY-MM-DD) on which its hours begin; absent: without bound. */
  readonly validFrom?: string;
  readonly validTo?: string;
  /** In place of the weekly hours that begin on that local date; no hours: the schedule does not hold. */
  readonly exceptions?: readonly {
    readonly date: string;
    readonly hours: readonly WindowInterval[];
  }[];
}

/** Whose terminals a rule is for; a list that is absent: all. Judged at the decision, from the terminal's row. */
export interface Places {
  readonly merchants?: readonly string[];
  readonly groups?: readonly string[];
}

/** Times at which a product is on sale, or is not. */
export interface SaleWindow extends Schedule {
  /** Unique among the windows of a sheet. */
  readonly id: string;
  /** Absent: everywhere in the region. */
  readonly at?: Places;
  /** Absent: open. */
  readonly effect?: 'open' | 'closed';
  /** An integer; the highest of the windows that hold decides, and closed before open. Absent: 0. */
  readonly priority?: number;
  /** Units that it sells of all its products together; absent: any number. */
  readonly quota?: WindowUnits & { readonly shards?: number };
  /** Units that one user may buy of them. */
  readonly perUser?: WindowUnits;
}

/** So many units in each opening, on each local day, or ever. */
export interface WindowUnits {
  readonly units: number;
  readonly per: 'opening' | 'day' | 'total';
}

/** The price that a list gives a product. */
export interface ListedPrice {
  /** Id of the list, unique in the sheet, and its version. */
  readonly list: string;
  readonly version: number;
  readonly unitPriceMinor: number;
  /** An integer; absent: 0. */
  readonly priority?: number;
  /** Absent: at any time. */
  readonly when?: Schedule;
  /** Absent: everywhere in the region. */
  readonly at?: Places;
}

/** Tax that is contained in every price of a product. */
export interface SheetTax {
  /** Parts per million of the price without tax. */
  readonly ppm: number;
  /** Half-even, of every line of a payment, or once of all its lines with this rate. */
  readonly rounding: 'line' | 'total';
}

/** What a promotion pays in the user's place: a part of the price, parts per million, or an amount once per payment. */
export type PromotionOff = { readonly ppm: number } | { readonly minor: number };

export interface Promotion {
  readonly id: string;
  readonly version: number;
  readonly off: PromotionOff;
  /** `code`: only for who tells one that leads to it. */
  readonly by: 'automatic' | 'code';
  /** An integer; absent: 0. */
  readonly priority?: number;
  /** Zone of its days. */
  readonly zone: string;
  /** Absent: at any time. */
  readonly when?: Schedule;
  /** Absent: everywhere in the region. */
  readonly at?: Places;
  /** What it may spend, minor units, or how often it may be used; absent: without bound. */
  readonly budget?: {
    readonly of: 'spend' | 'uses';
    readonly max: number;
    readonly shards?: number;
  };
  /** Uses of one user, ever. */
  readonly perUser?: number;
  /** Uses at one terminal. */
  readonly perTerminal?: { readonly uses: number; readonly per: 'day' | 'total' };
}

/** What a promotion code leads to. */
export interface PromotionCode {
  readonly promotion: string;
  /** How often it may be used; absent: as often as the promotion may. */
  readonly uses?: number;
  /** Unix seconds, half open. */
  readonly validFromS?: number;
  readonly validToS?: number;
}

/** One product in one region, compiled: all that a sale needs to know of it. */
export interface Sheet {
  readonly sku: string;
  readonly region: string;
  readonly name: string;
  readonly version: number;
  /** With tax, where no list has another. */
  readonly unitPriceMinor: number;
  /** ISO 4217 number. */
  readonly currency: number;
  /** Empty: always on sale. Which of several decides: docs/sale-windows.md. */
  readonly windows: readonly SaleWindow[];
  /** Of the lists that have the product; which of several decides: docs/prices.md. */
  readonly prices?: readonly ListedPrice[];
  /** Absent: no tax is split off. */
  readonly tax?: SheetTax;
  readonly promotions?: readonly Promotion[];
}

/** What a region's terminals can sell, compiled into one row. */
export interface RegionCatalogue {
  readonly region: string;
  /** Raised at every change of an item; 1 or more. */
  readonly version: number;
  /** ISO 4217 number. */
  readonly currency: number;
  readonly items: readonly Pick<Sheet, 'sku' | 'name' | 'unitPriceMinor' | 'windows' | 'prices'>[];
}
