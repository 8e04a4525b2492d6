/** Offset of an IANA zone from UTC at an instant, cheap enough for every payment. */

/** Offsets change on quarter hours of UTC in every zone since 1972, so one answer serves the quarter. */
const SLOT_S = 900;
/** Cached quarters over all zones; at 32 regions this is a month of the quarters that catalogues look at. */
export const CACHED_SLOTS_MAX = 8_192;

const FIELDS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

const formatters = new Map<string, Intl.DateTimeFormat>();
const slots = new Map<string, number>();

/** Seconds to add to `atS` (unix) for the wall clock of `zone`. Throws RangeError on an unknown zone. */
export const zoneOffsetS = (zone: string, atS: number): number => {
  const slot = Math.floor(atS / SLOT_S);
  const key = `${zone} ${slot}`;
  const cached = slots.get(key);
  if (cached !== undefined) {
    return cached;
  }
  if (slots.size >= CACHED_SLOTS_MAX) {
    slots.clear();
  }
  const offsetS = wallClockS(zone, slot * SLOT_S) - slot * SLOT_S;
  slots.set(key, offsetS);
  return offsetS;
};

const wallClockS = (zone: string, atS: number): number => {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      ...FIELDS,
    });
    formatters.set(zone, formatter);
  }
  const fields = new Map<string, string>();
  for (const { type, value } of formatter.formatToParts(atS * 1000)) {
    fields.set(type, value);
  }
  const field = (name: string): number => Number(fields.get(name));
  const days = daysFromCivil(field('year'), field('month'), field('day'));
  return days * 86_400 + field('hour') * 3_600 + field('minute') * 60 + field('second');
};

/** Days since 1970-01-01 in the proleptic Gregorian calendar: years begin in March, so that the leap day is the last. */
const daysFromCivil = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};
