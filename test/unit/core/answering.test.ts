/** What every answer has in common, and how long a request is tried when others are at the same payment. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { CONFLICT_TRIES_MAX } from '#core/answering.ts';
import type { PaymentStore } from '#core/ports.ts';
import {
  createWorld,
  NOON_S,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

let store: MemoryPaymentStore;
let world: World;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  world = createWorld(store);
});

const REVERSE = { op: 'reverse', paymentSequence: 1, reason: 1 } as const;

describe('an answer', () => {
  test('tells whether it was stored before', async () => {
    expect((await world.ask(1, pay())).replayed).toBe(false);
    expect((await world.ask(1, pay())).replayed).toBe(true);
  });

  test('has a line for the customer only where the terminal told its locale', async () => {
    expect((await world.ask(1, pay())).reply).not.toHaveProperty('text');
    const told = await world.ask(2, pay(), { hello: { locale: 'en-GB' } });
    expect(told.reply.text).toBe('Thank you');
  });

  test('to another request under the same number is a conflict of now, and not stored', async () => {
    await world.ask(1, pay());
    world.nowMs += 5_000;
    const { reply, replayed } = await world.ask(1, pay({ mode: 'hold' }));
    expect(reply).toEqual({ code: 'conflict', serverTimeS: NOON_S + 5 });
    expect(replayed).toBe(false);
  });

  test('to a number that may be archived has the time of now', async () => {
    await store.putTerminal({ ...TERMINAL, sequenceFloors: { '1': 5 } });
    world.nowMs += 5_000;
    const { reply, replayed } = await world.ask(4, pay());
    expect(reply).toEqual({ code: 'sequence_too_old', serverTimeS: NOON_S + 5 });
    expect(replayed).toBe(false);
  });
});

describe('a PAY that was voided before it came', () => {
  beforeEach(async () => {
    await world.ask(2, REVERSE);
    world.nowMs += 5_000;
  });

  test('is told so as the first copy of it, with the time of the decision', async () => {
    const first = await world.ask(1, pay());
    expect(first.reply).toEqual({ code: 'already_voided', serverTimeS: NOON_S });
    world.nowMs += 5_000;
    const second = await world.ask(1, pay());
    expect(Buffer.from(second.answer)).toEqual(Buffer.from(first.answer));
    expect(second.replayed).toBe(true);
  });

  test('gives its place to no other request, before or after', async () => {
    const confirm = { op: 'confirm', paymentSequence: 7 } as const;
    expect((await world.ask(1, confirm)).code).toBe('conflict');
    expect((await world.ask(1, pay())).code).toBe('already_voided');
    expect((await world.ask(1, pay({ mode: 'hold' }))).code).toBe('conflict');
    expect((await world.ask(1, confirm)).code).toBe('conflict');
  });
});

describe('while others are at the same payment', () => {
  const conflicting = (conflicts: number, bounds: number[]): World => {
    let left = conflicts;
    const booking: PaymentStore['book'] = async (each) => {
      left -= 1;
      return left >= 0 ? { outcome: 'conflict' } : store.book(each);
    };
    const contended = createWorld({ ...store, book: booking });
    Object.assign(contended.deps.random, {
      below: (bound: number) => {
        bounds.push(bound);
        return 0;
      },
    });
    return contended;
  };

  test('the last try may still succeed', async () => {
    const contended = conflicting(CONFLICT_TRIES_MAX - 1, []);
    expect((await contended.ask(2, REVERSE)).code).toBe('approved');
    expect(contended.slept).toHaveLength(4);
  });

  test('each pause is drawn from twice as long, and nobody waits after the last try', async () => {
    const bounds: number[] = [];
    const contended = conflicting(CONFLICT_TRIES_MAX, bounds);
    await expect(contended.ask(2, REVERSE)).rejects.toThrow('store_contended');
    expect(bounds).toEqual([11, 21, 41, 81]);
    expect(contended.slept).toHaveLength(4);
  });
});
