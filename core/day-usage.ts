/** What was paid on one day of a wall clock, and the limits of it: shared by users, terminals and merchants. */
import type { DayFigures, DayLimits, DayUsage } from './records.ts';
import { DAY_S, dateOfDay } from './window-calendar.ts';
import { zoneOffsetS } from './zone-offset.ts';

const NOTHING: DayFigures = { spentMinor: 0, count: 0 };

/** The local date (YYYY-MM-DD) of `atS` (unix seconds) in an IANA zone. Throws RangeError on an unknown zone. */
export const usageDay = (zone: string, atS: number): string =>
  dateOfDay(Math.floor((atS + zoneOffsetS(zone, atS)) / DAY_S));

/** What counts on `day`: nothing of the days before it. Clocks differ around midnight, so a later day's figures count too. */
export const figuresOn = (usage: DayUsage | undefined, day: string): DayFigures =>
  usage !== undefined && usage.day >= day ? usage : NOTHING;

/** The figures after one more payment; they never go back to an earlier day. */
export const usageAfter = (
  usage: DayUsage | undefined,
  day: string,
  amountMinor: number,
): DayUsage => {
  const { spentMinor, count } = figuresOn(usage, day);
  return {
    day: usage !== undefined && usage.day > day ? usage.day : day,
    spentMinor: spentMinor + amountMinor,
    count: count + 1,
  };
};

/** Per payment, then the day's amount, then the day's number; each may be reached, not passed. */
export const judgeDay = (
  limits: DayLimits,
  used: DayFigures,
  amountMinor: number,
): 'limit_exceeded' | 'frequency_exceeded' | undefined => {
  const { perPaymentMinor = Infinity, perDayMinor = Infinity, perDayCount = Infinity } = limits;
  if (amountMinor > perPaymentMinor || used.spentMinor + amountMinor > perDayMinor) {
    return 'limit_exceeded';
  }
  return used.count >= perDayCount ? 'frequency_exceeded' : undefined;
};
