import { expect, it } from 'vitest';
import { Breaker } from '#bridge/breaker.ts';

/** Calls that ended, evenly between two moments. */
const calls = (
  breaker: Breaker,
  {
    good,
    bad,
    fromMs = 0,
    toMs = 0,
  }: { good: number; bad: number; fromMs?: number; toMs?: number },
): void => {
  const total = good + bad;
  for (let index = 0; index < total; index += 1) {
    const nowMs = fromMs + ((toMs - fromMs) * index) / total;
    if (index < good) {
      breaker.succeeded(nowMs);
    } else {
      breaker.failed(nowMs);
    }
  }
};

it('opens with the twentieth call in ten seconds, if half of them failed', () => {
  const breaker = new Breaker();
  calls(breaker, { good: 0, bad: 19 });
  expect(breaker.isOpen).toBe(false);
  expect(breaker.failed(0)).toBe(true);
  expect(breaker.isOpen).toBe(true);
});

it.each([
  [10, 10, true],
  [11, 10, false],
  [100, 99, false],
  [100, 100, true],
])('with %i good and %i bad ones open is %s', (good, bad, isOpen) => {
  const breaker = new Breaker();
  calls(breaker, { good, bad, toMs: 9_000 });
  expect(breaker.isOpen).toBe(isOpen);
});

it('forgets what is older than ten seconds', () => {
  const breaker = new Breaker();
  calls(breaker, { good: 0, bad: 19 });
  breaker.failed(10_000);
  expect(breaker.isOpen).toBe(false);
  const other = new Breaker();
  calls(other, { good: 0, bad: 19 });
  other.failed(9_999);
  expect(other.isOpen).toBe(true);
});

it('lets one call a second through while it is open, and closes with the first that succeeds', () => {
  const breaker = new Breaker();
  calls(breaker, { good: 0, bad: 20 });
  expect([breaker.admits(0), breaker.admits(999)]).toEqual([false, false]);
  expect([breaker.admits(1_000), breaker.admits(1_001)]).toEqual([true, false]);
  expect(breaker.failed(1_500)).toBe(false);
  expect([breaker.admits(1_999), breaker.admits(2_000)]).toEqual([false, true]);
  breaker.succeeded(2_100);
  expect(breaker.isOpen).toBe(false);
  expect([breaker.admits(2_100), breaker.admits(2_100)]).toEqual([true, true]);
  // What had failed before counts no more.
  calls(breaker, { good: 0, bad: 18, fromMs: 2_100, toMs: 2_200 });
  expect(breaker.isOpen).toBe(false);
  breaker.failed(2_200);
  expect(breaker.isOpen).toBe(true);
});
