import { describe, expect, test } from 'vitest';
import { decidingWindow, isOnSale, nextChangeS } from '#core/sale-window.ts';
import type { SaleWindow } from '#core/sheet.ts';

/** Instants, then whether it is on sale, when that changes, which window decides. Worked out by hand from the tz database. */
type Row = readonly [at: string, onSale: boolean, next: string | undefined, by?: string];

const ALL = [1, 2, 3, 4, 5, 6, 7];
const NEVER = undefined;
const at = (iso: string): number => Date.parse(iso) / 1000;
const iso = (atS: number | undefined): string | undefined =>
  atS === undefined ? undefined : new Date(atS * 1000).toISOString().replace('.000Z', 'Z');

const sold = (
  zone: string,
  hours: string,
  days: readonly number[] = ALL,
  more: Partial<SaleWindow> = {},
): SaleWindow => ({ id: 'w', zone, weekly: [{ days, ...interval(hours) }], ...more });

const interval = (hours: string): { from: string; to: string } => ({
  from: hours.slice(0, 5),
  to: hours.slice(6),
});

const cases = (name: string, windows: readonly SaleWindow[], rows: readonly Row[]): void => {
  describe(name, () => {
    for (const [instant, onSale, next, by] of rows) {
      test(`${instant}: ${onSale ? 'open' : 'closed'}, until ${next ?? 'ever'}`, () => {
        expect(isOnSale(windows, at(instant))).toBe(onSale);
        expect(iso(nextChangeS(windows, at(instant)))).toBe(next);
        if (by !== undefined) {
          expect(decidingWindow(windows, at(instant))?.id ?? 'none').toBe(by);
        }
      });
    }
  });
};

cases(
  'Mondays 09:00-18:00 in Seoul',
  [sold('Asia/Seoul', '09:00-18:00', [1])],
  [
    ['2026-11-22T23:59:59Z', false, '2026-11-23T00:00:00Z', 'none'],
    ['2026-11-23T00:00:00Z', true, '2026-11-23T09:00:00Z', 'w'],
    ['2026-11-23T08:59:59Z', true, '2026-11-23T09:00:00Z', 'w'],
    ['2026-11-23T09:00:00Z', false, '2026-11-30T00:00:00Z', 'none'],
  ],
);
cases(
  'an offset of 5:45, in Kathmandu',
  [sold('Asia/Kathmandu', '10:00-11:00')],
  [
    ['2026-11-23T04:14:59Z', false, '2026-11-23T04:15:00Z'],
    ['2026-11-23T04:15:00Z', true, '2026-11-23T05:15:00Z'],
  ],
);
cases(
  'weekends to 24:00 in Seoul',
  [sold('Asia/Seoul', '00:00-24:00', [6, 7])],
  [
    ['2026-11-27T14:59:59Z', false, '2026-11-27T15:00:00Z'],
    ['2026-11-27T15:00:00Z', true, '2026-11-29T15:00:00Z'],
    ['2026-11-28T15:00:00Z', true, '2026-11-29T15:00:00Z'],
    ['2026-11-29T15:00:00Z', false, '2026-12-04T15:00:00Z'],
  ],
);
cases(
  'Friday nights in Shanghai',
  [sold('Asia/Shanghai', '22:00-02:00', [5])],
  [
    ['2026-11-26T17:00:00Z', false, '2026-11-27T14:00:00Z'],
    ['2026-11-27T13:59:59Z', false, '2026-11-27T14:00:00Z'],
    ['2026-11-27T14:00:00Z', true, '2026-11-27T18:00:00Z'],
    ['2026-11-27T17:59:59Z', true, '2026-11-27T18:00:00Z'],
    ['2026-11-27T18:00:00Z', false, '2026-12-04T14:00:00Z'],
  ],
);
cases(
  'from a time to the same time is a day',
  [sold('Asia/Seoul', '09:00-09:00', [1])],
  [
    ['2026-11-23T00:00:00Z', true, '2026-11-24T00:00:00Z'],
    ['2026-11-23T23:59:59Z', true, '2026-11-24T00:00:00Z'],
    ['2026-11-24T00:00:00Z', false, '2026-11-30T00:00:00Z'],
  ],
);
cases(
  'from 00:00 to 00:00 is a day too',
  [sold('Asia/Seoul', '00:00-00:00', [1])],
  [['2026-11-22T15:00:00Z', true, '2026-11-23T15:00:00Z']],
);
cases(
  'every such day is always',
  [sold('Asia/Seoul', '09:00-09:00')],
  [['2026-11-23T00:00:00Z', true, NEVER]],
);

cases(
  'New York, gap at the opening',
  [sold('America/New_York', '02:30-04:00')],
  [
    ['2026-03-08T06:59:59Z', false, '2026-03-08T07:00:00Z'],
    ['2026-03-08T07:00:00Z', true, '2026-03-08T08:00:00Z'],
    ['2026-03-08T08:00:00Z', false, '2026-03-09T06:30:00Z'],
  ],
);
cases(
  'New York, gap at the closing',
  [sold('America/New_York', '01:00-02:30')],
  [
    ['2026-03-08T06:00:00Z', true, '2026-03-08T07:00:00Z'],
    ['2026-03-08T06:59:59Z', true, '2026-03-08T07:00:00Z'],
    ['2026-03-08T07:00:00Z', false, '2026-03-09T05:00:00Z'],
  ],
);
cases(
  'New York, all in the gap',
  [sold('America/New_York', '02:00-03:00', [7])],
  [
    ['2026-03-08T06:59:59Z', false, '2026-03-15T06:00:00Z'],
    ['2026-03-08T07:00:00Z', false, '2026-03-15T06:00:00Z'],
  ],
);
cases(
  'New York, all in the fold',
  [sold('America/New_York', '01:30-02:00')],
  [
    ['2026-11-01T05:30:00Z', true, '2026-11-01T06:00:00Z'],
    ['2026-11-01T06:00:00Z', false, '2026-11-01T06:30:00Z'],
    ['2026-11-01T06:30:00Z', true, '2026-11-01T07:00:00Z'],
    ['2026-11-01T07:00:00Z', false, '2026-11-02T06:30:00Z'],
  ],
);
cases(
  'New York, closing in the fold',
  [sold('America/New_York', '00:00-01:30', [7])],
  [
    ['2026-11-01T04:00:00Z', true, '2026-11-01T05:30:00Z'],
    ['2026-11-01T05:30:00Z', false, '2026-11-01T06:00:00Z'],
    ['2026-11-01T06:00:00Z', true, '2026-11-01T06:30:00Z'],
    ['2026-11-01T06:30:00Z', false, '2026-11-08T05:00:00Z'],
  ],
);
cases(
  'New York, the fold within',
  [sold('America/New_York', '00:30-02:00', [7])],
  [['2026-11-01T04:30:00Z', true, '2026-11-01T07:00:00Z']],
);
cases(
  'Berlin, nights of 7 and 9 hours',
  [sold('Europe/Berlin', '22:00-06:00', [6])],
  [
    ['2026-03-28T21:00:00Z', true, '2026-03-29T04:00:00Z'],
    ['2026-10-24T20:00:00Z', true, '2026-10-25T05:00:00Z'],
  ],
);
cases(
  'Sydney, gap in October',
  [sold('Australia/Sydney', '02:30-05:00', [7])],
  [
    ['2026-10-03T15:59:59Z', false, '2026-10-03T16:00:00Z'],
    ['2026-10-03T16:00:00Z', true, '2026-10-03T18:00:00Z'],
  ],
);
cases(
  'Sydney, fold in April',
  [sold('Australia/Sydney', '02:30-03:00', [7])],
  [
    ['2026-04-04T15:30:00Z', true, '2026-04-04T16:00:00Z'],
    ['2026-04-04T16:00:00Z', false, '2026-04-04T16:30:00Z'],
    ['2026-04-04T16:30:00Z', true, '2026-04-04T17:00:00Z'],
    ['2026-04-04T17:00:00Z', false, '2026-04-11T16:30:00Z'],
  ],
);
cases(
  'Lord Howe, gap of 30 minutes',
  [sold('Australia/Lord_Howe', '02:15-03:00', [7])],
  [
    ['2026-10-03T15:29:59Z', false, '2026-10-03T15:30:00Z'],
    ['2026-10-03T15:30:00Z', true, '2026-10-03T16:00:00Z'],
  ],
);
cases(
  'Lord Howe, all in the gap',
  [sold('Australia/Lord_Howe', '02:00-02:30', [7])],
  [['2026-10-03T15:30:00Z', false, '2026-10-10T15:00:00Z']],
);
cases(
  'Lord Howe, fold of 30 minutes',
  [sold('Australia/Lord_Howe', '01:30-01:45', [7])],
  [
    ['2026-04-04T14:30:00Z', true, '2026-04-04T14:45:00Z'],
    ['2026-04-04T14:45:00Z', false, '2026-04-04T15:00:00Z'],
    ['2026-04-04T15:00:00Z', true, '2026-04-04T15:15:00Z'],
    ['2026-04-04T15:15:00Z', false, '2026-04-11T15:00:00Z'],
  ],
);
cases(
  'Cairo, fold at midnight',
  [sold('Africa/Cairo', '23:30-24:00', [4])],
  [
    ['2026-10-29T20:30:00Z', true, '2026-10-29T21:00:00Z'],
    ['2026-10-29T21:00:00Z', false, '2026-10-29T21:30:00Z'],
    ['2026-10-29T21:30:00Z', true, '2026-10-29T22:00:00Z'],
  ],
);
cases(
  'Cairo, gap at midnight',
  [sold('Africa/Cairo', '00:00-01:00', [5])],
  [
    ['2026-04-23T21:59:59Z', false, '2026-04-30T21:00:00Z'],
    ['2026-04-23T22:00:00Z', false, '2026-04-30T21:00:00Z'],
  ],
);
cases(
  "St John's, gap at 00:01",
  [sold('America/St_Johns', '00:30-02:00', [7])],
  [
    ['2010-03-14T03:30:59Z', false, '2010-03-14T03:31:00Z'],
    ['2010-03-14T03:31:00Z', true, '2010-03-14T04:30:00Z'],
  ],
);
cases(
  'Seoul, gap of 1988',
  [sold('Asia/Seoul', '02:30-04:00', [7])],
  [
    ['1988-05-07T16:59:59Z', false, '1988-05-07T17:00:00Z'],
    ['1988-05-07T17:00:00Z', true, '1988-05-07T18:00:00Z'],
  ],
);
cases(
  'Seoul, fold of 1988',
  [sold('Asia/Seoul', '02:30-03:00', [7])],
  [
    ['1988-10-08T16:30:00Z', true, '1988-10-08T17:00:00Z'],
    ['1988-10-08T17:00:00Z', false, '1988-10-08T17:30:00Z'],
    ['1988-10-08T17:30:00Z', true, '1988-10-08T18:00:00Z'],
  ],
);

const APIA = 'Pacific/Apia';
cases(
  'Apia, the Friday that was not',
  [sold(APIA, '09:00-17:00', [5])],
  [
    ['2011-12-30T09:59:59Z', false, '2012-01-05T19:00:00Z'],
    ['2011-12-30T10:00:00Z', false, '2012-01-05T19:00:00Z'],
  ],
);
cases(
  'Apia, a night cut at midnight',
  [sold(APIA, '22:00-02:00', [4])],
  [
    ['2011-12-30T08:00:00Z', true, '2011-12-30T10:00:00Z'],
    ['2011-12-30T10:00:00Z', false, '2012-01-05T08:00:00Z'],
  ],
);
cases(
  'Apia, every night',
  [sold(APIA, '22:00-02:00')],
  [['2011-12-30T08:00:00Z', true, '2011-12-30T12:00:00Z']],
);
cases(
  'Apia, the Saturday after Thursday',
  [sold(APIA, '00:00-24:00', [6])],
  [
    ['2011-12-30T09:59:59Z', false, '2011-12-30T10:00:00Z'],
    ['2011-12-30T10:00:00Z', true, '2011-12-31T10:00:00Z'],
  ],
);
cases('Apia, always', [sold(APIA, '00:00-24:00')], [['2011-12-29T10:00:00Z', true, NEVER]]);
cases(
  'Apia, valid from the missing date',
  [sold(APIA, '09:00-17:00', ALL, { validFrom: '2011-12-30' })],
  [['2011-12-30T09:00:00Z', false, '2011-12-30T19:00:00Z']],
);
cases(
  'Apia, an exception on the missing date',
  [
    sold(APIA, '09:00-17:00', [], {
      exceptions: [{ date: '2011-12-30', hours: [interval('09:00-17:00')] }],
    }),
  ],
  [['2011-12-29T00:00:00Z', false, NEVER]],
);

const HOLIDAYS = [
  { date: '2026-12-25', hours: [] },
  { date: '2026-12-31', hours: [interval('10:00-15:00')] },
  { date: '2027-01-01', hours: [interval('12:00-14:00'), interval('20:00-22:00')] },
];
cases(
  'exceptions',
  [sold('Asia/Seoul', '10:00-22:00', ALL, { exceptions: HOLIDAYS })],
  [
    ['2026-12-24T12:59:59Z', true, '2026-12-24T13:00:00Z'],
    ['2026-12-24T13:00:00Z', false, '2026-12-26T01:00:00Z'],
    ['2026-12-25T03:00:00Z', false, '2026-12-26T01:00:00Z'],
    ['2026-12-31T05:59:59Z', true, '2026-12-31T06:00:00Z'],
    ['2026-12-31T06:00:00Z', false, '2027-01-01T03:00:00Z'],
    ['2027-01-01T05:00:00Z', false, '2027-01-01T11:00:00Z'],
    ['2027-01-01T11:00:00Z', true, '2027-01-01T13:00:00Z'],
  ],
);
const onNewYear = (hours: readonly { from: string; to: string }[]): readonly SaleWindow[] => [
  sold('Asia/Shanghai', '22:00-02:00', ALL, { exceptions: [{ date: '2026-12-31', hours }] }),
];
cases('a crossing night that an exception closes', onNewYear([]), [
  ['2026-12-30T16:00:00Z', true, '2026-12-30T18:00:00Z'],
  ['2026-12-31T14:00:00Z', false, '2027-01-01T14:00:00Z'],
  ['2026-12-31T17:00:00Z', false, '2027-01-01T14:00:00Z'],
]);
cases('a crossing night that an exception lengthens', onNewYear([interval('20:00-05:00')]), [
  ['2026-12-30T18:00:00Z', false, '2026-12-31T12:00:00Z'],
  ['2026-12-31T12:00:00Z', true, '2026-12-31T21:00:00Z'],
]);
cases(
  'an exception beyond the last valid date',
  [sold('Asia/Seoul', '10:00-22:00', ALL, { exceptions: HOLIDAYS, validTo: '2026-12-30' })],
  [['2026-12-31T03:00:00Z', false, NEVER]],
);

const valid = (validFrom: string, validTo: string): Partial<SaleWindow> => ({ validFrom, validTo });
cases(
  'nights between validity dates',
  [sold('Asia/Seoul', '22:00-02:00', ALL, valid('2026-12-01', '2026-12-02'))],
  [
    ['2026-11-30T16:30:00Z', false, '2026-12-01T13:00:00Z'],
    ['2026-12-01T13:00:00Z', true, '2026-12-01T17:00:00Z'],
    ['2026-12-02T16:59:59Z', true, '2026-12-02T17:00:00Z'],
    ['2026-12-02T17:00:00Z', false, NEVER],
  ],
);
cases(
  'one valid day',
  [sold('Asia/Seoul', '00:00-24:00', ALL, valid('2026-12-01', '2026-12-01'))],
  [
    ['2026-11-30T14:59:59Z', false, '2026-11-30T15:00:00Z'],
    ['2026-11-30T15:00:00Z', true, '2026-12-01T15:00:00Z'],
    ['2026-12-01T15:00:00Z', false, NEVER],
  ],
);
cases(
  'a leap day',
  [sold('Asia/Seoul', '09:00-10:00', ALL, valid('2028-02-29', '2028-02-29'))],
  [
    ['2028-02-27T23:59:59Z', false, '2028-02-29T00:00:00Z'],
    ['2028-02-29T01:00:00Z', false, NEVER],
  ],
);
cases(
  '370 days ahead',
  [sold('Asia/Seoul', '00:00-24:00', ALL, { validFrom: '2027-11-28' })],
  [
    ['2026-11-22T14:59:59Z', false, NEVER],
    ['2026-11-22T15:00:00Z', false, '2027-11-27T15:00:00Z'],
  ],
);

const SHOP = sold('Asia/Seoul', '09:00-18:00', ALL, { id: 'shop' });
const LUNCH = sold('Asia/Seoul', '12:00-13:00', ALL, { id: 'zz-lunch', effect: 'closed' });
const EVENT = sold('Asia/Seoul', '12:30-12:45', ALL, { id: 'event', priority: 1 });
const STOP = sold('Asia/Seoul', '12:40-14:00', ALL, { id: 'x', effect: 'closed', priority: 1 });
cases(
  'closed goes before open',
  [SHOP, LUNCH],
  [
    ['2026-11-23T02:59:59Z', true, '2026-11-23T03:00:00Z', 'shop'],
    ['2026-11-23T03:00:00Z', false, '2026-11-23T04:00:00Z', 'zz-lunch'],
    ['2026-11-23T04:00:00Z', true, '2026-11-23T09:00:00Z', 'shop'],
  ],
);
cases(
  'priority goes before closed',
  [SHOP, LUNCH, EVENT, STOP],
  [
    ['2026-11-23T03:29:59Z', false, '2026-11-23T03:30:00Z', 'zz-lunch'],
    ['2026-11-23T03:30:00Z', true, '2026-11-23T03:40:00Z', 'event'],
    ['2026-11-23T03:40:00Z', false, '2026-11-23T05:00:00Z', 'x'],
  ],
);
cases(
  'a negative priority is below none',
  [SHOP, { ...LUNCH, priority: -1 }],
  [['2026-11-23T03:00:00Z', true, '2026-11-23T09:00:00Z', 'shop']],
);
cases(
  'the lowest id of equals',
  [
    { ...SHOP, id: 'b' },
    { ...SHOP, id: 'a' },
    { ...SHOP, id: 'c' },
  ],
  [['2026-11-23T03:00:00Z', true, '2026-11-23T09:00:00Z', 'a']],
);
cases(
  'windows that only close',
  [LUNCH],
  [
    ['2026-11-23T02:59:59Z', true, '2026-11-23T03:00:00Z', 'none'],
    ['2026-11-23T03:00:00Z', false, '2026-11-23T04:00:00Z', 'zz-lunch'],
  ],
);
cases(
  'windows that meet',
  [SHOP, sold('Asia/Seoul', '18:00-20:00', ALL, { id: 'late' })],
  [
    ['2026-11-23T03:00:00Z', true, '2026-11-23T11:00:00Z', 'shop'],
    ['2026-11-23T09:00:00Z', true, '2026-11-23T11:00:00Z', 'late'],
  ],
);
cases(
  'windows of two zones',
  [SHOP, { ...SHOP, id: 'cn', zone: 'Asia/Shanghai' }],
  [['2026-11-23T09:30:00Z', true, '2026-11-23T10:00:00Z', 'cn']],
);
