/** DE 7 tells month, day and time of UTC but no year: it is the one that brings it nearest to the server's clock. */

const DE_7 = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;
const DAY_S = 86_400;
const MONTH_DAYS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days of the four hundred years after which the calendar repeats itself, and from its start in March of year 0 to 1970. */
const ERA_DAYS = 146_097;
const EPOCH_DAYS = 719_468;

/** Unix seconds; undefined where no year around now has such a moment. */
export const resolveDeviceTime = (monthDayTime: string, nowS: number): number | undefined => {
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = (DE_7.exec(monthDayTime) ?? [])
    .slice(1)
    .map(Number);
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const year = yearOf(Math.floor(nowS / DAY_S));
  const candidates = [year - 1, year, year + 1]
    .filter((each) => day >= 1 && day <= daysIn(each, month))
    .map((each) => daysFromCivil(each, month, day) * DAY_S + hour * 3_600 + minute * 60 + second);
  return candidates.sort((a, b) => Math.abs(a - nowS) - Math.abs(b - nowS))[0];
};

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysIn = (year: number, month: number): number =>
  (MONTH_DAYS[month - 1] as number) + (month === 2 && isLeap(year) ? 1 : 0);

/** Days since 1970-01-01 of a date of the Gregorian calendar; years are counted from March, so that a leap day ends one. */
const daysFromCivil = (year: number, month: number, day: number): number => {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * ERA_DAYS + yearOfEra * 365 + leapDays + dayOfYear - EPOCH_DAYS;
};

const yearOf = (days: number): number => {
  // As if every year were a leap year: never too late, and a few steps too early.
  let year = 1970 + Math.floor(days / 366);
  while (daysFromCivil(year + 1, 1, 1) <= days) {
    year += 1;
  }
  return year;
};

/** MMDD and hhmmss of UTC. */
export const monthDayAndTime = (atS: number): readonly [string, string] => {
  const days = Math.floor(atS / DAY_S);
  const year = yearOf(days);
  let month = 12;
  while (daysFromCivil(year, month, 1) > days) {
    month -= 1;
  }
  const secondOfDay = atS - days * DAY_S;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return [
    two(month) + two(days - daysFromCivil(year, month, 1) + 1),
    two(secondOfDay / 3_600) + two((secondOfDay / 60) % 60) + two(secondOfDay % 60),
  ];
};
