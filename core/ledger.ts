/** Double entry: account names, the lines of every movement of money, and the rule that they sum to zero. */
import { type Split, splitOf } from './payment-shares.ts';
import type { JournalLine, Payment } from './records.ts';

export const walletOf = (user: string): string => `wallet:${user}`;
export const holdOf = (user: string): string => `hold:${user}`;
export const merchantOf = (merchant: string): string => `merchant:${merchant}`;
/** Tax that merchants of a region owe, kept apart for them. */
export const taxOf = (region: string): string => `tax:${region}`;
/** What a promotion has paid in the place of users: an expense, so never above zero. */
export const promotionOf = (promotion: string): string => `promotion:${promotion}`;
/** Our fees. */
export const FEES = 'fees';
/** Money that came in from outside the system. */
export const CASH = 'cash';

/** The lines of one entry without the empty ones. Throws where they do not sum to zero: a programming error, never a refusal. */
export const entryOf = (lines: readonly JournalLine[]): readonly JournalLine[] => {
  const sum = lines.reduce((total, line) => total + line.amountMinor, 0);
  if (sum !== 0) {
    throw new Error(`journal lines sum to ${sum}, not to zero`);
  }
  return lines.filter((line) => line.amountMinor !== 0);
};

/** One movement of money: its lines and what it does to the user's account. */
export interface Movement {
  readonly lines: readonly JournalLine[];
  readonly balanceDeltaMinor: number;
  readonly heldDeltaMinor: number;
}

/** What moves when a payment goes from one state to another; `from` undefined: it is new. */
export const movementOf = (from: Payment | undefined, to: Payment): Movement => {
  const before = splitOf(from);
  const after = splitOf(to);
  const more = (share: keyof Split): number => after[share] - before[share];
  const { user, merchant, shares } = to;
  return {
    lines: entryOf([
      { account: walletOf(user), amountMinor: -more('paid') },
      { account: holdOf(user), amountMinor: more('hold') },
      { account: merchantOf(merchant), amountMinor: more('merchant') },
      { account: taxOf(shares?.region ?? ''), amountMinor: more('tax') },
      { account: FEES, amountMinor: more('fee') },
      { account: promotionOf(shares?.promotion ?? ''), amountMinor: -more('discount') },
    ]),
    balanceDeltaMinor: before.paid - after.paid,
    heldDeltaMinor: more('hold'),
  };
};
