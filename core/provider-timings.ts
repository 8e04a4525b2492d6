/** When to ask each provider, and when to give up: one row per provider, from its own documentation. */
import type { Providers, ProviderTimings } from './provider.ts';

/** A customer waits: what has not answered by then is asked about instead. `pay` has six seconds for everything. */
const PAY_TIMEOUT_MS = 3_500;
/** A query, a cancellation and a refund one after another fit into the same six seconds, with room to book each answer. */
const ASK_TIMEOUT_MS = 1_500;
const DAY_S = 86_400;

/** For a provider that publishes nothing of its own: the strictest of the rows below. */
export const DEFAULT_TIMINGS: ProviderTimings = {
  payTimeoutMs: PAY_TIMEOUT_MS,
  askTimeoutMs: ASK_TIMEOUT_MS,
  queryEveryMs: 3_000,
  queriesMax: 20,
  cancelNotBeforeMs: 15_000,
  refundWindowS: 7 * DAY_S,
};

/** By the provider's name in core/schemes.ts. */
export const PROVIDER_TIMINGS: Readonly<Record<string, ProviderTimings>> = {
  /* Alipay, barcode payment: no result within 5 s, then ask every 3 s, 10 to 20 times, then cancel at once. */
  alipay: { ...DEFAULT_TIMINGS, cancelNotBeforeMs: 5_000, refundWindowS: 90 * DAY_S },
  /* WeChat Pay, payment code: ask, and reverse 15 s after the payment at the earliest and 7 days at the latest. */
  wechat: { ...DEFAULT_TIMINGS, queriesMax: 10 },
};

/** Of the provider as it is configured; else its row; else the default. */
export const timingsOf = (provider: string, providers?: Providers): ProviderTimings =>
  providers?.get(provider)?.timings ?? PROVIDER_TIMINGS[provider] ?? DEFAULT_TIMINGS;
