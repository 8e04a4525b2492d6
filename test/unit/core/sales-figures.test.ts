/** Totals that follow from payments: what each state counts, and that delivery changes nothing of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Payment, RecordedState } from '#core/records.ts';
import {
  addFigures,
  bucketName,
  type CountedSale,
  countSale,
  NO_SALES,
  SALES_SHARDS,
  type SalesFigures,
  salesFigures,
  salesShard,
  sharesOf,
} from '#core/sales-figures.ts';
import { type PayRecord, payRecord, SOLD_AT_S } from '../../support/pay-record.ts';

const dayOf = (atS: number): string => `day ${Math.floor(atS / 86_400)}`;
const state = (name: RecordedState, amounts: Partial<Payment> = {}): PayRecord =>
  payRecord(7, { state: name, postedMinor: 0, ...amounts });

test.each<readonly [string, PayRecord, Partial<SalesFigures>]>([
  ['a hold', state('held'), {}],
  ['what a provider has not decided', state('in_progress'), {}],
  [
    'a sale',
    payRecord(7),
    { sales: 1, units: 2, grossMinor: 100, netMinor: 100, payableMinor: 100 },
  ],
  [
    'a sale of which a part was refunded',
    payRecord(7, { state: 'partly_refunded', refundedMinor: 30 }),
    { sales: 1, units: 2, grossMinor: 100, refundedMinor: 30, netMinor: 70, payableMinor: 70 },
  ],
  [
    'a sale that was refunded whole',
    payRecord(7, { state: 'refunded', refundedMinor: 100 }),
    { sales: 1, units: 2, grossMinor: 100, refundedMinor: 100 },
  ],
  [
    'a sale with tax, fee and promotion',
    payRecord(7, {
      amountMinor: 88,
      postedMinor: 88,
      shares: { region: 'KR', taxMinor: 10, feeMinor: 3, discountMinor: 22, promotion: 'p' },
    }),
    {
      sales: 1,
      units: 2,
      grossMinor: 88,
      netMinor: 88,
      discountMinor: 22,
      taxMinor: 10,
      feeMinor: 3,
      payableMinor: 97,
    },
  ],
  ['a sale that was voided', payRecord(7, { state: 'voided', refundedMinor: 30 }), { voids: 1 }],
  [
    'a PAY that was voided before it came',
    payRecord(7, { state: 'voided' }, { code: 'already_voided' }),
    {},
  ],
  ['a hold that expired', state('expired'), { expiries: 1 }],
  ['a refusal', payRecord(7, { state: 'declined' }, { code: 'sold_out' }), { declines: 1 }],
])('%s counts as what it is', (_name, record, figures) => {
  expect(salesFigures(record)).toEqual({ ...NO_SALES, ...figures });
});

test('a request that is no PAY counts nothing', () => {
  const { payment: _payment, ...confirm } = payRecord(7);
  expect(salesFigures(confirm)).toEqual(NO_SALES);
  expect(countSale(undefined, confirm, dayOf)).toBeUndefined();
});

test('payments of a terminal go round its shards, and two terminals begin apart', () => {
  const shardOf = (terminal: number, sequence: number): number =>
    salesShard({ terminal, keyVersion: 1, sequence });
  expect(new Set(Array.from({ length: SALES_SHARDS }, (_, at) => shardOf(1001, at))).size).toBe(
    SALES_SHARDS,
  );
  expect(shardOf(1001, 7)).toBe((1001 + 7) % SALES_SHARDS);
  expect(shardOf(1002, 7)).not.toBe(shardOf(1001, 7));
});

describe('windows', () => {
  const sold = (items: readonly string[]): CountedSale['windows'] | undefined =>
    countSale(undefined, payRecord(7, {}, { evidence: { items } }), dayOf)?.counted.windows;
  test('are told by the evidence, each with its units', () => {
    expect(sold(['A*2@3/w-1', 'B*1@1', 'C*5@9/w-2', 'D*1@1/w-1'])).toEqual([
      { id: 'w-1', units: 3 },
      { id: 'w-2', units: 5 },
    ]);
    expect(sold(['A*2@3/w-1=500:list@4'])).toEqual([{ id: 'w-1', units: 2 }]);
    expect(sold(['X*1@1*2@3/w-1', 'B*1@1=5'])).toEqual([{ id: 'w-1', units: 2 }]);
  });
  test('are not known where only a digest of the items is kept, nor of what is no item', () => {
    const digest = payRecord(7, {}, { evidence: { itemsDigest: 'ab' } });
    expect(countSale(undefined, digest, dayOf)?.counted.windows).toEqual([]);
    expect(sold(['no item'])).toEqual([]);
    expect(salesFigures(payRecord(7, {}, { evidence: {} })).units).toBe(0);
  });
  test('count the units of their own, and the money of the whole sale', () => {
    const record = payRecord(7, {}, { evidence: { items: ['A*2@3/w-1', 'B*1@1/w-2'] } });
    const { changes = [] } = countSale(undefined, record, dayOf) ?? {};
    const all = Object.fromEntries(
      changes.map(({ bucket, figures }) => [
        bucketName(bucket),
        [figures.units, figures.netMinor] as const,
      ]),
    );
    const day = dayOf(SOLD_AT_S);
    expect(all).toEqual({
      'merchant m-1 410': [3, 100],
      [`merchant m-1 410 ${day}`]: [3, 100],
      [`window w-1 410 ${day}`]: [2, 100],
      [`window w-2 410 ${day}`]: [1, 100],
    });
  });
});

test('a sale stays on its day and with its windows; a stored one has the day that it was made on', () => {
  const stored = payRecord(7, {}, { evidence: { judgedAtS: SOLD_AT_S - 86_400 } });
  const counted = countSale(undefined, stored, dayOf)?.counted;
  expect(counted?.day).toBe(dayOf(SOLD_AT_S - 86_400));
  const later = payRecord(7, { state: 'voided', revision: 1 });
  expect(countSale(counted, later, () => 'another')?.counted).toMatchObject({
    day: counted?.day,
    windows: [],
    revision: 1,
  });
});

test('what somebody edited of how it was counted is put right when the payment is told again', () => {
  const record = payRecord(7);
  const counted = countSale(undefined, record, dayOf)?.counted;
  if (counted === undefined) {
    throw new Error('not counted');
  }
  expect(countSale(counted, record, dayOf)).toBeUndefined();
  const edited = { ...counted, figures: { ...counted.figures, netMinor: 90 } };
  const again = countSale(edited, record, dayOf);
  expect(again?.counted).toEqual(counted);
  expect(again?.changes.map(({ figures }) => figures.netMinor)).toEqual([10, 10, 10]);
  expect(countSale({ ...edited, revision: 1 }, record, dayOf)).toBeUndefined();
});

test('nobody is told of a sale without a merchant, and of a change that changes nothing', () => {
  expect(countSale(undefined, payRecord(7, { merchant: '' }), dayOf)?.changes).toEqual([]);
  const held = state('held');
  const { counted, changes } = countSale(undefined, held, dayOf) ?? {};
  expect([counted?.revision, changes]).toEqual([0, []]);
});

/** One payment's life, revision by revision. */
const LIFE: fc.Arbitrary<readonly RecordedState[]> = fc.constantFrom<readonly RecordedState[]>(
  ['posted'],
  ['held', 'posted', 'partly_refunded', 'partly_refunded', 'refunded'],
  ['held', 'expired', 'posted', 'voided'],
  ['posted', 'partly_refunded', 'voided'],
  ['held', 'voided'],
  ['declined'],
);
const AMOUNTS: Readonly<Record<string, Partial<Payment>>> = {
  held: { postedMinor: 0 },
  expired: { postedMinor: 0 },
  declined: { postedMinor: 0 },
  partly_refunded: { refundedMinor: 10 },
  refunded: { refundedMinor: 100 },
};

const lifeOf = (states: readonly RecordedState[], sequence: number): readonly PayRecord[] =>
  states.map((name, revision) =>
    payRecord(
      sequence,
      {
        state: name,
        revision,
        merchant: `m-${sequence % 2}`,
        ...AMOUNTS[name],
        ...(name === 'partly_refunded' ? { refundedMinor: 10 * revision } : {}),
      },
      { evidence: { items: [`A*${sequence}@1/w-${sequence % 3}`] } },
    ),
  );

/** As the projector does. */
const project = (changes: readonly PayRecord[]): Readonly<Record<string, SalesFigures>> => {
  const counted = new Map<number, CountedSale>();
  const totals: Record<string, SalesFigures> = {};
  for (const record of changes) {
    const { sequence } = record.key;
    const counts = countSale(counted.get(sequence), record, dayOf);
    if (counts !== undefined) {
      counted.set(sequence, counts.counted);
      for (const { bucket, figures } of counts.changes) {
        const name = bucketName(bucket);
        totals[name] = addFigures(totals[name] ?? NO_SALES, figures);
      }
    }
  }
  return totals;
};

/** From the payments as they stand, with nothing remembered. */
const recount = (
  lives: readonly (readonly PayRecord[])[],
): Readonly<Record<string, SalesFigures>> => {
  const totals: Record<string, SalesFigures> = {};
  for (const life of lives) {
    const last = life.at(-1);
    const counts = last && countSale(undefined, last, dayOf);
    for (const { bucket, figures } of counts === undefined ? [] : sharesOf(counts.counted)) {
      const name = bucketName(bucket);
      totals[name] = addFigures(totals[name] ?? NO_SALES, figures);
    }
  }
  return totals;
};

const withoutEmpty = (
  totals: Readonly<Record<string, SalesFigures>>,
): Readonly<Record<string, SalesFigures>> =>
  Object.fromEntries(
    Object.entries(totals).filter(([, figures]) => Object.values(figures).some((n) => n !== 0)),
  );

test('changes that are told again, late, and in any order make the totals of the payments as they stand', () => {
  fc.assert(
    fc.property(
      fc.array(LIFE, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(1_000), { minLength: 60, maxLength: 60 }),
      fc.nat(20),
      (states, draws, again) => {
        const lives = states.map((each, at) => lifeOf(each, at + 1));
        const stream = lives.flat();
        // The prefix that is replayed, after which everything is told once more in any order.
        const replayed = [...stream.slice(0, again), ...stream];
        const shuffled = replayed
          .map((record, at) => ({ record, at: draws[at % draws.length] ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ record }) => record);
        const expected = withoutEmpty(recount(lives));
        expect(withoutEmpty(project(stream))).toEqual(expected);
        expect(withoutEmpty(project(replayed))).toEqual(expected);
        expect(withoutEmpty(project(shuffled))).toEqual(expected);
        expect(withoutEmpty(project([...shuffled, ...stream]))).toEqual(expected);
      },
    ),
    { numRuns: 1_000 },
  );
}, 60_000);
