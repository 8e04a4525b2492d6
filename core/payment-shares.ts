/** How the money of a payment is split at any moment: a function of its state alone, so that what moves is a difference and no unit is lost. */
import { shareOf } from './ratio.ts';
import type { Payment, RecordedState } from './records.ts';

/** Minor units. What the user and the promotion have paid is what merchant, tax, fee and hold have got. */
export interface Split {
  /** Out of the user's wallet. */
  readonly paid: number;
  readonly discount: number;
  readonly hold: number;
  readonly merchant: number;
  readonly tax: number;
  readonly fee: number;
}

const NOTHING: Split = { paid: 0, discount: 0, hold: 0, merchant: 0, tax: 0, fee: 0 };

/** Of a payment that is not there yet: nothing. */
export const splitOf = (payment: Payment | undefined): Split => {
  if (payment === undefined) {
    return NOTHING;
  }
  const { state, amountMinor, postedMinor, refundedMinor } = payment;
  if (state === 'held') {
    return { ...NOTHING, paid: amountMinor, hold: amountMinor };
  }
  return EARNED.has(state) ? earned(payment, postedMinor - refundedMinor) : NOTHING;
};

/** What of a promotion's money a payment has, or reserves while it is not posted: what its budget counts. */
export const discountOut = (payment: Payment): number =>
  RESERVED.has(payment.state) ? (payment.shares?.discountMinor ?? 0) : splitOf(payment).discount;

const EARNED: ReadonlySet<RecordedState> = new Set(['posted', 'partly_refunded']);
const RESERVED: ReadonlySet<RecordedState> = new Set(['in_progress', 'held']);

/**
 * Each share is rounded down from what the one before left, so that none is below zero and none shrinks while `net` grows;
 * at the whole amount they are the shares themselves.
 */
const earned = ({ amountMinor, shares }: Payment, net: number): Split => {
  const { discountMinor = 0, taxMinor = 0, feeMinor = 0 } = shares ?? {};
  const whole = amountMinor + discountMinor;
  // Where the promotion pays all of it, there is no part of it to be posted or refunded.
  const discount = amountMinor === 0 ? discountMinor : shareOf(discountMinor, net, amountMinor);
  const owed = net + discount;
  const tax = taxMinor === 0 ? 0 : shareOf(taxMinor, owed, whole);
  const afterTax = owed - tax;
  const fee = feeMinor === 0 ? 0 : shareOf(feeMinor, afterTax, whole - taxMinor);
  return { paid: net, discount, hold: 0, merchant: afterTax - fee, tax, fee };
};
