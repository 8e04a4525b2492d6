import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { expireEach } from '#core/expire-holds.ts';
import type { PaymentStore } from '#core/ports.ts';
import { chargeKey, type PaymentProvider } from '#core/provider.ts';
import { resolvePending } from '#core/resolve-pending.ts';
import { CODES } from '#protocol/codes.ts';
import type { Request } from '#protocol/request.ts';
import { type CallFault, createModelProvider } from '../../support/model-provider.ts';
import { createWorld, pay, seedWorld, TERMINAL } from '../../support/payment-world.ts';
import { createTurns, death } from '../../support/turns.ts';

const RUNS = 5_000;
const HOUR_MS = 3_600_000;
const DEADLINE_MS = 20_000;
const SALE = 1;
const HOLD = 2;

const code = (digits: string): string => `13${digits.padStart(16, '0')}`;
/** Every request that a terminal may send, by its number: sent again, it is the same request. */
const REQUESTS: ReadonlyMap<number, Request> = new Map<number, Request>([
  [SALE, pay({ identifier: code('1'), entryMode: 3, deadlineMs: DEADLINE_MS })],
  [HOLD, pay({ identifier: code('2'), entryMode: 3, deadlineMs: DEADLINE_MS, mode: 'hold' })],
  [11, { op: 'reverse', paymentSequence: SALE, reason: 1 }],
  [12, { op: 'reverse', paymentSequence: HOLD, reason: 1 }],
  [13, { op: 'refund', paymentSequence: SALE, amountMinor: 30 }],
  [14, { op: 'refund', paymentSequence: SALE, amountMinor: 80 }],
  [15, { op: 'refund', paymentSequence: HOLD }],
  [16, { op: 'confirm', paymentSequence: HOLD }],
  [17, { op: 'reverse', paymentSequence: SALE, reason: 3 }],
  [18, { op: 'confirm', paymentSequence: HOLD, amountMinor: 40 }],
]);
const SEQUENCES = [...REQUESTS.keys()];

type Act =
  | { readonly act: 'ask'; readonly sequence: number }
  | { readonly act: 'janitor' | 'deliver' | 'yes' | 'no' };
interface Batch {
  readonly acts: readonly Act[];
  readonly order: readonly number[];
  /** Calls of the process after which it is gone; by index over all of a batch. */
  readonly deaths: readonly number[];
  readonly faults: readonly CallFault[];
  readonly waitMs: number;
}

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(SALE, SALE, HOLD, HOLD, ...SEQUENCES)
      .map((sequence): Act => ({ act: 'ask', sequence })),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('janitor', 'janitor', 'deliver', 'yes', 'no')
      .map((each): Act => ({ act: each })),
  },
);
const batch: fc.Arbitrary<Batch> = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 3 }),
  order: fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
  deaths: fc.array(fc.nat(12), { maxLength: 2 }),
  faults: fc.array(
    fc.constantFrom<CallFault>(
      'none',
      'none',
      'none',
      'lost',
      'dropped',
      'unreachable',
      'delayed',
      'waits',
      'declines',
      'throws',
    ),
    { maxLength: 4 },
  ),
  waitMs: fc.constantFrom(0, 1_000, 4_000, DEADLINE_MS, DEADLINE_MS + 1, 60_000, 1_000_000),
});

const prepare = async () => {
  const books = createMemoryPaymentStore();
  await seedWorld(books);
  await books.putTerminal({ ...TERMINAL, providers: ['wechat'] });
  const model = createModelProvider();
  const turns = createTurns();
  const fate = { deaths: [] as readonly number[], calls: 0 };
  /** Each call takes its turn; one that is fatal has its effect, and its process hears nothing and does nothing more. */
  const turned = <T>(run: () => Promise<T>): Promise<T> => {
    const at = fate.calls;
    fate.calls += 1;
    const done = turns.take(run);
    return fate.deaths.includes(at) ? done.then(() => death<T>()) : done;
  };
  const store: PaymentStore = {
    ...books,
    book: (booking) => turned(() => books.book(booking)),
    settle: (settlement) => turned(() => books.settle(settlement)),
    readRecord: (key) => turned(() => books.readRecord(key)),
    readPayment: (key) => turned(() => books.readPayment(key)),
    claimAnswer: (...claim) => turned(() => books.claimAnswer(...claim)),
  };
  const provider: PaymentProvider = {
    ...model,
    pay: (...call) => turned(() => model.pay(...call)),
    query: (...call) => turned(() => model.query(...call)),
    cancel: (...call) => turned(() => model.cancel(...call)),
    refund: (...call) => turned(() => model.refund(...call)),
  };
  const world = createWorld(store, { providers: new Map([['wechat', provider]]) });
  const janitor = async (): Promise<void> => {
    const due = await books.readDue(Math.floor(world.nowMs / 1000), 100);
    await expireEach({ store: books, clock: world.deps.clock }, due);
    await resolvePending({ ...world.deps, cases: books }, due);
  };
  const run = async ({ acts, order, deaths, faults, waitMs }: Batch): Promise<void> => {
    fate.deaths = deaths;
    fate.calls = 0;
    model.faults = [...faults];
    turns.alone(acts.length === 1);
    for (const each of acts) {
      switch (each.act) {
        case 'ask': {
          const request = REQUESTS.get(each.sequence);
          if (request !== undefined) {
            world.ask(each.sequence, request).catch(() => undefined);
          }
          break;
        }
        case 'janitor':
          janitor().catch(() => undefined);
          break;
        case 'deliver':
          model.deliver();
          break;
        default:
          model.buyersSay(each.act === 'yes');
      }
    }
    await turns.run(order);
    world.nowMs += waitMs;
  };
  /** Runs something to its end with no faults. */
  const calm = async <T>(start: () => Promise<T>): Promise<T> => {
    turns.alone(true);
    const work = start();
    await turns.run([0]);
    return work;
  };
  return { books, model, world, janitor, run, calm, fate };
};

/** Faults stop, and the janitor goes on. */
const rest = async ({ model, world, janitor, calm, fate }: Rig): Promise<void> => {
  fate.deaths = [];
  model.faults = [];
  model.deliver();
  for (let turn = 0; turn < 8; turn += 1) {
    world.nowMs += HOUR_MS;
    await calm(janitor);
  }
};

type Rig = Awaited<ReturnType<typeof prepare>>;

const askedIn = (batches: readonly Batch[]): ReadonlySet<number> =>
  new Set(
    batches.flatMap(({ acts }) =>
      acts.flatMap((each) => (each.act === 'ask' ? [each.sequence] : [])),
    ),
  );

/** Whoever asked gets an answer, for ever the same. */
const askAgain = async (rig: Rig, asked: ReadonlySet<number>): Promise<void> => {
  for (const [sequence, request] of REQUESTS) {
    if (asked.has(sequence)) {
      await rig.calm(() => rig.world.ask(sequence, request));
      await rest(rig);
      const first = await rig.calm(() => rig.world.ask(sequence, request));
      const again = await rig.calm(() => rig.world.ask(sequence, request));
      expect(CODES[first.code].code).toBeLessThan(128);
      expect(again.answer).toEqual(first.answer);
    }
  }
};

const checkBooks = ({ books, model }: Rig): void => {
  const { records, entries } = books.readLedgerFacts();
  const lines = [...records, ...entries].flatMap((each) => each.lines);
  const sumOf = (name: string): number =>
    lines.reduce((sum, line) => (line.account === name ? sum + line.amountMinor : sum), 0);
  expect(books.audit().violations).toEqual([]);
  expect(sumOf('provider:wechat') + model.takenMinor()).toBe(0);
  // Every hold is confirmed, reversed or over by now.
  expect(sumOf('suspense')).toBe(0);
  for (const [key, charge] of model.charges) {
    expect(charge.arrivals, key).toBeLessThanOrEqual(1);
  }
};

const checkRecords = ({ books, model }: Rig): void => {
  for (const { key, code: decided, decidedAtS, payment } of books.readLedgerFacts().records) {
    expect(decided).not.toBe('in_progress');
    expect(payment?.provider?.open).toBeUndefined();
    if (decided === 'approved' && payment?.provider !== undefined) {
      expect(decidedAtS * 1000).toBeLessThanOrEqual(payment.provider.lateAfterMs);
    }
    if (payment !== undefined && ['declined', 'voided', 'expired'].includes(payment.state)) {
      expect(model.takenMinor(chargeKey(key))).toBe(0);
    }
  }
};

describe('payments that a provider carries, in any order, with lost and doubled messages and processes that die', () => {
  const batches = fc.array(batch, { minLength: 1, maxLength: 9 });

  test('come to rest with the provider and our ledger in agreement', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (played) => {
        const rig = await prepare();
        for (const each of played) {
          await rig.run(each);
        }
        await rest(rig);
        const asked = askedIn(played);
        await askAgain(rig, asked);
        await rest(rig);
        checkBooks(rig);
        checkRecords(rig);
        if (asked.has(11) || asked.has(17)) {
          expect(rig.model.takenMinor('1001-1-1')).toBe(0);
        }
      }),
      { numRuns: RUNS },
    );
  }, 240_000);
});
