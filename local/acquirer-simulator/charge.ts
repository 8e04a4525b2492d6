/** One charge at the simulator, from its request to its last refund. */
import { createHash } from 'node:crypto';
import { LATE_APPROVAL_MS, outcomeOf } from './test-codes.ts';

export interface ChargeRequest {
  readonly key: string;
  readonly code: string;
  readonly kind: string;
  readonly amount: number;
  readonly currency: number;
  readonly merchant: string;
  readonly region: string;
  readonly terminal: number;
}

export interface RefundRequest {
  readonly key: string;
  readonly amount: number;
  readonly currency: number;
}

interface Refund extends RefundRequest {
  readonly reference: string;
}

export interface Charge {
  readonly key: string;
  /** Of the request; empty: of a tombstone. */
  readonly digest: string;
  readonly currency: number;
  readonly reference: string;
  status: 'paid' | 'declined' | 'pending' | 'cancelled';
  /** Charged, minor units. */
  readonly amount: number;
  readonly reason: string;
  /** Questions that are answered with `pending`. */
  pendingFor: number;
  /** Becomes paid then, whoever asks; unix milliseconds. */
  readonly paidAtMs: number | undefined;
  /** What a pending charge becomes. */
  readonly ends: 'paid' | 'declined';
  readonly refunds: Map<string, Refund>;
  settled: boolean;
  /** Took money, given back since or not. */
  tookMoney: boolean;
}

/** Status and JSON of an answer. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What was asked is told. */
export const ok = (body: object): Answer => ({ status: 200, body });

/** An error of the table in docs/providers.md. */
export const failure = (status: number, code: string): Answer => ({
  status,
  body: { error: { code } },
});

/** Milliseconds after which a pending charge asks to be asked again. */
const ASK_AGAIN_MS = 500;

export interface Opening {
  readonly reference: string;
  /** Whether the code was spent by another charge. */
  readonly isUsed: boolean;
  readonly nowMs: number;
}

/** What becomes of a request, by the code it shows. */
export const openCharge = (
  request: ChargeRequest,
  { reference, isUsed, nowMs }: Opening,
): Charge => {
  const { key, code, currency, amount } = request;
  const outcome = isUsed ? { status: 'declined' as const, reason: 'code_used' } : outcomeOf(code);
  return {
    key,
    digest: digestOf(JSON.stringify(request)),
    currency,
    reference,
    status: outcome.status,
    amount: amount - ('short' in outcome ? (outcome.short ?? 0) : 0),
    reason: 'reason' in outcome ? outcome.reason : 'insufficient_funds',
    pendingFor: 'questions' in outcome ? outcome.questions : 0,
    paidAtMs: 'late' in outcome ? nowMs + LATE_APPROVAL_MS : undefined,
    ends: 'ends' in outcome ? outcome.ends : 'paid',
    refunds: new Map(),
    settled: false,
    tookMoney: outcome.status === 'paid',
  };
};

/** Time goes on for a pending charge: one question less, or its hour has come. */
export const ripen = (charge: Charge, nowMs: number): void => {
  if (charge.status !== 'pending') {
    return;
  }
  const { paidAtMs } = charge;
  const isRipe = paidAtMs === undefined ? charge.pendingFor === 0 : nowMs >= paidAtMs;
  if (isRipe) {
    charge.status = charge.ends;
    charge.tookMoney = charge.ends === 'paid';
  } else {
    charge.pendingFor -= 1;
  }
};

/** Codes are one's purse: only digests are kept. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Holds the place of a charge that was cancelled before it came. */
export const tombstone = (key: string): Charge => ({
  key,
  digest: '',
  currency: 0,
  reference: '',
  status: 'cancelled',
  amount: 0,
  reason: '',
  pendingFor: 0,
  paidAtMs: undefined,
  ends: 'declined',
  refunds: new Map(),
  settled: false,
  tookMoney: false,
});

/** A charge as every answer tells it. */
export const tell = ({ key, status, currency, amount, reference, reason }: Charge): Answer => {
  switch (status) {
    case 'paid':
      return ok({ key, status, currency, amount, reference });
    case 'declined':
      return ok({ key, status, currency, reason });
    case 'pending':
      return ok({ key, status, currency, ask_again_ms: ASK_AGAIN_MS });
    case 'cancelled':
      return ok({ key, status });
  }
};

/** Minor units given back. */
export const refunded = ({ refunds }: Charge): number => {
  let sum = 0;
  for (const { amount } of refunds.values()) {
    sum += amount;
  }
  return sum;
};

/** Gives back a part, once per key and never more than was charged. */
export const refund = (
  charge: Charge,
  request: RefundRequest,
  nextReference: () => string,
): Answer => {
  const { key, amount, currency } = request;
  const known = charge.refunds.get(key);
  if (known !== undefined) {
    return known.amount === amount
      ? ok({ key, status: 'done', amount, reference: known.reference })
      : failure(409, 'conflict');
  }
  if (charge.status !== 'paid') {
    return ok({ key, status: 'declined', reason: 'not_refundable' });
  }
  if (currency !== charge.currency) {
    return ok({ key, status: 'declined', reason: 'currency_not_allowed' });
  }
  if (refunded(charge) + amount > charge.amount) {
    return ok({ key, status: 'declined', reason: 'limit_exceeded' });
  }
  const reference = nextReference();
  charge.refunds.set(key, { ...request, reference });
  return ok({ key, status: 'done', amount, reference });
};
