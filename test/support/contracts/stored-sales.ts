/** Sales that were made while offline: they come later, in whatever order, and their goods are out; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#core/audit-ledger.ts';
import type { PayRequest } from '#protocol/request.ts';
import {
  type Answered,
  createWorld,
  KRW,
  NOON_S,
  POOR_CARD,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../payment-world.ts';
import type { StoreUnderTest } from './payment-store.ts';

const HOUR_S = 3_600;

export const storedSalesContract = (create: () => Promise<StoreUnderTest>): void => {
  describe('stored sales', () => {
    let under: StoreUnderTest;
    let world: World;
    const stored = (sequence: number, change: Partial<PayRequest> = {}): Promise<Answered> =>
      world.ask(sequence, pay({ deviceTimeS: NOON_S - HOUR_S + sequence, ...change }), {
        stored: true,
      });
    const cases = () => under.cases.listCases({ state: 'open', limit: 10 });
    beforeEach(async () => {
      under = await create();
      await seedWorld(under.seed);
      const storedSales = { amountMinorMax: 100, ageSMax: 2 * HOUR_S };
      await under.seed.putTerminal({ ...TERMINAL, storedSales });
      world = createWorld(under.store);
    });

    test('are charged once each, in any order, doubled, at once, and with online sales between them', async () => {
      const order = [5, 3, 3, 1, 4, 5, 2, 1];
      const first = new Map<number, Answered>();
      for (const [at, sequence] of order.entries()) {
        const answered = await stored(sequence);
        expect(answered.code).toBe('approved');
        expect([...answered.answer]).toEqual([...(first.get(sequence) ?? answered).answer]);
        first.set(sequence, first.get(sequence) ?? answered);
        if (at % 4 === 3) {
          expect((await world.ask(100 + at, pay())).code).toBe('approved');
        }
      }
      const again = await Promise.all(
        [1, 2, 3, 4, 5, 5].map(async (sequence) => (await stored(sequence)).replayed),
      );
      expect(again).toEqual(Array(6).fill(true));
      const { accounts } = await under.readLedger();
      expect(accounts.find(({ user }) => user === 'rich')?.balanceMinor).toBe(1_000 - 7 * 100);
      expect(auditLedger(await under.readLedger()).violations).toEqual([]);
    });

    test('are another request than the same sale online: their number can be only one of both', async () => {
      await stored(1);
      const online = pay({ deviceTimeS: NOON_S - HOUR_S + 1 });
      const digest = new Uint8Array(32).fill(1);
      expect((await world.ask(1, online, { digest })).code).toBe('conflict');
    });

    test('can be reversed before they come: nothing is taken, and no case is opened', async () => {
      await world.ask(2, { op: 'reverse', paymentSequence: 1, reason: 2 });
      expect((await stored(1)).code).toBe('already_voided');
      expect(await cases()).toEqual([]);
    });

    test.each<readonly [string, Partial<PayRequest>, string, string, string]>([
      ['no funds', { identifier: POOR_CARD }, 'insufficient_funds', 'no_funds', 'poor'],
      ['an unknown customer', { identifier: 'DEADBEEF' }, 'identifier_unknown', 'refused', ''],
      ['another currency', { currency: 156 }, 'currency_not_allowed', 'refused', 'rich'],
    ])('with %s are a case, since the goods are out', async (_, change, code, reason, user) => {
      expect((await stored(1, change)).code).toBe(code);
      expect(await stored(1, change)).toMatchObject({ code, replayed: true });
      expect(await cases()).toMatchObject([
        {
          id: 'captured_uncovered-1001-1-1',
          reason,
          user,
          amountMinor: 100,
          merchant: 'm-1',
          times: 1,
          openedAtS: NOON_S,
        },
      ]);
    });

    test('of a blocked user are a case too', async () => {
      await under.seed.setUserStatus('rich', KRW, 'blocked');
      expect((await stored(1)).code).toBe('user_blocked');
      expect(await cases()).toMatchObject([{ reason: 'user_blocked', user: 'rich' }]);
    });

    test('that the terminal was not allowed to make are none, and neither is what is refused online', async () => {
      expect((await stored(1, { deviceTimeS: NOON_S - 2 * HOUR_S - 1 })).code).toBe(
        'not_permitted',
      );
      expect((await world.ask(2, pay({ identifier: POOR_CARD }))).code).toBe('insufficient_funds');
      expect(await cases()).toEqual([]);
    });
  });
};
