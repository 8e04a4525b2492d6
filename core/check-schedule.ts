/** What is wrong with a schedule that was entered. */
import { atMost, type Problem, right } from './check-fields.ts';
import type { WindowInterval } from './sheet.ts';
import type { ScheduleSource } from './sheet-sources.ts';
import { dateOfDay, dayOfDate } from './window-calendar.ts';
import { zoneOffsetS } from './zone-offset.ts';

/** Weekly hours of one schedule: seven days with seven openings each. */
export const HOURS_MAX = 49;
/** Dates of one schedule that have hours of their own: a year of them. */
export const EXCEPTIONS_MAX = 366;

export const checkSchedule = (schedule: ScheduleSource, field: string): readonly Problem[] => {
  const { zone, weekly, validFrom, validTo, exceptions = [] } = schedule;
  return [
    ...(zone === undefined ? [] : rightZone(zone, `${field}.zone`)),
    ...atMost(weekly.length, `${field}.weekly`, HOURS_MAX),
    ...weekly.flatMap(({ days, ...hours }, at) => [
      ...right(areDays(days), `${field}.weekly[${at}].days`, 'ISO weekdays, 1 to 7, each once'),
      ...rightHours(hours, `${field}.weekly[${at}]`),
    ]),
    ...rightDate(validFrom, `${field}.validFrom`),
    ...rightDate(validTo, `${field}.validTo`),
    ...right(
      validFrom === undefined || validTo === undefined || validFrom <= validTo,
      `${field}.validTo`,
      'no date before validFrom',
    ),
    ...atMost(exceptions.length, `${field}.exceptions`, EXCEPTIONS_MAX),
    ...exceptions.flatMap(({ date, hours }, at) => [
      ...rightDate(date, `${field}.exceptions[${at}].date`),
      ...hours.flatMap((each, of) => rightHours(each, `${field}.exceptions[${at}].hours[${of}]`)),
    ]),
  ];
};

export const rightZone = (zone: string, field: string): readonly Problem[] =>
  right(isZone(zone), field, 'the name of an IANA time zone, as Asia/Seoul');

const isZone = (zone: string): boolean => {
  try {
    zoneOffsetS(zone, 0);
    return true;
  } catch {
    return false;
  }
};

const areDays = (days: readonly number[]): boolean =>
  days.length > 0 &&
  new Set(days).size === days.length &&
  days.every((day) => Number.isInteger(day) && day >= 1 && day <= 7);

const rightHours = ({ from, to }: WindowInterval, field: string): readonly Problem[] => [
  ...right(TIME.test(from), `${field}.from`, 'a time HH:MM from 00:00 to 23:59'),
  ...right(TIME.test(to) || to === '24:00', `${field}.to`, 'a time HH:MM from 00:00 to 24:00'),
];

const TIME: RegExp = /^([01]\d|2[0-3]):[0-5]\d$/;
const DATE: RegExp = /^\d{4}-\d\d-\d\d$/;

const rightDate = (date: string | undefined, field: string): readonly Problem[] =>
  right(
    date === undefined || (DATE.test(date) && dateOfDay(dayOfDate(date)) === date),
    field,
    'a date YYYY-MM-DD of the calendar',
  );
