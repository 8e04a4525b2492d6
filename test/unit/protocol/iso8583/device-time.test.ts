import { describe, expect, it } from 'vitest';
import { monthDayAndTime, resolveDeviceTime } from '#protocol/iso8583/device-time.ts';

const at = (iso: string): number => Date.parse(iso) / 1000;
const resolved = (monthDayTime: string, now: string): string | undefined => {
  const atS = resolveDeviceTime(monthDayTime, at(now));
  return atS === undefined ? undefined : new Date(atS * 1000).toISOString().slice(0, 19);
};

describe('a time without a year', () => {
  it.each([
    ['0921141320', '2026-09-21T14:13:20Z', '2026-09-21T14:13:20'],
    ['1231235959', '2027-01-01T00:00:00Z', '2026-12-31T23:59:59'],
    ['0101000000', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00'],
    ['0701000000', '2026-01-01T00:00:00Z', '2026-07-01T00:00:00'],
    ['0704000000', '2026-01-01T00:00:00Z', '2025-07-04T00:00:00'],
    ['0228235959', '2026-03-01T00:00:00Z', '2026-02-28T23:59:59'],
  ])('%s seen at %s is %s', (told, now, expected) => {
    expect(resolved(told, now)).toBe(expected);
  });

  it.each([
    ['2028-03-01T00:00:00Z', '2028-02-29T12:00:00'],
    ['2028-02-28T00:00:00Z', '2028-02-29T12:00:00'],
    ['2027-03-01T00:00:00Z', '2028-02-29T12:00:00'],
    ['2029-01-01T00:00:00Z', '2028-02-29T12:00:00'],
    ['2026-02-28T00:00:00Z', undefined],
    ['2100-03-01T00:00:00Z', undefined],
    ['2000-03-01T00:00:00Z', '2000-02-29T12:00:00'],
  ])('29 February, seen at %s, is %s', (now, expected) => {
    expect(resolved('0229120000', now)).toBe(expected);
  });

  it.each([
    ...['0001000000', '1301000000', '0100000000', '0132000000', '0431000000', '0230000000'],
    ...['0101240000', '0101006000', '0101000060', '', '010100000', 'x'],
  ])('%s is none', (told) => {
    expect(resolved(told, '2026-09-21T14:13:20Z')).toBeUndefined();
  });
});

describe('month, day and time of an instant', () => {
  it('are those of the calendar, on every day of fifty years', () => {
    for (let day = 0; day < 50 * 366; day += 1) {
      const atS = day * 86_400 + ((day * 7_919) % 86_400);
      const text = new Date(atS * 1000).toISOString();
      const [, month, date, ...time] = text.split(/\D/);
      expect(monthDayAndTime(atS)).toEqual([`${month}${date}`, time.slice(0, 3).join('')]);
    }
  });
});
