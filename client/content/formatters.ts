/** Formatters of the locale, made once each: one weighs tens of kilobytes, and a kiosk formats with every touch. */

/** Different formatters that are kept; a kiosk uses a dozen in three languages. */
const FORMATTERS_MAX = 64;

const kept = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

const keep = <T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T => {
  const found = kept.get(key);
  if (found !== undefined) {
    return found as T;
  }
  if (kept.size >= FORMATTERS_MAX) {
    kept.clear();
  }
  const made = make();
  kept.set(key, made);
  return made;
};

export const numberFormat = (
  locale: string,
  options: Intl.NumberFormatOptions = {},
): Intl.NumberFormat =>
  keep(`number ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));

export const dateFormat = (
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat =>
  keep(`date ${locale} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));
