/** A batch of the stream: what is told to whom, what is named as failed, what is put aside. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '#core/deliver-webhook.ts';
import type { Endpoint } from '#core/endpoints.ts';
import type { RequestRecord } from '#core/records.ts';
import { createLog } from '#functions/json-log.ts';
import {
  handleChanges,
  type ParkedChange,
  type PublishDeps,
} from '#functions/publisher/handle-changes.ts';
import { recordChange, streamRecord } from '#test/support/stream-changes.ts';

const endpoint = (id: string): Endpoint => ({
  id,
  url: 'https://shop.test/hooks',
  description: '',
  enabled: true,
});
const pay = (sequence: number, change: Partial<RequestRecord> = {}): RequestRecord => ({
  key: { terminal: 1001, keyVersion: 1, sequence },
  op: 'pay',
  code: 'approved',
  decidedAtS: 1_790_000_000,
  digest: new Uint8Array(32).fill(1),
  answer: new Uint8Array(40).fill(2),
  authorisation: 'A1B2C3',
  lines: [
    { account: 'wallet:u-1', amountMinor: -100 },
    { account: 'merchant:m-1', amountMinor: 100 },
  ],
  payment: {
    state: 'posted',
    revision: 0,
    amountMinor: 100,
    postedMinor: 100,
    refundedMinor: 0,
    currency: 410,
    user: 'u-1',
    merchant: 'm-1',
  },
  ...change,
});
const unreadable = (number: number) =>
  streamRecord({
    number,
    after: {
      pk: { S: `P#1001#1#${number}` },
      sk: { S: 'REC' },
      op: { S: 'pay' },
      cd: { N: '0' },
      at: { N: '1' },
      st: { S: '?' },
      an: { B: new Uint8Array(8) },
    },
  });

const rig = (change: Partial<PublishDeps> = {}) => {
  const enqueued: Delivery[] = [];
  const parked: ParkedChange[] = [];
  const lines: string[] = [];
  const deps: PublishDeps = {
    endpoints: async () => [endpoint('a'), endpoint('b')],
    enqueue: async (delivery) => void enqueued.push(delivery),
    park: async (letter) => void parked.push(letter),
    log: createLog((line) => lines.push(line)),
    ...change,
  };
  return { deps, enqueued, parked, lines };
};
const DONE = { batchItemFailures: [] };

describe('a batch of changes', () => {
  it('becomes one message per event and subscriber, all with the same bytes', async () => {
    const { deps, enqueued } = rig();
    expect(await handleChanges(deps, { Records: [recordChange(1, pay(7))] })).toEqual(DONE);
    expect(enqueued.map(({ endpoint: to, id }) => [to, id])).toEqual([
      ['a', 'evt_1001_1_7_0'],
      ['b', 'evt_1001_1_7_0'],
    ]);
    expect(enqueued[0]?.body).toBe(enqueued[1]?.body);
    expect(JSON.parse(enqueued[0]?.body ?? '')).toMatchObject({
      id: 'evt_1001_1_7_0',
      type: 'payment.posted',
      occurredAt: '2026-09-21T14:13:21Z',
    });
  });

  it('is passed over where it is of other rows, or the end of one', async () => {
    const { deps, enqueued, parked } = rig();
    const profile = { pk: { S: 'U#u-1' }, sk: { S: 'PROFILE' }, name: { S: 'Somebody' } };
    const Records = [
      streamRecord({ number: 1, after: profile }),
      streamRecord({ number: 2, before: profile }),
      streamRecord({ number: 3, after: { pk: { S: 'T#1001' }, sk: { S: 'SEEN' } } }),
    ];
    expect(await handleChanges(deps, { Records })).toEqual(DONE);
    expect([enqueued, parked]).toEqual([[], []]);
  });

  it('tells of a notice when it comes, not when a replay puts it again', async () => {
    const { deps, enqueued } = rig();
    const after = {
      pk: { S: 'EVT#2026-09-21' },
      sk: { S: '1790000000#clone-1001-1-399' },
      kind: { S: 'clone_suspected' },
      reason: { S: 'sequence_regression' },
      terminal: { N: '1001' },
      keyVersion: { N: '1' },
      sequence: { N: '399' },
      highest: { N: '500' },
      at: { N: '1790000000' },
    };
    const Records = [
      streamRecord({ number: 1, after }),
      streamRecord({ number: 2, before: after, after: { ...after, highest: { N: '501' } } }),
    ];
    await handleChanges(deps, { Records });
    expect(enqueued.map(({ id }) => id)).toEqual(Array(2).fill('evt_1790000000_clone_1001_1_399'));
  });

  it('names the first change that failed, and says how many come again', async () => {
    const { deps, lines } = rig({
      enqueue: ({ id }) =>
        id.includes('_8_') ? Promise.reject(new Error('away')) : Promise.resolve(),
    });
    const Records = [7, 8, 9].map((sequence) => recordChange(sequence, pay(sequence)));
    expect(await handleChanges(deps, { Records })).toEqual({
      batchItemFailures: [{ itemIdentifier: '8' }],
    });
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'error',
      event: 'publish',
      outcome: 'failed',
      count: 2,
      error: 'Error',
    });
  });

  it('comes again from its first event where the endpoints cannot be read', async () => {
    const { deps } = rig({ endpoints: () => Promise.reject(new Error('away')) });
    const other = streamRecord({ number: 1, after: { pk: { S: 'U#u-1' }, sk: { S: 'PROFILE' } } });
    expect(await handleChanges(deps, { Records: [other, recordChange(2, pay(7))] })).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
  });

  it('puts aside what no event can be made of, and goes on', async () => {
    const { deps, enqueued, parked, lines } = rig();
    const Records = [unreadable(1), recordChange(2, pay(8))];
    expect(await handleChanges(deps, { Records })).toEqual(DONE);
    expect(enqueued).toHaveLength(2);
    expect(parked.map(({ reason }) => reason)).toEqual(['event_unreadable']);
    expect(parked[0]?.change.Records[0]).toMatchObject({
      eventID: 'change-1',
      dynamodb: { NewImage: { pk: { S: 'P#1001#1#1' } } },
    });
    expect(JSON.stringify(parked)).not.toContain('"an"');
    expect(lines.join('')).not.toMatch(/1001|u-1/);
  });

  it('puts aside an event that says what is not declared', async () => {
    const { deps, enqueued, parked } = rig();
    const record = pay(7, { authorisation: 'longer than six' });
    await handleChanges(deps, { Records: [recordChange(1, record)] });
    expect([enqueued.length, parked.length]).toEqual([0, 1]);
  });

  it('takes what was put aside once it can be read: the letter is its own event', async () => {
    const { deps, parked } = rig();
    const change = recordChange(1, pay(7), pay(7, { payment: undefined as never }));
    const broken = {
      ...change,
      dynamodb: {
        ...change.dynamodb,
        NewImage: { ...change.dynamodb?.NewImage, st: { S: '?' } },
      },
    };
    await handleChanges(deps, { Records: [broken] });
    const letter = JSON.parse(JSON.stringify(parked[0]?.change)) as ParkedChange['change'];
    const image = letter.Records[0]?.dynamodb?.NewImage;
    Object.assign(image ?? {}, { st: { S: 'p' } });
    const later = rig();
    expect(await handleChanges(later.deps, letter)).toEqual(DONE);
    expect(later.enqueued.map(({ id }) => id)).toEqual(['evt_1001_1_7_0', 'evt_1001_1_7_0']);
  });

  it('comes again where it could not be put aside', async () => {
    const { deps } = rig({ park: () => Promise.reject(new Error('away')) });
    expect(await handleChanges(deps, { Records: [unreadable(1)] })).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });
  });
});
