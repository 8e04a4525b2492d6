/** What a refused account means for a PAY: the code, or the day's figures that it is booked with (docs/limits.md). */
import type { CodeName } from '#protocol/codes.ts';
import { figuresOn, judgeDay, usageAfter, usageDay } from './day-usage.ts';
import type { Booking } from './ports.ts';
import type { Account } from './records.ts';

/** `code`: final. Else it is booked again with `usage`; `over`: although that is more than the limits allow. */
export type AccountVerdict =
  | {
      readonly code: Extract<
        CodeName,
        'user_blocked' | 'limit_exceeded' | 'frequency_exceeded' | 'insufficient_funds'
      >;
    }
  | {
      readonly usage: NonNullable<Required<Booking>['account']['usage']>;
      readonly over: boolean;
    };

/** Blocked, then limits, then funds. `atS`: unix seconds that the day is taken from; a stored sale is not refused for limits. */
export const judgeAccount = (
  account: Account,
  ask: { readonly amountMinor: number; readonly atS: number; readonly stored: boolean },
): AccountVerdict => {
  const { status, balanceMinor, limits, usage, version = 0 } = account;
  const { amountMinor, atS, stored } = ask;
  if (status === 'blocked') {
    return { code: 'user_blocked' };
  }
  const day = limits === undefined ? '' : usageDay(limits.zone, atS);
  const exceeded = limits && judgeDay(limits, figuresOn(usage, day), amountMinor);
  if (exceeded !== undefined && !stored) {
    return { code: exceeded };
  }
  if (balanceMinor < amountMinor) {
    return { code: 'insufficient_funds' };
  }
  return {
    usage:
      limits === undefined
        ? 'none'
        : { seenVersion: version, to: usageAfter(usage, day, amountMinor) },
    over: exceeded !== undefined,
  };
};
