/** What a payment adds to the totals of its merchant, its day and its windows: a function of its state alone, so that however often and in whatever order its changes are told, it counts as it stands. */
import type { RequestKey } from '#protocol/request.ts';
import { splitOf } from './payment-shares.ts';
import type { Payment, RequestRecord } from './records.ts';

/** Numbers, and sums in minor units: docs/ledger.md says what each counts. */
export const SALES_FIELDS = [
  'sales',
  'voids',
  'expiries',
  'declines',
  'units',
  'grossMinor',
  'refundedMinor',
  'netMinor',
  'discountMinor',
  'taxMinor',
  'feeMinor',
  'payableMinor',
] as const;
export type SalesFigures = Readonly<Record<(typeof SALES_FIELDS)[number], number>>;

/** Partitions of a merchant's or a window's totals: each takes some hundred payments a second before they collide. */
export const SALES_SHARDS = 8;

/** The shard that a payment is counted in. */
export const salesShard = ({ terminal, sequence }: RequestKey): number =>
  (terminal + sequence) % SALES_SHARDS;

/** How a payment was counted last. */
export interface CountedSale {
  readonly key: RequestKey;
  /** Of the payment as it was counted. */
  readonly revision: number;
  readonly merchant: string;
  readonly currency: number;
  /** Local date (YYYY-MM-DD) of the sale. */
  readonly day: string;
  /** Windows that decided an item of it, as far as its evidence tells. */
  readonly windows: readonly SoldInWindow[];
  readonly figures: SalesFigures;
}

export interface SoldInWindow {
  readonly id: string;
  readonly units: number;
}

/** Whose totals: all that a merchant ever sold in a currency, a merchant's day, or a window's. */
export interface SalesBucket {
  readonly of: 'merchant' | 'window';
  readonly id: string;
  readonly currency: number;
  /** Absent: of all days. */
  readonly day?: string;
}

export interface SalesChange {
  readonly bucket: SalesBucket;
  /** To be added. */
  readonly figures: SalesFigures;
}

export const NO_SALES: SalesFigures = Object.fromEntries(
  SALES_FIELDS.map((field) => [field, 0]),
) as SalesFigures;

const combine = (
  a: SalesFigures,
  b: SalesFigures,
  of: (a: number, b: number) => number,
): SalesFigures =>
  Object.fromEntries(SALES_FIELDS.map((field) => [field, of(a[field], b[field])])) as SalesFigures;

export const addFigures = (a: SalesFigures, b: SalesFigures): SalesFigures =>
  combine(a, b, (x, y) => x + y);

/** The payment as it is to be counted, and what that changes; undefined where it is counted as it stands, or later. `dayOf`: the local date of unix seconds. */
export const countSale = (
  before: CountedSale | undefined,
  record: RequestRecord,
  dayOf: (atS: number) => string,
): { readonly counted: CountedSale; readonly changes: readonly SalesChange[] } | undefined => {
  const { payment, evidence, decidedAtS } = record;
  if (payment === undefined || (before !== undefined && isCounted(before, record, payment))) {
    return undefined;
  }
  const windows = before?.windows ?? windowsOf(evidence?.items ?? []);
  const counted: CountedSale = {
    key: record.key,
    revision: payment.revision,
    merchant: before?.merchant ?? payment.merchant,
    currency: before?.currency ?? payment.currency,
    day: before?.day ?? dayOf(evidence?.judgedAtS ?? decidedAtS),
    windows,
    figures: salesFigures(record),
  };
  const had = new Map(
    (before === undefined ? [] : sharesOf(before)).map(({ bucket, figures }) => [
      bucketName(bucket),
      figures,
    ]),
  );
  const changes = sharesOf(counted).map(({ bucket, figures }) => ({
    bucket,
    figures: combine(figures, had.get(bucketName(bucket)) ?? NO_SALES, (now, then) => now - then),
  }));
  return {
    counted,
    changes: changes.filter(({ figures }) => SALES_FIELDS.some((field) => figures[field] !== 0)),
  };
};

/** As it stands, or later. At its own revision with other figures it is not: somebody edited how it was counted. */
const isCounted = (before: CountedSale, record: RequestRecord, { revision }: Payment): boolean =>
  before.revision > revision ||
  (before.revision === revision && hasFigures(record, before.figures));

/** Whether a payment as it stands has these. */
export const hasFigures = (record: RequestRecord, figures: SalesFigures): boolean => {
  const stands = salesFigures(record);
  return SALES_FIELDS.every((field) => stands[field] === figures[field]);
};

/** What a counted payment is of each of its totals. */
export const sharesOf = ({
  merchant,
  currency,
  day,
  windows,
  figures,
}: CountedSale): readonly SalesChange[] =>
  merchant === ''
    ? []
    : [
        { bucket: { of: 'merchant', id: merchant, currency }, figures },
        { bucket: { of: 'merchant', id: merchant, currency, day }, figures },
        ...windows.map(({ id, units }) => ({
          bucket: { of: 'window' as const, id, currency, day },
          figures: { ...figures, units: figures.sales * units },
        })),
      ];

/** Unique among all totals. */
export const bucketName = ({ of, id, currency, day }: SalesBucket): string =>
  [of, id, currency, ...(day === undefined ? [] : [day])].join(' ');

/** Of a payment as it stands. */
export const salesFigures = ({ payment, code, evidence }: RequestRecord): SalesFigures => {
  if (payment === undefined) {
    return NO_SALES;
  }
  const { state, postedMinor, refundedMinor } = payment;
  const { sales, voids, expiries, declines } = COUNTS[state] ?? {};
  const sold = sales ?? 0;
  const items = evidence?.items ?? [];
  const units = windowUnits(items).reduce((sum, item) => sum + item.units, 0);
  const split = splitOf(payment);
  return {
    sales: sold,
    // A REVERSE that came first, and a charge that was dropped, undo nothing.
    voids: code === 'approved' ? (voids ?? 0) : 0,
    expiries: expiries ?? 0,
    declines: declines ?? 0,
    units: sold * units,
    grossMinor: sold * postedMinor,
    refundedMinor: sold * refundedMinor,
    netMinor: sold * (postedMinor - refundedMinor),
    discountMinor: split.discount,
    taxMinor: split.tax,
    feeMinor: split.fee,
    payableMinor: split.merchant,
  };
};

const COUNTS: { readonly [State in Payment['state']]?: Partial<SalesFigures> } = {
  posted: { sales: 1 },
  partly_refunded: { sales: 1 },
  refunded: { sales: 1 },
  voided: { voids: 1 },
  expired: { expiries: 1 },
  declined: { declines: 1 },
};

/** `sku*quantity@version/window`, as core/evidence.ts writes it; what follows the window does not matter here. */
const ITEM = /^.*\*(\d+)@\d+(?:\/([^=]*))?(?:=|$)/;

const windowUnits = (
  items: readonly string[],
): readonly { readonly id: string | undefined; readonly units: number }[] =>
  items.flatMap((item) => {
    const [, units, id] = ITEM.exec(item) ?? [];
    return units === undefined ? [] : [{ id, units: Number(units) }];
  });

const windowsOf = (items: readonly string[]): readonly SoldInWindow[] => {
  const sold = new Map<string, number>();
  for (const { id, units } of windowUnits(items)) {
    if (id !== undefined) {
      sold.set(id, (sold.get(id) ?? 0) + units);
    }
  }
  return [...sold].map(([id, units]) => ({ id, units }));
};
