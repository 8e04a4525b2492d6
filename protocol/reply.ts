/** The canonical reply: what the core decides and every dialect encodes (docs/protocol.md, section 6). */
import type { CodeName } from './codes.ts';
import type { Totals } from './request.ts';

/** What STATUS tells in key 13. */
export type PaymentState =
  | 'not_found'
  | 'in_progress'
  | 'held'
  | 'posted'
  | 'voided'
  | 'expired'
  | 'declined'
  | 'partly_refunded'
  | 'refunded';

/** A state's index is its number on the wire. */
export const PAYMENT_STATES: readonly PaymentState[] = [
  'not_found',
  'in_progress',
  'held',
  'posted',
  'voided',
  'expired',
  'declined',
  'partly_refunded',
  'refunded',
];

export interface CatalogueItem {
  readonly sku: string;
  readonly name: string;
  readonly unitPriceMinor: number;
  readonly openNow: boolean;
  /** Unix seconds, 0 where it never changes. */
  readonly nextChangeS: number;
}

export interface CataloguePage {
  readonly version: number;
  readonly items: readonly CatalogueItem[];
  readonly nextCursor?: Uint8Array;
  /** ISO 4217 number. */
  readonly currency: number;
}

/** What the records say of a batch. */
export interface Reconciliation {
  /** Whether that is what the terminal said. */
  readonly matches: boolean;
  readonly sales: Totals;
  readonly refunds: Totals;
}

/** Every field but `code` is present only where docs/protocol.md, section 6 gives it a meaning. */
export interface Reply {
  readonly code: CodeName;
  /** Six characters of [0-9A-Z]. */
  readonly authorisation?: string;
  /** Unix seconds of the decision. */
  readonly serverTimeS?: number;
  readonly amountMinor?: number;
  readonly holdExpiresInS?: number;
  readonly retryAfterMs?: number;
  readonly text?: string;
  readonly maskedName?: string;
  /** Code 9: next opening, unix seconds. Code 12: the right total, minor units. */
  readonly detail?: number;
  readonly state?: PaymentState;
  readonly paymentCode?: CodeName;
  readonly catalogue?: CataloguePage;
  readonly reconciliation?: Reconciliation;
  /** With codes 64 and 70: the part of the request that is at fault, where its dialect has names for them. */
  readonly field?: string;
}
