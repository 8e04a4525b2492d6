import { expect, test } from 'vitest';
import { zoneOffsetS } from '#core/zone-offset.ts';

/** By GNU date: `TZ=… date -d @… +%z`. */
test.each([
  ['Asia/Seoul', 1_795_402_800, 32_400],
  ['Asia/Shanghai', 1_795_402_800, 28_800],
  ['Asia/Kathmandu', 1_795_402_800, 20_700],
  ['America/New_York', 1_767_225_600, -18_000],
  ['America/New_York', 1_782_864_000, -14_400],
  ['UTC', -1, 0],
  ['UTC', 951_782_400, 0],
  ['UTC', 253_402_300_799, 0],
])('%s at %i is %i seconds off UTC', (zone, atS, offsetS) => {
  expect(zoneOffsetS(zone, atS)).toBe(offsetS);
});

test('an unknown zone is an error', () => {
  expect(() => zoneOffsetS('Mars/Olympus', 0)).toThrow(RangeError);
});

/** More instants, a day apart, than any cache of offsets keeps. */
const INSTANTS = 10_000;

test('tells the truth of more days than it can keep, and of the first again', () => {
  for (let day = 0; day <= INSTANTS; day += 1) {
    expect(zoneOffsetS('UTC', day * 86_400)).toBe(0);
  }
  expect(zoneOffsetS('UTC', 0)).toBe(0);
  expect(zoneOffsetS('Asia/Seoul', 0)).toBe(32_400);
});
