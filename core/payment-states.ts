/** What CONFIRM, REVERSE and REFUND do to a PAY in each state: the table of docs/payment-states.md, as a table. */
import type { CodeName } from '#protocol/codes.ts';
import type { ConfirmRequest, RefundRequest, ReverseRequest } from '#protocol/request.ts';
import { type Movement, movement } from './ledger.ts';
import type { Payment, RecordedState } from './records.ts';

export type ChangeRequest = ConfirmRequest | ReverseRequest | RefundRequest;

export interface Change {
  readonly code: CodeName;
  /** The PAY afterwards; absent: it stays as it is. */
  readonly to?: Payment;
  readonly movement?: Movement;
  /** Takes new money from the wallet: an account that is blocked or too low refuses it. */
  readonly charges?: true;
  /** Amount decided, minor units (REFUND). */
  readonly amountMinor?: number;
}

type Step<R> = (payment: Payment, request: R) => Change;

/** Decides from the state alone; the clock has no part in it. */
export const decideChange = (payment: Payment, request: ChangeRequest): Change => {
  switch (request.op) {
    case 'confirm':
      return CONFIRM[payment.state](payment, request);
    case 'reverse':
      return REVERSE[payment.state](payment, request);
    case 'refund':
      return REFUND[payment.state](payment, request);
  }
};

/** No PAY has arrived under that number. */
export const changeOfNone = (op: ChangeRequest['op']): Change & { readonly tombstone: boolean } =>
  op === 'reverse'
    ? { code: 'approved', tombstone: true }
    : { code: 'original_not_found', tombstone: false };

/** The number belongs to a request that is no PAY. */
export const changeOfOther = (op: ChangeRequest['op']): Change => ({
  code: op === 'reverse' ? 'not_permitted' : 'original_not_found',
});

/** The hold goes back to the wallet whole: voided by REVERSE, or expired. */
export const releaseHold = (
  payment: Payment,
  state: 'voided' | 'expired',
): Required<Pick<Change, 'to' | 'movement'>> => ({
  to: next(payment, { state }),
  movement: movement(payment, {
    wallet: payment.amountMinor,
    hold: -payment.amountMinor,
    merchant: 0,
  }),
});

const answer =
  (code: CodeName): Step<unknown> =>
  () => ({ code });

const postHold: Step<ConfirmRequest> = (payment, request) => {
  const posted = request.amountMinor ?? payment.amountMinor;
  if (posted > payment.amountMinor) {
    return { code: 'limit_exceeded' };
  }
  return {
    code: 'approved',
    to: next(payment, { state: 'posted', postedMinor: posted }),
    movement: movement(payment, {
      wallet: payment.amountMinor - posted,
      hold: -payment.amountMinor,
      merchant: posted,
    }),
  };
};

/** Held again and posted in one step, so the hold itself leaves no line. */
const postExpired: Step<ConfirmRequest> = (payment, request) => {
  const posted = request.amountMinor ?? payment.amountMinor;
  if (posted > payment.amountMinor) {
    return { code: 'limit_exceeded' };
  }
  return {
    code: 'approved',
    to: next(payment, { state: 'posted', postedMinor: posted }),
    movement: movement(payment, { wallet: -posted, hold: 0, merchant: posted }),
    charges: true,
  };
};

const voidHold: Step<ReverseRequest> = (payment) => ({
  code: 'approved',
  ...releaseHold(payment, 'voided'),
});

/** Gives back what the merchant still has. */
const voidPosted: Step<ReverseRequest> = (payment) => {
  const left = payment.postedMinor - payment.refundedMinor;
  return {
    code: 'approved',
    to: next(payment, { state: 'voided' }),
    movement: movement(payment, { wallet: left, hold: 0, merchant: -left }),
  };
};

/** No money is out, but a CONFIRM that comes after the REVERSE must find it voided. */
const voidExpired: Step<ReverseRequest> = (payment) => ({
  code: 'approved',
  to: next(payment, { state: 'voided' }),
});

const refundPosted: Step<RefundRequest> = (payment, request) => {
  const left = payment.postedMinor - payment.refundedMinor;
  const amountMinor = request.amountMinor ?? left;
  if (amountMinor > left) {
    return { code: 'limit_exceeded' };
  }
  const refundedMinor = payment.refundedMinor + amountMinor;
  const state = refundedMinor === payment.postedMinor ? 'refunded' : 'partly_refunded';
  return {
    code: 'approved',
    amountMinor,
    to: next(payment, { state, refundedMinor }),
    movement: movement(payment, { wallet: amountMinor, hold: 0, merchant: -amountMinor }),
  };
};

/** Its provider has yet to prove the outcome (core/provider-steps.ts): ask again. */
const inProgress = answer('in_progress');

const CONFIRM: Readonly<Record<RecordedState, Step<ConfirmRequest>>> = {
  in_progress: inProgress,
  held: postHold,
  posted: answer('not_permitted'),
  partly_refunded: answer('not_permitted'),
  refunded: answer('not_permitted'),
  voided: answer('already_voided'),
  expired: postExpired,
  declined: answer('original_not_found'),
};

const REVERSE: Readonly<Record<RecordedState, Step<ReverseRequest>>> = {
  in_progress: answer('outcome_unknown'),
  held: voidHold,
  posted: voidPosted,
  partly_refunded: voidPosted,
  refunded: answer('approved'),
  voided: answer('approved'),
  expired: voidExpired,
  declined: answer('approved'),
};

const REFUND: Readonly<Record<RecordedState, Step<RefundRequest>>> = {
  in_progress: inProgress,
  held: answer('not_permitted'),
  posted: refundPosted,
  partly_refunded: refundPosted,
  refunded: answer('limit_exceeded'),
  voided: answer('already_voided'),
  expired: answer('original_not_found'),
  declined: answer('original_not_found'),
};

const next = (
  payment: Payment,
  change: Pick<Payment, 'state'> & Partial<Pick<Payment, 'postedMinor' | 'refundedMinor'>>,
): Payment => {
  const { dueS: _ended, ...kept } = payment;
  return { ...kept, revision: payment.revision + 1, ...change };
};
