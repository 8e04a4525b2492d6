/** The port to whoever redeems codes that are not ours: pay, query, cancel and refund, each with the provider's own timings. */
import type { CodeName } from '#protocol/codes.ts';
import type { RequestKey } from '#protocol/request.ts';

/** What a customer showed, on its way to the provider: never stored, and nothing that prints an object shows it. */
export class ShownCode {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one message to the provider. */
  reveal(): string {
    return this.#text;
  }
}

/** Codes that a provider's refusal may become; whatever else it says is `not_permitted`. */
export type ProviderRefusal = Extract<
  CodeName,
  | 'identifier_unknown'
  | 'identifier_expired'
  | 'identifier_used'
  | 'user_blocked'
  | 'insufficient_funds'
  | 'limit_exceeded'
  | 'frequency_exceeded'
  | 'region_not_allowed'
  | 'currency_not_allowed'
  | 'not_permitted'
  | 'second_factor_required'
>;

export interface Approved {
  readonly outcome: 'approved';
  /** The provider's own number of it, for reconciliation; never sent to terminals. */
  readonly reference: string;
  /** What was really charged or refunded, minor units; absent: what was asked. */
  readonly amountMinor?: number;
}
export interface Declined {
  readonly outcome: 'declined';
  readonly code: ProviderRefusal;
}
export interface Pending {
  readonly outcome: 'pending';
  readonly askAgainInMs?: number;
}
/** Time-out, lost or unreadable answer, 5xx: it may have happened. */
export interface Unknown {
  readonly outcome: 'unknown';
}
/** Nothing was sent at all (connection refused, name not found): it cannot have happened. When in doubt: unknown. */
export interface Unreachable {
  readonly outcome: 'unreachable';
}
/** A query only: the provider has never seen that key. A charge that is still under way may yet arrive. */
export interface NotFound {
  readonly outcome: 'not_found';
}

export type ProviderAnswer = Approved | Declined | Pending | Unknown | Unreachable | NotFound;

export type CancelAnswer =
  /** Proven: the customer has all of the money, and the key can never be charged again, even by a charge that arrives later. */
  | { readonly outcome: 'cancelled' }
  | Pending
  | Unknown
  | Unreachable
  /** Final: it cannot be cancelled any more, a refund may still be possible. */
  | { readonly outcome: 'refused' };

export interface ProviderCharge {
  /** The provider's idempotency key (`chargeKey`): the same for every copy of one PAY, at most 26 characters. */
  readonly key: string;
  readonly identifier: ShownCode;
  /** Kind of the identifier (core/schemes.ts). */
  readonly kind: string;
  /** Minor units, above zero. */
  readonly amountMinor: number;
  /** ISO 4217 number. */
  readonly currency: number;
  readonly merchant: string;
  /** Of the terminal. */
  readonly region: string;
  readonly terminal: number;
}

/** The part of a charge that later calls name it by. */
export type ProviderChargeRef = Pick<ProviderCharge, 'key' | 'amountMinor' | 'currency'>;

export interface ProviderRefund extends ProviderChargeRef {
  /** Idempotency key of this refund: asked again with the same one, it happens once and tells its outcome. */
  readonly refundKey: string;
  /** Minor units to give back, at most what is left of `amountMinor`. */
  readonly refundMinor: number;
}

/** When to ask and when to give up; one row per provider. */
export interface ProviderTimings {
  /** Milliseconds that one call of `pay` may take. */
  readonly payTimeoutMs: number;
  /** Milliseconds that one call of `query`, `cancel` or `refund` may take. */
  readonly askTimeoutMs: number;
  /** Milliseconds between two questions about one charge. */
  readonly queryEveryMs: number;
  /** Questions after which an outcome that is still unknown is cancelled. */
  readonly queriesMax: number;
  /** Milliseconds after `pay` was sent before which it must not be cancelled. */
  readonly cancelNotBeforeMs: number;
  /** Seconds after the deadline of a charge within which it can be refunded. */
  readonly refundWindowS: number;
}

/**
 * One provider. No method rejects for what a network or a provider does: that is an answer. Each resolves within `budgetMs`,
 * which is at least 1 and at most the timing for it. `pay` sends once and never tries again by itself.
 */
export interface PaymentProvider {
  /** As in the column `provider` of core/schemes.ts and in the ledger account `provider:<name>`. */
  readonly name: string;
  readonly timings: ProviderTimings;
  /** Charges at once, whole or not at all; the same key charges once however often it arrives. */
  pay(charge: ProviderCharge, budgetMs: number): Promise<ProviderAnswer>;
  query(charge: ProviderChargeRef, budgetMs: number): Promise<ProviderAnswer>;
  /** Closes what is unpaid and gives back what is paid; safe to repeat. */
  cancel(charge: ProviderChargeRef, budgetMs: number): Promise<CancelAnswer>;
  /** Safe to repeat with the same `refundKey`. */
  refund(refund: ProviderRefund, budgetMs: number): Promise<Exclude<ProviderAnswer, NotFound>>;
}

/** By name. */
export type Providers = ReadonlyMap<string, PaymentProvider>;

/** Idempotency key of a request at a provider: K as text, digits and hyphens only. */
export const chargeKey = ({ terminal, keyVersion, sequence }: RequestKey): string =>
  `${terminal}-${keyVersion}-${sequence}`;
