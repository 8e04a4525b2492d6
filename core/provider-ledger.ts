/** Lines of payments that a provider carries: the provider stands where the wallet stands, suspense where its holds do. */
import { holdOf, walletOf } from './ledger.ts';
import type { JournalLine, Payment } from './records.ts';

/** What a provider has charged and no CONFIRM has posted yet. */
export const SUSPENSE = 'suspense';
/** Money of ours that the provider has. */
export const providerOf = (name: string): string => `provider:${name}`;

/** The user of every payment that a provider carries: we know none. */
const NOBODY = '';

/** The same lines, with the provider in the place of the user that nobody is. */
export const providerLines = (
  lines: readonly JournalLine[],
  provider: string,
): readonly JournalLine[] => {
  const accounts = new Map([
    [walletOf(NOBODY), providerOf(provider)],
    [holdOf(NOBODY), SUSPENSE],
  ]);
  return lines.map(({ account, amountMinor }) => ({
    account: accounts.get(account) ?? account,
    amountMinor,
  }));
};

/** What the provider has of a PAY's money, minor units, once it is charged. */
export const leftAtProvider = ({
  state,
  amountMinor,
  postedMinor,
  refundedMinor,
}: Payment): number => {
  switch (state) {
    case 'held':
    case 'in_progress':
      return amountMinor;
    case 'expired':
      return 0;
    default:
      return postedMinor - refundedMinor;
  }
};

/** What lines give back to a provider's customers, minor units. */
export const givenBack = (lines: readonly JournalLine[]): number =>
  lines.reduce(
    (sum, { account, amountMinor }) =>
      account.startsWith(providerOf('')) ? sum + amountMinor : sum,
    0,
  );
