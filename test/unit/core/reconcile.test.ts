/** The close of a batch, against records that every operation made. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import type { ReconcileRequest } from '#protocol/request.ts';
import { createWorld, pay, seedWorld, TERMINAL, type World } from '../../support/payment-world.ts';

let world: World;
let store: ReturnType<typeof createMemoryPaymentStore>;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  world = createWorld(store);
});

const NOTHING = { count: 0, amountMinor: 0 };
const close = (change: Partial<ReconcileRequest> = {}): ReconcileRequest => ({
  op: 'reconcile',
  sequences: Array.from({ length: 20 }, (_, at) => 20 - at),
  sales: NOTHING,
  refunds: NOTHING,
  ...change,
});

/** 1 sale · 2 sale, partly refunded by 3 · 4 hold, posted in part by 5 · 6 sale, reversed by 7 · 8 hold · 9 decline · 10, 11 refused. */
const sell = async (): Promise<void> => {
  await world.ask(1, pay());
  await world.ask(2, pay());
  await world.ask(3, { op: 'refund', paymentSequence: 2, amountMinor: 30 });
  await world.ask(4, pay({ mode: 'hold' }));
  await world.ask(5, { op: 'confirm', paymentSequence: 4, amountMinor: 60 });
  await world.ask(6, pay());
  await world.ask(7, { op: 'reverse', paymentSequence: 6, reason: 2 });
  await world.ask(8, pay({ mode: 'hold' }));
  await world.ask(9, pay({ identifier: 'IC00000000099X' }));
  await world.ask(10, { op: 'refund', paymentSequence: 8 });
  await world.ask(11, { op: 'reverse', paymentSequence: 19, reason: 1 });
};
const SALES = { count: 3, amountMinor: 260 };
const REFUNDS = { count: 1, amountMinor: 30 };

describe('the close of a batch', () => {
  it('counts what was posted and stands, and what was given back', async () => {
    await sell();
    const { reply, replayed } = await world.ask(20, close({ sales: SALES, refunds: REFUNDS }));
    expect(reply).toMatchObject({
      code: 'approved',
      reconciliation: { matches: true, sales: SALES, refunds: REFUNDS },
    });
    expect(replayed).toBe(false);
    expect(await store.readRecord({ terminal: 1001, keyVersion: 1, sequence: 20 })).toBeUndefined();
  });

  it.each([
    { sales: { count: 2, amountMinor: 260 }, refunds: REFUNDS },
    { sales: { count: 3, amountMinor: 261 }, refunds: REFUNDS },
    { sales: SALES, refunds: { count: 0, amountMinor: 30 } },
    { sales: SALES, refunds: { count: 1, amountMinor: 29 } },
  ])('reports what it has where the terminal says $sales and $refunds', async (told) => {
    await sell();
    const { reply } = await world.ask(20, close(told));
    expect(reply.reconciliation).toEqual({ matches: false, sales: SALES, refunds: REFUNDS });
  });

  it('looks at the numbers of the batch only, under the key version that asks', async () => {
    await sell();
    const part = await world.ask(
      20,
      close({ sequences: [1], sales: { count: 1, amountMinor: 100 } }),
    );
    expect(part.reply.reconciliation?.matches).toBe(true);
    const key = { terminal: 1001, keyVersion: 2, sequence: 20 };
    const other = await world.ask(20, close(), { key });
    expect(other.reply.reconciliation).toEqual({ matches: true, sales: NOTHING, refunds: NOTHING });
  });

  it('is refused to a stranger and to a retired key version', async () => {
    const stranger = { key: { terminal: 9, keyVersion: 1, sequence: 20 } };
    expect((await world.ask(20, close(), stranger)).code).toBe('terminal_unknown');
    await store.putTerminal({ ...TERMINAL, keyVersionMin: 2 });
    expect((await world.ask(20, close())).code).toBe('key_version_retired');
  });
});

describe('a key version that is not the one of K', () => {
  const key = { terminal: 1001, keyVersion: 129, sequence: 1 };
  const reverse = { op: 'reverse', paymentSequence: 1, paymentKeyVersion: 1, reason: 1 } as const;

  it('is what is retired or not', async () => {
    await world.ask(1, pay());
    await store.putTerminal({ ...TERMINAL, keyVersionMin: 2 });
    const refused = await world.ask(1, reverse, { key, keyVersion: 1 });
    expect(refused.code).toBe('key_version_retired');
    expect((await world.ask(1, reverse, { key, keyVersion: 2 })).code).toBe('approved');
    expect((await store.readRecord({ ...key, keyVersion: 1 }))?.payment?.state).toBe('voided');
  });
});
