/** The state machine against its model: any order, doubled, delayed, at once, through crashes, expiry and blocked accounts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Request } from '#protocol/request.ts';
import {
  type Round,
  runScenario,
  type Scenario,
  type Step,
} from '../../support/payment-scenario.ts';
import { pay } from '../../support/payment-world.ts';
import type { Fault } from '../../support/turns.ts';

/** Together 15,000: each run is a whole life of some payments, in a fraction of a millisecond a step. */
const RUNS_ONE_AFTER_ANOTHER = 6_000;
const RUNS_AT_ONCE = 9_000;

const PAYS: fc.Arbitrary<Request> = fc
  .constantFrom<readonly ['sale' | 'hold', 1 | 2]>(
    ['sale', 1],
    ['hold', 1],
    ['hold', 1],
    ['hold', 2],
  )
  .map(([mode, quantity]) =>
    pay({
      mode,
      amountMinor: quantity * 100,
      items: [{ sku: 'LIP-01', quantity, unitPriceMinor: 100 }],
    }),
  );
const about = fc.constantFrom(1, 1, 1, 2, 2, 3, 4);
const amount = fc.constantFrom(undefined, 1, 40, 60, 100, 101, 201);
const part = (amountMinor: number | undefined): { readonly amountMinor?: number } =>
  amountMinor === undefined ? {} : { amountMinor };
const CHANGES: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ n: about, a: amount }).map(
    ({ n, a }): Request => ({
      op: 'confirm',
      paymentSequence: n,
      ...part(a),
    }),
  ),
  fc.record({ n: about, a: amount }).map(
    ({ n, a }): Request => ({
      op: 'refund',
      paymentSequence: n,
      ...part(a),
    }),
  ),
  about.map((n): Request => ({ op: 'reverse', paymentSequence: n, reason: 1 })),
  fc.constantFrom(1, 2, 3).map((n): Request => ({ op: 'status', paymentSequence: n })),
);
/** The first three numbers mostly pay, those after them are about these. */
const PLAN: fc.Arbitrary<readonly Request[]> = fc
  .tuple(
    fc.tuple(PAYS, fc.oneof({ weight: 3, arbitrary: PAYS }, { weight: 1, arbitrary: CHANGES })),
    fc.array(fc.oneof({ weight: 1, arbitrary: PAYS }, { weight: 5, arbitrary: CHANGES }), {
      minLength: 2,
      maxLength: 6,
    }),
  )
  .map(([first, rest]) => [...first, ...rest]);

const rarely = fc.integer({ min: 0, max: 15 }).map((drawn) => drawn === 15);
const FAULT: fc.Arbitrary<Fault> = fc.constantFrom(
  'none',
  'none',
  'none',
  'before',
  'after',
  'death',
  'unsaid',
  'conflict',
);
const FAULTS = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Fault[]>([]) },
  { weight: 1, arbitrary: fc.array(FAULT, { maxLength: 5 }) },
);
const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      message: fc.integer({ min: 0, max: 7 }),
      late: rarely,
      altered: rarely,
      faults: FAULTS,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const), faults: FAULTS }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 899, 900, 901),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('block' as const), blocked: fc.boolean() }),
  },
);
const scenarioOf = (atOnce: number, rounds: number): fc.Arbitrary<Scenario> =>
  fc.record({
    plan: PLAN,
    rounds: fc.array(
      fc.record({
        steps: fc.array(STEP, { minLength: 1, maxLength: atOnce }),
        order: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }),
      }) satisfies fc.Arbitrary<Round>,
      { minLength: 1, maxLength: rounds },
    ),
  });

const seen = new Set<string>();
const check = async (scenario: Scenario): Promise<void> => {
  for (const decision of await runScenario(scenario)) {
    seen.add(decision);
  }
};

test('one after another, each answer and each movement is the one that the model gives', async () => {
  await fc.assert(fc.asyncProperty(scenarioOf(1, 16), check), {
    numRuns: RUNS_ONE_AFTER_ANOTHER,
  });
}, 240_000);

test('at once, what is booked is what the model gives for the order in which it was booked', async () => {
  await fc.assert(fc.asyncProperty(scenarioOf(4, 5), check), { numRuns: RUNS_AT_ONCE });
}, 240_000);

/** Every cell of the table in docs/payment-states.md that a PAY of our own ledger can be in. */
const REVERSIBLE = ['none', 'held', 'posted', 'voided', 'expired', 'declined', 'partly_refunded'];
test.each([
  'expiry',
  ...['approved', 'too_late', 'user_blocked', 'insufficient_funds'].map(
    (code) => `pay of none: ${code}`,
  ),
  ...['none', 'declined'].map((state) => `confirm of ${state}: original_not_found`),
  ...['posted', 'partly_refunded', 'refunded'].map((state) => `confirm of ${state}: not_permitted`),
  ...['approved', 'limit_exceeded'].map((code) => `confirm of held: ${code}`),
  ...['approved', 'limit_exceeded', 'insufficient_funds'].map(
    (code) => `confirm of expired: ${code}`,
  ),
  'confirm of voided: already_voided',
  'confirm of other request: original_not_found',
  ...[...REVERSIBLE, 'refunded'].map((state) => `reverse of ${state}: approved`),
  'reverse of other request: not_permitted',
  ...['none', 'expired', 'declined', 'other request'].map(
    (state) => `refund of ${state}: original_not_found`,
  ),
  ...['posted', 'partly_refunded'].flatMap((state) =>
    ['approved', 'limit_exceeded'].map((code) => `refund of ${state}: ${code}`),
  ),
  'refund of held: not_permitted',
  'refund of refunded: limit_exceeded',
  'refund of voided: already_voided',
])('the runs above came to: %s', (decision) => {
  expect(seen).toContain(decision);
});
