/** When a product is on sale: weekly windows on the wall clock of a zone, and the next time that changes. */
import type { SaleWindow } from './records.ts';
import { zoneOffsetS } from './zone-offset.ts';

const DAY_S = 86_400;
/** Days looked ahead: a week for the weekly rule, and another where clocks going forward swallow a whole window. */
const AHEAD_DAYS = 15;

/** The first of `windows` that is open at `atS`. */
export const openWindow = (windows: readonly SaleWindow[], atS: number): SaleWindow | undefined =>
  windows.find((window) => isOpen(window, atS));

/** Whether something with these windows is on sale at `atS`: without windows always, with several while any is open. */
export const isOnSale = (windows: readonly SaleWindow[], atS: number): boolean =>
  windows.length === 0 || openWindow(windows, atS) !== undefined;

/** The next instant (unix seconds) after `atS` at which `isOnSale` changes; undefined where it does not. */
export const nextChangeS = (windows: readonly SaleWindow[], atS: number): number | undefined => {
  const now = isOnSale(windows, atS);
  return windows
    .flatMap((window) => turns(window, atS))
    .sort((left, right) => left - right)
    .find((turnS) => isOnSale(windows, turnS) !== now);
};

/** Half open. A window that crosses midnight belongs to the day it begins on. */
const isOpen = (window: SaleWindow, atS: number): boolean => {
  const wallS = atS + zoneOffsetS(window.zone, atS);
  const day = Math.floor(wallS / DAY_S);
  const secondOfDay = wallS - day * DAY_S;
  const today = weekday(day);
  const yesterday = weekday(day - 1);
  return window.weekly.some(({ days, from, to }) => {
    const fromS = secondsOf(from);
    const toS = secondsOf(to);
    if (toS > fromS) {
      return days.includes(today) && secondOfDay >= fromS && secondOfDay < toS;
    }
    return (
      (days.includes(today) && secondOfDay >= fromS) ||
      (days.includes(yesterday) && secondOfDay < toS)
    );
  });
};

/** Every instant after `atS` at which the window may open or close: its times under each offset of the days ahead, and the changes of offset themselves. */
const turns = (window: SaleWindow, atS: number): number[] => {
  const { offsets, changes } = offsetsAhead(window.zone, atS);
  const first = Math.floor((atS + zoneOffsetS(window.zone, atS)) / DAY_S) - 1;
  const found = [...changes];
  for (let day = first; day <= first + AHEAD_DAYS; day += 1) {
    for (const { from, to } of window.weekly) {
      for (const offsetS of offsets) {
        found.push(day * DAY_S + secondsOf(from) - offsetS, day * DAY_S + secondsOf(to) - offsetS);
      }
    }
  }
  return found.filter((turnS) => turnS > atS);
};

const offsetsAhead = (
  zone: string,
  atS: number,
): { readonly offsets: ReadonlySet<number>; readonly changes: readonly number[] } => {
  const offsets = new Set([zoneOffsetS(zone, atS)]);
  const changes: number[] = [];
  for (let day = 0; day < AHEAD_DAYS; day += 1) {
    const fromS = atS + day * DAY_S;
    const before = zoneOffsetS(zone, fromS);
    const after = zoneOffsetS(zone, fromS + DAY_S);
    offsets.add(after);
    if (before !== after) {
      changes.push(changeBetween(zone, { fromS, toS: fromS + DAY_S }));
    }
  }
  return { offsets, changes };
};

/** The first instant in (fromS, toS] with the offset of `toS`, by bisection. */
const changeBetween = (
  zone: string,
  { fromS, toS }: { readonly fromS: number; readonly toS: number },
): number => {
  const after = zoneOffsetS(zone, toS);
  let low = fromS;
  let high = toS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffsetS(zone, middle) === after) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
};

/** ISO weekday of a day number: 1970-01-01 was a Thursday, 4. */
const weekday = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** `HH:MM`, up to 24:00, in seconds of the day. */
const secondsOf = (time: string): number =>
  Number(time.slice(0, 2)) * 3_600 + Number(time.slice(3, 5)) * 60;
