/** What a PAY is decided on and what is decided: shared by the rules in core/decide-payment.ts and core/sale-rules.ts. */
import type { CodeName } from '#protocol/codes.ts';
import type { Item, PayRequest } from '#protocol/request.ts';
import type { Take } from './allowances.ts';
import type { IdentifierHasher } from './identifier-hasher.ts';
import type { IdentifierMatch } from './identifiers.ts';
import type { Booking } from './ports.ts';
import type { IdentifierEntry, StoredFlag, Terminal, TerminalUsage } from './records.ts';
import type { PromotionCode, Sheet } from './sheet.ts';

/** An identifier that a scheme owns. */
export interface Identified extends IdentifierMatch {
  /** Keyed hash that its row stands under, hex; '' where it leads to none. */
  readonly hash: string;
}

export type Guess = Required<Booking>['guess'];

export interface PayCase {
  readonly request: PayRequest;
  readonly stored: boolean;
  /** Unix milliseconds of this decision. */
  readonly nowMs: number;
  readonly lateAfterMs: number;
  /** Unix seconds at which windows, codes and validity are judged: now, or the corrected device time of a stored sale. */
  readonly judgedAtS: number;
  readonly terminal: Terminal | undefined;
  /** Absent: nothing was counted yet. */
  readonly terminalUsage?: TerminalUsage;
  readonly match: Identified | 'unknown' | 'ambiguous';
  /** The row that the identifier leads to. */
  readonly entry: IdentifierEntry | undefined;
  /** In the order of the items, as the terminal sees them (core/sheet-at.ts). */
  readonly sheets: readonly (Sheet | undefined)[];
  /** What the promotion code leads to, where it leads anywhere. */
  readonly promotionCode?: FoundCode;
  readonly hasher: IdentifierHasher;
  /** What the store said of lock, code or account when it was asked to book. */
  readonly verdict?: PayRefusal['code'];
}

export interface PayRefusal {
  readonly code: Exclude<CodeName, 'approved'>;
  /** Reply key 9. */
  readonly detail?: number;
  /** Where this answer tells whether a secret was guessed: a wrong guess counts, a right one must be within the limit too. */
  readonly guess?: Guess;
}

/** As far as anything but the store can tell. */
export interface PayApproval {
  readonly code: 'approved';
  readonly merchant: string;
  readonly entry: IdentifierEntry;
  /** Where the identifier has a secret that could be guessed. */
  readonly guess?: Guess;
  /** What a one-time code spends: the handle and the step it was made for. */
  readonly spends?: { readonly handle: string; readonly step: number };
  /** Rules that a stored sale is accepted against; absent: none. */
  readonly flags?: readonly StoredFlag[];
  /** What it needs of counted rights. */
  readonly takes: readonly Take[];
  readonly sale: Sale;
}

/** A promotion code that somebody has made. */
export interface FoundCode extends PromotionCode {
  /** What its uses are counted under. */
  readonly use: string;
}

/** What the price of an approved sale is made of, minor units. */
export interface Sale {
  /** Whose tax it is. */
  readonly region: string;
  /** What was asked for: with tax, before promotion. */
  readonly priceMinor: number;
  readonly taxMinor: number;
  readonly feeMinor: number;
  /** Promotions that may pay a part, the first choice first; of which one does. */
  readonly offers: readonly Offer[];
  /** A code was told: without one of the offers there is no sale. */
  readonly needsOffer: boolean;
}

/** One promotion's part in a sale. */
export interface Offer {
  readonly promotion: string;
  readonly version: number;
  /** Above zero, at most the price. */
  readonly discountMinor: number;
  readonly takes: readonly Take[];
}

/** Refusals that come too late for a stored sale, as its goods are gone: it is accepted and flagged. */
export const STORED_FLAGS: { readonly [Code in CodeName]?: StoredFlag } = {
  sale_window_closed: 'outside_window',
  price_changed: 'price_mismatch',
  limit_exceeded: 'over_limit',
  frequency_exceeded: 'over_limit',
};

export type TerminalCase = PayCase & { readonly terminal: Terminal };
export type KnownCase = TerminalCase & {
  readonly match: Identified;
  readonly entry: IdentifierEntry;
};
/** An item with the price that is chosen for it. */
export interface Line extends Item {
  readonly sheet: Sheet;
  readonly priceMinor: number;
}
export type SaleCase = KnownCase & { readonly lines: readonly Line[] };
export type Rule<C> = (pay: C) => PayRefusal | undefined;

export const firstRefusal = <C extends PayCase>(
  rules: readonly Rule<C>[],
  pay: C,
): PayRefusal | undefined => {
  for (const rule of rules) {
    const refusal = rule(pay);
    if (refusal !== undefined && !(pay.stored && refusal.code in STORED_FLAGS)) {
      return refusal;
    }
  }
  return undefined;
};
