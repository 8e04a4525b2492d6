/** What deploys as `pay`, driven by an independent terminal and judged by an independent codec. */
import { createHash } from 'node:crypto';
import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditLedger } from '#adapters/dynamodb/audit.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { CONFLICT_TRIES_MAX } from '#core/answering.ts';
import { ForeignCodec, type ForeignFrame, payBody, TYPE } from '#test/support/foreign-terminal.ts';
import {
  FENCE,
  foreignKeys,
  type PayLambda,
  type QueuedReply,
  recordOf,
  SALE,
  startPayLambda,
  textRecord,
} from '#test/support/pay-lambda.ts';

const STALE_MS = 60_000;

describe('the bundle of pay', () => {
  let lambda: PayLambda;
  let sequence = 100;
  beforeAll(async () => {
    lambda = await startPayLambda();
  });
  afterAll(() => lambda.stop());

  const next = (): number => {
    sequence += 1;
    return sequence;
  };
  const payFrame = (number = next(), change = {}): Buffer =>
    lambda.codec.encode(TYPE.pay, number, payBody({ ...SALE, ...change }));
  const replies = (slot = 0): readonly QueuedReply[] =>
    lambda.queues.bodies(`reply-${slot}`).map((body) => JSON.parse(body) as QueuedReply);
  const replyTo = (corr: string): QueuedReply | undefined =>
    replies().find((reply) => reply.corr === corr);
  const handle = (...Records: readonly SQSRecord[]) => lambda.handler({ Records: [...Records] });
  /** Handles one frame that must be acknowledged; its reply must pass every check of the protocol page. */
  const ask = async (frame: Buffer): Promise<ForeignFrame & { readonly code: number }> => {
    const corr = `c-${next()}`;
    expect(await handle(recordOf(frame, { corr }))).toEqual({ batchItemFailures: [] });
    const queued = replyTo(corr);
    expect(queued).toMatchObject({ v: 1, fence: FENCE, kind: 'frame' });
    const reply = lambda.codec.decode(Buffer.from(queued?.frame ?? '', 'base64'));
    const asked = lambda.codec.decode(frame);
    expect(reply).toMatchObject({
      tagOk: true,
      type: asked.type | 0x80,
      terminal: 1001,
      keyVersion: 1,
      sequence: asked.sequence,
    });
    return { ...reply, code: Number(reply.body.get(1)) };
  };
  const boundTag = (reply: ForeignFrame): Buffer => Buffer.from(reply.body.get(0) as Uint8Array);
  const rowOf = async (pk: string, sk: string) =>
    (
      await lambda.dynamodb.client.send(
        new GetItemCommand({
          TableName: lambda.table,
          Key: { pk: { S: pk }, sk: { S: sk } },
          ConsistentRead: true,
        }),
      )
    ).Item;
  const balance = async (): Promise<number> =>
    Number((await rowOf('U#u-1', 'ACCT#410'))?.balance?.N);

  it('books an approved PAY and queues a reply that the terminal accepts', async () => {
    const before = await balance();
    const frame = payFrame(7);
    const reply = await ask(frame);
    expect(reply.code).toBe(0);
    expect(boundTag(reply)).toEqual(frame.subarray(-8));
    expect(reply.body.get(2)).toMatch(/^[0-9A-Z]{6}$/);
    expect(reply.body.get(4)).toBe(SALE.unitPriceMinor);
    expect(await balance()).toBe(before - SALE.unitPriceMinor);
    expect(await rowOf('P#1001#1#7', 'REC')).toMatchObject({
      st: { S: 'p' },
      po: { N: String(SALE.unitPriceMinor) },
      an: { B: new Uint8Array(reply.bytes) },
    });
  });

  it('decides a plain sale in two calls and four write units', async () => {
    const frame = payFrame();
    lambda.calls.takeCalls();
    expect((await ask(frame)).code).toBe(0);
    const [read, write, ...more] = lambda.calls.takeCalls();
    expect(more).toEqual([]);
    expect(read?.operation).toBe('BatchGetItem');
    expect(write?.operation).toBe('TransactWriteItems');
    const items = write?.input.TransactItems as readonly Record<string, unknown>[];
    expect(items.map((item) => Object.keys(item))).toEqual([['Put'], ['Update']]);
    expect(write?.capacityUnits).toBe(4);
  });

  it('pays four write units at the largest sequence number, too', async () => {
    const frame = payFrame(4_294_967_295, { deadlineMs: 60_000, quantity: 9 });
    lambda.calls.takeCalls();
    expect((await ask(frame)).code).toBe(0);
    expect(lambda.calls.takeCalls().at(-1)?.capacityUnits).toBe(4);
  });

  it('pays four write units for the most items with the longest names, too', async () => {
    const seed = createDynamodbSeed({ client: lambda.dynamodb.client, table: lambda.table });
    const skus = Array.from({ length: 20 }, (_, at) => `SKU-${at}`.padEnd(24, 'X'));
    for (const sku of skus) {
      const price = { version: 999_999, unitPriceMinor: 999, currency: 410, windows: [] };
      await seed.putSheet({ sku, region: 'KR', name: sku, ...price });
    }
    const body = new Map([
      ...payBody(SALE),
      [3, 20 * 9 * 999] as const,
      [5, skus.map((sku) => [sku, 9, 999])] as const,
    ]);
    lambda.calls.takeCalls();
    expect((await ask(lambda.codec.encode(TYPE.pay, next(), body))).code).toBe(0);
    const calls = lambda.calls.takeCalls();
    expect(calls.map(({ operation }) => operation)).toEqual(['BatchGetItem', 'TransactWriteItems']);
    expect(calls.at(-1)?.capacityUnits).toBe(4);
  });

  it('is billed by size in these tests: a record of 1,025 bytes would cost more', async () => {
    const put = async (bytes: number): Promise<number | undefined> => {
      const key = { pk: { S: `size-${bytes}` }, sk: { S: 'X' } };
      const overhead = 'pk'.length + `size-${bytes}`.length + 'sk'.length + 'X'.length + 'b'.length;
      const { ConsumedCapacity } = await lambda.dynamodb.client.send(
        new TransactWriteItemsCommand({
          ReturnConsumedCapacity: 'TOTAL',
          TransactItems: [
            {
              Put: {
                TableName: lambda.table,
                Item: { ...key, b: { B: new Uint8Array(bytes - overhead) } },
              },
            },
          ],
        }),
      );
      return ConsumedCapacity?.[0]?.CapacityUnits;
    };
    expect([await put(1_024), await put(1_025)]).toEqual([2, 4]);
  });

  it('answers a duplicate with the same bytes and moves nothing', async () => {
    const frame = payFrame();
    const first = await ask(frame);
    const after = await balance();
    expect((await ask(frame)).bytes).toEqual(first.bytes);
    expect((await ask(lambda.codec.repeat(frame))).bytes).toEqual(first.bytes);
    expect(await balance()).toBe(after);
  });

  it('books two copies of one PAY in one batch once', async () => {
    const frame = payFrame();
    const before = await balance();
    await handle(recordOf(frame, { corr: 'twin-1' }), recordOf(frame, { corr: 'twin-2' }));
    expect(replyTo('twin-1')?.frame).toBeDefined();
    expect(replyTo('twin-1')?.frame).toBe(replyTo('twin-2')?.frame);
    expect(await balance()).toBe(before - SALE.unitPriceMinor);
  });

  it('answers another request under a used number with 71', async () => {
    const number = next();
    await ask(payFrame(number));
    const after = await balance();
    expect((await ask(payFrame(number, { quantity: 2 }))).code).toBe(71);
    expect(await balance()).toBe(after);
  });

  it('parks a forged frame without its content, and has the bridge say 66', async () => {
    const forger = new ForeignCodec(foreignKeys(Buffer.alloc(32, 0x55)));
    const frame = forger.encode(TYPE.pay, 9_001, payBody(SALE));
    const record = recordOf(frame, { corr: 'forged' });
    expect(await handle(record)).toEqual({ batchItemFailures: [] });
    expect(replyTo('forged')).toEqual({
      v: 1,
      fence: FENCE,
      corr: 'forged',
      kind: 'fault',
      code: 66,
      sequence: 9_001,
    });
    const notes = lambda.queues.bodies('parking');
    const note = notes.find((text) => text.includes(record.messageId)) ?? '';
    expect(JSON.parse(note)).toEqual({
      v: 1,
      reason: 'mac_invalid',
      messageId: record.messageId,
      terminal: 1001,
      sequence: 9_001,
      bodyBytes: Buffer.byteLength(record.body),
      frameBytes: frame.length,
      bodyDigest: createHash('sha256').update(record.body).digest('hex'),
    });
    expect(note).not.toContain(SALE.identifier);
    expect(note).not.toContain(frame.toString('base64').slice(8, 40));
    expect(await rowOf('P#1001#1#9001', 'REC')).toBeUndefined();
  });

  it('drops a PAY that waited too long, and still carries out a REVERSE that did', async () => {
    const paid = next();
    await ask(payFrame(paid));
    const late = next();
    const undo = lambda.codec.encode(
      TYPE.reverse,
      next(),
      new Map([
        [1, paid],
        [2, 1],
      ]),
    );
    const ageMs = STALE_MS + 1_000;
    const before = await balance();
    const result = await handle(
      recordOf(payFrame(late), { corr: 'late-pay', ageMs }),
      recordOf(undo, { corr: 'late-reverse', ageMs }),
    );
    expect(result).toEqual({ batchItemFailures: [] });
    expect(replyTo('late-pay')).toBeUndefined();
    expect(await rowOf(`P#1001#1#${late}`, 'REC')).toBeUndefined();
    const answer = lambda.codec.decode(Buffer.from(replyTo('late-reverse')?.frame ?? '', 'base64'));
    expect(answer.body.get(1)).toBe(0);
    expect(await balance()).toBe(before + SALE.unitPriceMinor);
  });

  it('acknowledges a batch of ten with one poison message, and answers the other nine', async () => {
    const good = Array.from({ length: 9 }, (_, at) =>
      recordOf(payFrame(), { corr: `batch-${at}` }),
    );
    const poison = textRecord('{"v":1,');
    const answered = replies().length;
    expect(await handle(...good.slice(0, 4), poison, ...good.slice(4))).toEqual({
      batchItemFailures: [],
    });
    expect(replies().length - answered).toBe(9);
    for (const at of good.keys()) {
      const frame = Buffer.from(replyTo(`batch-${at}`)?.frame ?? '', 'base64');
      const { tagOk, body } = lambda.codec.decode(frame);
      expect([tagOk, body.get(1)]).toEqual([true, 0]);
    }
    expect(lambda.queues.bodies('parking').some((text) => text.includes(poison.messageId))).toBe(
      true,
    );
  });

  it('leaves a message to be delivered again in an outage, and books it once after', async () => {
    const frame = payFrame();
    const before = await balance();
    const record = recordOf(frame, { corr: 'outage' });
    lambda.calls.outage = /./;
    const result = await handle(record).finally(() => {
      lambda.calls.outage = undefined;
    });
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: record.messageId }] });
    expect(replyTo('outage')).toBeUndefined();
    expect(await handle(record)).toEqual({ batchItemFailures: [] });
    expect(replyTo('outage')?.kind).toBe('frame');
    expect(await balance()).toBe(before - SALE.unitPriceMinor);
  });

  it('tries to book no more often than it looks at the deadline', async () => {
    lambda.calls.outage = /TransactWriteItems/;
    lambda.calls.refused = 0;
    const result = await handle(recordOf(payFrame(), { corr: 'tries' })).finally(() => {
      lambda.calls.outage = undefined;
    });
    expect(result.batchItemFailures).toHaveLength(1);
    expect(lambda.calls.refused).toBe(CONFLICT_TRIES_MAX);
  });

  it('books and acknowledges although the reply queue is gone', async () => {
    lambda.queues.drop('reply-1');
    const frame = payFrame();
    const before = await balance();
    expect(await handle(recordOf(frame, { slot: 1 }))).toEqual({ batchItemFailures: [] });
    expect(await balance()).toBe(before - SALE.unitPriceMinor);
    expect((await ask(frame)).code).toBe(0);
    expect(await balance()).toBe(before - SALE.unitPriceMinor);
  });

  it('leaves books that balance', async () => {
    const audit = await auditLedger({ client: lambda.dynamodb.client, table: lambda.table });
    expect(audit).toEqual({ violations: [], entries: expect.any(Number) });
  });
});
