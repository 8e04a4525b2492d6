/** What every payment store must do for promotions: budgets that are money, and codes that are used once; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#core/audit-ledger.ts';
import { expireHolds } from '#core/expire-holds.ts';
import type { Promotion, PromotionCode } from '#core/sheet.ts';
import type { CodeName } from '#protocol/codes.ts';
import type { PayRequest, Request } from '#protocol/request.ts';
import {
  createWorld,
  hasher,
  LIP,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../payment-world.ts';
import { askUntilDecided } from './allowance-store.ts';
import type { StoreUnderTest } from './payment-store.ts';

/** A quarter off; a lipstick is 100. */
const AUTUMN: Promotion = {
  id: 'autumn',
  version: 2,
  off: { ppm: 250_000 },
  by: 'automatic',
  zone: 'Asia/Seoul',
};
const CODED: Promotion = { ...AUTUMN, id: 'coded', by: 'code' };
const CODE = 'AUTUMN-2026';

const budgetOf = (id: string): string => `promotion:${id}/budget`;
const hold: PayRequest = pay({ mode: 'hold' });
const coded: PayRequest = pay({ promotionCode: CODE });
const about = (op: 'reverse' | 'refund' | 'confirm', paymentSequence: number): Request =>
  op === 'reverse' ? { op, paymentSequence, reason: 3 } : { op, paymentSequence };

export const promotionStoreContract = (create: () => Promise<StoreUnderTest>): void => {
  let under: StoreUnderTest;
  let world: World;
  const open = async (...promotions: readonly Promotion[]): Promise<void> => {
    await seedWorld(under.seed, 100_000);
    await under.seed.putSheet({ ...LIP, promotions });
    world = createWorld(under.store);
  };
  const putCode = (code: PromotionCode): Promise<void> =>
    under.seed.putPromotionCode(hasher.promotionCode(CODE), code);
  const spentOf = async (id: string): Promise<number> => {
    const { records, entries } = await under.readLedger();
    return [...records, ...entries]
      .flatMap(({ lines }) => lines)
      .filter(({ account }) => account === `promotion:${id}`)
      .reduce((sum, { amountMinor }) => sum - amountMinor, 0);
  };
  const takenOf = async (id: string, shards = 1): Promise<number> => {
    const taken = await under.store.readAllowances([{ id, shards }]);
    return (taken.get(id) ?? []).reduce((sum, of) => sum + of, 0);
  };
  const paidBy = async (sequence: number, request: Request): Promise<number | CodeName> => {
    const { code, reply } = await world.ask(sequence, request);
    return code === 'approved' ? (reply.amountMinor ?? -1) : code;
  };
  const booksAreRight = async (): Promise<void> => {
    expect(auditLedger(await under.readLedger()).violations).toEqual([]);
  };
  beforeEach(async () => {
    under = await create();
  });

  describe('a budget of money', () => {
    const budget = { of: 'spend', max: 60, shards: 1 } as const;
    beforeEach(() => open({ ...AUTUMN, budget }));

    test('is spent to the last sale that it can pay for, then the price is whole again', async () => {
      expect(await paidBy(1, pay())).toBe(75);
      expect(await paidBy(2, pay())).toBe(75);
      expect(await paidBy(3, pay())).toBe(100);
      expect(await spentOf('autumn')).toBe(50);
      expect(await takenOf(budgetOf('autumn'))).toBe(50);
      await booksAreRight();
    });

    test('is reserved by a hold, spent by its CONFIRM, given back by a REVERSE', async () => {
      expect(await paidBy(1, hold)).toBe(75);
      expect([await takenOf(budgetOf('autumn')), await spentOf('autumn')]).toEqual([25, 0]);
      await world.ask(2, about('confirm', 1));
      expect([await takenOf(budgetOf('autumn')), await spentOf('autumn')]).toEqual([25, 25]);
      await world.ask(3, about('reverse', 1));
      expect([await takenOf(budgetOf('autumn')), await spentOf('autumn')]).toEqual([0, 0]);
      await world.ask(4, about('reverse', 1));
      expect(await takenOf(budgetOf('autumn'))).toBe(0);
      await booksAreRight();
    });

    test('has back what a part that was posted does not need, and what is refunded', async () => {
      await world.ask(1, hold);
      await world.ask(2, { op: 'confirm', paymentSequence: 1, amountMinor: 31 });
      // 25 x 31/75 = 10.3
      expect([await takenOf(budgetOf('autumn')), await spentOf('autumn')]).toEqual([10, 10]);
      await world.ask(3, { op: 'refund', paymentSequence: 1, amountMinor: 16 });
      expect([await takenOf(budgetOf('autumn')), await spentOf('autumn')]).toEqual([5, 5]);
      await world.ask(4, { op: 'refund', paymentSequence: 1 });
      expect([await takenOf(budgetOf('autumn')), await spentOf('autumn')]).toEqual([0, 0]);
      await booksAreRight();
    });

    test('has back what a hold that expired had, and gives it once more to a late CONFIRM', async () => {
      await world.ask(1, hold);
      world.nowMs += 3_600_000;
      await expireHolds({ store: under.store, clock: world.deps.clock }, 10);
      expect(await takenOf(budgetOf('autumn'))).toBe(0);
      expect((await world.ask(2, about('confirm', 1))).code).toBe('approved');
      expect([await takenOf(budgetOf('autumn')), await spentOf('autumn')]).toEqual([25, 25]);
      await booksAreRight();
    });

    test('refuses a late CONFIRM whose part was spent by others meanwhile', async () => {
      await world.ask(1, hold);
      world.nowMs += 3_600_000;
      await expireHolds({ store: under.store, clock: world.deps.clock }, 10);
      await world.ask(2, pay());
      await world.ask(3, pay());
      expect((await world.ask(4, about('confirm', 1))).code).toBe('insufficient_funds');
      await booksAreRight();
    });
  });

  describe('a budget of uses', () => {
    test('counts what was voided as never used, and what was refunded as used', async () => {
      await open({ ...AUTUMN, budget: { of: 'uses', max: 1 } });
      expect(await paidBy(1, pay())).toBe(75);
      expect(await paidBy(2, pay())).toBe(100);
      await world.ask(3, about('reverse', 1));
      expect(await paidBy(4, pay())).toBe(75);
      await world.ask(5, about('refund', 4));
      expect(await paidBy(6, pay())).toBe(100);
    });

    test('of each user and of each terminal stands beside it', async () => {
      await open({ ...AUTUMN, perUser: 1, perTerminal: { uses: 2, per: 'day' } });
      expect(await paidBy(1, pay())).toBe(75);
      expect(await paidBy(2, pay())).toBe(100);
      await world.ask(3, about('reverse', 1));
      expect(await paidBy(4, pay())).toBe(75);
      await open({ ...AUTUMN, id: 'till', perTerminal: { uses: 1, per: 'day' } });
      await under.seed.putTerminal({ ...TERMINAL, id: 1002 });
      expect(await paidBy(5, pay())).toBe(75);
      expect(await paidBy(6, pay())).toBe(100);
      const key = { terminal: 1002, keyVersion: 1, sequence: 7 };
      expect((await world.ask(7, pay(), { key })).reply.amountMinor).toBe(75);
      world.nowMs += 86_400_000;
      expect(await paidBy(8, pay())).toBe(75);
      await open({ ...AUTUMN, id: 'ever', perTerminal: { uses: 1, per: 'total' } });
      expect(await paidBy(9, pay())).toBe(75);
      world.nowMs += 86_400_000;
      expect(await paidBy(10, pay())).toBe(100);
    });
  });

  describe('a code', () => {
    beforeEach(() => open(CODED));

    test('that is shared takes off as often as it is told, however it is written', async () => {
      await putCode({ promotion: 'coded' });
      expect(await paidBy(1, coded)).toBe(75);
      expect(await paidBy(2, { ...coded, promotionCode: ' autumn 2026' })).toBe(75);
      expect(await paidBy(3, pay())).toBe(100);
      expect(await paidBy(4, { ...coded, promotionCode: 'AUTUMN-2025' })).toBe('promotion_invalid');
      await booksAreRight();
    });

    test('for one use is used once, and again when that was voided', async () => {
      await putCode({ promotion: 'coded', uses: 1 });
      expect(await paidBy(1, coded)).toBe(75);
      expect(await paidBy(2, coded)).toBe('promotion_invalid');
      await world.ask(3, about('reverse', 1));
      expect(await paidBy(4, coded)).toBe(75);
      expect(await paidBy(5, coded)).toBe('promotion_invalid');
    });

    test('for one use, at two tills at once, is used by one of them', async () => {
      await putCode({ promotion: 'coded', uses: 1 });
      const codes = await Promise.all([1, 2].map((at) => askUntilDecided(world, at, coded)));
      expect([...codes].sort()).toEqual(['approved', 'promotion_invalid']);
      await booksAreRight();
    });
  });

  describe('500 buyers who race for a budget of 2,500 over 8 shards, 25 each', () => {
    test('have it 100 times, and after 30 of those are voided 30 more', async () => {
      await open({ ...AUTUMN, budget: { of: 'spend', max: 2_500, shards: 8 } });
      const race = async (from: number): Promise<void> => {
        await Promise.all(
          Array.from({ length: 500 }, (_, at) => askUntilDecided(world, from + at, pay())),
        );
      };
      const cheap = async (): Promise<readonly number[]> =>
        (await under.readLedger()).records.flatMap(({ key, payment }) =>
          payment?.state === 'posted' && payment.amountMinor === 75 ? [key.sequence] : [],
        );
      await race(1);
      const first = await cheap();
      expect(first).toHaveLength(100);
      expect([await takenOf(budgetOf('autumn'), 8), await spentOf('autumn')]).toEqual([
        2_500, 2_500,
      ]);
      await Promise.all(
        first
          .slice(0, 30)
          .map((of, at) => askUntilDecided(world, 1_001 + at, about('reverse', of))),
      );
      expect([await takenOf(budgetOf('autumn'), 8), await spentOf('autumn')]).toEqual([
        1_750, 1_750,
      ]);
      await race(2_001);
      expect(await cheap()).toHaveLength(100);
      expect([await takenOf(budgetOf('autumn'), 8), await spentOf('autumn')]).toEqual([
        2_500, 2_500,
      ]);
      await booksAreRight();
    });
  });
};
