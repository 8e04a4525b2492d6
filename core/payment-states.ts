/** What CONFIRM, REVERSE and REFUND do to a PAY in each state: the table of docs/payment-states.md, as a table. */
import type { CodeName } from '#protocol/codes.ts';
import type { ConfirmRequest, RefundRequest, ReverseRequest } from '#protocol/request.ts';
import { type Movement, movementOf } from './ledger.ts';
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
): Required<Pick<Change, 'to' | 'movement'>> => moving(payment, next(payment, { state }));

/** The PAY afterwards, with what that moves. */
const moving = (from: Payment, to: Payment): Required<Pick<Change, 'to' | 'movement'>> => ({
  to,
  movement: movementOf(from, to),
});

const answer =
  (code: CodeName): Step<unknown> =>
  () => ({ code });

const post: Step<ConfirmRequest> = (payment, request) => {
  const postedMinor = request.amountMinor ?? payment.amountMinor;
  return postedMinor > payment.amountMinor
    ? { code: 'limit_exceeded' }
    : { code: 'approved', ...moving(payment, next(payment, { state: 'posted', postedMinor })) };
};

/** Held again and posted in one step, so the hold itself leaves no line. */
const postExpired: Step<ConfirmRequest> = (payment, request) => {
  const posted = post(payment, request);
  return posted.to === undefined ? posted : { ...posted, charges: true };
};

/** Of a hold all goes back, of what was posted what the merchant still has, of an expired hold nothing: a CONFIRM that comes after the REVERSE must find it voided. */
const voidAll: Step<ReverseRequest> = (payment) => ({
  code: 'approved',
  ...releaseHold(payment, 'voided'),
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
    ...moving(payment, next(payment, { state, refundedMinor })),
  };
};

/** Its provider has yet to prove the outcome (core/provider-steps.ts): ask again. */
const inProgress = answer('in_progress');

const CONFIRM: Readonly<Record<RecordedState, Step<ConfirmRequest>>> = {
  in_progress: inProgress,
  held: post,
  posted: answer('not_permitted'),
  partly_refunded: answer('not_permitted'),
  refunded: answer('not_permitted'),
  voided: answer('already_voided'),
  expired: postExpired,
  declined: answer('original_not_found'),
};

const REVERSE: Readonly<Record<RecordedState, Step<ReverseRequest>>> = {
  in_progress: answer('outcome_unknown'),
  held: voidAll,
  posted: voidAll,
  partly_refunded: voidAll,
  refunded: answer('approved'),
  voided: answer('approved'),
  expired: voidAll,
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
