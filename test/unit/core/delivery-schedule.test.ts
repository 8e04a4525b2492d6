/** The waits between tries: what the documents promise, and what a queue can do. */
import { expect, it } from 'vitest';
import { JITTER_PERCENT, RETRY_AFTER_S, retryAfterS } from '#core/delivery-schedule.ts';
import { WEBHOOK_TRIES_MAX } from '#protocol/limits.ts';

const LEAST = { below: () => 0 };
const MOST = { below: (bound: number) => bound - 1 };
/** Seconds that SQS can hide a message in all. */
const HIDDEN_S_MAX = 43_200;

it('waits 5 s first and 10 h last, a tenth more at most', () => {
  expect([retryAfterS(1, LEAST), retryAfterS(9, LEAST)]).toEqual([5, 36_000]);
  expect([retryAfterS(2, MOST), retryAfterS(9, MOST)]).toEqual([66, 39_600]);
});

it('waits longer each time, or as long, and never longer than the queue can hide a message', () => {
  const waits = RETRY_AFTER_S.map((_, at) => retryAfterS(at + 1, LEAST) ?? 0);
  expect([...waits].sort((a, b) => a - b)).toEqual(waits);
  expect(Math.max(...RETRY_AFTER_S) * (1 + JITTER_PERCENT / 100)).toBeLessThan(HIDDEN_S_MAX - 180);
});

it('ends with the tries that the queue gives', () => {
  expect(RETRY_AFTER_S).toHaveLength(WEBHOOK_TRIES_MAX - 1);
  expect(retryAfterS(WEBHOOK_TRIES_MAX - 1, LEAST)).toBeDefined();
  expect(retryAfterS(WEBHOOK_TRIES_MAX, LEAST)).toBeUndefined();
});

it('takes a count that is none for the first', () => {
  expect(retryAfterS(0, LEAST)).toBe(5);
});
