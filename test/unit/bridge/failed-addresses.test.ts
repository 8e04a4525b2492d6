import { expect, it } from 'vitest';
import { createFailedAddresses, type FailedAddresses } from '#bridge/failed-addresses.ts';

const world = { nowMs: 1_000 };
const made = (): FailedAddresses => {
  world.nowMs = 1_000;
  return createFailedAddresses({ nowMs: () => world.nowMs, perWindowMax: 20, shutOutMs: 600_000 });
};
const fail = (failed: FailedAddresses, times: number, address = 'a'): readonly boolean[] =>
  Array.from({ length: times }, () => failed.count(address));

it('remembers 10,000 addresses, and forgets the first for the next', () => {
  const failed = made();
  fail(failed, 2, 'first');
  for (let index = 1; index < 10_000; index += 1) {
    failed.count(`address ${index}`);
  }
  expect([failed.size, failed.worst]).toEqual([10_000, 2]);
  failed.count('one more');
  expect([failed.size, failed.worst]).toEqual([10_000, 1]);
  failed.count('one more');
  expect([failed.size, failed.worst]).toEqual([10_000, 2]);
});

it('shuts an address out with its twentieth failure in a minute, for ten minutes, and says so once', () => {
  const failed = made();
  expect(fail(failed, 19)).not.toContain(true);
  expect(failed.isShutOut('a')).toBe(false);
  world.nowMs += 59_999;
  expect(fail(failed, 2)).toEqual([true, false]);
  expect([failed.isShutOut('a'), failed.isShutOut('b')]).toEqual([true, false]);
  world.nowMs += 599_999;
  expect(failed.isShutOut('a')).toBe(true);
  world.nowMs += 1;
  expect(failed.isShutOut('a')).toBe(false);
});

it('begins to count anew after a minute', () => {
  const failed = made();
  fail(failed, 19);
  world.nowMs += 60_000;
  expect(fail(failed, 19)).not.toContain(true);
  expect(fail(failed, 1)).toEqual([true]);
});
