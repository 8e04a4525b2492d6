/** Whatever is bought, held, confirmed, voided and refunded under promotions, tax and fees: books of zero, nobody below zero, and a budget that is what was paid and what is reserved, to the unit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { expireHolds } from '#core/expire-holds.ts';
import type { Payment } from '#core/records.ts';
import type { Promotion, Sheet } from '#core/sheet.ts';
import type { Request } from '#protocol/request.ts';
import {
  createWorld,
  LIP,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

const RUNS = 150;
const ZONE = 'Asia/Seoul';
const BUDGET_MINOR = 700;
const SHARDS = 3;
const USES = 4;

const off = fc.oneof(
  fc.record({ ppm: fc.integer({ min: 1, max: 1_000_000 }) }),
  fc.record({ minor: fc.integer({ min: 1, max: 500 }) }),
);
const terms = fc.record({
  price: fc.integer({ min: 0, max: 400 }),
  taxPpm: fc.nat(1_000_000),
  rounding: fc.constantFrom('line' as const, 'total' as const),
  feePpm: fc.nat(1_000_000),
  fixedMinor: fc.nat(50),
  offMoney: off,
  offUses: off,
});
type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never;
const part = fc.nat(1_000);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('buy' as const),
    hold: fc.boolean(),
    quantity: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constantFrom('confirm' as const, 'reverse' as const, 'refund' as const),
    about: fc.nat(20),
    part: fc.option(part, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('expire' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const promotions = ({ offMoney, offUses }: Terms): readonly Promotion[] => {
  const base = { version: 1, by: 'automatic', zone: ZONE } as const;
  const money = { of: 'spend', max: BUDGET_MINOR, shards: SHARDS } as const;
  return [
    { ...base, id: 'money', off: offMoney, priority: 1, budget: money },
    { ...base, id: 'uses', off: offUses, budget: { of: 'uses', max: USES, shards: SHARDS } },
  ];
};
const sheetOf = (of: Terms): Sheet => ({
  ...LIP,
  unitPriceMinor: of.price,
  tax: { ppm: of.taxPpm, rounding: of.rounding },
  promotions: promotions(of),
});

interface Run {
  readonly store: MemoryPaymentStore;
  readonly world: World;
  readonly of: Terms;
  sequence: number;
}

const paymentsOf = ({ store }: Run): readonly (Payment & { readonly sequence: number })[] =>
  store
    .readLedgerFacts()
    .records.flatMap(({ key, payment }) =>
      payment === undefined ? [] : [{ ...payment, sequence: key.sequence }],
    );

const play = async (run: Run, now: Step): Promise<void> => {
  if (now.kind === 'expire') {
    run.world.nowMs += 1_000_000;
    await expireHolds({ store: run.store, clock: run.world.deps.clock }, 100);
    return;
  }
  const request = now.kind === 'buy' ? buyOf(run, now) : changeOf(run, now);
  if (request !== undefined) {
    run.sequence += 1;
    await run.world.ask(run.sequence, request);
  }
};

const buyOf = ({ of }: Run, { hold, quantity }: Extract<Step, { readonly kind: 'buy' }>): Request =>
  pay({
    amountMinor: of.price * quantity,
    items: [{ sku: 'LIP-01', quantity, unitPriceMinor: of.price }],
    mode: hold ? 'hold' : 'sale',
  });

const changeOf = (
  run: Run,
  now: Extract<Step, { readonly about: number }>,
): Request | undefined => {
  const payments = paymentsOf(run);
  const payment = payments[now.about % Math.max(1, payments.length)];
  if (payment === undefined) {
    return undefined;
  }
  const about = { paymentSequence: payment.sequence };
  if (now.kind === 'reverse') {
    return { ...about, op: 'reverse', reason: 3 };
  }
  const amount = Math.max(1, Math.floor((payment.amountMinor * (now.part ?? 0)) / 1_000));
  return { ...about, op: now.kind, ...(now.part !== undefined && { amountMinor: amount }) };
};

const hold = async (run: Run): Promise<void> => {
  const { store } = run;
  expect(store.audit().violations).toEqual([]);
  const { records, entries } = store.readLedgerFacts();
  const sums = new Map<string, number>();
  for (const { account, amountMinor } of [...records, ...entries].flatMap(({ lines }) => lines)) {
    sums.set(account, (sums.get(account) ?? 0) + amountMinor);
  }
  for (const account of ['merchant:m-1', 'tax:KR', 'fees', 'hold:rich', 'wallet:rich']) {
    expect(sums.get(account) ?? 0).toBeGreaterThanOrEqual(0);
  }
  const payments = paymentsOf(run);
  const reserved = payments
    .filter(({ state, shares }) => state === 'held' && shares?.promotion === 'money')
    .reduce((sum, { shares }) => sum + (shares?.discountMinor ?? 0), 0);
  const used = payments.filter(
    ({ state, shares }) =>
      shares?.promotion === 'uses' && !['voided', 'expired', 'declined'].includes(state),
  ).length;
  const taken = await store.readAllowances(
    ['money', 'uses'].map((id) => ({ id: `promotion:${id}/budget`, shards: SHARDS })),
  );
  const [money = 0, uses = 0] = [...taken.values()].map((of) => of.reduce((a, b) => a + b, 0));
  expect(money).toBe(reserved - (sums.get('promotion:money') ?? 0));
  expect(money).toBeLessThanOrEqual(BUDGET_MINOR);
  expect(uses).toBe(used);
  expect(uses).toBeLessThanOrEqual(USES);
};

test('in any order', async () => {
  await fc.assert(
    fc.asyncProperty(terms, fc.array(step, { minLength: 1, maxLength: 20 }), async (of, steps) => {
      const store = createMemoryPaymentStore();
      await seedWorld(store, 5_000);
      const merchantFee = { ppm: of.feePpm, fixedMinor: of.fixedMinor };
      await store.putTerminal({ ...TERMINAL, merchantFee });
      await store.putSheet(sheetOf(of));
      const run: Run = { store, world: createWorld(store), of, sequence: 0 };
      for (const now of steps) {
        await play(run, now);
        await hold(run);
      }
    }),
    { numRuns: RUNS },
  );
}, 60_000);
