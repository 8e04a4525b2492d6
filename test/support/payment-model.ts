/** docs/payment-states.md said once more, in plain steps and without a look at the code: what one user, one merchant and one terminal must see. */
import type { Request } from '#protocol/request.ts';

export interface ModelPayment {
  readonly state: string;
  readonly amount: number;
  readonly posted: number;
  readonly refunded: number;
  /** Unix seconds from which a hold may expire. */
  readonly dueS?: number;
}

/** Everything a decision may depend on, at one moment. */
export interface Moment {
  readonly wallet: number;
  readonly blocked: boolean;
  /** Of the PAY that the request is about: a PAY itself looks at none. */
  readonly payment: ModelPayment | 'none' | 'other request';
  /** A PAY that came to the functions later than its deadline. */
  readonly late: boolean;
  readonly nowS: number;
}

export interface Decision {
  readonly code: string;
  /** The PAY afterwards, where anything of it changes. */
  readonly next?: ModelPayment;
  readonly wallet: number;
  readonly hold: number;
  readonly merchant: number;
  /** Goods that nobody paid: a person has to look. */
  readonly opensCase?: true;
}

/** Seconds that a hold lasts. */
const HOLD_S = 900;

const only = (code: string): Decision => ({ code, wallet: 0, hold: 0, merchant: 0 });

export const decide = (request: Request, moment: Moment): Decision => {
  switch (request.op) {
    case 'pay':
      return decidePay(request, moment);
    case 'confirm':
      return decideConfirm(request.amountMinor, moment);
    case 'reverse':
      return decideReverse(moment);
    case 'refund':
      return decideRefund(request.amountMinor, moment);
    default:
      throw new Error('nothing is decided there');
  }
};

const decidePay = (
  { amountMinor: amount, mode }: Extract<Request, { op: 'pay' }>,
  { wallet, blocked, late, nowS }: Moment,
): Decision => {
  const fresh = { amount, posted: 0, refunded: 0 };
  const refused = (code: string): Decision => ({
    ...only(code),
    next: { ...fresh, state: 'declined' },
  });
  if (late) {
    return refused('too_late');
  }
  if (blocked) {
    return refused('user_blocked');
  }
  if (wallet < amount) {
    return refused('insufficient_funds');
  }
  return mode === 'hold'
    ? {
        code: 'approved',
        next: { ...fresh, state: 'held', dueS: nowS + HOLD_S },
        wallet: -amount,
        hold: amount,
        merchant: 0,
      }
    : {
        code: 'approved',
        next: { ...fresh, state: 'posted', posted: amount },
        wallet: -amount,
        hold: 0,
        merchant: amount,
      };
};

const decideConfirm = (asked: number | undefined, moment: Moment): Decision => {
  const { payment, wallet, blocked } = moment;
  if (typeof payment === 'string' || payment.state === 'declined') {
    return only('original_not_found');
  }
  if (payment.state === 'voided') {
    const wasApproved = payment.amount > 0;
    return { ...only('already_voided'), ...(wasApproved ? { opensCase: true } : {}) };
  }
  if (payment.state !== 'held' && payment.state !== 'expired') {
    return only('not_permitted');
  }
  const posted = asked ?? payment.amount;
  if (posted > payment.amount) {
    return only('limit_exceeded');
  }
  const next = { amount: payment.amount, refunded: 0, posted, state: 'posted' };
  if (payment.state === 'held') {
    const back = payment.amount - posted;
    return { code: 'approved', next, wallet: back, hold: -payment.amount, merchant: posted };
  }
  return blocked || wallet < posted
    ? { ...only('insufficient_funds'), opensCase: true }
    : { code: 'approved', next, wallet: -posted, hold: 0, merchant: posted };
};

const decideReverse = ({ payment }: Moment): Decision => {
  if (payment === 'other request') {
    return only('not_permitted');
  }
  if (payment === 'none') {
    const tombstone = { state: 'voided', amount: 0, posted: 0, refunded: 0 };
    return { ...only('approved'), next: tombstone };
  }
  const { amount, posted, refunded } = payment;
  const next = { state: 'voided', amount, posted, refunded };
  switch (payment.state) {
    case 'held':
      return { code: 'approved', next, wallet: amount, hold: -amount, merchant: 0 };
    case 'posted':
    case 'partly_refunded': {
      const back = posted - refunded;
      return { code: 'approved', next, wallet: back, hold: 0, merchant: -back };
    }
    case 'expired':
      return { ...only('approved'), next };
    default:
      return only('approved');
  }
};

const decideRefund = (asked: number | undefined, { payment }: Moment): Decision => {
  if (typeof payment === 'string' || ['declined', 'expired'].includes(payment.state)) {
    return only('original_not_found');
  }
  if (payment.state === 'held') {
    return only('not_permitted');
  }
  if (payment.state === 'voided') {
    return only('already_voided');
  }
  const { amount, posted } = payment;
  const left = posted - payment.refunded;
  const back = asked ?? left;
  if (left === 0 || back > left) {
    return only('limit_exceeded');
  }
  const refunded = payment.refunded + back;
  const state = refunded === posted ? 'refunded' : 'partly_refunded';
  const next = { amount, posted, refunded, state };
  return { code: 'approved', next, wallet: back, hold: 0, merchant: -back };
};

/** The hold goes back whole; only a hold that is due may. */
export const expiryOf = (payment: ModelPayment, nowS: number): Decision => {
  if (payment.state !== 'held' || payment.dueS === undefined || payment.dueS > nowS) {
    throw new Error('expired what was not due');
  }
  const { amount } = payment;
  const next = { state: 'expired', amount, posted: 0, refunded: 0 };
  return { code: 'expired', next, wallet: amount, hold: -amount, merchant: 0 };
};
