/** The port to a provider that speaks the acquirer API of docs/providers.md. */
import type { PaymentProvider, ProviderTimings } from '#core/provider.ts';
import { cancelAnswer, payAnswer, queryAnswer, refundAnswer } from './answers.ts';
import { createJsonCaller } from './json-call.ts';

export interface HttpAcquirerOptions {
  /** Name of the provider. */
  readonly name: string;
  /** http: or https:, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly timings: ProviderTimings;
  /** Aborts after so many milliseconds; `AbortSignal.timeout` where left out. */
  readonly deadline?: (ms: number) => AbortSignal;
}

export interface HttpAcquirer extends PaymentProvider {
  /** Closes its connections. */
  close(): void;
}

/** An acquirer with connections of its own, which it keeps open between payments. */
export const createHttpAcquirer = ({
  name,
  baseUrl,
  apiKey,
  timings,
  deadline = (ms) => AbortSignal.timeout(ms),
}: HttpAcquirerOptions): HttpAcquirer => {
  const { call, close } = createJsonCaller({ baseUrl, apiKey });
  const pathOf = (key: string): string => `/v1/charges/${encodeURIComponent(key)}`;
  return {
    name,
    timings,
    close,
    pay: async (charge, budgetMs) => {
      const { key, identifier, kind, amountMinor, currency, merchant, region, terminal } = charge;
      const body = {
        key,
        code: identifier.reveal(),
        kind,
        amount: amountMinor,
        currency,
        merchant,
        region,
        terminal,
      };
      const result = await call(
        { method: 'POST', path: '/v1/charges', idempotencyKey: key, body },
        deadline(budgetMs),
      );
      return payAnswer(result, charge);
    },
    query: async (charge, budgetMs) =>
      queryAnswer(
        await call({ method: 'GET', path: pathOf(charge.key) }, deadline(budgetMs)),
        charge,
      ),
    cancel: async (charge, budgetMs) => {
      const { key } = charge;
      const result = await call(
        { method: 'POST', path: `${pathOf(key)}/cancel`, idempotencyKey: `${key}-cancel` },
        deadline(budgetMs),
      );
      return cancelAnswer(result, charge);
    },
    refund: async (refund, budgetMs) => {
      const { key, refundKey, refundMinor } = refund;
      const result = await call(
        {
          method: 'POST',
          path: `${pathOf(key)}/refunds`,
          idempotencyKey: refundKey,
          body: { key: refundKey, amount: refundMinor, currency: refund.currency },
        },
        deadline(budgetMs),
      );
      return refundAnswer(result, refund);
    },
  };
};
