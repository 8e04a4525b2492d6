/** What an attacker or bad luck does to a payment store; run against memory and DynamoDB alike. */
import { beforeEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#core/audit-ledger.ts';
import { FAILURES_MAX } from '#core/decide-payment.ts';
import { expireHolds } from '#core/expire-holds.ts';
import { generateCode } from '#core/one-time-code.ts';
import type { PayFacts } from '#core/ports.ts';
import {
  createWorld,
  HANDLE,
  hasher,
  KRW,
  NOON_S,
  PHONE,
  PIN,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../payment-world.ts';
import type { StoreUnderTest } from './payment-store.ts';

const CODE = generateCode(hasher, { handle: HANDLE, codeVersion: 1, atS: NOON_S });
/** The right check digits, and the code of another time. */
const WRONG_CODE = generateCode(hasher, { handle: HANDLE, codeVersion: 1, atS: NOON_S - 600 });

const GUESSES = [
  {
    kind: 'second factor',
    hash: hasher.identifier('phone', PHONE),
    wrong: pay({ identifier: PHONE, entryMode: 1, secondFactor: '0000' }),
    right: pay({ identifier: PHONE, entryMode: 1, secondFactor: PIN }),
  },
  {
    kind: 'one-time code',
    hash: hasher.identifier('own.code', HANDLE),
    wrong: pay({ identifier: WRONG_CODE, entryMode: 3 }),
    right: pay({ identifier: CODE, entryMode: 3 }),
  },
];

export const paymentStoreAttacks = (create: () => Promise<StoreUnderTest>): void => {
  let under: StoreUnderTest;
  let world: World;
  /** Reads what stood before the attack, as all guesses made at once do. */
  let parallel: World;
  const balance = async (): Promise<readonly (number | undefined)[]> => {
    const { accounts } = await under.readLedger();
    const account = accounts.find(({ user }) => user === 'rich');
    return [account?.balanceMinor, account?.heldMinor];
  };
  const booksAreRight = async (): Promise<void> => {
    expect(auditLedger(await under.readLedger()).violations).toEqual([]);
  };
  beforeEach(async () => {
    under = await create();
    await seedWorld(under.seed);
    world = createWorld(under.store);
    const before = new Map<string, PayFacts>();
    parallel = createWorld({
      ...under.store,
      readPayFacts: async (query) => {
        const name = JSON.stringify(query);
        const facts = before.get(name) ?? (await under.store.readPayFacts(query));
        before.set(name, facts);
        return facts;
      },
    });
  });

  describe.each(GUESSES)('a $kind that is guessed many times at once', ({ hash, wrong, right }) => {
    const guess = async (times: number): Promise<void> => {
      for (let sequence = 1; sequence <= times; sequence += 1) {
        await parallel.ask(sequence, wrong);
      }
    };
    test('is good after one wrong guess fewer than the most', async () => {
      await guess(FAILURES_MAX - 1);
      expect((await parallel.ask(90, right)).code).toBe('approved');
    });
    test('is refused after the most, though it was read before them', async () => {
      await guess(FAILURES_MAX);
      expect((await parallel.ask(90, right)).code).toBe('second_factor_required');
      expect(await balance()).toEqual([1_000, 0]);
    });
    test('is not betrayed by a later rule', async () => {
      expect((await parallel.ask(80, { ...right, amountMinor: 99 })).code).toBe('price_changed');
      await guess(FAILURES_MAX);
      expect((await parallel.ask(90, { ...right, amountMinor: 99 })).code).toBe(
        'second_factor_required',
      );
    });
    test('is not betrayed by the account', async () => {
      await under.seed.setUserStatus('rich', KRW, 'blocked');
      expect((await parallel.ask(80, right)).code).toBe('user_blocked');
      await guess(FAILURES_MAX);
      expect((await parallel.ask(90, right)).code).toBe('second_factor_required');
    });
    test('counts no further than to the most', async () => {
      await guess(FAILURES_MAX + 3);
      const facts = await under.store.readPayFacts({
        terminal: 1001,
        identifiers: [hash],
        skus: [],
        region: 'KR',
      });
      expect(facts.identifiers[0]?.failures).toBe(FAILURES_MAX);
    });
  });

  test('a one-time code that eight terminals show at once buys once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        world.ask(at + 1, pay({ identifier: CODE, entryMode: 3 })),
      ),
    );
    const codes = answers.map(({ code }) => code).sort();
    expect(codes).toEqual(['approved', ...Array<string>(7).fill('identifier_used')]);
    expect(await balance()).toEqual([900, 0]);
  });

  test('of two different PAYs that reach one tombstone at once, one is voided and the other a conflict', async () => {
    await world.ask(2, { op: 'reverse', paymentSequence: 1, reason: 1 });
    const other = pay({ deadlineMs: 19_999 });
    const answers = await Promise.all([world.ask(1, pay()), world.ask(1, other)]);
    expect(answers.map(({ code }) => code).sort()).toEqual(['already_voided', 'conflict']);
    const again = [await world.ask(1, pay()), await world.ask(1, other)];
    expect(again.map(({ code }) => code)).toEqual(answers.map(({ code }) => code));
    expect(await balance()).toEqual([1_000, 0]);
  });

  test('a tombstone is no answer to a request that is no PAY', async () => {
    await world.ask(3, { op: 'reverse', paymentSequence: 1, reason: 1 });
    expect((await world.ask(1, { op: 'confirm', paymentSequence: 0 })).code).toBe('conflict');
  });

  test('CONFIRM, REVERSE and the janitor at once: the money is in one place', async () => {
    for (let round = 0; round < 10; round += 1) {
      const sequence = 100 + round * 3;
      await world.ask(sequence, pay({ mode: 'hold' }));
      const clock = { nowMs: () => world.nowMs + 900_000 };
      const [confirm, reverse] = await Promise.all([
        world.ask(sequence + 1, { op: 'confirm', paymentSequence: sequence }),
        world.ask(sequence + 2, { op: 'reverse', paymentSequence: sequence, reason: 3 }),
        expireHolds({ store: under.store, clock }, 10),
      ]);
      expect(reverse.code).toBe('approved');
      expect(['approved', 'already_voided']).toContain(confirm.code);
      expect(await balance()).toEqual([1_000, 0]);
    }
    await booksAreRight();
  });

  test('a request about its own number is no follow-up of itself', async () => {
    await world.ask(1, pay({ mode: 'hold' }));
    expect((await world.ask(1, { op: 'confirm', paymentSequence: 1 })).code).toBe('conflict');
    expect((await world.ask(1, { op: 'refund', paymentSequence: 1 })).code).toBe('conflict');
    expect((await world.ask(2, { op: 'confirm', paymentSequence: 2 })).code).toBe(
      'original_not_found',
    );
    expect(await balance()).toEqual([900, 100]);
  });

  test('refuses a late CONFIRM for a user who is blocked by then as it would for want of money', async () => {
    await world.ask(1, pay({ mode: 'hold' }));
    await world.ask(2, pay({ mode: 'hold' }));
    await under.seed.setUserStatus('rich', KRW, 'blocked');
    expect((await world.ask(3, { op: 'confirm', paymentSequence: 1 })).code).toBe('approved');
    world.nowMs += 900_000;
    await expireHolds({ store: under.store, clock: world.deps.clock }, 10);
    expect((await world.ask(4, { op: 'confirm', paymentSequence: 2 })).code).toBe(
      'insufficient_funds',
    );
    expect(await balance()).toEqual([900, 0]);
  });

  test('never says of an archived PAY that it is voided, of a retired key version neither', async () => {
    await under.seed.putTerminal({
      ...TERMINAL,
      keyVersionMin: 2,
      sequenceFloors: { '1': 5 },
    });
    const key = (sequence: number) => ({ key: { terminal: 1001, keyVersion: 2, sequence } });
    const reverse = { op: 'reverse', reason: 1, paymentKeyVersion: 1 } as const;
    expect((await world.ask(1, { ...reverse, paymentSequence: 4 }, key(1))).code).toBe(
      'sequence_too_old',
    );
    expect((await world.ask(2, { ...reverse, paymentSequence: 5 }, key(2))).code).toBe('approved');
  });
};
