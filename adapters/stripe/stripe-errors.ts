/** What Stripe's errors mean for a charge: only an error that says so proves that nothing was charged. */
import type { ProviderRefusal } from '#core/provider.ts';

/** Stripe's codes and decline codes by ours; any other is `not_permitted`. */
export const STRIPE_REFUSALS: Readonly<Record<string, ProviderRefusal>> = {
  insufficient_funds: 'insufficient_funds',
  expired_card: 'identifier_expired',
  authentication_required: 'second_factor_required',
  authentication_not_handled: 'second_factor_required',
  payment_intent_authentication_failure: 'second_factor_required',
  card_velocity_exceeded: 'frequency_exceeded',
  withdrawal_count_limit_exceeded: 'limit_exceeded',
  amount_too_large: 'limit_exceeded',
  currency_not_supported: 'currency_not_allowed',
  invalid_currency: 'currency_not_allowed',
};

/** The two names that Stripe gives a refusal; the narrower one counts. */
export interface StripeReason {
  readonly code?: string | null | undefined;
  readonly decline_code?: string | null | undefined;
}

/** Our code of a refusal. */
export const refusalOf = ({ code, decline_code }: StripeReason): ProviderRefusal =>
  STRIPE_REFUSALS[decline_code ?? ''] ?? STRIPE_REFUSALS[code ?? ''] ?? 'not_permitted';

export type Failure =
  | { readonly outcome: 'declined'; readonly code: ProviderRefusal }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'unreachable' };

/** Kinds of errors that Stripe answers before it does anything. */
const REFUSED_TYPES = new Set([
  'StripeCardError',
  'StripeInvalidRequestError',
  'StripeAuthenticationError',
  'StripePermissionError',
]);
/** No connection came about. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** Its intent is not as we thought: what it is, asking tells. */
const UNEXPECTED_STATE = 'payment_intent_unexpected_state';

const textOf = (value: object, name: string): string | undefined => {
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' ? found : undefined;
};

/** Stripe's message may quote what it was sent: it ends here. */
export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) {
    return { outcome: 'unknown' };
  }
  const type = textOf(error, 'type') ?? '';
  const code = textOf(error, 'code');
  if (type === 'StripeConnectionError') {
    const detail: unknown = Reflect.get(error, 'detail');
    const cause = typeof detail === 'object' && detail !== null ? textOf(detail, 'code') : '';
    return { outcome: NOT_CONNECTED.has(cause ?? '') ? 'unreachable' : 'unknown' };
  }
  return REFUSED_TYPES.has(type) && code !== UNEXPECTED_STATE
    ? {
        outcome: 'declined',
        code: refusalOf({ code, decline_code: textOf(error, 'decline_code') }),
      }
    : { outcome: 'unknown' };
};
