/** What every payment provider must do; run over real sockets against the HTTP acquirer and Stripe alike. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PaymentProvider, type ProviderCharge, ShownCode } from '#core/provider.ts';

/** `before` and `after` booking: an error of the server. `lost`: booked, connection reset. `silent`: booked, no answer. */
export type WireFault = 'error_before' | 'error_after' | 'lost' | 'silent' | 'garbage';

export interface ProviderUnderTest {
  readonly provider: PaymentProvider;
  /** The provider's address with nobody behind it. */
  readonly unreachable: PaymentProvider;
  /** The next request that could move money meets it. */
  fail(fault: WireFault): void | Promise<void>;
  /** Charges that took money, given back since or not. */
  paidCount(): number;
  /** What customers paid and did not get back, minor units. */
  takenMinor(): number;
  /** Ends the budget of the call in flight once the provider has booked and stays silent. */
  expire(): Promise<void>;
  stop(): Promise<void>;
}

export const BUDGET_MS = 3_500;

/** A charge of 12.34 that is paid. */
export const chargeOf = (
  changes: Partial<ProviderCharge> & { readonly code?: string } = {},
): ProviderCharge => {
  const { code = '134567890123456700', ...other } = changes;
  return {
    key: '1001-1-7',
    identifier: new ShownCode(code),
    kind: 'wechat.code',
    amountMinor: 1_234,
    currency: 978,
    merchant: 'shop',
    region: 'DE',
    terminal: 1_001,
    ...other,
  };
};

export const providerContract = (create: () => Promise<ProviderUnderTest>): void => {
  describe('a payment provider', () => {
    let under: ProviderUnderTest;
    const books = (): readonly [number, number] => [under.paidCount(), under.takenMinor()];
    const charge = chargeOf();
    const refundOf = (refundKey: string, refundMinor: number) => ({
      ...charge,
      refundKey,
      refundMinor,
    });
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.stop());

    test('charges, and tells of it when asked', async () => {
      const paid = await under.provider.pay(charge, BUDGET_MS);
      expect(paid).toMatchObject({ outcome: 'approved', amountMinor: 1_234 });
      expect(await under.provider.query(charge, BUDGET_MS)).toEqual(paid);
      expect(books()).toEqual([1, 1_234]);
    });

    test('charges once however often the same key arrives', async () => {
      const first = await under.provider.pay(charge, BUDGET_MS);
      expect(await under.provider.pay(charge, BUDGET_MS)).toEqual(first);
      expect(books()).toEqual([1, 1_234]);
    });

    test('charges nothing for a key that stands for something else, and proves nothing', async () => {
      await under.provider.pay(charge, BUDGET_MS);
      const other = chargeOf({ amountMinor: 999 });
      const { outcome } = await under.provider.pay(other, BUDGET_MS);
      expect(['unknown', 'unreachable']).toContain(outcome);
      expect(books()).toEqual([1, 1_234]);
    });

    test('does not know a key that it never saw, and charges nothing by being asked', async () => {
      expect(await under.provider.query(charge, BUDGET_MS)).toEqual({ outcome: 'not_found' });
      expect(books()).toEqual([0, 0]);
    });

    test.each(['lost', 'error_after', 'garbage'] as const)(
      'knows by asking what %s hid',
      async (fault) => {
        await under.fail(fault);
        expect(await under.provider.pay(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
        expect(await under.provider.query(charge, BUDGET_MS)).toMatchObject({
          outcome: 'approved',
        });
        expect(books()).toEqual([1, 1_234]);
      },
    );

    test('gives up a call that is not answered in time, and knows by asking', async () => {
      await under.fail('silent');
      const paying = under.provider.pay(charge, BUDGET_MS);
      await under.expire();
      expect(await paying).toEqual({ outcome: 'unknown' });
      expect(await under.provider.query(charge, BUDGET_MS)).toMatchObject({ outcome: 'approved' });
      expect(books()).toEqual([1, 1_234]);
    });

    test('does not take an error of the server for a refusal', async () => {
      await under.fail('error_before');
      expect(await under.provider.pay(charge, BUDGET_MS)).toEqual({ outcome: 'unknown' });
      expect(await under.provider.query(charge, BUDGET_MS)).toEqual({ outcome: 'not_found' });
      expect(books()).toEqual([0, 0]);
    });

    test('says of every call that nobody was there to take it', async () => {
      const { unreachable } = under;
      const nobody = { outcome: 'unreachable' };
      expect(await unreachable.pay(charge, BUDGET_MS)).toEqual(nobody);
      expect(await unreachable.query(charge, BUDGET_MS)).toEqual(nobody);
      expect(await unreachable.cancel(charge, BUDGET_MS)).toEqual(nobody);
      expect(await unreachable.refund(refundOf('1001-1-8', 1), BUDGET_MS)).toEqual(nobody);
    });

    test('gives everything back, once, when cancelled, and stays cancelled', async () => {
      await under.provider.pay(charge, BUDGET_MS);
      expect(await under.provider.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'cancelled' });
      expect(await under.provider.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'cancelled' });
      expect(books()).toEqual([1, 0]);
    });

    test('refuses a charge that comes after its cancellation', async () => {
      expect(await under.provider.cancel(charge, BUDGET_MS)).toEqual({ outcome: 'cancelled' });
      const late = await under.provider.pay(charge, BUDGET_MS);
      expect(late).toEqual({ outcome: 'declined', code: 'not_permitted' });
      expect(books()).toEqual([0, 0]);
    });

    test('gives back in parts, each once, and never more than was paid', async () => {
      await under.provider.pay(charge, BUDGET_MS);
      const { provider } = under;
      const part = await provider.refund(refundOf('1001-1-8', 1_000), BUDGET_MS);
      expect(part).toMatchObject({ outcome: 'approved', amountMinor: 1_000 });
      expect(await provider.refund(refundOf('1001-1-8', 1_000), BUDGET_MS)).toEqual(part);
      expect(books()).toEqual([1, 234]);
      expect(await provider.refund(refundOf('1001-1-9', 235), BUDGET_MS)).toEqual({
        outcome: 'declined',
        code: 'limit_exceeded',
      });
      expect(await provider.refund(refundOf('1001-1-10', 234), BUDGET_MS)).toMatchObject({
        outcome: 'approved',
      });
      expect(books()).toEqual([1, 0]);
    });

    test('does not give back what was never paid', async () => {
      const never = await under.provider.refund(refundOf('1001-1-8', 1), BUDGET_MS);
      expect(never).toEqual({ outcome: 'declined', code: 'not_permitted' });
      expect(books()).toEqual([0, 0]);
    });
  });
};
