/** The Stripe adapter on the official SDK, against a local server that speaks the endpoints it uses. */
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createStripeProvider } from '#adapters/stripe/stripe-provider.ts';
import type { PaymentProvider, ProviderCharge } from '#core/provider.ts';
import { DEFAULT_TIMINGS } from '#core/provider-timings.ts';
import { listen } from '#local/stand-ins/listen.ts';
import {
  BUDGET_MS,
  chargeOf,
  providerContract,
} from '#test/support/contracts/provider-contract.ts';
import { type StripeStandIn, startStripe } from '#test/support/stripe-stand-in.ts';

const HOST = '127.0.0.1';

interface Settings {
  readonly paymentMethod?: string;
  readonly apiKey?: string;
  readonly isKnown?: boolean;
  readonly aborts?: AbortController[];
}

const providerAt = (port: number, settings: Settings = {}): Promise<PaymentProvider> => {
  const { paymentMethod = 'pm_good', apiKey = 'sk_of_tests', isKnown = true, aborts } = settings;
  return createStripeProvider({
    name: 'stripe',
    apiKey,
    timings: DEFAULT_TIMINGS,
    findAccount: (_charge: ProviderCharge) =>
      Promise.resolve(isKnown ? { customer: 'cus_1', paymentMethod } : undefined),
    at: { protocol: 'http', host: HOST, port },
    deadline: () => {
      const abort = new AbortController();
      aborts?.push(abort);
      return abort.signal;
    },
  });
};

const paidCount = ({ intents }: StripeStandIn): number =>
  [...intents.values()].filter(({ status }) => status === 'succeeded').length;

const takenMinor = ({ intents, refunds }: StripeStandIn): number => {
  const received = [...intents.values()].reduce((sum, one) => sum + one.amount_received, 0);
  return refunds.reduce((sum, { amount }) => sum - amount, received);
};

providerContract(async () => {
  const stripe = await startStripe();
  const aborts: AbortController[] = [];
  const { port, close } = await listen(createServer(), 0, HOST);
  await close();
  return {
    provider: await providerAt(stripe.port, { aborts }),
    unreachable: await providerAt(port),
    fail: (fault) => {
      stripe.fault = fault;
    },
    paidCount: () => paidCount(stripe),
    takenMinor: () => takenMinor(stripe),
    expire: async () => {
      while (paidCount(stripe) === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      aborts.at(-1)?.abort();
    },
    stop: stripe.close,
  };
});

describe('Stripe', () => {
  const charge = chargeOf();
  const refund = { ...charge, refundKey: '1001-1-8', refundMinor: 1_000 };
  const withStripe = async (
    use: (provider: PaymentProvider, stripe: StripeStandIn) => Promise<void>,
    settings: Settings = {},
  ): Promise<void> => {
    const stripe = await startStripe();
    await use(await providerAt(stripe.port, settings), stripe);
    await stripe.close();
  };

  test('is asked three times for a payment, and only the last can charge', async () => {
    await withStripe(async (provider, stripe) => {
      await provider.pay(charge, BUDGET_MS);
      expect(stripe.requests).toEqual([
        'POST /v1/payment_intents',
        'POST /v1/payment_intents/:id',
        'POST /v1/payment_intents/:id/confirm',
      ]);
      expect([...stripe.intents.values()][0]).toMatchObject({ amount: 1_234, currency: 'eur' });
    });
  });

  test.each([
    ['pm_poor', 'insufficient_funds'],
    ['pm_generic', 'not_permitted'],
    ['pm_expired', 'identifier_expired'],
    ['pm_challenge', 'second_factor_required'],
  ])('refuses %s as %s, and says the same when asked', async (paymentMethod, code) => {
    await withStripe(
      async (provider, stripe) => {
        const declined = { outcome: 'declined', code };
        expect(await provider.pay(charge, BUDGET_MS)).toEqual(declined);
        expect(await provider.query(charge, BUDGET_MS)).toEqual(declined);
        expect(paidCount(stripe)).toBe(0);
      },
      { paymentMethod },
    );
  });

  test.each([
    ['a payment method that is gone', 'pm_gone', { outcome: 'declined', code: 'not_permitted' }],
    ['a lock that is held', 'pm_busy', { outcome: 'unknown' }],
    ['a bank that takes its time', 'pm_slow', { outcome: 'pending' }],
  ])('answers %s', async (_, paymentMethod, answer) => {
    await withStripe(
      async (provider) => {
        expect(await provider.pay(charge, BUDGET_MS)).toEqual(answer);
      },
      { paymentMethod },
    );
  });

  test('is not told of an identifier that is nobody’s, nor of a currency it counts otherwise', async () => {
    await withStripe(
      async (provider, stripe) => {
        expect(await provider.pay(charge, BUDGET_MS)).toMatchObject({ code: 'identifier_unknown' });
        const rials = chargeOf({ currency: 512 });
        expect(await provider.pay(rials, BUDGET_MS)).toMatchObject({
          code: 'currency_not_allowed',
        });
        expect(stripe.requests).toEqual([]);
      },
      { isKnown: false },
    );
  });

  test('that does not let us in refuses a charge, and proves nothing when asked', async () => {
    await withStripe(
      async (provider) => {
        expect(await provider.pay(charge, BUDGET_MS)).toMatchObject({ outcome: 'declined' });
        expect(await provider.query(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
        expect(await provider.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
        expect(await provider.refund(refund, BUDGET_MS)).toEqual({ outcome: 'unknown' });
      },
      { apiKey: 'sk_of_somebody' },
    );
  });

  test('finds, refunds and cancels what was paid after Stripe has forgotten its keys', async () => {
    await withStripe(async (provider, stripe) => {
      const paid = await provider.pay(charge, BUDGET_MS);
      stripe.nextDay();
      expect(await provider.query(charge, BUDGET_MS)).toEqual(paid);
      const part = await provider.refund(refund, BUDGET_MS);
      stripe.nextDay();
      expect(await provider.refund(refund, BUDGET_MS)).toEqual(part);
      expect(takenMinor(stripe)).toBe(234);
      stripe.nextDay();
      expect(await provider.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'cancelled' });
      stripe.nextDay();
      expect(await provider.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'cancelled' });
      expect([takenMinor(stripe), paidCount(stripe)]).toEqual([0, 1]);
    });
  });

  test.each([
    ['pending', { outcome: 'pending' }, { outcome: 'pending' }],
    ['failed', { outcome: 'declined', code: 'not_permitted' }, { outcome: 'refused' }],
  ])('has not given back what is %s', async (status, refunded, cancelled) => {
    await withStripe(async (provider, stripe) => {
      await provider.pay(charge, BUDGET_MS);
      stripe.refundStatus = status;
      expect(await provider.refund(refund, BUDGET_MS)).toEqual(refunded);
      expect(await provider.cancel(charge, BUDGET_MS)).toEqual(cancelled);
    });
  });

  test('cannot cancel what the bank still works on', async () => {
    await withStripe(
      async (provider) => {
        await provider.pay(charge, BUDGET_MS);
        expect(await provider.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'pending' });
      },
      { paymentMethod: 'pm_slow' },
    );
  });

  test('sends nothing more once the budget is spent', async () => {
    const aborts: AbortController[] = [];
    await withStripe(
      async (provider, stripe) => {
        const paying = provider.pay(charge, BUDGET_MS);
        aborts[0]?.abort();
        expect(await paying).toEqual({ outcome: 'unknown' });
        await provider.query(charge, BUDGET_MS);
        expect(stripe.requests).not.toContain('POST /v1/payment_intents/:id/confirm');
      },
      { aborts },
    );
  });
});
