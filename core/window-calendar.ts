/** Days as numbers since 1970-01-01, so that a wall clock is integer arithmetic. */

export const DAY_S = 86_400;

/** Days since 1970-01-01 in the proleptic Gregorian calendar: years begin in March, so that the leap day is the last. */
export const daysFromCivil = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

/** Day number of `YYYY-MM-DD`. */
export const dayOfDate = (date: string): number =>
  daysFromCivil(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));

/** ISO weekday, 1 Monday .. 7 Sunday, of a day number: 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** `HH:MM`, up to 24:00, in seconds of the day. */
export const secondsOf = (time: string): number =>
  Number(time.slice(0, 2)) * 3_600 + Number(time.slice(3, 5)) * 60;
