/** How the money of a payment is split: examples worked out by hand, and what must hold for every payment. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { movementOf } from '#core/ledger.ts';
import { discountOut, splitOf } from '#core/payment-shares.ts';
import { decideChange, releaseHold } from '#core/payment-states.ts';
import { ppmOf, roundedShareOf, shareOf } from '#core/ratio.ts';
import type { Payment, PaymentShares } from '#core/records.ts';

const SHARES: PaymentShares = {
  region: 'KR',
  taxMinor: 91,
  feeMinor: 30,
  discountMinor: 200,
  promotion: 'autumn',
};
/** 1000 is the price: 800 from the user, 200 from the promotion. */
const payment = (change: Partial<Payment> = {}): Payment => ({
  state: 'posted',
  revision: 0,
  amountMinor: 800,
  postedMinor: 800,
  refundedMinor: 0,
  currency: 410,
  user: 'u',
  merchant: 'm',
  shares: SHARES,
  ...change,
});
const HELD = payment({ state: 'held', postedMinor: 0 });
const linesOf = (from: Payment | undefined, to: Payment | undefined): Record<string, number> =>
  Object.fromEntries(
    movementOf(from, to ?? payment()).lines.map(({ account, amountMinor }) => [
      account,
      amountMinor,
    ]),
  );

describe('the lines of a payment with tax, fee and a promotion', () => {
  test('of a sale', () => {
    expect(linesOf(undefined, payment())).toEqual({
      'wallet:u': -800,
      'merchant:m': 879,
      'tax:KR': 91,
      fees: 30,
      'promotion:autumn': -200,
    });
  });

  test('of a hold: the promotion has reserved, and paid nothing', () => {
    expect(linesOf(undefined, HELD)).toEqual({ 'wallet:u': -800, 'hold:u': 800 });
    expect(discountOut(HELD)).toBe(200);
  });

  test('of a part that is posted: each in proportion, what does not divide stays with the merchant', () => {
    const { to } = decideChange(HELD, { op: 'confirm', paymentSequence: 1, amountMinor: 333 });
    // 200 x 333/800 = 83.25; 416 owed; 91 x 416/1000 = 37.86; 379 after tax; 30 x 379/909 = 12.51
    expect(linesOf(HELD, to)).toEqual({
      'wallet:u': 467,
      'hold:u': -800,
      'merchant:m': 367,
      'tax:KR': 37,
      fees: 12,
      'promotion:autumn': -83,
    });
    expect(discountOut(to ?? HELD)).toBe(83);
  });

  test('of refunds that give all of it back: nothing is left anywhere', () => {
    const first = decideChange(payment(), {
      op: 'refund',
      paymentSequence: 1,
      amountMinor: 333,
    }).to;
    const rest = decideChange(first ?? HELD, { op: 'refund', paymentSequence: 1 }).to;
    const sum = new Map<string, number>();
    for (const lines of [
      linesOf(undefined, payment()),
      linesOf(payment(), first),
      linesOf(first, rest),
    ]) {
      for (const [account, amount] of Object.entries(lines)) {
        sum.set(account, (sum.get(account) ?? 0) + amount);
      }
    }
    expect([...sum.values()].filter((left) => left !== 0)).toEqual([]);
    expect(rest?.state).toBe('refunded');
  });

  test('of one that the promotion pays whole: posted, and refunded, without the user', () => {
    const free = payment({
      amountMinor: 0,
      postedMinor: 0,
      shares: { ...SHARES, discountMinor: 1000 },
    });
    const split = { 'merchant:m': 879, 'tax:KR': 91, fees: 30, 'promotion:autumn': -1000 };
    expect(linesOf(undefined, free)).toEqual(split);
    const refund = decideChange(free, { op: 'refund', paymentSequence: 1 });
    expect(refund.amountMinor).toBe(0);
    expect(linesOf(free, refund.to)['promotion:autumn']).toBe(1000);
    expect(linesOf(undefined, { ...free, state: 'held' })).toEqual({});
  });

  test('of one without shares: user and merchant alone', () => {
    const { shares: _none, ...plain } = payment();
    expect(linesOf(undefined, plain)).toEqual({ 'wallet:u': -800, 'merchant:m': 800 });
  });
});

const amount = fc.oneof(
  fc.integer({ min: 0, max: 50 }),
  fc.integer({ min: 0, max: 999_999_999_999 }),
);
/** Price, then parts of it that leave the merchant at least nothing. */
const anyPayment = fc
  .tuple(amount, fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(1_000_000))
  .map(([price, off, tax, fee]) => {
    const discountMinor = shareOf(price, off, 1_000_000);
    const taxMinor = shareOf(price, tax, 1_000_000);
    const feeMinor = shareOf(price - taxMinor, fee, 1_000_000);
    const shares = { ...SHARES, discountMinor, taxMinor, feeMinor };
    return payment({ state: 'held', amountMinor: price - discountMinor, postedMinor: 0, shares });
  });
const anyStep = fc.tuple(
  fc.constantFrom('confirm', 'refund', 'reverse', 'expire'),
  fc.nat(1_000_000),
);

/** The books of one payment, held to the rules at every movement. */
class Books {
  readonly #sums = new Map<string, number>();
  now: Payment | undefined;

  go(to: Payment): void {
    for (const { account, amountMinor } of movementOf(this.now, to).lines) {
      this.#sums.set(account, this.of(account) + amountMinor);
    }
    this.now = to;
    expect(this.all().reduce((total, sum) => total + sum, 0)).toBe(0);
    for (const [account, sum] of this.#sums) {
      expect(/^(wallet|promotion):/.test(account) ? -sum : sum).toBeGreaterThanOrEqual(0);
    }
    expect(this.of('promotion:autumn') + splitOf(to).discount).toBe(0);
    expect(discountOut(to)).toBeLessThanOrEqual(sharesOf(to).discountMinor);
  }

  of(account: string): number {
    return this.#sums.get(account) ?? 0;
  }

  all(): readonly number[] {
    return [...this.#sums.values()];
  }
}

const sharesOf = ({ shares }: Payment): PaymentShares => shares ?? SHARES;

const REVERSE = { op: 'reverse', paymentSequence: 1, reason: 3 } as const;

const after = (from: Payment, what: string, part: number): Payment | undefined => {
  switch (what) {
    case 'expire':
      return from.state === 'held' ? releaseHold(from, 'expired').to : undefined;
    case 'reverse':
      return decideChange(from, REVERSE).to;
    case 'confirm': {
      const amountMinor = ppmOf(from.amountMinor, part);
      return decideChange(from, { op: 'confirm', paymentSequence: 1, amountMinor }).to;
    }
    default: {
      const amountMinor = ppmOf(from.postedMinor - from.refundedMinor, part);
      return decideChange(from, { op: 'refund', paymentSequence: 1, amountMinor }).to;
    }
  }
};

test('whatever is done to a payment: sums of zero, nobody below zero, and all of it back at the end', () => {
  fc.assert(
    fc.property(anyPayment, fc.array(anyStep, { maxLength: 8 }), (held, steps) => {
      const books = new Books();
      books.go(held);
      for (const [what, part] of [...steps, ['reverse', 0] as const]) {
        const to = after(books.now ?? held, what, part);
        if (to !== undefined) {
          books.go(to);
        }
      }
      expect(books.all().filter((sum) => sum !== 0)).toEqual([]);
    }),
  );
});

describe('a part of an amount', () => {
  test('is exact beyond what a double can hold', () => {
    expect(shareOf(999_999_999_999, 999_999_999_998, 999_999_999_999)).toBe(999_999_999_998);
    expect(ppmOf(999_999_999_999, 999_999)).toBe(999_998_999_999);
  });
  test.each([
    [5, 1, 2, 2],
    [7, 1, 2, 4],
    [1, 1, 2, 0],
    [3, 1, 2, 2],
    [10, 1, 3, 3],
    [11, 1, 3, 4],
    [0, 5, 7, 0],
  ])('%i x %i / %i rounds half to even: %i', (a, part, whole, rounded) => {
    expect(roundedShareOf(a, part, whole)).toBe(rounded);
  });
  test.each([
    [5, 1, 2, 2],
    [11, 1, 3, 3],
  ])('%i x %i / %i rounded down: %i', (a, part, whole, low) => {
    expect(shareOf(a, part, whole)).toBe(low);
  });
});
