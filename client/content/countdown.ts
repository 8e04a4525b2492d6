/** The time until something opens or closes, as people of the locale read it. */

const SECOND_MS = 1_000;
const DAY_S = 86_400;

const two = (value: number): string => String(value).padStart(2, '0');

/** `3 days 04:05:06`, `04:05:06`, or `05:06` below an hour; never negative. */
export const countdownText = (leftMs: number, locale: string): string => {
  const leftS = Math.max(0, Math.ceil(leftMs / SECOND_MS));
  const days = Math.floor(leftS / DAY_S);
  const hours = Math.floor((leftS % DAY_S) / 3_600);
  const minutes = Math.floor((leftS % 3_600) / 60);
  const clock = `${two(minutes)}:${two(leftS % 60)}`;
  const ofDay = days > 0 || hours > 0 ? `${two(hours)}:${clock}` : clock;
  if (days === 0) {
    return ofDay;
  }
  const unit = new Intl.NumberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'long' });
  return `${unit.format(days)} ${ofDay}`;
};
