/** When a person is called, and what is kept of it; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import { expireHolds } from '#core/expire-holds.ts';
import { CASE_AFTER_S, type OpenCase } from '#core/operator-case.ts';
import type { SaleWindow } from '#core/sheet.ts';
import {
  createWorld,
  KRW,
  LIP,
  NOON_S,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../payment-world.ts';
import { codePay, createProviderWorld } from '../provider-world.ts';
import type { StoreUnderTest } from './payment-store.ts';

const KEY = { terminal: 1001, keyVersion: 1, sequence: 1 };
const CONFIRM = { op: 'confirm', paymentSequence: 1 } as const;
const REVERSE = { op: 'reverse', paymentSequence: 1, reason: 2 } as const;
/** Always open, and sells one unit. */
const ONE_UNIT: SaleWindow = {
  id: 'w-1',
  zone: 'Asia/Seoul',
  weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
  quota: { units: 1, per: 'total', shards: 1 },
};

export const operatorCaseContract = (create: () => Promise<StoreUnderTest>): void => {
  let under: StoreUnderTest;
  let world: World;
  const open = () => under.cases.listCases({ state: 'open', limit: 10 });
  const expire = async (): Promise<void> => {
    world.nowMs += 900_000;
    await expireHolds({ store: under.store, clock: world.deps.clock }, 10);
  };
  const spend = async (first: number, times: number): Promise<void> => {
    for (let sequence = first; sequence < first + times; sequence += 1) {
      expect((await world.ask(sequence, pay())).code).toBe('approved');
    }
  };
  beforeEach(async () => {
    under = await create();
    await seedWorld(under.seed);
    world = createWorld(under.store);
  });

  describe('a case for an operator', () => {
    test('is opened with the late CONFIRM that the wallet no longer covers, once', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      await expire();
      await spend(2, 10);
      const late = { ...CONFIRM, amountMinor: 60 };
      expect((await world.ask(12, late)).code).toBe('insufficient_funds');
      expect((await world.ask(12, late)).replayed).toBe(true);
      const found: OpenCase = {
        id: 'captured_uncovered-1001-1-1',
        kind: 'captured_uncovered',
        reason: 'no_funds',
        payment: KEY,
        amountMinor: 60,
        currency: KRW,
        merchant: 'm-1',
        user: 'rich',
        openedAtS: NOON_S + 900,
      };
      expect(await open()).toEqual([{ ...found, state: 'open', times: 1 }]);
      world.nowMs += 5_000;
      expect((await world.ask(13, CONFIRM)).code).toBe('insufficient_funds');
      expect(await open()).toEqual([{ ...found, state: 'open', times: 2 }]);
    });

    test('says of a blocked user that he is', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      await expire();
      await under.seed.setUserStatus('rich', KRW, 'blocked');
      expect((await world.ask(2, CONFIRM)).code).toBe('insufficient_funds');
      expect(await open()).toMatchObject([{ reason: 'user_blocked', amountMinor: 100 }]);
    });

    test('is opened with a CONFIRM of what was given back, and asks for no more than that', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      await world.ask(2, REVERSE);
      expect((await world.ask(3, { ...CONFIRM, amountMinor: 101 })).code).toBe('already_voided');
      expect(await open()).toMatchObject([
        { reason: 'voided', amountMinor: 100, payment: KEY, user: 'rich' },
      ]);
    });

    test('is none where nobody has lost anything', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      await expire();
      expect((await world.ask(2, { ...CONFIRM, amountMinor: 101 })).code).toBe('limit_exceeded');
      expect((await world.ask(3, { op: 'refund', paymentSequence: 1 })).code).toBe(
        'original_not_found',
      );
      expect((await world.ask(4, CONFIRM)).code).toBe('approved');
      await world.ask(6, { ...REVERSE, paymentSequence: 5 });
      expect((await world.ask(7, { ...CONFIRM, paymentSequence: 5 })).code).toBe('already_voided');
      await world.ask(8, pay({ amountMinor: 101 }));
      expect((await world.ask(9, { ...CONFIRM, paymentSequence: 8 })).code).toBe(
        'original_not_found',
      );
      expect(await open()).toEqual([]);
    });

    test('is opened for what a provider has left open for a day, and not a second before', async () => {
      const { world: carried, model, janitor } = await createProviderWorld(under);
      const refunds = { op: 'refund', paymentSequence: 1, amountMinor: 30 } as const;
      await carried.ask(1, codePay());
      carried.nowMs += 3_600_000;
      model.faults = Array(100).fill('lost');
      expect((await carried.ask(2, refunds)).code).toBe('in_progress');
      carried.nowMs += (CASE_AFTER_S - 1) * 1000;
      await janitor();
      expect(await open()).toEqual([]);
      carried.nowMs += 3_600_000;
      await janitor();
      expect(await open()).toMatchObject([
        { kind: 'outcome_unknown', reason: 'provider_silent', amountMinor: 30, payment: KEY },
      ]);
    });

    test('counts the day of a charge from its PAY, and that of a hold from its end', async () => {
      const { world: carried, model, janitor } = await createProviderWorld(under);
      await carried.ask(1, codePay({ mode: 'hold' }));
      model.faults = Array(200).fill('lost');
      await carried.ask(2, codePay());
      carried.nowMs += (900 + CASE_AFTER_S) * 1000 - 1;
      await janitor();
      expect((await open()).map(({ payment }) => payment.sequence)).toEqual([2]);
      for (let hour = 0; hour < 26; hour += 1) {
        carried.nowMs += 3_600_000;
        await janitor();
      }
      expect((await open()).map(({ payment }) => payment.sequence)).toEqual([2, 1]);
      expect(model.calls.length).toBeGreaterThan(20);
    });

    test('says that a provider gave the money of an expired hold back', async () => {
      const { world: carried, janitor } = await createProviderWorld(under);
      await carried.ask(1, codePay({ mode: 'hold' }));
      carried.nowMs += 900_000;
      await janitor();
      expect((await carried.ask(2, CONFIRM)).code).toBe('insufficient_funds');
      expect(await open()).toMatchObject([{ reason: 'given_back', user: '' }]);
    });

    test('says that a window was sold out when an expired hold came back to it', async () => {
      await under.seed.putSheet({ ...LIP, windows: [ONE_UNIT] });
      await world.ask(1, pay({ mode: 'hold' }));
      await expire();
      await spend(2, 1);
      expect((await world.ask(3, CONFIRM)).code).toBe('insufficient_funds');
      expect(await open()).toMatchObject([{ reason: 'sold_out' }]);
    });
  });

  describe('the list of cases', () => {
    const row = (at: number): OpenCase => ({
      id: `captured_uncovered-1001-1-${at}`,
      kind: 'captured_uncovered',
      reason: 'no_funds',
      payment: { ...KEY, sequence: at },
      amountMinor: at,
      currency: KRW,
      merchant: TERMINAL.merchant,
      user: 'rich',
      openedAtS: NOON_S + at,
    });
    const closing = { atS: NOON_S + 99, by: 'op-1', resolution: 'collected' } as const;
    const sequences = async (query: Parameters<typeof under.cases.listCases>[0]) =>
      (await under.cases.listCases(query)).map(({ payment }) => payment.sequence);

    test('is read page by page, oldest first', async () => {
      for (const at of [3, 1, 5, 2, 4]) {
        await under.cases.openCase(row(at));
      }
      const state = 'open';
      expect(await sequences({ state, limit: 2 })).toEqual([1, 2]);
      expect(await sequences({ state, limit: 2, after: row(2) })).toEqual([3, 4]);
      expect(await sequences({ state, limit: 2, after: row(4) })).toEqual([5]);
      expect(await sequences({ state: 'closed', limit: 2 })).toEqual([]);
    });

    test('loses a case that is closed, once and for good', async () => {
      await under.cases.openCase(row(1));
      const closed = { ...row(1), state: 'closed', times: 1, closed: closing };
      expect(await under.cases.closeCase(row(1).id, closing)).toEqual(closed);
      const other = { ...closing, by: 'op-2', resolution: 'written_off' } as const;
      expect(await under.cases.closeCase(row(1).id, other)).toEqual(closed);
      await under.cases.openCase(row(1));
      expect(await open()).toEqual([]);
      const again = { ...closed, times: 2 };
      expect(await under.cases.listCases({ state: 'closed', limit: 9 })).toEqual([again]);
      expect(await under.cases.readCase(row(1).id)).toEqual(again);
    });

    test('has nothing of a case that is not there', async () => {
      expect(await under.cases.readCase('none')).toBeUndefined();
      expect(await under.cases.closeCase('none', closing)).toBeUndefined();
    });
  });
};
