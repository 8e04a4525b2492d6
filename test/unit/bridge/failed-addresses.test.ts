import { expect, it } from 'vitest';
import { createFailedAddresses } from '#bridge/failed-addresses.ts';

it('remembers 10,000 addresses, and forgets the first for the next', () => {
  const failed = createFailedAddresses();
  failed.count('first');
  failed.count('first');
  for (let index = 1; index < 10_000; index += 1) {
    failed.count(`address ${index}`);
  }
  expect([failed.size, failed.worst]).toEqual([10_000, 2]);
  failed.count('one more');
  expect([failed.size, failed.worst]).toEqual([10_000, 1]);
  failed.count('one more');
  expect([failed.size, failed.worst]).toEqual([10_000, 2]);
});
