/** The port to Stripe: off-session payments with a customer's saved payment method, on the official SDK. */
import type Stripe from 'stripe';
import type {
  NotFound,
  PaymentProvider,
  ProviderAnswer,
  ProviderCharge,
  ProviderTimings,
} from '#core/provider.ts';
import { STRIPE_CURRENCIES } from './stripe-currencies.ts';
import { failureOf } from './stripe-errors.ts';
import {
  cancelIntent,
  createIntent,
  findIntent,
  intentAnswer,
  refundIntent,
  type Send,
} from './stripe-intents.ts';

/** Stripe's names of who pays and with what: never a card number. */
export interface StripeAccount {
  readonly customer: string;
  readonly paymentMethod: string;
}

export interface StripeOptions {
  /** Name of the provider. */
  readonly name: string;
  readonly apiKey: string;
  readonly timings: ProviderTimings;
  /** Whose identifier it is; undefined: nobody's. */
  readonly findAccount: (charge: ProviderCharge) => Promise<StripeAccount | undefined>;
  /** Where Stripe is, for tests. */
  readonly at?: {
    readonly protocol: 'http' | 'https';
    readonly host: string;
    readonly port: number;
  };
  /** Aborts after so many milliseconds; `AbortSignal.timeout` where left out. */
  readonly deadline?: (ms: number) => AbortSignal;
}

const UNKNOWN = { outcome: 'unknown' } as const;

/** Loads the SDK, which nobody pays for who has not configured it. */
export const createStripeProvider = async ({
  name,
  apiKey,
  timings,
  findAccount,
  at,
  deadline = (ms) => AbortSignal.timeout(ms),
}: StripeOptions): Promise<PaymentProvider> => {
  const { default: Sdk } = await import('stripe');
  // A provider sends once: whether to ask again is decided by whoever has recorded what was sent.
  const stripe = new Sdk(apiKey, {
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: sendingOnce(Sdk.createNodeHttpClient()),
    ...at,
  });

  const within = async <A>(budgetMs: number, ask: (send: Send) => Promise<A>) => {
    const signal = deadline(budgetMs);
    const send: Send = (call) => {
      signal.throwIfAborted();
      return call({ timeout: budgetMs });
    };
    return Promise.race([ask(send).catch(failureOf), expiry(signal)]);
  };
  /** For what only asks or gives back, a refusal of the call proves nothing of the charge. */
  const asking = async <A extends { readonly outcome: string }>(
    budgetMs: number,
    ask: (send: Send) => Promise<A>,
  ): Promise<A | { readonly outcome: 'unknown' } | { readonly outcome: 'unreachable' }> => {
    const asked = await within(budgetMs, (send) =>
      ask(send).catch((error: unknown) => {
        const failure = failureOf(error);
        return failure.outcome === 'declined' ? UNKNOWN : failure;
      }),
    );
    return asked as A;
  };

  return {
    name,
    timings,
    pay: async (charge, budgetMs) => {
      const currency = STRIPE_CURRENCIES.get(charge.currency);
      if (currency === undefined) {
        return { outcome: 'declined', code: 'currency_not_allowed' };
      }
      return within(budgetMs, (send) => pay({ stripe, send, findAccount }, charge, currency));
    },
    query: (charge, budgetMs) =>
      asking<ProviderAnswer>(budgetMs, async (send) =>
        intentAnswer(await findIntent(stripe, send, charge, currencyOf(charge.currency))),
      ),
    cancel: (charge, budgetMs) =>
      asking(budgetMs, async (send) => {
        const intent = await findIntent(stripe, send, charge, currencyOf(charge.currency));
        return cancelIntent(stripe, send, intent, charge.key);
      }),
    refund: (refund, budgetMs) =>
      asking<Exclude<ProviderAnswer, NotFound>>(budgetMs, async (send) => {
        const intent = await findIntent(stripe, send, refund, currencyOf(refund.currency));
        return refundIntent(stripe, send, intent, refund);
      }),
  };
};

/** The SDK sends again after some of the ways in which connections break, whatever its settings are, unless it cannot tell. */
const sendingOnce = (client: Stripe.HttpClient): Stripe.HttpClient => ({
  getClientName: () => client.getClientName(),
  makeRequest: (...request) =>
    client.makeRequest(...request).catch((error: unknown) => {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
      throw code === 'ECONNRESET' || code === 'EPIPE' ? new Error('Connection closed.') : error;
    }),
});

/** A charge in another currency was never sent, so nobody asks for it; Stripe would refuse the empty one. */
const currencyOf = (currency: number): string => STRIPE_CURRENCIES.get(currency) ?? '';

const expiry = (signal: AbortSignal): Promise<typeof UNKNOWN> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(UNKNOWN), { once: true });
  });

interface Paying extends Pick<StripeOptions, 'findAccount'> {
  readonly stripe: Stripe;
  readonly send: Send;
}

const pay = async (
  { stripe, send, findAccount }: Paying,
  charge: ProviderCharge,
  currency: string,
): Promise<ProviderAnswer> => {
  const account = await findAccount(charge);
  if (account === undefined) {
    return { outcome: 'declined', code: 'identifier_unknown' };
  }
  const { id, wasKnown } = await createIntent(stripe, send, charge, currency);
  if (wasKnown) {
    const known = intentAnswer(
      await send((options) => stripe.paymentIntents.retrieve(id, {}, options)),
    );
    if (known.outcome !== 'not_found') {
      return known;
    }
  }
  const { customer, paymentMethod } = account;
  await send((options) => stripe.paymentIntents.update(id, { customer }, options));
  const confirmed = await send((options) =>
    stripe.paymentIntents.confirm(
      id,
      { payment_method: paymentMethod, off_session: true, error_on_requires_action: true },
      { ...options, idempotencyKey: `confirm-${charge.key}` },
    ),
  );
  const answer = intentAnswer(confirmed);
  // Confirmed, and yet as if it were not: asking tells.
  return answer.outcome === 'not_found' ? UNKNOWN : answer;
};
