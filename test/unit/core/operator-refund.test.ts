import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { OPERATOR_KEY_VERSION } from '#core/enrolment.ts';
import { type OperatorRefund, refundByOperator } from '#core/operator-refund.ts';
import { createWorld, pay, seedWorld, TERMINAL } from '#test/support/payment-world.ts';

let store: ReturnType<typeof createMemoryPaymentStore>;
let world: ReturnType<typeof createWorld>;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  world = createWorld(store);
});

const PAYMENT = { terminal: 1001, keyVersion: 1, sequence: 1 };
const keyOf = (sequence: number) => ({
  terminal: 1001,
  keyVersion: OPERATOR_KEY_VERSION,
  sequence,
});
const refund = async (
  sequence: number,
  amountMinor: number,
  change: Partial<OperatorRefund> = {},
) => {
  const { answer, ...outcome } = await refundByOperator(world.deps, {
    key: keyOf(sequence),
    payment: PAYMENT,
    amountMinor,
    digest: new Uint8Array(32).fill(amountMinor),
    ...change,
  });
  return { ...outcome, answer: JSON.parse(Buffer.from(answer).toString()) as unknown };
};
const paid = async () => (await store.readRecord(PAYMENT))?.payment;

describe('a refund by an operator', () => {
  it('gives money back as the terminal would, under a key of its own', async () => {
    await world.ask(1, pay());
    expect(await refund(7, 30)).toEqual({
      code: 'approved',
      replayed: false,
      answer: { code: 'approved', amountMinor: 30 },
    });
    expect(await paid()).toMatchObject({ state: 'partly_refunded', refundedMinor: 30 });
    expect(await store.readRecord(keyOf(7))).toMatchObject({
      op: 'refund',
      about: PAYMENT,
      lines: [
        { account: 'wallet:rich', amountMinor: 30 },
        { account: 'merchant:m-1', amountMinor: -30 },
      ],
    });
  });

  it('is made once, however often it is asked for', async () => {
    await world.ask(1, pay());
    await refund(7, 30);
    expect(await refund(7, 30)).toMatchObject({ code: 'approved', replayed: true });
    expect(await paid()).toMatchObject({ refundedMinor: 30 });
    expect(await refund(7, 31)).toMatchObject({ code: 'conflict' });
    expect(await paid()).toMatchObject({ refundedMinor: 30 });
  });

  it('is never more than was paid, with what the terminal gave back', async () => {
    await world.ask(1, pay());
    await refund(7, 60);
    expect(await refund(8, 41)).toMatchObject({ code: 'limit_exceeded' });
    expect(await refund(9, 40)).toMatchObject({ code: 'approved' });
    expect(await paid()).toMatchObject({ state: 'refunded', refundedMinor: 100 });
  });

  it('is possible where the terminal is suspended, which may not give back itself', async () => {
    await world.ask(1, pay());
    await store.putTerminal({ ...TERMINAL, status: 'suspended' });
    const own = await world.ask(2, { op: 'refund', paymentSequence: 1, amountMinor: 10 });
    expect(own.code).toBe('terminal_suspended');
    expect(await refund(7, 10)).toMatchObject({ code: 'approved' });
  });

  it('of what there is not is refused', async () => {
    expect(await refund(7, 10)).toMatchObject({ code: 'original_not_found' });
  });
});
