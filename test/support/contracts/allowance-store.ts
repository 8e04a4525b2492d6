/** What every payment store must do for counted rights; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import { expireHolds } from '#core/expire-holds.ts';
import { OutageError } from '#core/outage.ts';
import type { SaleWindow } from '#core/sheet.ts';
import type { CodeName } from '#protocol/codes.ts';
import type { Request } from '#protocol/request.ts';
import {
  createWorld,
  LIP,
  NOON_S,
  POOR_CARD,
  pay,
  seedWorld,
  type World,
} from '../payment-world.ts';
import type { StoreUnderTest } from './payment-store.ts';

/** Open on every day from nine to nine in Seoul. */
const DAYTIME: SaleWindow = {
  id: 'daytime',
  zone: 'Asia/Seoul',
  weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '09:00', to: '21:00' }],
};

/** As the queue does: delivered again while the store is too busy to decide. */
export const askUntilDecided = async (
  world: World,
  sequence: number,
  request: Request,
): Promise<CodeName> => {
  try {
    return (await world.ask(sequence, request)).code;
  } catch (error) {
    if (error instanceof OutageError) {
      return askUntilDecided(world, sequence, request);
    }
    throw error;
  }
};

/** A world with money for 1,000 lipsticks, sold under `rules` only. */
export const openWorld = async (
  under: StoreUnderTest,
  rules: Pick<SaleWindow, 'quota' | 'perUser'>,
): Promise<World> => {
  await seedWorld(under.seed, 100_000);
  await under.seed.putSheet({ ...LIP, windows: [{ ...DAYTIME, ...rules }] });
  return createWorld(under.store);
};

const units = (quantity: number): Request =>
  pay({
    amountMinor: 100 * quantity,
    items: [{ sku: 'LIP-01', quantity, unitPriceMinor: 100 }],
  });
const reverse = (paymentSequence: number): Request => ({
  op: 'reverse',
  paymentSequence,
  reason: 3,
});
const confirm = (paymentSequence: number): Request => ({ op: 'confirm', paymentSequence });

export const allowanceStoreContract = (create: () => Promise<StoreUnderTest>): void => {
  describe('a window that sells so many units', () => {
    let under: StoreUnderTest;
    beforeEach(async () => {
      under = await create();
    });

    test('sells the last one from whichever shard has it, and no more', async () => {
      const world = await openWorld(under, { quota: { units: 10, per: 'total', shards: 8 } });
      expect(await askUntilDecided(world, 1, units(9))).toBe('approved');
      expect(await askUntilDecided(world, 2, units(2))).toBe('sold_out');
      expect(await askUntilDecided(world, 3, units(1))).toBe('approved');
      expect(await askUntilDecided(world, 4, units(1))).toBe('sold_out');
      const taken = await under.store.readAllowances([{ id: 'daytime/total', shards: 8 }]);
      expect([...(taken.get('daytime/total') ?? [])]).toEqual([2, 2, 1, 1, 1, 1, 1, 1]);
    });

    test('sells again what was voided, and what a hold that expired had', async () => {
      const world = await openWorld(under, { quota: { units: 2, per: 'total' } });
      await world.ask(1, units(1));
      await world.ask(2, { ...pay(), mode: 'hold' });
      expect((await world.ask(3, units(1))).code).toBe('sold_out');
      await world.ask(4, reverse(1));
      await world.ask(5, reverse(1));
      expect((await world.ask(6, units(1))).code).toBe('approved');
      expect((await world.ask(7, units(1))).code).toBe('sold_out');
      world.nowMs += 3_600_000;
      await expireHolds({ store: under.store, clock: world.deps.clock }, 10);
      expect((await world.ask(8, units(1))).code).toBe('approved');
      expect((await world.ask(9, units(1))).code).toBe('sold_out');
    });

    test('gives a late CONFIRM its unit while there is one, and else refuses it', async () => {
      const world = await openWorld(under, { quota: { units: 1, per: 'total' } });
      await world.ask(1, { ...pay(), mode: 'hold' });
      world.nowMs += 3_600_000;
      await expireHolds({ store: under.store, clock: world.deps.clock }, 10);
      expect((await world.ask(2, units(1))).code).toBe('approved');
      expect((await world.ask(3, confirm(1))).code).toBe('insufficient_funds');
      await world.ask(4, reverse(2));
      expect((await world.ask(5, confirm(1))).code).toBe('approved');
      expect((await world.ask(6, units(1))).code).toBe('sold_out');
    });

    test('keeps the units of what is refunded: the goods are out', async () => {
      const world = await openWorld(under, { quota: { units: 1, per: 'total' } });
      await world.ask(1, units(1));
      expect((await world.ask(2, { op: 'refund', paymentSequence: 1 })).code).toBe('approved');
      expect((await world.ask(3, units(1))).code).toBe('sold_out');
    });

    test('begins anew on the next day', async () => {
      const world = await openWorld(under, { quota: { units: 1, per: 'day' } });
      expect((await world.ask(1, units(1))).code).toBe('approved');
      expect((await world.ask(2, units(1))).code).toBe('sold_out');
      world.nowMs += 86_400_000;
      expect((await world.ask(3, units(1))).code).toBe('approved');
    });

    test('counts what each user buys for that user alone', async () => {
      const world = await openWorld(under, { perUser: { units: 2, per: 'opening' } });
      await under.seed.putUser({
        user: 'second',
        name: 'Test',
        locale: 'ko-KR',
        currency: 410,
        balanceMinor: 500,
        atS: NOON_S,
      });
      expect((await world.ask(1, units(2))).code).toBe('approved');
      expect((await world.ask(2, units(1))).code).toBe('frequency_exceeded');
      const other = { ...pay(), identifier: POOR_CARD };
      expect((await world.ask(3, other)).code).toBe('insufficient_funds');
      await world.ask(4, reverse(1));
      expect((await world.ask(5, units(2))).code).toBe('approved');
    });

    test('takes nothing where the account refuses', async () => {
      const world = await openWorld(under, { quota: { units: 1, per: 'total' } });
      const poor = { ...pay(), identifier: POOR_CARD };
      expect((await world.ask(1, poor)).code).toBe('insufficient_funds');
      expect((await world.ask(2, units(1))).code).toBe('approved');
    });

    test('lets a stored sale pass when it is sold out, and flags it', async () => {
      const world = await openWorld(under, { quota: { units: 1, per: 'total' } });
      await under.seed.putTerminal({
        id: 1001,
        status: 'active',
        merchant: 'm-1',
        region: 'KR',
        keyVersionMin: 1,
        sequenceFloors: {},
        storedSales: { amountMinorMax: 1_000, ageSMax: 3_600 },
      });
      await world.ask(1, units(1));
      const stored = { ...pay(), deviceTimeS: NOON_S };
      expect((await world.ask(2, stored, { stored: true })).code).toBe('approved');
      const { records } = await under.readLedger();
      const flags = records.find(({ key }) => key.sequence === 2)?.evidence?.flags;
      expect(flags).toEqual(['stored', 'over_limit']);
    });
  });

  describe('500 buyers who race for a quota of 100 over 8 shards', () => {
    test('buy 100, and after 30 of those are voided 30 more', async () => {
      const under = await create();
      const world = await openWorld(under, { quota: { units: 100, per: 'total', shards: 8 } });
      const race = (from: number): Promise<readonly CodeName[]> =>
        Promise.all(
          Array.from({ length: 500 }, (_, at) => askUntilDecided(world, from + at, pay())),
        );
      const count = (codes: readonly CodeName[], code: CodeName): number =>
        codes.filter((one) => one === code).length;

      const first = await race(1);
      expect([count(first, 'approved'), count(first, 'sold_out')]).toEqual([100, 400]);

      const bought = first
        .flatMap((code, at) => (code === 'approved' ? [at + 1] : []))
        .slice(0, 30);
      const voided = await Promise.all(
        bought.map((sequence, at) => askUntilDecided(world, 1_001 + at, reverse(sequence))),
      );
      expect(count(voided, 'approved')).toBe(30);

      const second = await race(2_001);
      expect([count(second, 'approved'), count(second, 'sold_out')]).toEqual([30, 470]);
      const taken = await under.store.readAllowances([{ id: 'daytime/total', shards: 8 }]);
      expect([...(taken.get('daytime/total') ?? [])]).toEqual([13, 13, 13, 13, 12, 12, 12, 12]);
    });
  });
};
