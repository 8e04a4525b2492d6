/** Offset of an IANA zone from UTC at an instant, exact to the second and cheap enough for every payment. */
import { DAY_S, daysFromCivil } from './window-calendar.ts';

/** Cached days of one zone: more than the search for the next opening looks at, so that it finds them again. */
export const CACHED_DAYS_MAX = 1_024;

/** A day of UTC. No zone has changed its offset twice within one since 1972. */
export interface OffsetDay {
  readonly beforeS: number;
  readonly afterS: number;
  /** The first instant with `afterS`, in (start, end] of the day; undefined where the offset stays. */
  readonly changeS: number | undefined;
}

interface Zone {
  readonly formatter: Intl.DateTimeFormat;
  readonly days: Map<number, OffsetDay>;
}

const FIELDS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

/** Of the names that windows use; a name that is no zone is not kept. */
const zones = new Map<string, Zone>();

/** Seconds to add to `atS` (unix) for the wall clock of `zone`. Throws RangeError on an unknown zone. */
export const zoneOffsetS = (zone: string, atS: number): number => {
  const { beforeS, afterS, changeS } = offsetDay(zone, Math.floor(atS / DAY_S));
  return changeS !== undefined && atS >= changeS ? afterS : beforeS;
};

/** The offsets of `zone` from the start of a day of UTC up to and with the start of the next. */
export const offsetDay = (zone: string, utcDay: number): OffsetDay => {
  const { formatter, days } = zoneOf(zone);
  const cached = days.get(utcDay);
  if (cached !== undefined) {
    return cached;
  }
  if (days.size >= CACHED_DAYS_MAX) {
    days.clear();
  }
  const startS = utcDay * DAY_S;
  const beforeS = days.get(utcDay - 1)?.afterS ?? offsetS(formatter, startS);
  const afterS = offsetS(formatter, startS + DAY_S);
  const changeS = beforeS === afterS ? undefined : firstWith(formatter, { afterS, startS });
  const day = { beforeS, afterS, changeS };
  days.set(utcDay, day);
  return day;
};

const zoneOf = (zone: string): Zone => {
  const known = zones.get(zone);
  if (known !== undefined) {
    return known;
  }
  const formatter = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    ...FIELDS,
  });
  const made = { formatter, days: new Map<number, OffsetDay>() };
  zones.set(zone, made);
  return made;
};

/** By bisection of the day that begins at `startS` and ends with `afterS`. */
const firstWith = (
  formatter: Intl.DateTimeFormat,
  { afterS, startS }: { readonly afterS: number; readonly startS: number },
): number => {
  let low = startS;
  let high = startS + DAY_S;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetS(formatter, middle) === afterS) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
};

const offsetS = (formatter: Intl.DateTimeFormat, atS: number): number => {
  const fields = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatter.formatToParts(atS * 1000)) {
    Object.assign(fields, { [type]: Number(value) });
  }
  const { year, month, day, hour, minute, second } = fields;
  const wallS = daysFromCivil(year, month, day) * DAY_S + hour * 3_600 + minute * 60 + second;
  return wallS - atS;
};
