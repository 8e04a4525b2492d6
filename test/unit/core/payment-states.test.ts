import { describe, expect, test } from 'vitest';
import { changeOfNone, changeOfOther, decideChange } from '#core/payment-states.ts';
import type { Payment, RecordedState } from '#core/records.ts';
import type { CodeName } from '#protocol/codes.ts';

const POSTED: Readonly<Record<RecordedState, readonly [posted: number, refunded: number]>> = {
  held: [0, 0],
  posted: [80, 0],
  partly_refunded: [80, 30],
  refunded: [80, 80],
  voided: [0, 0],
  expired: [0, 0],
  declined: [0, 0],
  in_progress: [0, 0],
};
const paymentIn = (state: RecordedState): Payment => ({
  state,
  revision: 4,
  amountMinor: 100,
  postedMinor: POSTED[state][0],
  refundedMinor: POSTED[state][1],
  currency: 410,
  user: 'u',
  merchant: 'm',
  ...(state === 'held' ? { dueS: 9 } : {}),
});

type Row = readonly [RecordedState, CodeName, RecordedState | undefined, readonly [number, number]];
const CONFIRM: readonly Row[] = [
  ['held', 'approved', 'posted', [0, -100]],
  ['posted', 'not_permitted', undefined, [0, 0]],
  ['partly_refunded', 'not_permitted', undefined, [0, 0]],
  ['refunded', 'not_permitted', undefined, [0, 0]],
  ['voided', 'already_voided', undefined, [0, 0]],
  ['expired', 'approved', 'posted', [-100, 0]],
  ['declined', 'original_not_found', undefined, [0, 0]],
  ['in_progress', 'in_progress', undefined, [0, 0]],
];
const REVERSE: readonly Row[] = [
  ['held', 'approved', 'voided', [100, -100]],
  ['posted', 'approved', 'voided', [80, 0]],
  ['partly_refunded', 'approved', 'voided', [50, 0]],
  ['refunded', 'approved', undefined, [0, 0]],
  ['voided', 'approved', undefined, [0, 0]],
  ['expired', 'approved', 'voided', [0, 0]],
  ['declined', 'approved', undefined, [0, 0]],
  ['in_progress', 'outcome_unknown', undefined, [0, 0]],
];
const REFUND: readonly Row[] = [
  ['held', 'not_permitted', undefined, [0, 0]],
  ['posted', 'approved', 'refunded', [80, 0]],
  ['partly_refunded', 'approved', 'refunded', [50, 0]],
  ['refunded', 'limit_exceeded', undefined, [0, 0]],
  ['voided', 'already_voided', undefined, [0, 0]],
  ['expired', 'original_not_found', undefined, [0, 0]],
  ['declined', 'original_not_found', undefined, [0, 0]],
  ['in_progress', 'in_progress', undefined, [0, 0]],
];

describe.each([
  ['CONFIRM', { op: 'confirm', paymentSequence: 1 } as const, CONFIRM],
  ['REVERSE', { op: 'reverse', paymentSequence: 1, reason: 1 } as const, REVERSE],
  ['REFUND', { op: 'refund', paymentSequence: 1 } as const, REFUND],
])('%s', (_name, request, rows) => {
  test.each(rows)('of a PAY that is %s is %s', (state, code, to, [balance, held]) => {
    const change = decideChange(paymentIn(state), request);
    expect(change.code).toBe(code);
    expect(change.to?.state).toBe(to);
    expect(change.to?.revision).toBe(to === undefined ? undefined : 5);
    expect(change.to?.dueS).toBeUndefined();
    expect(change.movement?.balanceDeltaMinor ?? 0).toBe(balance);
    expect(change.movement?.heldDeltaMinor ?? 0).toBe(held);
    const sum = (change.movement?.lines ?? []).reduce((total, line) => total + line.amountMinor, 0);
    expect(sum).toBe(0);
  });
});

test.each([
  ['confirm', 'original_not_found', false, 'original_not_found'],
  ['reverse', 'approved', true, 'not_permitted'],
  ['refund', 'original_not_found', false, 'original_not_found'],
] as const)(
  '%s of nothing is %s (tombstone: %s), of another operation %s',
  (op, none, tombstone, other) => {
    expect(changeOfNone(op)).toEqual({ code: none, tombstone });
    expect(changeOfOther(op)).toEqual({ code: other });
  },
);

test.each(['held', 'expired'] as const)(
  'CONFIRM of a PAY that is %s posts up to its amount and not one more',
  (state) => {
    const confirm = (amountMinor: number) =>
      decideChange(paymentIn(state), { op: 'confirm', paymentSequence: 1, amountMinor });
    expect(confirm(100).to?.postedMinor).toBe(100);
    expect(confirm(40).to?.postedMinor).toBe(40);
    expect(confirm(101)).toEqual({ code: 'limit_exceeded' });
  },
);

test('REFUND gives back up to what is left and not one more', () => {
  const refund = (amountMinor: number) =>
    decideChange(paymentIn('partly_refunded'), { op: 'refund', paymentSequence: 1, amountMinor });
  expect(refund(49).to).toMatchObject({ state: 'partly_refunded', refundedMinor: 79 });
  expect(refund(50).to).toMatchObject({ state: 'refunded', refundedMinor: 80 });
  expect(refund(51)).toEqual({ code: 'limit_exceeded' });
});
