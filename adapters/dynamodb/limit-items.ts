/** Limits and the figures that they are held against, as parts of items. */
import type {
  Account,
  AccountLimits,
  DayUsage,
  TerminalLimits,
  TerminalUsage,
} from '#core/records.ts';
import { fromItem, type Plain, toItem } from './attributes.ts';
import type { Item } from './table.ts';

/** Of a terminal, for its item. */
export const limitsPlain = ({ byEntryMode, merchant, ...own }: TerminalLimits): Plain => ({
  ...own,
  ...(byEntryMode === undefined ? {} : { byEntryMode: modesPlain(byEntryMode) }),
  ...(merchant === undefined ? {} : { merchant: { ...merchant } }),
});

const modesPlain = (modes: Required<TerminalLimits>['byEntryMode']): Plain =>
  Object.fromEntries(Object.entries(modes).map(([mode, limits]) => [mode, { ...limits }]));

/** What an account item has of limits. */
export const accountUsageFromItem = (item: Item): Pick<Account, 'limits' | 'usage'> => ({
  ...(item.limits?.M === undefined
    ? {}
    : { limits: fromItem(item.limits.M) as unknown as AccountLimits }),
  ...(item.usage?.M === undefined ? {} : { usage: fromItem(item.usage.M) as unknown as DayUsage }),
});

/** The attribute `usage` of an account. */
export const usageItem = ({ day, spentMinor, count }: DayUsage): Item =>
  toItem({ day, spentMinor, count });

/** The projector's row of a terminal; undefined where it has counted nothing yet. */
export const terminalUsageFromItem = (item: Item | undefined): TerminalUsage | undefined => {
  const { day, spentMinor, count, declines, stored, merchant } = fromItem(item ?? {});
  return day === undefined
    ? undefined
    : {
        day: String(day),
        spentMinor: Number(spentMinor),
        count: Number(count),
        declines: Number(declines),
        stored: Number(stored),
        ...(merchant === undefined ? {} : { merchant: merchant as DayUsage }),
      };
};
