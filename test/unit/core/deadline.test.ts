import { expect, test } from 'vitest';
import { DEADLINE_MS_DEFAULT, lateAfterMs } from '#core/deadline.ts';
import { pay } from '../../support/payment-world.ts';

const late = (deadlineMs: number, terminal?: { readonly deadlineMs?: number }): number =>
  lateAfterMs({ receivedAtMs: 1_000, request: pay({ deadlineMs }) }, terminal);

test.each([
  ['the request says', 7, { deadlineMs: 9 }, 1_007],
  ['its terminal says', 0, { deadlineMs: 9 }, 1_009],
  ['the system says, where its terminal says nothing', 0, {}, 1_000 + DEADLINE_MS_DEFAULT],
  ['the system says, where nobody knows its terminal', 0, undefined, 1_000 + DEADLINE_MS_DEFAULT],
] as const)('a payment is late after what %s', (_, deadlineMs, terminal, expected) => {
  expect(late(deadlineMs, terminal)).toBe(expected);
});
