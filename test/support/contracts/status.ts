/** STATUS of a PAY in every state; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { CodeName } from '#protocol/codes.ts';
import { PAYMENT_STATES, type PaymentState } from '#protocol/reply.ts';
import type { Request } from '#protocol/request.ts';
import { pay } from '../payment-world.ts';
import { codePay, createProviderWorld, type ProviderWorld } from '../provider-world.ts';
import type { StoreUnderTest } from './payment-store.ts';

const HOLD = pay({ mode: 'hold' });
const REVERSE: Request = { op: 'reverse', paymentSequence: 1, reason: 1 };
const CONFIRM: Request = { op: 'confirm', paymentSequence: 1 };
const refund = (amountMinor?: number): Request => ({
  op: 'refund',
  paymentSequence: 1,
  ...(amountMinor === undefined ? {} : { amountMinor }),
});
type Step = readonly [sequence: number, request: Request] | 'expiry';

/** State and code as reply keys 13 and 14 have them; `authorised`: key 2 is there. */
const ROWS: readonly (readonly [
  string,
  readonly Step[],
  PaymentState,
  CodeName | undefined,
  boolean,
])[] = [
  ['nothing', [], 'not_found', undefined, false],
  [
    'a number that is no PAY',
    [[1, { ...REVERSE, paymentSequence: 0 }]],
    'not_found',
    undefined,
    false,
  ],
  ['a provider that does not tell', [[1, codePay()]], 'in_progress', 'in_progress', false],
  ['a hold', [[1, HOLD]], 'held', 'approved', true],
  ['a sale', [[1, pay()]], 'posted', 'approved', true],
  [
    'a hold that was confirmed',
    [
      [1, HOLD],
      [2, CONFIRM],
    ],
    'posted',
    'approved',
    true,
  ],
  [
    'a hold that was reversed',
    [
      [1, HOLD],
      [2, REVERSE],
    ],
    'voided',
    'approved',
    true,
  ],
  [
    'a sale that was reversed',
    [
      [1, pay()],
      [2, REVERSE],
    ],
    'voided',
    'approved',
    true,
  ],
  ['a REVERSE alone', [[2, REVERSE]], 'voided', 'already_voided', false],
  [
    'a PAY after its REVERSE',
    [
      [2, REVERSE],
      [1, pay()],
    ],
    'voided',
    'already_voided',
    false,
  ],
  ['a hold that expired', [[1, HOLD], 'expiry'], 'expired', 'approved', true],
  ['a late CONFIRM', [[1, HOLD], 'expiry', [2, CONFIRM]], 'posted', 'approved', true],
  ['a refusal', [[1, pay({ amountMinor: 101 })]], 'declined', 'price_changed', false],
  [
    'a part refunded',
    [
      [1, pay()],
      [2, refund(30)],
    ],
    'partly_refunded',
    'approved',
    true,
  ],
  [
    'all refunded',
    [
      [1, pay()],
      [2, refund(30)],
      [3, refund()],
    ],
    'refunded',
    'approved',
    true,
  ],
];

export const statusContract = (create: () => Promise<StoreUnderTest>): void => {
  describe('STATUS', () => {
    let rig: ProviderWorld;
    beforeEach(async () => {
      rig = await createProviderWorld(await create());
      rig.model.faults = Array(20).fill('lost');
    });

    test.each(ROWS)('after %s', async (_, steps, state, paymentCode, authorised) => {
      const { world, janitor } = rig;
      let told: string | undefined;
      for (const step of steps) {
        if (step === 'expiry') {
          world.nowMs += 900_000;
          await janitor();
        } else {
          const { reply } = await world.ask(...step);
          told ??= reply.authorisation;
        }
      }
      const { reply, replayed } = await world.ask(9, { op: 'status', paymentSequence: 1 });
      expect(reply).toEqual({
        code: 'approved',
        serverTimeS: Math.floor(world.nowMs / 1000),
        state,
        ...(paymentCode === undefined ? {} : { paymentCode }),
        ...(authorised ? { authorisation: expect.stringMatching(/^[0-9A-Z]{6}$/) } : {}),
      });
      expect(reply.authorisation).toBe(told);
      expect(replayed).toBe(false);
    });

    test('tells every state there is', () => {
      expect(new Set(ROWS.map(([, , state]) => state))).toEqual(new Set(PAYMENT_STATES));
    });
  });
};
