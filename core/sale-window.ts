/** When a product is on sale: which of its windows decides at an instant, and the next time that the answer changes. */
import type { SaleWindow } from './sheet.ts';
import { DAY_S } from './window-calendar.ts';
import {
  holdsAt,
  type ScheduleHours,
  turnsOn,
  type WindowHours,
  windowHours,
} from './window-hours.ts';

/** Days looked ahead for a change: every yearly season is found, a date further away is not told yet. */
export const AHEAD_DAYS_MAX = 370;

/** The window that decides at `atS`: of those that hold the highest priority, then closed before open, then the lowest id. */
export const decidingWindow = (
  windows: readonly SaleWindow[],
  atS: number,
): SaleWindow | undefined => decider(windows.map(windowHours), atS)?.window;

/** Whether something with these windows is on sale at `atS`. Where none holds, it is unless one of them opens at other times. */
export const isOnSale = (windows: readonly SaleWindow[], atS: number): boolean =>
  windows.length === 0 || isOpen(windows.map(windowHours), atS);

/** The next instant (unix seconds) after `atS` at which `isOnSale` changes; undefined where it does not in `AHEAD_DAYS_MAX`. */
export const nextChangeS = (windows: readonly SaleWindow[], atS: number): number | undefined => {
  if (windows.length === 0) {
    return undefined;
  }
  const all = windows.map(windowHours);
  const now = isOpen(all, atS);
  return nextTurnS(all, atS, (turnS) => isOpen(all, turnS) !== now);
};

/** The first instant after `atS` at which one of the schedules may begin or cease to hold and that is news; undefined where none is in `AHEAD_DAYS_MAX`. */
export const nextTurnS = (
  all: readonly ScheduleHours[],
  atS: number,
  isNews: (turnS: number) => boolean,
): number | undefined => {
  const endS = atS + AHEAD_DAYS_MAX * DAY_S;
  for (let utcDay = Math.floor(atS / DAY_S); utcDay * DAY_S < endS; utcDay += 1) {
    const turns = all
      .flatMap((hours) => turnsOn(hours, utcDay))
      .sort((left, right) => left - right);
    const found = turns.find((turnS) => turnS > atS && turnS <= endS && isNews(turnS));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
};

const isOpen = (all: readonly WindowHours[], atS: number): boolean => {
  const decides = decider(all, atS);
  return decides === undefined ? all.every(({ closes }) => closes) : !decides.closes;
};

const decider = (all: readonly WindowHours[], atS: number): WindowHours | undefined => {
  let best: WindowHours | undefined;
  for (const hours of all) {
    if ((best === undefined || goesBefore(hours, best)) && holdsAt(hours, atS)) {
      best = hours;
    }
  }
  return best;
};

/** A total order, as ids are unique among the windows of a sheet. */
const goesBefore = (left: WindowHours, right: WindowHours): boolean => {
  if (left.priority !== right.priority) {
    return left.priority > right.priority;
  }
  return left.closes === right.closes ? left.window.id < right.window.id : left.closes;
};
