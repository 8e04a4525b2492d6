/** Money that moves without a terminal: once per id, and never what is not there; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#core/audit-ledger.ts';
import { BALANCE_MINOR_MAX, type Posting } from '#core/posting.ts';
import { type PostingDeps, type PostingResult, processPosting } from '#core/process-posting.ts';
import { createWorld, KRW, NOON_S, pay, seedWorld, type World } from '../payment-world.ts';
import type { StoreUnderTest } from './payment-store.ts';

const topUp = (change: Partial<Extract<Posting, { user: string }>> = {}): Posting => ({
  kind: 'top_up',
  id: 'bank-1',
  user: 'rich',
  currency: KRW,
  amountMinor: 500,
  ...change,
});
const settle = (id: string, amountMinor: number): Posting => ({
  kind: 'settlement',
  id,
  merchant: 'm-1',
  currency: KRW,
  amountMinor,
});
const refused = (code: string): object => ({ outcome: 'refused', code });

export const postingContract = (create: () => Promise<StoreUnderTest>): void => {
  let under: StoreUnderTest;
  let world: World;
  let deps: PostingDeps;
  const post = (posting: Posting): Promise<PostingResult> => processPosting(deps, posting);
  const balance = async (user = 'rich'): Promise<number | undefined> =>
    (await under.readLedger()).accounts.find((one) => one.user === user)?.balanceMinor;
  const booksAreRight = async (): Promise<void> => {
    expect(auditLedger(await under.readLedger()).violations).toEqual([]);
  };
  beforeEach(async () => {
    under = await create();
    await seedWorld(under.seed);
    world = createWorld(under.store);
    deps = { ...world.deps, store: under.ledger };
  });

  describe('a posting', () => {
    test('is made once, whoever asks for it again and however many at once', async () => {
      const first = await post(topUp({ reference: 'statement 7' }));
      const entry = {
        id: 'bank-1',
        kind: 'top_up',
        currency: KRW,
        lines: [
          { account: 'cash', amountMinor: -500 },
          { account: 'wallet:rich', amountMinor: 500 },
        ],
        decidedAtS: NOON_S,
        reference: 'statement 7',
      };
      expect(first).toEqual({ outcome: 'posted', entry, replayed: false });
      world.nowMs += 86_400_000;
      const again = await Promise.all(
        Array.from({ length: 8 }, () => post(topUp({ reference: 'statement 7' }))),
      );
      expect(again).toEqual(Array(8).fill({ outcome: 'posted', entry, replayed: true }));
      expect(await under.ledger.readEntry('bank-1')).toEqual(entry);
      expect(await under.ledger.readEntry('bank-2')).toBeUndefined();
      expect(await balance()).toBe(1_500);
      await booksAreRight();
    });

    test('of eight copies at once is made by one', async () => {
      const results = await Promise.all(Array.from({ length: 8 }, () => post(topUp())));
      expect(results.filter((one) => one.outcome === 'posted' && !one.replayed)).toHaveLength(1);
      expect(await balance()).toBe(1_500);
      await booksAreRight();
    });

    test.each<readonly [string, Partial<Extract<Posting, { user: string }>>]>([
      ['amount', { amountMinor: 501 }],
      ['user', { user: 'poor' }],
      ['kind', { kind: 'adjustment' }],
      ['reference', { reference: 'another' }],
    ])('with another %s under the same id is a conflict, and moves nothing', async (_, change) => {
      await post(topUp());
      expect(await post(topUp(change))).toEqual(refused('conflict'));
      expect([await balance(), await balance('poor')]).toEqual([1_500, 0]);
    });

    test('of another currency needs an account in it', async () => {
      expect(await post(topUp({ currency: 156 }))).toEqual(refused('currency_not_allowed'));
      expect(await post(topUp({ user: 'nobody' }))).toEqual(refused('currency_not_allowed'));
      expect(await under.ledger.readEntry('bank-1')).toBeUndefined();
    });

    test('adjusts down to zero and not one unit further; refused once, it may be asked for again', async () => {
      const adjust = (amountMinor: number) => topUp({ kind: 'adjustment', amountMinor });
      expect(await post(adjust(-1_001))).toEqual(refused('insufficient_funds'));
      expect(await post(adjust(-1_000))).toMatchObject({ outcome: 'posted', replayed: false });
      expect(await balance()).toBe(0);
      expect(await post(topUp({ kind: 'adjustment', id: 'fix-2', amountMinor: 1 }))).toMatchObject({
        entry: {
          lines: [
            { account: 'corrections', amountMinor: -1 },
            { account: 'wallet:rich', amountMinor: 1 },
          ],
        },
      });
      await booksAreRight();
    });

    test('leaves alone what is held', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      const withdraw = (amountMinor: number) => topUp({ kind: 'withdrawal', amountMinor });
      expect(await post(withdraw(901))).toEqual(refused('insufficient_funds'));
      expect(await post(withdraw(900))).toMatchObject({ outcome: 'posted' });
      expect((await world.ask(2, { op: 'confirm', paymentSequence: 1 })).code).toBe('approved');
      await booksAreRight();
    });

    test('gives to a blocked user and corrects him, but pays him nothing out', async () => {
      await under.seed.setUserStatus('rich', KRW, 'blocked');
      expect(await post(topUp())).toMatchObject({ outcome: 'posted' });
      const fix = topUp({ kind: 'adjustment', id: 'fix', amountMinor: -100 });
      expect(await post(fix)).toMatchObject({ outcome: 'posted' });
      const out = topUp({ kind: 'withdrawal', id: 'out' });
      expect(await post(out)).toEqual(refused('user_blocked'));
      await under.seed.setUserStatus('rich', KRW, 'active');
      expect(await post(out)).toMatchObject({ outcome: 'posted' });
      expect(await balance()).toBe(900);
      await booksAreRight();
    });

    test('never makes a balance that is not counted exactly', async () => {
      const user = { user: 'giant', name: 'G', locale: 'en', currency: KRW, atS: NOON_S };
      await under.seed.putUser({ ...user, balanceMinor: BALANCE_MINOR_MAX - 500 });
      expect(await post(topUp({ user: 'giant', amountMinor: 501 }))).toEqual(
        refused('limit_exceeded'),
      );
      expect(await post(topUp({ user: 'giant' }))).toMatchObject({ outcome: 'posted' });
      expect(await balance('giant')).toBe(BALANCE_MINOR_MAX);
    });

    test("between accounts that are nobody's moves no balance", async () => {
      const fees: Posting = { kind: 'fee_withdrawal', id: 'f-1', currency: KRW, amountMinor: 7 };
      expect(await post(fees)).toMatchObject({ outcome: 'posted', replayed: false });
      expect(await post(fees)).toMatchObject({ outcome: 'posted', replayed: true });
      expect(await balance()).toBe(1_000);
      await booksAreRight();
    });

    test('races a payment for the last money, and one of them gets it', async () => {
      for (let round = 1; round <= 5; round += 1) {
        const out = topUp({ kind: 'withdrawal', id: `out-${round}`, amountMinor: 1_000 });
        const [result, { code }] = await Promise.all([post(out), world.ask(round, pay())]);
        const paid = code === 'approved';
        expect(result.outcome).toBe(paid ? 'refused' : 'posted');
        expect(await balance()).toBe(paid ? 900 : 0);
        await post(topUp({ id: `up-${round}`, amountMinor: paid ? 100 : 1_000 }));
        await booksAreRight();
      }
    });
  });

  describe('a settlement', () => {
    test('pays a merchant what it is owed, and not a unit more', async () => {
      await world.ask(1, pay());
      await world.ask(2, pay());
      await world.ask(3, { op: 'refund', paymentSequence: 2, amountMinor: 30 });
      await under.count();
      expect(await under.ledger.readMerchant('m-1', KRW)).toEqual({
        payableMinor: 170,
        paidMinor: 0,
        version: 0,
      });
      expect(await post(settle('s-1', 171))).toEqual(refused('insufficient_funds'));
      expect(await post(settle('s-1', 100))).toMatchObject({
        outcome: 'posted',
        entry: {
          lines: [
            { account: 'merchant:m-1', amountMinor: -100 },
            { account: 'cash', amountMinor: 100 },
          ],
        },
      });
      expect(await post(settle('s-1', 100))).toMatchObject({ outcome: 'posted', replayed: true });
      expect(await post(settle('s-2', 71))).toEqual(refused('insufficient_funds'));
      expect(await post(settle('s-2', 70))).toMatchObject({ outcome: 'posted', replayed: false });
      expect(await under.ledger.readMerchant('m-1', KRW)).toMatchObject({ paidMinor: 170 });
      expect(await post({ ...settle('s-3', 1), currency: 156 })).toEqual(
        refused('insufficient_funds'),
      );
      await booksAreRight();
    });

    test('of which two run at once is paid twice only where there is enough for both', async () => {
      for (let sequence = 1; sequence <= 5; sequence += 1) {
        await world.ask(sequence, pay());
      }
      await under.count();
      const results = await Promise.all(
        [1, 2, 3, 4].map((number) => post(settle(`s-${number}`, 200))),
      );
      expect(results.map(({ outcome }) => outcome).sort()).toEqual([
        'posted',
        'posted',
        'refused',
        'refused',
      ]);
      expect(await under.ledger.readMerchant('m-1', KRW)).toMatchObject({ paidMinor: 400 });
      await booksAreRight();
    });
  });
};
