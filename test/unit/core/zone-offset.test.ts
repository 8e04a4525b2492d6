import { expect, test } from 'vitest';
import { CACHED_SLOTS_MAX, zoneOffsetS } from '#core/zone-offset.ts';

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

test('forgets what it cached, and goes on telling the truth, when the cache is full', () => {
  for (let slot = 0; slot <= CACHED_SLOTS_MAX; slot += 1) {
    expect(zoneOffsetS('UTC', slot * 900)).toBe(0);
  }
  expect(zoneOffsetS('Asia/Seoul', 0)).toBe(32_400);
});
