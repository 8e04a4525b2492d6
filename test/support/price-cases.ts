/** Which price is chosen, one row a case. The base price is 1000; instants are worked out by hand from the wall clock of Seoul (UTC+9). */

import type { ListedPrice, Schedule } from '#core/sheet.ts';
import type { Place } from '#core/sheet-at.ts';

export interface PriceCase {
  readonly name: string;
  readonly prices: readonly ListedPrice[];
  /** Local time in Seoul. */
  readonly at: string;
  readonly place?: Place;
  readonly chosen: number;
  /** Id of the list; absent: base. */
  readonly by?: string;
  /** When the price is another, in Seoul; `never`: not within a year. */
  readonly next?: string;
}

const ALL = [1, 2, 3, 4, 5, 6, 7];
const hours = (from: string, to: string, more: Partial<Schedule> = {}): Schedule => ({
  zone: 'Asia/Seoul',
  weekly: [{ days: ALL, from, to }],
  ...more,
});
/** Every hour from the first date to the last, both counted. */
const dates = (validFrom?: string, validTo?: string): Schedule =>
  hours('00:00', '24:00', {
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
  });
const list = (id: string, price: number, more: Partial<ListedPrice> = {}): ListedPrice => ({
  list: id,
  version: 1,
  unitPriceMinor: price,
  ...more,
});

const HAPPY = list('happy', 700, { when: hours('17:00', '19:00') });
const NOVEMBER = list('november', 800, { when: dates('2026-11-01', '2026-11-30') });
const M1: Place = { merchant: 'm-1' };
const IN = (group: string): Place => ({ merchant: 'm-1', group });
const NOON = '2026-11-23T12:00:00';

/** Numbers as #9176 are issues of Medusa in which this went wrong. */
// biome-ignore format: one row a case
export const PRICE_CASES: readonly PriceCase[] = [
  { name: 'no list at all', prices: [], at: NOON, chosen: 1000, next: 'never' },
  { name: 'one list without hours', prices: [list('a', 900)], at: NOON, chosen: 900, by: 'a', next: 'never' },
  { name: 'a list that is dearer than base', prices: [list('a', 1100)], at: NOON, chosen: 1100, by: 'a' },
  { name: 'a list that makes it free', prices: [list('a', 0)], at: NOON, chosen: 0, by: 'a' },
  { name: 'a list not valid yet, on its eve', prices: [NOVEMBER], at: '2026-10-31T23:59:59', chosen: 1000, next: '2026-11-01T00:00:00' },
  { name: 'at the first second of a list', prices: [NOVEMBER], at: '2026-11-01T00:00:00', chosen: 800, by: 'november', next: '2026-12-01T00:00:00' },
  { name: 'at the last second of a list', prices: [NOVEMBER], at: '2026-11-30T23:59:59', chosen: 800, by: 'november', next: '2026-12-01T00:00:00' },
  { name: 'a list that is over is not used (#9176)', prices: [NOVEMBER], at: '2026-12-01T00:00:00', chosen: 1000, next: 'never' },
  { name: 'a list comes back when its hours do (#9376)', prices: [HAPPY], at: '2026-11-24T17:00:00', chosen: 700, by: 'happy', next: '2026-11-24T19:00:00' },
  { name: 'and is gone between them', prices: [HAPPY], at: '2026-11-23T19:00:00', chosen: 1000, next: '2026-11-24T17:00:00' },
  { name: 'a list whose dates are moved on holds again (#9376)', prices: [list('november', 800, { when: dates('2026-12-05', '2026-12-10') })], at: '2026-12-05T00:00:00', chosen: 800, by: 'november' },
  { name: 'the lowest price of two, not the first that was made (#13074)', prices: [list('early', 900), list('late', 800)], at: NOON, chosen: 800, by: 'late' },
  { name: 'nor the last that was made (#13074)', prices: [list('early', 800), list('late', 900)], at: NOON, chosen: 800, by: 'early' },
  { name: 'where the cheapest is over, the next list, not base (#13310)', prices: [NOVEMBER, list('always', 900)], at: '2026-12-01T00:00:00', chosen: 900, by: 'always', next: 'never' },
  { name: 'where two of three are over, the third (#13310)', prices: [NOVEMBER, HAPPY, list('always', 950)], at: '2026-12-01T12:00:00', chosen: 950, by: 'always', next: '2026-12-01T17:00:00' },
  { name: 'where the cheapest has not begun, the next list', prices: [list('soon', 600, { when: dates('2026-12-01') }), list('always', 900)], at: NOON, chosen: 900, by: 'always', next: '2026-12-01T00:00:00' },
  { name: 'where all are over, base', prices: [NOVEMBER, list('b', 500, { when: dates(undefined, '2026-11-22') })], at: '2026-12-01T00:00:00', chosen: 1000 },
  { name: 'a higher priority though it is dearer', prices: [list('cheap', 500), list('first', 900, { priority: 1 })], at: NOON, chosen: 900, by: 'first' },
  { name: 'a priority below none', prices: [list('last', 500, { priority: -1 }), list('plain', 900)], at: NOON, chosen: 900, by: 'plain' },
  { name: 'no priority is 0', prices: [list('zero', 800, { priority: 0 }), list('none', 700)], at: NOON, chosen: 700, by: 'none' },
  { name: 'of one priority the lowest price', prices: [list('a', 800, { priority: 5 }), list('b', 700, { priority: 5 }), list('c', 100, { priority: 4 })], at: NOON, chosen: 700, by: 'b' },
  { name: 'of one price the lowest id', prices: [list('b', 700), list('a', 700), list('c', 700)], at: NOON, chosen: 700, by: 'a' },
  { name: 'a priority whose hours are over gives way', prices: [list('happy', 900, { priority: 9, when: hours('17:00', '19:00') }), list('plain', 950)], at: '2026-11-23T19:00:00', chosen: 950, by: 'plain', next: '2026-11-24T17:00:00' },
  { name: 'the second before a happy hour', prices: [HAPPY], at: '2026-11-23T16:59:59', chosen: 1000, next: '2026-11-23T17:00:00' },
  { name: 'a happy hour within a cheaper month changes nothing', prices: [NOVEMBER, list('happy', 850, { when: hours('17:00', '19:00') })], at: NOON, chosen: 800, by: 'november', next: '2026-12-01T00:00:00' },
  { name: 'hours across midnight, after midnight', prices: [list('night', 600, { when: hours('22:00', '02:00') })], at: '2026-11-24T01:59:59', chosen: 600, by: 'night', next: '2026-11-24T02:00:00' },
  { name: 'hours across midnight on the last date', prices: [list('night', 600, { when: hours('22:00', '02:00', { validTo: '2026-11-23' }) })], at: '2026-11-24T01:00:00', chosen: 600, by: 'night', next: '2026-11-24T02:00:00' },
  { name: 'a date without hours of its own', prices: [list('day', 600, { when: hours('00:00', '24:00', { exceptions: [{ date: '2026-11-23', hours: [] }] }) })], at: NOON, chosen: 1000, next: '2026-11-24T00:00:00' },
  { name: 'a list of another merchant', prices: [list('other', 500, { at: { merchants: ['m-2'] } })], at: NOON, chosen: 1000, next: 'never' },
  { name: 'a list of this merchant', prices: [list('own', 500, { at: { merchants: ['m-2', 'm-1'] } })], at: NOON, chosen: 500, by: 'own' },
  { name: 'a list of a group, at a terminal of none', prices: [list('g', 500, { at: { groups: ['airport'] } })], at: NOON, chosen: 1000 },
  { name: 'a list of a group, at another', prices: [list('g', 500, { at: { groups: ['airport'] } })], at: NOON, place: IN('station'), chosen: 1000 },
  { name: 'a list of this group', prices: [list('g', 500, { at: { groups: ['airport'] } })], at: NOON, place: IN('airport'), chosen: 500, by: 'g' },
  { name: 'a list of the group, but of another merchant', prices: [list('g', 500, { at: { groups: ['airport'], merchants: ['m-2'] } })], at: NOON, place: IN('airport'), chosen: 1000 },
  { name: 'a list of no group at all', prices: [list('g', 500, { at: { groups: [] } })], at: NOON, place: IN('airport'), chosen: 1000 },
  { name: 'the cheaper list is for others only', prices: [list('g', 500, { at: { groups: ['airport'] } }), list('all', 900)], at: NOON, place: IN('station'), chosen: 900, by: 'all' },
  { name: 'a high priority for others only', prices: [list('g', 1500, { priority: 9, at: { groups: ['airport'] } }), list('all', 900)], at: NOON, place: M1, chosen: 900, by: 'all' },
  { name: 'a clock that goes back, in New York', prices: [list('ny', 500, { when: { zone: 'America/New_York', weekly: [{ days: [7], from: '01:30', to: '02:00' }] } })], at: '2026-11-01T15:30:00', chosen: 500, by: 'ny', next: '2026-11-01T16:00:00' },
];
