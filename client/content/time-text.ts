/** Times as people of the locale read them, on a region's wall clock; by CLDR, without `Intl` (number-text.ts says why). */
import { type Language, languageOf } from './languages.ts';
import { type RegionZone, wallClock } from './region-zone.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const two = (value: number): string => String(value).padStart(2, '0');

/** Hours of a day in words, with the minutes (and seconds) that are given. */
const CLOCKS: Readonly<Record<Language, (hour: number, rest: string) => string>> = {
  en: (hour, rest) => `${twelve(hour)}:${rest} ${hour < 12 ? 'AM' : 'PM'}`,
  ko: (hour, rest) => `${hour < 12 ? '오전' : '오후'} ${twelve(hour)}:${rest}`,
  zh: (hour, rest) => `${two(hour)}:${rest}`,
};
const twelve = (hour: number): number => hour % 12 || 12;

const DATES: Readonly<Record<Language, (date: Date) => string>> = {
  en: (date) => `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()},`,
  ko: (date) => `${date.getUTCFullYear()}. ${date.getUTCMonth() + 1}. ${date.getUTCDate()}.`,
  zh: (date) => `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日`,
};

/** To the second: `2:05:06 PM`. */
export const clockText = (atMs: number, locale: string, zone: RegionZone): string => {
  const date = wallClock(atMs, zone);
  const rest = `${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return CLOCKS[languageOf(locale)](date.getUTCHours(), rest);
};

/** Date, hour and minute: `Nov 23, 2026, 12:00 PM`. */
export const dateTimeText = (atMs: number, locale: string, zone: RegionZone): string => {
  const date = wallClock(atMs, zone);
  const language = languageOf(locale);
  const clock = CLOCKS[language](date.getUTCHours(), two(date.getUTCMinutes()));
  return `${DATES[language](date)} ${clock}`;
};

/** `14:05:06.789`, for whoever reads a dialogue. */
export const millisecondsText = (atMs: number, zone: RegionZone): string =>
  wallClock(atMs, zone).toISOString().slice(11, 23);
