/** One PaymentIntent per charge: found by the charge's key alone, read, and given back. docs/providers.md tells why so. */
import type Stripe from 'stripe';
import type {
  CancelAnswer,
  NotFound,
  ProviderAnswer,
  ProviderChargeRef,
  ProviderRefund,
} from '#core/provider.ts';
import { refusalOf } from './stripe-errors.ts';

/** Refunds of one charge that are read: Stripe's largest page. A charge with more of them is an operator's case. */
export const REFUNDS_MAX = 100;

/** Sends once and only while the budget lasts; rejects otherwise. */
export type Send = <T>(call: (options: Stripe.RequestOptions) => Promise<T>) => Promise<T>;

type RefundAnswer = Exclude<ProviderAnswer, NotFound>;

const DECLINED = { outcome: 'declined', code: 'not_permitted' } as const;

/**
 * The intent of a charge. Creating it charges nothing, so it is created again with the same key and Stripe gives back the one
 * there is. After a day Stripe has forgotten the key and makes another, so where that one was never charged the search is asked
 * too: by then it has long found the old one.
 */
export const findIntent = async (
  stripe: Stripe,
  send: Send,
  charge: ProviderChargeRef,
  currency: string,
): Promise<Stripe.PaymentIntent> => {
  const { id } = await createIntent(stripe, send, charge, currency);
  const retrieve = (one: string): Promise<Stripe.PaymentIntent> =>
    send((options) => stripe.paymentIntents.retrieve(one, {}, options));
  // What is replayed is the first answer, not the intent as it is.
  const intent = await retrieve(id);
  if (intent.latest_charge !== null) {
    return intent;
  }
  const query = `metadata["charge"]:"${charge.key}"`;
  const found = await send((options) => stripe.paymentIntents.search({ query }, options));
  const charged = found.data.find(({ latest_charge: latest }) => latest !== null);
  return charged === undefined ? intent : retrieve(charged.id);
};

/** Creates it, not charged yet; the parameters follow from what every later call knows. */
export const createIntent = async (
  stripe: Stripe,
  send: Send,
  { key, amountMinor }: ProviderChargeRef,
  currency: string,
): Promise<{ readonly id: string; readonly wasKnown: boolean }> => {
  const created = await send((options) =>
    stripe.paymentIntents.create(
      {
        amount: amountMinor,
        currency,
        capture_method: 'automatic',
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata: { charge: key },
      },
      { ...options, idempotencyKey: `charge-${key}` },
    ),
  );
  const wasKnown = created.lastResponse.headers['idempotent-replayed'] === 'true';
  return { id: created.id, wasKnown };
};

/** What a charge has come to. */
export const intentAnswer = (intent: Stripe.PaymentIntent): ProviderAnswer => {
  switch (intent.status) {
    case 'succeeded':
      return {
        outcome: 'approved',
        reference: intent.id,
        amountMinor: intent.amount_received,
      };
    case 'canceled':
      return DECLINED;
    case 'requires_payment_method':
      return intent.last_payment_error === null
        ? { outcome: 'not_found' }
        : { outcome: 'declined', code: refusalOf(intent.last_payment_error) };
    case 'requires_confirmation':
      return { outcome: 'not_found' };
    default:
      return { outcome: 'pending' };
  }
};

/** Refunds that gave money back or are about to. */
const activeRefunds = (refunds: readonly Stripe.Refund[]): readonly Stripe.Refund[] =>
  refunds.filter(({ status }) => status !== 'failed' && status !== 'canceled');

const sumOf = (refunds: readonly Stripe.Refund[]): number =>
  refunds.reduce((sum, { amount }) => sum + amount, 0);

const refundsOf = (
  stripe: Stripe,
  send: Send,
  id: string,
): Promise<Stripe.ApiList<Stripe.Refund>> =>
  send((options) => stripe.refunds.list({ payment_intent: id, limit: REFUNDS_MAX }, options));

const createRefund = (
  stripe: Stripe,
  send: Send,
  { id, key, amount }: { readonly id: string; readonly key: string; readonly amount: number },
): Promise<Stripe.Refund> =>
  send((options) =>
    stripe.refunds.create(
      { payment_intent: id, amount, metadata: { refund: key } },
      { ...options, idempotencyKey: `refund-${key}` },
    ),
  );

/** Gives back a part, once per key: also after Stripe has forgotten the key, for the refund itself carries it. */
export const refundIntent = async (
  stripe: Stripe,
  send: Send,
  intent: Stripe.PaymentIntent,
  { refundKey, refundMinor }: ProviderRefund,
): Promise<RefundAnswer> => {
  if (intent.status !== 'succeeded') {
    return DECLINED;
  }
  const { data, has_more: hasMore } = await refundsOf(stripe, send, intent.id);
  const known = data.find(({ metadata }) => metadata?.refund === refundKey);
  if (known !== undefined) {
    return refundAnswer(known);
  }
  if (hasMore || sumOf(activeRefunds(data)) + refundMinor > intent.amount_received) {
    return { outcome: 'declined', code: 'limit_exceeded' };
  }
  const { id } = intent;
  return refundAnswer(
    await createRefund(stripe, send, { id, key: refundKey, amount: refundMinor }),
  );
};

const refundAnswer = ({ id, status, amount }: Stripe.Refund): RefundAnswer => {
  switch (status) {
    case 'succeeded':
      return { outcome: 'approved', reference: id, amountMinor: amount };
    case 'failed':
    case 'canceled':
      return DECLINED;
    default:
      return { outcome: 'pending' };
  }
};

/** Closes an intent that is not paid, gives back all that is left of one that is. */
export const cancelIntent = async (
  stripe: Stripe,
  send: Send,
  intent: Stripe.PaymentIntent,
  key: string,
): Promise<CancelAnswer> => {
  const { id, status } = intent;
  if (status === 'canceled') {
    return { outcome: 'cancelled' };
  }
  if (status === 'processing') {
    return { outcome: 'pending' };
  }
  if (status !== 'succeeded') {
    const closed = await send((options) => stripe.paymentIntents.cancel(id, {}, options));
    return { outcome: closed.status === 'canceled' ? 'cancelled' : 'unknown' };
  }
  const { data, has_more: hasMore } = await refundsOf(stripe, send, id);
  const active = activeRefunds(data);
  const amount = intent.amount_received - sumOf(active);
  if (hasMore) {
    return { outcome: 'refused' };
  }
  if (amount > 0) {
    const made = await createRefund(stripe, send, { id, key: `${key}-cancel`, amount });
    return cancelled(refundAnswer(made));
  }
  return {
    outcome: active.every(({ status: one }) => one === 'succeeded') ? 'cancelled' : 'pending',
  };
};

const cancelled = ({ outcome }: RefundAnswer): CancelAnswer => {
  switch (outcome) {
    case 'approved':
      return { outcome: 'cancelled' };
    case 'declined':
      return { outcome: 'refused' };
    default:
      return { outcome: 'pending' };
  }
};
