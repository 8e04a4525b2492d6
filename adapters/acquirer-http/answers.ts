/** What an acquirer's answers mean (docs/providers.md): anything that is not exactly as documented proves nothing. */
import * as z from 'zod/mini';
import type {
  CancelAnswer,
  NotFound,
  ProviderAnswer,
  ProviderChargeRef,
  ProviderRefund,
  ProviderRefusal,
} from '#core/provider.ts';
import type { CallResult } from './json-call.ts';

/** Milliseconds that an acquirer may ask us to wait at most: longer would leave a customer standing. */
export const ASK_AGAIN_MS_MAX = 60_000;
/** Characters of an acquirer's own number. */
export const REFERENCE_LENGTH_MAX = 64;

const Amount = z.int().check(z.nonnegative());
const Reference = z.string().check(z.minLength(1), z.maxLength(REFERENCE_LENGTH_MAX));
const Reason = z.string();
const AskAgain = z.optional(z.int().check(z.minimum(1), z.maximum(ASK_AGAIN_MS_MAX)));
const named = { key: z.string(), currency: z.int() };

const Charge = z.discriminatedUnion('status', [
  z.object({ ...named, status: z.literal('paid'), amount: Amount, reference: Reference }),
  z.object({ ...named, status: z.literal('declined'), reason: Reason }),
  z.object({ ...named, status: z.literal('pending'), ask_again_ms: AskAgain }),
  // A charge that was cancelled before it came has no currency.
  z.object({ key: z.string(), status: z.literal('cancelled') }),
]);

const Cancelled = z.object({ key: z.string(), status: z.enum(['cancelled', 'pending']) });

const Refund = z.discriminatedUnion('status', [
  z.object({ key: z.string(), status: z.literal('done'), amount: Amount, reference: Reference }),
  z.object({ key: z.string(), status: z.literal('declined'), reason: Reason }),
  z.object({ key: z.string(), status: z.literal('pending'), ask_again_ms: AskAgain }),
]);

const Failure = z.object({ error: z.object({ code: z.string() }) });

/** Reasons of a refusal by our codes; any other is `not_permitted`. */
export const REFUSALS: Readonly<Record<string, ProviderRefusal>> = {
  code_unknown: 'identifier_unknown',
  code_expired: 'identifier_expired',
  code_used: 'identifier_used',
  account_blocked: 'user_blocked',
  insufficient_funds: 'insufficient_funds',
  limit_exceeded: 'limit_exceeded',
  frequency_exceeded: 'frequency_exceeded',
  region_not_allowed: 'region_not_allowed',
  currency_not_allowed: 'currency_not_allowed',
  confirmation_required: 'second_factor_required',
};

const OK = 200;
const UNKNOWN = { outcome: 'unknown' } as const;
const UNREACHABLE = { outcome: 'unreachable' } as const;
const REFUSED = { outcome: 'declined', code: 'not_permitted' } as const;

const refusal = (reason: string): ProviderAnswer => ({
  outcome: 'declined',
  code: Object.hasOwn(REFUSALS, reason) ? (REFUSALS[reason] ?? 'not_permitted') : 'not_permitted',
});

const pending = (askAgainInMs: number | undefined): ProviderAnswer & { outcome: 'pending' } => ({
  outcome: 'pending',
  ...(askAgainInMs === undefined ? {} : { askAgainInMs }),
});

/** The status and the code of the error, `409 conflict`; undefined where it is none of ours. */
const failureOf = (status: number, body: unknown): string | undefined => {
  const parsed = Failure.safeParse(body);
  return parsed.success ? `${status} ${parsed.data.error.code}` : undefined;
};

/** A charge as POST and GET tell it. */
const readCharge = (body: unknown, asked: ProviderChargeRef): ProviderAnswer => {
  const parsed = Charge.safeParse(body);
  if (!parsed.success || parsed.data.key !== asked.key) {
    return UNKNOWN;
  }
  const charge = parsed.data;
  if ('currency' in charge && charge.currency !== asked.currency) {
    return UNKNOWN;
  }
  switch (charge.status) {
    case 'paid':
      return { outcome: 'approved', reference: charge.reference, amountMinor: charge.amount };
    case 'declined':
      return refusal(charge.reason);
    case 'pending':
      return pending(charge.ask_again_ms);
    case 'cancelled':
      return REFUSED;
  }
};

/** Of POST /v1/charges: a request that was refused as such has charged nothing. */
export const payAnswer = (result: CallResult, asked: ProviderChargeRef): ProviderAnswer => {
  if (result.kind !== 'answered') {
    return result.kind === 'unsent' ? UNREACHABLE : UNKNOWN;
  }
  if (result.status === OK) {
    return readCharge(result.body, asked);
  }
  switch (failureOf(result.status, result.body)) {
    case '400 invalid_request':
    case '401 unauthorised':
    case '403 forbidden':
      return REFUSED;
    case '429 rate_limited':
      return UNREACHABLE;
    case '409 in_progress':
      return pending(undefined);
    default:
      // A conflict too: something stands under that key, and asking tells what.
      return UNKNOWN;
  }
};

/** Of GET /v1/charges/{key}. What refuses the question says nothing of the charge. */
export const queryAnswer = (result: CallResult, asked: ProviderChargeRef): ProviderAnswer => {
  if (result.kind !== 'answered') {
    return result.kind === 'unsent' ? UNREACHABLE : UNKNOWN;
  }
  if (result.status === OK) {
    return readCharge(result.body, asked);
  }
  switch (failureOf(result.status, result.body)) {
    case '404 charge_not_found':
      return { outcome: 'not_found' };
    case '429 rate_limited':
      return UNREACHABLE;
    default:
      return UNKNOWN;
  }
};

/** Of POST /v1/charges/{key}/cancel. */
export const cancelAnswer = (result: CallResult, asked: ProviderChargeRef): CancelAnswer => {
  if (result.kind !== 'answered') {
    return result.kind === 'unsent' ? UNREACHABLE : UNKNOWN;
  }
  if (result.status === OK) {
    const parsed = Cancelled.safeParse(result.body);
    return parsed.success && parsed.data.key === asked.key
      ? { outcome: parsed.data.status }
      : UNKNOWN;
  }
  switch (failureOf(result.status, result.body)) {
    case '409 not_cancellable':
      return { outcome: 'refused' };
    case '429 rate_limited':
      return UNREACHABLE;
    default:
      return UNKNOWN;
  }
};

/** Of POST /v1/charges/{key}/refunds. */
export const refundAnswer = (
  result: CallResult,
  asked: ProviderRefund,
): Exclude<ProviderAnswer, NotFound> => {
  if (result.kind !== 'answered') {
    return result.kind === 'unsent' ? UNREACHABLE : UNKNOWN;
  }
  if (result.status === OK) {
    return readRefund(result.body, asked);
  }
  switch (failureOf(result.status, result.body)) {
    case '400 invalid_request':
    case '404 charge_not_found':
      return REFUSED;
    case '409 in_progress':
      return pending(undefined);
    case '429 rate_limited':
      return UNREACHABLE;
    default:
      return UNKNOWN;
  }
};

const readRefund = (body: unknown, asked: ProviderRefund): Exclude<ProviderAnswer, NotFound> => {
  const parsed = Refund.safeParse(body);
  if (!parsed.success || parsed.data.key !== asked.refundKey) {
    return UNKNOWN;
  }
  const refund = parsed.data;
  switch (refund.status) {
    case 'done':
      // A refund is whole or not at all: of another amount, nobody knows what was given back.
      return refund.amount === asked.refundMinor
        ? { outcome: 'approved', reference: refund.reference, amountMinor: refund.amount }
        : UNKNOWN;
    case 'declined':
      return refusal(refund.reason) as Exclude<ProviderAnswer, NotFound>;
    case 'pending':
      return pending(refund.ask_again_ms);
  }
};
