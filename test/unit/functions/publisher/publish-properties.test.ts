/** Every transition goes out, as one event, whatever is delivered twice, in another order, in part, or not acknowledged. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Delivery } from '#core/deliver-webhook.ts';
import { type ChangeRequest, decideChange, releaseHold } from '#core/payment-states.ts';
import type { Payment, RecordedState, RequestRecord } from '#core/records.ts';
import { handleChanges } from '#functions/publisher/handle-changes.ts';
import { recordChange } from '#test/support/stream-changes.ts';

const RUNS = 300;
const ENDPOINT = { id: 'a', url: 'https://shop.test/', description: '', enabled: true };
/** Rounds in which anything may go wrong; then nothing does. */
const ROUGH_MAX = 8;

const start = (sequence: number, state: RecordedState): RequestRecord => ({
  key: { terminal: 1001, keyVersion: 1, sequence },
  op: 'pay',
  code: 'approved',
  decidedAtS: 1,
  lines: [],
  payment: {
    state,
    revision: 0,
    amountMinor: 100,
    postedMinor: state === 'posted' ? 100 : 0,
    refundedMinor: 0,
    currency: 410,
    user: 'u-1',
    merchant: 'm-1',
  },
});

type Step = ChangeRequest | 'expire' | 'provider';
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step[]>('expire', 'provider'),
  fc
    .integer({ min: 1, max: 60 })
    .map((amountMinor): Step => ({ op: 'refund', paymentSequence: 1, amountMinor })),
  fc.constantFrom<Step[]>(
    { op: 'confirm', paymentSequence: 1 },
    { op: 'confirm', paymentSequence: 1, amountMinor: 40 },
    { op: 'reverse', paymentSequence: 1, reason: 1 },
  ),
);

const after = (payment: Payment, next: Step): Payment | undefined => {
  if (next === 'provider') {
    return { ...payment, revision: payment.revision + 1, dueS: 9 };
  }
  if (next === 'expire') {
    return payment.state === 'held' ? releaseHold(payment, 'expired').to : undefined;
  }
  return decideChange(payment, next).to;
};

/** What anyone should be told of: the model knows nothing of events. */
const factOf = ({ state, postedMinor, refundedMinor }: Payment): string =>
  `${state} ${postedMinor} ${refundedMinor}`;

type Stream = ReturnType<typeof recordChange>[];

/** The stream of some payments, and the facts of each that it tells, in order. */
const historyOf = (lives: readonly { begin: RecordedState; steps: readonly Step[] }[]) => {
  const stream: Stream = [];
  const facts = lives.map(({ begin, steps }, at) => {
    let record = start(at + 1, begin);
    stream.push(recordChange(stream.length + 1, record));
    const told = [factOf(record.payment as Payment)];
    for (const each of steps) {
      const to = after(record.payment as Payment, each);
      if (to !== undefined) {
        const changed = { ...record, payment: to };
        stream.push(recordChange(stream.length + 1, changed, record));
        record = changed;
        told.push(...(factOf(to) === told.at(-1) ? [] : [factOf(to)]));
      }
    }
    return told;
  });
  return { stream, facts };
};

const life = fc.record({
  begin: fc.constantFrom<RecordedState[]>('held', 'posted', 'in_progress', 'declined', 'voided'),
  steps: fc.array(step, { maxLength: 8 }),
});
interface Trouble {
  readonly from: number;
  readonly size: number;
  readonly backwards: boolean;
  /** What becomes of each send: it may be in the queue although it failed. */
  readonly sends: readonly ('ok' | 'lost' | 'stored but not told')[];
  /** The function dies after so many sends: its answer does not count. */
  readonly diesAfter: number | null;
}
const trouble: fc.Arbitrary<Trouble> = fc.record({
  from: fc.nat(),
  size: fc.integer({ min: 1, max: 12 }),
  backwards: fc.boolean(),
  sends: fc.array(
    fc.constantFrom<Trouble['sends'][number][]>('ok', 'lost', 'stored but not told'),
    {
      maxLength: 12,
    },
  ),
  diesAfter: fc.option(fc.nat({ max: 12 })),
});
const CALM = { sends: [], diesAfter: null };

/** The publisher in front of a queue, with this trouble. */
const publish = (
  queue: Delivery[],
  { sends, diesAfter }: Pick<Trouble, 'sends' | 'diesAfter'>,
  Records: Stream,
) => {
  let sent = 0;
  const enqueue = async (delivery: Delivery): Promise<void> => {
    const outcome = sends[sent] ?? 'ok';
    sent += 1;
    if (diesAfter !== null && sent > diesAfter) {
      throw new Error('died');
    }
    if (outcome !== 'lost') {
      queue.push(delivery);
    }
    if (outcome !== 'ok') {
      throw new Error(outcome);
    }
  };
  const park = () => Promise.reject(new Error('nothing here is unreadable'));
  const endpoints = () => Promise.resolve([ENDPOINT]);
  return handleChanges({ endpoints, park, enqueue, log: () => undefined }, { Records });
};

/** Delivers a part of the stream with trouble; how far it is acknowledged afterwards. */
const deliver = async (queue: Delivery[], stream: Stream, each: Trouble & { reached: number }) => {
  const { reached, backwards, size } = each;
  // What was told before may come again, in any order; only what is due next can be acknowledged.
  const from = backwards ? each.from % (reached + 1) : reached;
  const part = stream.slice(from, from + size);
  const { batchItemFailures } = await publish(queue, each, backwards ? [...part].reverse() : part);
  if (backwards || each.diesAfter !== null) {
    return reached;
  }
  const failed = part.findIndex(
    ({ dynamodb }) => dynamodb?.SequenceNumber === batchItemFailures[0]?.itemIdentifier,
  );
  return reached + (failed < 0 ? part.length : failed);
};

/** What the queue has told of each payment, in the order of its revisions. Throws where one id has two bodies. */
const toldBy = (queue: readonly Delivery[], payments: number) => {
  const bodies = new Map<string, string>();
  for (const { id, body } of queue) {
    expect(bodies.get(id) ?? body).toBe(body);
    bodies.set(id, body);
  }
  const told = [...bodies.values()].map(
    (body) => JSON.parse(body).data as Payment & { payment: { sequence: number } },
  );
  return Array.from({ length: payments }, (_, at) =>
    told
      .filter(({ payment }) => payment.sequence === at + 1)
      .sort((a, b) => a.revision - b.revision)
      .map(factOf),
  );
};

it('sends every transition at least once, always with the same id and bytes, and nothing else', async () => {
  const property = fc.asyncProperty(
    fc.array(life, { minLength: 1, maxLength: 5 }),
    fc.array(trouble, { maxLength: ROUGH_MAX }),
    async (lives, troubles) => {
      const { stream, facts } = historyOf(lives);
      const queue: Delivery[] = [];
      let reached = 0;
      for (const each of troubles) {
        reached = await deliver(queue, stream, { ...each, reached });
      }
      expect(await publish(queue, CALM, stream.slice(reached))).toEqual({ batchItemFailures: [] });
      expect(toldBy(queue, lives.length)).toEqual(facts);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
});
