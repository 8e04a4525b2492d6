/** What a terminal may still take, by the projector's figures, which lag behind (docs/limits.md). */
import type { EntryMode } from '#protocol/request.ts';
import { figuresOn, judgeDay, usageDay } from './day-usage.ts';
import type { Terminal, TerminalUsage } from './records.ts';

const ZONE_DEFAULT = 'UTC';

/** The IANA zone whose midnight begins a day at this terminal. */
export const terminalZone = ({ zone = ZONE_DEFAULT }: Pick<Terminal, 'zone'>): string => zone;

/** Amount limits go before numbers: entry mode, terminal, merchant. `atS`: unix seconds of the decision. */
export const judgeTerminal = (
  terminal: Pick<Terminal, 'limits' | 'zone'>,
  usage: TerminalUsage | undefined,
  ask: { readonly amountMinor: number; readonly entryMode: EntryMode; readonly atS: number },
): 'limit_exceeded' | 'frequency_exceeded' | undefined => {
  const { limits } = terminal;
  if (limits === undefined) {
    return undefined;
  }
  const { amountMinor, entryMode, atS } = ask;
  const day = usageDay(terminalZone(terminal), atS);
  const found = [
    judgeDay(limits.byEntryMode?.[entryMode] ?? {}, figuresOn(undefined, day), amountMinor),
    judgeDay(limits, figuresOn(usage, day), amountMinor),
    judgeDay(limits.merchant ?? {}, figuresOn(usage?.merchant, day), amountMinor),
  ];
  return found.includes('limit_exceeded')
    ? 'limit_exceeded'
    : found.find((code) => code !== undefined);
};

/** Whether the day's number of stored sales leaves room for one more. */
export const mayStoreMore = (
  terminal: Terminal,
  usage: TerminalUsage | undefined,
  atS: number,
): boolean => {
  const { perDayCount } = terminal.storedSales ?? {};
  if (perDayCount === undefined) {
    return true;
  }
  const today = usage !== undefined && usage.day >= usageDay(terminalZone(terminal), atS);
  return (today ? usage.stored : 0) < perDayCount;
};
