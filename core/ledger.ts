/** Double entry: account names, the lines of every movement of money, and the rule that they sum to zero. */
import type { JournalLine } from './records.ts';

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

/** Moves money between the user's wallet, the user's holds and the merchant; each change is signed, and they sum to zero. */
export const movement = (
  { user, merchant }: { readonly user: string; readonly merchant: string },
  change: { readonly wallet: number; readonly hold: number; readonly merchant: number },
): Movement => ({
  lines: entryOf([
    { account: walletOf(user), amountMinor: change.wallet },
    { account: holdOf(user), amountMinor: change.hold },
    { account: merchantOf(merchant), amountMinor: change.merchant },
  ]),
  balanceDeltaMinor: change.wallet,
  heldDeltaMinor: change.hold,
});
