/** A schedule in numbers: which hours it has on a day, whether it holds at an instant, where that may turn. */
import type { SaleWindow, Schedule } from './sheet.ts';
import { DAY_S, dayOfDate, secondsOf, weekdayOf } from './window-calendar.ts';
import { offsetDay, zoneOffsetS } from './zone-offset.ts';

/** Seconds from the midnight that the day begins with; `toS` is beyond a day where the hours cross the next midnight. */
interface Hours {
  readonly fromS: number;
  readonly toS: number;
}

/** What `Schedule` says, read once. */
export interface ScheduleHours {
  readonly zone: string;
  readonly firstDay: number;
  readonly lastDay: number;
  /** By ISO weekday, where there are any. */
  readonly weekly: ReadonlyMap<number, readonly Hours[]>;
  readonly exceptions: ReadonlyMap<number, readonly Hours[]>;
}

/** What `SaleWindow` says. */
export interface WindowHours extends ScheduleHours {
  readonly window: SaleWindow;
  readonly closes: boolean;
  readonly priority: number;
}

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const NONE: readonly Hours[] = [];

/** A catalogue asks often for the schedules of a sheet that it holds; forgotten with the sheet. */
const read = new WeakMap<Schedule, ScheduleHours>();
const readWindows = new WeakMap<SaleWindow, WindowHours>();

export const windowHours = (window: SaleWindow): WindowHours => {
  const known = readWindows.get(window);
  if (known !== undefined) {
    return known;
  }
  const made: WindowHours = {
    ...scheduleHours(window),
    window,
    closes: window.effect === 'closed',
    priority: window.priority ?? 0,
  };
  readWindows.set(window, made);
  return made;
};

export const scheduleHours = (schedule: Schedule): ScheduleHours => {
  const known = read.get(schedule);
  if (known !== undefined) {
    return known;
  }
  const { zone, weekly, exceptions = [], validFrom, validTo } = schedule;
  const made: ScheduleHours = {
    zone,
    firstDay: validFrom === undefined ? -Infinity : dayOfDate(validFrom),
    lastDay: validTo === undefined ? Infinity : dayOfDate(validTo),
    weekly: new Map(
      WEEKDAYS.flatMap((weekday) => {
        const hours = weekly.filter(({ days }) => days.includes(weekday)).map(hoursOf);
        return hours.length === 0 ? [] : [[weekday, hours]];
      }),
    ),
    exceptions: new Map(exceptions.map(({ date, hours }) => [dayOfDate(date), hours.map(hoursOf)])),
  };
  read.set(schedule, made);
  return made;
};

/** Half open, on the wall clock. Hours that cross midnight belong to the day they begin on. */
export const holdsAt = (hours: ScheduleHours, atS: number): boolean => {
  const wallS = atS + zoneOffsetS(hours.zone, atS);
  const day = Math.floor(wallS / DAY_S);
  const todayS = wallS - day * DAY_S;
  const covers = (secondS: number) => (of: Hours) => secondS >= of.fromS && secondS < of.toS;
  return (
    hoursOn(hours, day).some(covers(todayS)) || hoursOn(hours, day - 1).some(covers(todayS + DAY_S))
  );
};

/** Day number of the wall clock of `zone`. */
export const localDay = (zone: string, atS: number): number =>
  Math.floor((atS + zoneOffsetS(zone, atS)) / DAY_S);

/** Day number that the hours which hold at `atS` began on: the day before where they crossed midnight. */
export const dayOfOpening = (hours: ScheduleHours, atS: number): number => {
  const wallS = atS + zoneOffsetS(hours.zone, atS);
  const day = Math.floor(wallS / DAY_S);
  const todayS = wallS - day * DAY_S;
  const begunToday = hoursOn(hours, day).some(({ fromS, toS }) => todayS >= fromS && todayS < toS);
  return begunToday ? day : day - 1;
};

/** Every instant in (start, end] of a day of UTC at which the window may begin or cease to hold. */
export const turnsOn = (hours: ScheduleHours, utcDay: number): number[] => {
  const startS = utcDay * DAY_S;
  const { beforeS, afterS, changeS } = offsetDay(hours.zone, utcDay);
  const offsets = changeS === undefined ? [beforeS] : [beforeS, afterS];
  const turns = changeS === undefined ? [] : [changeS];
  const firstDay = Math.floor((startS + Math.min(...offsets)) / DAY_S) - 1;
  const lastDay = Math.floor((startS + DAY_S + Math.max(...offsets)) / DAY_S);
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (const { fromS, toS } of hoursOn(hours, day)) {
      for (const offsetS of offsets) {
        turns.push(day * DAY_S + fromS - offsetS, day * DAY_S + toS - offsetS);
      }
    }
  }
  return turns.filter((turnS) => turnS > startS && turnS <= startS + DAY_S);
};

const hoursOn = (hours: ScheduleHours, day: number): readonly Hours[] =>
  day < hours.firstDay || day > hours.lastDay
    ? NONE
    : (hours.exceptions.get(day) ?? hours.weekly.get(weekdayOf(day)) ?? NONE);

const hoursOf = ({ from, to }: { readonly from: string; readonly to: string }): Hours => {
  const fromS = secondsOf(from);
  const toS = secondsOf(to);
  return { fromS, toS: toS > fromS ? toS : toS + DAY_S };
};
