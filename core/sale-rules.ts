/** Whether a sale is one that the sheets allow, and what its price is made of: rules in the order in which they refuse. */
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import {
  firstRefusal,
  type KnownCase,
  type Line,
  type PayRefusal,
  type Rule,
  type Sale,
  type SaleCase,
} from './pay-case.ts';
import { offersOf } from './promotion-offers.ts';
import { PPM_WHOLE, ppmOf, roundedShareOf } from './ratio.ts';
import { isOnSale, nextChangeS } from './sale-window.ts';
import { priceAt } from './sheet-at.ts';

/** Of the products that are sold in the terminal's region. */
export const linesOf = ({ request, sheets, terminal, judgedAtS }: KnownCase): readonly Line[] =>
  request.items.flatMap((item, at) => {
    const sheet = sheets[at];
    return sheet?.region === terminal.region
      ? [{ ...item, sheet, priceMinor: item.quantity * priceAt(sheet, judgedAtS).unitPriceMinor }]
      : [];
  });

export const judgeSale = (pay: SaleCase): PayRefusal | undefined =>
  pay.lines.length < pay.request.items.length
    ? { code: 'region_not_allowed' }
    : firstRefusal(SALE_RULES, pay);

/** What the price is made of. A stored sale has the terminal's price: tax is in it in proportion. */
export const saleOf = (pay: SaleCase): Sale => {
  const { request, lines, terminal } = pay;
  const priceMinor = request.amountMinor;
  const total = totalOf(lines);
  const tax = taxIn(lines);
  const taxMinor = total === priceMinor || tax === 0 ? tax : roundedShareOf(tax, priceMinor, total);
  const { ppm, fixedMinor = 0 } = terminal.merchantFee ?? { ppm: 0 };
  return {
    region: terminal.region,
    priceMinor,
    taxMinor,
    feeMinor: Math.min(ppmOf(priceMinor, ppm) + fixedMinor, priceMinor - taxMinor),
    offers: offersOf(pay),
    needsOffer: request.promotionCode !== undefined,
  };
};

const totalOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, { priceMinor }) => sum + priceMinor, 0);

/** Rounded line by line, or once for all lines of one rate, as the region has it. */
const taxIn = (lines: readonly Line[]): number => {
  const sums = new Map<number, number>();
  let tax = 0;
  for (const { sheet, priceMinor } of lines) {
    const { ppm, rounding } = sheet.tax ?? { ppm: 0, rounding: 'line' };
    if (rounding === 'line') {
      tax += taxAt(ppm, priceMinor);
    } else {
      sums.set(ppm, (sums.get(ppm) ?? 0) + priceMinor);
    }
  }
  for (const [ppm, sum] of sums) {
    tax += taxAt(ppm, sum);
  }
  return tax;
};

/** Tax contained in a price with tax. */
const taxAt = (ppm: number, priceMinor: number): number =>
  ppm === 0 ? 0 : roundedShareOf(priceMinor, ppm, PPM_WHOLE + ppm);

const currencyRule: Rule<SaleCase> = ({ lines, request }) =>
  lines.every(({ sheet }) => sheet.currency === request.currency)
    ? undefined
    : { code: 'currency_not_allowed' };

const windowRule: Rule<SaleCase> = ({ lines, judgedAtS }) => {
  const windows = lines.map(({ sheet }) => sheet.windows);
  const closed = windows.filter((list) => !isOnSale(list, judgedAtS));
  if (closed.length === 0) {
    return undefined;
  }
  const openings = closed.map((list) => nextChangeS(list, judgedAtS) ?? Infinity);
  const latestS = Math.max(...openings);
  const allOpen = latestS < Infinity && windows.every((list) => isOnSale(list, latestS));
  return { code: 'sale_window_closed', ...(allOpen ? { detail: latestS } : {}) };
};

const priceRule: Rule<SaleCase> = ({ lines, request }) => {
  const total = totalOf(lines);
  if (total === request.amountMinor) {
    return undefined;
  }
  return { code: 'price_changed', ...(total <= AMOUNT_MINOR_MAX ? { detail: total } : {}) };
};

/** A code that leads to no promotion which could pay a part of this sale is refused, never silently ignored. */
const promotionRule: Rule<SaleCase> = (pay) =>
  pay.request.promotionCode !== undefined && offersOf(pay).length === 0
    ? { code: 'promotion_invalid' }
    : undefined;

const accountRule: Rule<SaleCase> = ({ verdict }) =>
  verdict === undefined ? undefined : { code: verdict };

export const SALE_RULES: readonly Rule<SaleCase>[] = [
  currencyRule,
  windowRule,
  priceRule,
  promotionRule,
  accountRule,
];
