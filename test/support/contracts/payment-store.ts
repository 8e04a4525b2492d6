/** What every payment store must do; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#core/audit-ledger.ts';
import { expireHolds } from '#core/expire-holds.ts';
import { generateCode } from '#core/one-time-code.ts';
import { OutageError } from '#core/outage.ts';
import type {
  CaseStore,
  ExpiryStore,
  LedgerFacts,
  LedgerStore,
  PaymentStore,
  SeedStore,
} from '#core/ports.ts';
import type { CodeName } from '#protocol/codes.ts';
import {
  createWorld,
  HANDLE,
  hasher,
  KRW,
  NOON_S,
  PHONE,
  PIN,
  POOR_CARD,
  pay,
  RICH_CARD,
  seedWorld,
  TERMINAL,
  type World,
} from '../payment-world.ts';

/** As the queue does: delivered again while the store is too busy to decide. */
const askUntilDecided = async (world: World, sequence: number): Promise<CodeName> => {
  try {
    return (await world.ask(sequence, pay())).code;
  } catch (error) {
    if (error instanceof OutageError) {
      return askUntilDecided(world, sequence);
    }
    throw error;
  }
};

export interface StoreUnderTest {
  readonly store: PaymentStore & ExpiryStore;
  readonly seed: SeedStore;
  readonly cases: CaseStore;
  readonly ledger: LedgerStore;
  /** Lets what is counted behind the payments count what stands. */
  count(): Promise<void>;
  readLedger(): Promise<LedgerFacts>;
}

export const paymentStoreContract = (create: () => Promise<StoreUnderTest>): void => {
  describe('a payment store', () => {
    let under: StoreUnderTest;
    let world: World;
    const balance = async (user = 'rich'): Promise<readonly [number, number]> => {
      const account = (await under.readLedger()).accounts.find((one) => one.user === user);
      return [account?.balanceMinor ?? -1, account?.heldMinor ?? -1];
    };
    const booksAreRight = async (): Promise<void> => {
      expect(auditLedger(await under.readLedger()).violations).toEqual([]);
    };
    beforeEach(async () => {
      under = await create();
      await seedWorld(under.seed);
      world = createWorld(under.store);
    });

    test('charges a sale once, and replays its answer byte for byte (I1, I2)', async () => {
      const first = await world.ask(1, pay());
      expect(first.reply).toMatchObject({ code: 'approved', amountMinor: 100, maskedName: 'R**' });
      expect(first.reply.authorisation).toMatch(/^[0-9A-Z]{6}$/);
      world.nowMs += 3_600_000;
      const again = await world.ask(1, pay());
      expect(again).toMatchObject({ code: 'approved', replayed: true });
      expect([...again.answer]).toEqual([...first.answer]);
      expect(await balance()).toEqual([900, 0]);
      await booksAreRight();
    });

    test('finds the records of a batch in the order asked, however many, with their gaps', async () => {
      for (const sequence of [2, 150]) {
        await world.ask(sequence, pay());
      }
      const keys = Array.from({ length: 205 }, (_, at) => ({
        ...{ terminal: 1001, keyVersion: 1 },
        sequence: 205 - at,
      }));
      const found = await under.store.readRecords(keys);
      expect(found).toHaveLength(keys.length);
      expect(found.flatMap((record) => record?.key.sequence ?? [])).toEqual([150, 2]);
      expect(found[55]).toMatchObject({ key: { sequence: 150 }, op: 'pay', code: 'approved' });
      expect(await under.store.readRecords([])).toEqual([]);
    });

    test('answers other content under the same number with a conflict, and moves nothing (I7)', async () => {
      await world.ask(1, pay());
      const other = await world.ask(1, pay({ deadlineMs: 19_999 }));
      expect(other).toMatchObject({ code: 'conflict', replayed: false });
      expect((await world.ask(1, { op: 'confirm', paymentSequence: 1 })).code).toBe('conflict');
      expect(await balance()).toEqual([900, 0]);
      await booksAreRight();
    });

    test('of 12 copies at once charges one', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => world.ask(1, pay())));
      expect(new Set(answers.map(({ reply }) => JSON.stringify(reply))).size).toBe(1);
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
      expect(await balance()).toEqual([900, 0]);
      await booksAreRight();
    });

    test('stores a decline and replays it after the reason is gone', async () => {
      const poor = pay({ identifier: POOR_CARD });
      expect((await world.ask(1, poor)).code).toBe('insufficient_funds');
      expect(await balance('poor')).toEqual([0, 0]);
      expect(await world.ask(1, poor)).toMatchObject({
        code: 'insufficient_funds',
        replayed: true,
      });
    });

    test('tells a blocked user and a missing account from an empty one', async () => {
      await under.seed.setUserStatus('rich', KRW, 'blocked');
      expect((await world.ask(1, pay())).code).toBe('user_blocked');
      await under.seed.putIdentifier(hasher.identifier('ic.card', POOR_CARD), {
        user: 'nobody',
        maskedName: 'N**',
        locale: 'en',
        kind: 'ic.card',
        entryModes: [7],
        failures: 0,
      });
      expect((await world.ask(2, pay({ identifier: POOR_CARD }))).code).toBe(
        'currency_not_allowed',
      );
    });

    test('approves to the last minor unit and not one further', async () => {
      for (let sequence = 1; sequence <= 10; sequence += 1) {
        expect((await world.ask(sequence, pay())).code).toBe('approved');
      }
      expect(await balance()).toEqual([0, 0]);
      expect((await world.ask(11, pay())).code).toBe('insufficient_funds');
      await booksAreRight();
    });

    test('of 50 payments at once by a user who may pay 7 times a day approves exactly 7', async () => {
      await under.seed.setUserLimits('rich', KRW, { zone: 'Asia/Seoul', perDayCount: 7 });
      const codes = await Promise.all(
        Array.from({ length: 50 }, (_, at) => askUntilDecided(world, at + 1)),
      );
      expect(codes.filter((code) => code === 'approved')).toHaveLength(7);
      expect(codes.filter((code) => code === 'frequency_exceeded')).toHaveLength(43);
      expect(await balance()).toEqual([300, 0]);
      const { accounts } = await under.readLedger();
      expect(accounts.find(({ user }) => user === 'rich')?.usage).toEqual({
        day: '2026-11-23',
        spentMinor: 700,
        count: 7,
      });
      await booksAreRight();
    });

    test('holds a user to the amount of a day, which a void does not give back, until the next', async () => {
      const limits = { zone: 'Asia/Seoul', perPaymentMinor: 100, perDayMinor: 199 };
      await under.seed.setUserLimits('rich', KRW, limits);
      expect((await world.ask(1, pay())).code).toBe('approved');
      await world.ask(2, { op: 'reverse', paymentSequence: 1, reason: 2 });
      expect((await world.ask(3, pay())).code).toBe('limit_exceeded');
      world.nowMs += 12 * 3_600_000;
      expect((await world.ask(4, pay())).code).toBe('approved');
      await under.seed.setUserLimits('rich', KRW, undefined);
      expect((await world.ask(5, pay())).code).toBe('approved');
      expect(await balance()).toEqual([800, 0]);
      await booksAreRight();
    });

    test('lets nobody pay by limits that have changed since they were judged', async () => {
      await under.seed.setUserLimits('rich', KRW, { zone: 'Asia/Seoul' });
      let refusals = 0;
      const late: PaymentStore = {
        ...under.store,
        book: async (booking) => {
          const result = await under.store.book(booking);
          refusals += 1;
          if (refusals === 1) {
            await under.seed.setUserLimits('rich', KRW, { zone: 'Asia/Seoul', perPaymentMinor: 1 });
          }
          return result;
        },
      };
      expect((await createWorld(late).ask(1, pay())).code).toBe('limit_exceeded');
      expect(await balance()).toEqual([1_000, 0]);
    });

    test('keeps what a stored sale was accepted against', async () => {
      const storedSales = { amountMinorMax: 100, ageSMax: 60 };
      await under.seed.putTerminal({ ...TERMINAL, storedSales });
      await under.seed.setUserLimits('rich', KRW, { zone: 'Asia/Seoul', perDayCount: 0 });
      await world.ask(1, pay({ deviceTimeS: NOON_S }), { stored: true });
      const record = await under.store.readRecord({ terminal: 1001, keyVersion: 1, sequence: 1 });
      expect(record).toMatchObject({
        code: 'approved',
        evidence: { flags: ['stored', 'over_limit'] },
      });
    });

    test('voids what REVERSE came first for: the PAY is answered 14, for ever (I6)', async () => {
      expect((await world.ask(2, { op: 'reverse', paymentSequence: 1, reason: 1 })).code).toBe(
        'approved',
      );
      const late = await world.ask(1, pay());
      expect(late.code).toBe('already_voided');
      expect(await world.ask(1, pay())).toMatchObject({ code: 'already_voided', replayed: true });
      expect((await world.ask(1, pay({ deadlineMs: 1 }))).code).toBe('conflict');
      expect((await world.ask(3, { op: 'status', paymentSequence: 1 })).reply).toMatchObject({
        code: 'approved',
        state: 'voided',
        paymentCode: 'already_voided',
      });
      expect(await balance()).toEqual([1_000, 0]);
      await booksAreRight();
    });

    test('has net zero whichever of PAY and REVERSE is faster (I6)', async () => {
      for (let round = 0; round < 10; round += 1) {
        const sequence = 10 + round * 2;
        const reverse = { op: 'reverse', paymentSequence: sequence, reason: 1 } as const;
        await Promise.all([world.ask(sequence, pay()), world.ask(sequence + 1, reverse)]);
        expect(await balance()).toEqual([1_000, 0]);
      }
      await booksAreRight();
    });

    test('holds, posts a part, and gives the rest back', async () => {
      const hold = await world.ask(1, pay({ mode: 'hold' }));
      expect(hold.reply).toMatchObject({ code: 'approved', holdExpiresInS: 900 });
      expect(await balance()).toEqual([900, 100]);
      expect(
        (await world.ask(2, { op: 'confirm', paymentSequence: 1, amountMinor: 101 })).code,
      ).toBe('limit_exceeded');
      expect(
        (await world.ask(3, { op: 'confirm', paymentSequence: 1, amountMinor: 60 })).code,
      ).toBe('approved');
      expect(await balance()).toEqual([940, 0]);
      expect(
        (await world.ask(4, { op: 'refund', paymentSequence: 1, amountMinor: 20 })).reply
          .amountMinor,
      ).toBe(20);
      expect((await world.ask(5, { op: 'refund', paymentSequence: 1, amountMinor: 41 })).code).toBe(
        'limit_exceeded',
      );
      expect((await world.ask(6, { op: 'reverse', paymentSequence: 1, reason: 2 })).code).toBe(
        'approved',
      );
      expect(await balance()).toEqual([1_000, 0]);
      await booksAreRight();
    });

    test('of a CONFIRM and a REVERSE at once lets one win, and the books hold', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      const [confirm] = await Promise.all([
        world.ask(2, { op: 'confirm', paymentSequence: 1 }),
        world.ask(3, { op: 'reverse', paymentSequence: 1, reason: 3 }),
      ]);
      expect(['approved', 'already_voided']).toContain(confirm.code);
      expect(await balance()).toEqual([1_000, 0]);
      await booksAreRight();
    });

    test('expires a hold at its second, not before, and once; a late CONFIRM holds again', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      const { deps } = world;
      world.nowMs = (NOON_S + 899) * 1000;
      expect(await expireHolds({ store: under.store, clock: deps.clock }, 10)).toEqual({
        expired: 0,
      });
      world.nowMs += 1_000;
      expect(await expireHolds({ store: under.store, clock: deps.clock }, 10)).toEqual({
        expired: 1,
      });
      expect(await expireHolds({ store: under.store, clock: deps.clock }, 10)).toEqual({
        expired: 0,
      });
      expect(await balance()).toEqual([1_000, 0]);
      expect((await world.ask(2, { op: 'status', paymentSequence: 1 })).reply.state).toBe(
        'expired',
      );
      expect((await world.ask(3, { op: 'confirm', paymentSequence: 1 })).code).toBe('approved');
      expect(await balance()).toEqual([900, 0]);
      await booksAreRight();
    });

    test('refuses the late CONFIRM of an expired hold that the wallet no longer covers', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      world.nowMs += 900_000;
      await expireHolds({ store: under.store, clock: world.deps.clock }, 10);
      for (let sequence = 2; sequence <= 11; sequence += 1) {
        await world.ask(sequence, pay());
      }
      expect((await world.ask(12, { op: 'confirm', paymentSequence: 1 })).code).toBe(
        'insufficient_funds',
      );
      await booksAreRight();
    });

    test('gives money back to a blocked user', async () => {
      await world.ask(1, pay());
      await under.seed.setUserStatus('rich', KRW, 'blocked');
      expect((await world.ask(2, { op: 'refund', paymentSequence: 1 })).code).toBe('approved');
      expect(await balance()).toEqual([1_000, 0]);
    });

    test('spends a one-time code once, and gives nothing back of it on REVERSE', async () => {
      const code = generateCode(hasher, { handle: HANDLE, codeVersion: 1, atS: NOON_S });
      const request = pay({ identifier: code, entryMode: 3 });
      expect((await world.ask(1, request)).code).toBe('approved');
      await world.ask(2, { op: 'reverse', paymentSequence: 1, reason: 2 });
      expect((await world.ask(3, request)).code).toBe('identifier_used');
      expect(await balance()).toEqual([1_000, 0]);
    });

    test('locks a second factor after five wrong ones, the right one included; a right one before clears the count', async () => {
      const wrong = pay({ identifier: PHONE, entryMode: 1, secondFactor: '0000' });
      const right = pay({ identifier: PHONE, entryMode: 1, secondFactor: PIN });
      for (let sequence = 1; sequence <= 4; sequence += 1) {
        expect((await world.ask(sequence, wrong)).code).toBe('second_factor_required');
      }
      expect((await world.ask(5, right)).code).toBe('approved');
      for (let sequence = 6; sequence <= 10; sequence += 1) {
        expect((await world.ask(sequence, wrong)).code).toBe('second_factor_required');
      }
      expect((await world.ask(11, right)).code).toBe('second_factor_required');
    });

    test('reads back a record as it was booked', async () => {
      await world.ask(1, pay({ mode: 'hold' }));
      const record = await under.store.readRecord({ terminal: 1001, keyVersion: 1, sequence: 1 });
      expect(record).toMatchObject({
        op: 'pay',
        code: 'approved',
        decidedAtS: NOON_S,
        currency: KRW,
        lines: [
          { account: 'wallet:rich', amountMinor: -100 },
          { account: 'hold:rich', amountMinor: 100 },
        ],
        evidence: { identifierKind: 'ic.card', entryMode: 7, items: ['LIP-01*1@3=100'] },
        payment: { state: 'held', revision: 0, dueS: NOON_S + 900, merchant: 'm-1', user: 'rich' },
      });
      expect(JSON.stringify(record)).not.toContain(RICH_CARD);
    });

    test('reads terminals, sheets and catalogues as they were put, and nothing where nothing is', async () => {
      const terminal = {
        ...TERMINAL,
        sequenceFloors: { '1': 5 },
        storedSales: { amountMinorMax: 7, ageSMax: 60 },
      };
      await under.seed.putTerminal(terminal);
      const catalogue = {
        region: 'KR',
        version: 2,
        currency: KRW,
        items: [
          {
            sku: 'LIP-01',
            name: 'Lipstick',
            unitPriceMinor: 100,
            windows: [
              {
                id: 'w1',
                zone: 'Asia/Seoul',
                weekly: [{ days: [1, 2], from: '09:00', to: '24:00' }],
              },
              {
                id: 'w2',
                zone: 'Asia/Seoul',
                weekly: [{ days: [5], from: '22:00', to: '02:00' }],
                validFrom: '2026-12-01',
                validTo: '2027-02-28',
                exceptions: [
                  { date: '2026-12-25', hours: [] },
                  { date: '2027-01-01', hours: [{ from: '12:00', to: '14:00' }] },
                ],
                effect: 'closed' as const,
                priority: -1,
              },
            ],
          },
        ],
      };
      await under.seed.putCatalogue(catalogue);
      const query = { terminal: 1001, identifiers: ['00'], skus: ['LIP-01', 'NONE'], region: 'KR' };
      const facts = await under.store.readPayFacts(query);
      expect(facts.terminal).toEqual(terminal);
      expect(facts.identifiers).toEqual([undefined]);
      expect(facts.sheets.map((sheet) => sheet?.sku)).toEqual(['LIP-01', undefined]);
      expect(await under.store.readCatalogue('KR')).toEqual(catalogue);
      expect(await under.store.readCatalogue('XX')).toBeUndefined();
      expect(
        await under.store.readRecord({ terminal: 1, keyVersion: 1, sequence: 1 }),
      ).toBeUndefined();
    });

    test('leaves the money of a user alone who is put again', async () => {
      await world.ask(1, pay());
      await seedWorld(under.seed);
      expect(await balance()).toEqual([900, 0]);
      await booksAreRight();
    });
  });
};
