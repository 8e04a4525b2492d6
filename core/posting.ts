/** Money that moves without a terminal: top-ups, adjustments, settlements. Which lines each makes, and what it may not break. */
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import type { JournalEntry } from './journal.ts';
import { CASH, entryOf, FEES, merchantOf, promotionOf, taxOf, walletOf } from './ledger.ts';
import type { AccountChange } from './ports.ts';
import { providerOf } from './provider-ledger.ts';
import type { JournalLine } from './records.ts';

/** Minor units in one wallet: what a double still counts exactly. */
export const BALANCE_MINOR_MAX: number = Number.MAX_SAFE_INTEGER;

/** Money that was wrong before: our loss, or our gain. */
export const CORRECTIONS = 'corrections';

interface Common {
  /** Given by whoever asks: one entry per id, however often it is asked for. */
  readonly id: string;
  /** ISO 4217 number. */
  readonly currency: number;
  /** Minor units, above zero; of an adjustment either way. */
  readonly amountMinor: number;
  readonly reference?: string;
}

export type Posting = Common &
  (
    | { readonly kind: 'top_up' | 'withdrawal' | 'adjustment'; readonly user: string }
    | { readonly kind: 'settlement'; readonly merchant: string }
    /** `feeMinor`: what the provider kept of `amountMinor`. */
    | { readonly kind: 'provider_payout'; readonly provider: string; readonly feeMinor?: number }
    | { readonly kind: 'tax_remittance'; readonly region: string }
    | { readonly kind: 'promotion_funding'; readonly promotion: string }
    | { readonly kind: 'fee_withdrawal' }
  );

/** Ids that entries of our own have. */
const OWN_ID = /^(?:expiry|opening)-/;
/** An id of ours, or of whoever asks. */
export const POSTING_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Printable ASCII, for a statement. */
export const POSTING_REFERENCE: RegExp = /^[\x20-\x7e]{1,64}$/;
const CURRENCY_MAX = 999;

/** The field at fault; undefined: it can be posted. */
export const invalidField = (posting: Posting): string | undefined => {
  const { id, amountMinor, currency, reference } = posting;
  const sign = posting.kind === 'adjustment' ? Math.sign(amountMinor) : 1;
  const checks: readonly (readonly [string, boolean])[] = [
    ['id', POSTING_NAME.test(id) && !OWN_ID.test(id)],
    ['currency', isWithin(currency, 1, CURRENCY_MAX)],
    ['amountMinor', isWithin(amountMinor * sign, 1, AMOUNT_MINOR_MAX)],
    ['reference', reference === undefined || POSTING_REFERENCE.test(reference)],
    ...partyChecks(posting),
  ];
  return checks.find(([, holds]) => !holds)?.[0];
};

const partyChecks = (posting: Posting): readonly (readonly [string, boolean])[] => {
  switch (posting.kind) {
    case 'settlement':
      return [['merchant', POSTING_NAME.test(posting.merchant)]];
    case 'provider_payout': {
      const { provider, feeMinor = 0, amountMinor } = posting;
      return [
        ['provider', POSTING_NAME.test(provider)],
        ['feeMinor', isWithin(feeMinor, 0, amountMinor)],
      ];
    }
    case 'tax_remittance':
      return [['region', POSTING_NAME.test(posting.region)]];
    case 'promotion_funding':
      return [['promotion', POSTING_NAME.test(posting.promotion)]];
    case 'fee_withdrawal':
      return [];
    default:
      return [['user', POSTING_NAME.test(posting.user)]];
  }
};

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;

/** The entry that it becomes. */
export const entryOfPosting = (posting: Posting, decidedAtS: number): JournalEntry => ({
  id: posting.id,
  kind: posting.kind,
  currency: posting.currency,
  lines: entryOf(linesOf(posting)),
  decidedAtS,
  ...(posting.reference === undefined ? {} : { reference: posting.reference }),
});

const linesOf = (posting: Posting): readonly JournalLine[] => {
  const { amountMinor } = posting;
  switch (posting.kind) {
    case 'top_up':
      return transfer(CASH, walletOf(posting.user), amountMinor);
    case 'withdrawal':
      return transfer(walletOf(posting.user), CASH, amountMinor);
    case 'adjustment':
      return transfer(CORRECTIONS, walletOf(posting.user), amountMinor);
    case 'settlement':
      return transfer(merchantOf(posting.merchant), CASH, amountMinor);
    case 'provider_payout': {
      const { provider, feeMinor = 0 } = posting;
      return [
        { account: CASH, amountMinor: feeMinor - amountMinor },
        { account: FEES, amountMinor: -feeMinor },
        { account: providerOf(provider), amountMinor },
      ];
    }
    case 'tax_remittance':
      return transfer(taxOf(posting.region), CASH, amountMinor);
    case 'fee_withdrawal':
      return transfer(FEES, CASH, amountMinor);
    case 'promotion_funding':
      return transfer(CASH, promotionOf(posting.promotion), amountMinor);
  }
};

/** Out of one account, into another. */
const transfer = (from: string, to: string, amountMinor: number): readonly JournalLine[] => [
  { account: from, amountMinor: -amountMinor },
  { account: to, amountMinor },
];

/** Whether one is the other asked for again: all but the time. */
export const isSamePosting = (one: JournalEntry, other: JournalEntry): boolean =>
  contentOf(one) === contentOf(other);

const contentOf = ({ kind, currency, lines, reference }: JournalEntry): string =>
  JSON.stringify([
    kind,
    currency,
    lines.map((line) => [line.account, line.amountMinor]),
    reference,
  ]);

/** What it does to a user's account. A blocked user may get money and be corrected, and takes none out. */
export const accountChangeOf = (posting: Posting): AccountChange | undefined => {
  if (!('user' in posting)) {
    return undefined;
  }
  const { kind, user, currency, amountMinor } = posting;
  return {
    user,
    currency,
    balanceDeltaMinor: kind === 'withdrawal' ? -amountMinor : amountMinor,
    evenBlocked: kind !== 'withdrawal',
  };
};
