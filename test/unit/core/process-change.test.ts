import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { VERDICTS_MAX } from '#core/answering.ts';
import { expireHolds } from '#core/expire-holds.ts';
import type { BookResult, ExpiryStore, PaymentStore } from '#core/ports.ts';
import type { Payment, RequestRecord } from '#core/records.ts';
import {
  createWorld,
  NOON_S,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

const HOLD = pay({ mode: 'hold' });
const CONFIRM = { op: 'confirm', paymentSequence: 1 } as const;
const REVERSE = { op: 'reverse', paymentSequence: 1, reason: 2 } as const;
const REFUND = { op: 'refund', paymentSequence: 1 } as const;
const STATUS = { op: 'status', paymentSequence: 1 } as const;

let store: MemoryPaymentStore;
let world: World;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  world = createWorld(store);
});

/** The same store, with some of its operations in the test's hand. */
const worldWith = (change: Partial<PaymentStore>): World => createWorld({ ...store, ...change });
const booksOnce = (result: BookResult) => {
  let left = 1;
  return worldWith({
    book: async (booking) => {
      left -= 1;
      return left >= 0 ? result : store.book(booking);
    },
  });
};
const recordOf = async (sequence: number): Promise<RequestRecord> => {
  const record = await store.readRecord({ terminal: 1001, keyVersion: 1, sequence });
  if (record === undefined) {
    throw new Error('no such record');
  }
  return record;
};

test.each([CONFIRM, REVERSE, REFUND])(
  '$op of a terminal that nobody knows is 67',
  async (request) => {
    const key = { terminal: 9, keyVersion: 1, sequence: 2 };
    expect((await world.ask(2, request, { key })).code).toBe('terminal_unknown');
  },
);

test('STATUS tells what stands, and tells nobody of what is unknown', async () => {
  const key = { terminal: 9, keyVersion: 1, sequence: 2 };
  expect((await world.ask(2, STATUS, { key })).code).toBe('terminal_unknown');
  expect((await world.ask(2, STATUS)).reply).toMatchObject({
    code: 'approved',
    state: 'not_found',
  });
  const { reply } = await world.ask(1, HOLD);
  expect((await world.ask(3, STATUS)).reply).toMatchObject({
    state: 'held',
    paymentCode: 'approved',
    authorisation: reply.authorisation,
  });
  await world.ask(4, pay({ entryMode: 3 }));
  const declined = await world.ask(5, { op: 'status', paymentSequence: 4 });
  expect(declined.reply).toMatchObject({ state: 'declined', paymentCode: 'not_permitted' });
  expect(declined.reply.authorisation).toBeUndefined();
  await world.ask(6, CONFIRM);
  expect((await world.ask(7, { op: 'status', paymentSequence: 6 })).reply.state).toBe('not_found');
});

test('a retired key version changes nothing more, and neither does a number below the floor', async () => {
  await world.ask(1, HOLD);
  await store.putTerminal({ ...TERMINAL, keyVersionMin: 2 });
  expect((await world.ask(2, CONFIRM)).code).toBe('key_version_retired');
  await store.putTerminal({ ...TERMINAL, sequenceFloors: { '1': 9 } });
  expect((await world.ask(3, CONFIRM)).code).toBe('sequence_too_old');
  expect((await world.ask(9, { ...CONFIRM, paymentSequence: 8 })).code).toBe('sequence_too_old');
  expect((await world.ask(9, CONFIRM)).code).toBe('approved');
});

test('REVERSE of a number that is no PAY is not permitted, and REFUND finds none', async () => {
  await world.ask(1, { op: 'confirm', paymentSequence: 0 });
  expect((await world.ask(2, REVERSE)).code).toBe('not_permitted');
  expect((await world.ask(3, REFUND)).code).toBe('original_not_found');
});

test('REVERSE of a PAY below it that has not come answers 0, and the PAY then 14', async () => {
  expect((await world.ask(2, REVERSE)).code).toBe('approved');
  expect((await world.ask(1, pay())).code).toBe('already_voided');
  expect(store.audit().violations).toEqual([]);
});

describe('a change that meets another', () => {
  test('decides anew on what the other left', async () => {
    await world.ask(1, HOLD);
    const before = await recordOf(1);
    const late = worldWith({
      readPayment: async () => ({ terminal: TERMINAL, record: before }),
    });
    await world.ask(2, REVERSE);
    expect((await late.ask(3, CONFIRM)).code).toBe('already_voided');
    expect(store.audit().violations).toEqual([]);
  });
  test('finds the PAY that arrived under its tombstone', async () => {
    const early = worldWith({
      readPayment: async () => ({ terminal: TERMINAL, record: undefined }),
    });
    await world.ask(1, pay());
    expect((await early.ask(2, REVERSE)).code).toBe('approved');
    expect((await recordOf(1)).payment?.state).toBe('voided');
    expect(store.audit().violations).toEqual([]);
  });
  test('is left to another delivery where the PAY was archived meanwhile', async () => {
    await world.ask(1, HOLD);
    const archived = booksOnce({ outcome: 'payment_changed', record: undefined });
    await expect(archived.ask(2, REVERSE)).rejects.toMatchObject({ code: 'store_contended' });
    expect((await recordOf(1)).payment?.state).toBe('held');
  });
  test('gives up where the PAY changes without end, and one change fewer is decided', async () => {
    await world.ask(1, HOLD);
    const record = await recordOf(1);
    let changes = VERDICTS_MAX;
    const restless = worldWith({
      book: async (booking) => {
        changes -= 1;
        return changes >= 0 ? { outcome: 'payment_changed', record } : store.book(booking);
      },
    });
    await expect(restless.ask(2, CONFIRM)).rejects.toMatchObject({ code: 'store_contended' });
    changes = VERDICTS_MAX - 1;
    expect((await restless.ask(2, CONFIRM)).code).toBe('approved');
  });
});

describe('a late CONFIRM', () => {
  const expire = async (): Promise<void> => {
    await world.ask(1, HOLD);
    world.nowMs += 900_000;
    await expireHolds({ store, clock: world.deps.clock }, 10);
  };
  test('charges anew', async () => {
    await expire();
    expect((await world.ask(2, CONFIRM)).code).toBe('approved');
    expect(store.audit().violations).toEqual([]);
  });
  test.each([
    ['has too little', 'active'],
    ['is blocked', 'blocked'],
    ['is gone', undefined],
  ] as const)('is 6 where the account %s', async (_why, status) => {
    await expire();
    const account =
      status === undefined
        ? undefined
        : { user: 'rich', currency: 410, status, balanceMinor: 0, heldMinor: 0 };
    const refused = booksOnce({ outcome: 'account_refused', account });
    expect((await refused.ask(2, CONFIRM)).code).toBe('insufficient_funds');
    expect(store.audit().violations).toEqual([]);
  });
  test('is an error where an account refuses what it holds itself', async () => {
    await world.ask(1, HOLD);
    const broken = booksOnce({ outcome: 'account_refused', account: undefined });
    await expect(broken.ask(2, CONFIRM)).rejects.toThrow('refused what was its own');
  });
});

test.each([
  [CONFIRM, 'in_progress'],
  [REVERSE, 'outcome_unknown'],
  [REFUND, 'in_progress'],
] as const)(
  '$op of a PAY in progress decides nothing, stores nothing, and is good later',
  async (request, code) => {
    await world.ask(1, HOLD);
    const record = await recordOf(1);
    const payment: Payment = { ...(record.payment as Payment), state: 'in_progress' };
    const asked = worldWith({
      readPayment: async () => ({ terminal: TERMINAL, record: { ...record, payment } }),
    });
    expect((await asked.ask(2, request)).reply).toMatchObject({ code, retryAfterMs: 2_000 });
    expect(await store.readRecord({ terminal: 1001, keyVersion: 1, sequence: 2 })).toBeUndefined();
    await world.ask(3, CONFIRM);
    expect((await world.ask(2, REFUND)).code).toBe('approved');
  },
);

describe('the janitor', () => {
  const dueRecord = async (sequence: number): Promise<RequestRecord> => {
    await world.ask(sequence, HOLD);
    return recordOf(sequence);
  };
  const clock = { nowMs: () => (NOON_S + 900) * 1000 };
  test('skips what is not held, or not due', async () => {
    const record = await dueRecord(1);
    const payment = record.payment as Payment;
    const { dueS: _due, ...endless } = payment;
    const due = [
      { ...record, payment: { ...payment, state: 'posted' } },
      { ...record, payment: endless },
      { ...record, payment: { ...payment, dueS: NOON_S + 901 } },
    ] as const;
    const expiring: ExpiryStore = { readDue: async () => due, expire: store.expire };
    expect(await expireHolds({ store: expiring, clock }, 10)).toEqual({ expired: 0 });
    expect((await recordOf(1)).payment?.state).toBe('held');
  });
  test('counts only what it expired itself', async () => {
    const stale = await dueRecord(1);
    await world.ask(2, CONFIRM);
    const expiring: ExpiryStore = { readDue: async () => [stale], expire: store.expire };
    expect(await expireHolds({ store: expiring, clock }, 10)).toEqual({ expired: 0 });
    expect(store.audit().violations).toEqual([]);
  });
  test('gives the others their money back where one hold cannot expire, and fails after that', async () => {
    await dueRecord(1);
    await dueRecord(2);
    const expiring: ExpiryStore = {
      readDue: store.readDue,
      expire: async (expiry) => {
        if (expiry.key.sequence === 1) {
          throw new Error('poison');
        }
        return store.expire(expiry);
      },
    };
    await expect(expireHolds({ store: expiring, clock }, 10)).rejects.toThrow('poison');
    expect((await recordOf(2)).payment?.state).toBe('expired');
    expect(store.audit().violations).toEqual([]);
  });
});
