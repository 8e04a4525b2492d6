import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AHEAD_DAYS_MAX, isOnSale, nextChangeS } from '#core/sale-window.ts';
import type { SaleWindow, WindowInterval } from '#core/sheet.ts';
import { CACHED_DAYS_MAX, zoneOffsetS } from '#core/zone-offset.ts';

const MINUTE_S = 60;
const DAY_S = 86_400;
const ZONES = [
  'Africa/Cairo',
  'America/New_York',
  'America/St_Johns',
  'Asia/Seoul',
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'Pacific/Apia',
] as const;
/** Days around which clocks of those zones change, or a date is missing. */
const STARTS = ['2026-03-07', '2026-04-23', '2026-10-03', '2026-10-29', '2011-12-28', '2010-03-13'];

const time = fc
  .integer({ min: 0, max: 1439 })
  .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
const interval: fc.Arbitrary<WindowInterval> = fc.record({
  from: time,
  to: fc.oneof(time, fc.constant('24:00')),
});
const atS = fc
  .tuple(fc.constantFrom(...STARTS), fc.integer({ min: 0, max: 4 * 1440 }))
  .map(([start, minute]) => Date.parse(start) / 1000 + minute * MINUTE_S);
const exceptionsAt = fc.array(
  fc.record({
    date: fc.constantFrom('2026-03-08', '2026-10-04', '2011-12-30', '2011-12-31', '2010-03-14'),
    hours: fc.array(interval, { maxLength: 2 }),
  }),
  { maxLength: 2 },
);
const window: fc.Arbitrary<SaleWindow> = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 3 }),
    zone: fc.constantFrom(...ZONES),
    weekly: fc.array(
      fc
        .tuple(interval, fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }))
        .map(([hours, days]) => ({ ...hours, days })),
      { minLength: 1, maxLength: 2 },
    ),
    exceptions: exceptionsAt,
    effect: fc.constantFrom('open' as const, 'closed' as const),
    priority: fc.integer({ min: -1, max: 1 }),
  },
  { requiredKeys: ['id', 'zone', 'weekly'] },
);
const windows = fc.uniqueArray(window, { selector: ({ id }) => id, minLength: 1, maxLength: 3 });

test('the next change is one, nothing changes before it, and it is within 370 days', () => {
  fc.assert(
    fc.property(windows, atS, (list, startS) => {
      const now = isOnSale(list, startS);
      const changeS = nextChangeS(list, startS);
      const endS = changeS ?? startS + 30 * DAY_S;
      for (let minuteS = startS; minuteS < endS; minuteS += MINUTE_S) {
        if (isOnSale(list, minuteS) !== now) {
          expect.fail(`changed at ${minuteS}, before ${endS}`);
        }
      }
      if (changeS !== undefined) {
        expect(isOnSale(list, changeS)).toBe(!now);
        expect(changeS - startS).toBeLessThanOrEqual(AHEAD_DAYS_MAX * DAY_S);
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('whether it is on sale agrees with what a calendar shows', () => {
  fc.assert(
    fc.property(window, atS, (one, instantS) => {
      const open = { ...one, effect: 'open' as const };
      expect(isOnSale([open], instantS)).toBe(shownOpen(open, instantS));
    }),
    { numRuns: 1000 },
  );
});

test('offsets stay right when more days are asked for than are kept', () => {
  const first = Date.parse('2026-01-01T12:00:00Z') / 1000;
  for (let day = 0; day <= CACHED_DAYS_MAX; day += 1) {
    zoneOffsetS('Europe/Berlin', first + day * DAY_S);
  }
  expect(zoneOffsetS('Europe/Berlin', Date.parse('2026-03-29T00:59:59Z') / 1000)).toBe(3_600);
  expect(zoneOffsetS('Europe/Berlin', Date.parse('2026-03-29T01:00:00Z') / 1000)).toBe(7_200);
});

/** By the text that a Swedish clock shows, YYYY-MM-DD HH:MM, and comparison of texts. */
const shownOpen = (one: SaleWindow, instantS: number): boolean => {
  const text = new Date(instantS * 1000).toLocaleString('sv-SE', { timeZone: one.zone });
  const today = text.slice(0, 10);
  const clock = text.slice(11, 16);
  const yesterday = new Date(Date.parse(today) - DAY_S * 1000).toISOString().slice(0, 10);
  return (
    hoursOf(one, today).some(({ from, to }) => clock >= from && (to <= from || clock < to)) ||
    hoursOf(one, yesterday).some(({ from, to }) => to <= from && clock < to)
  );
};

/** The last of two exceptions on one date counts. */
const hoursOf = (one: SaleWindow, date: string): readonly WindowInterval[] =>
  one.exceptions?.findLast((exception) => exception.date === date)?.hours ??
  one.weekly.filter(({ days }) => days.includes(new Date(date).getUTCDay() || 7));
