/** The projector against a table: totals that count every payment as it stands, however its changes are delivered. */
import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { type PaymentSearch, searchPayments } from '#adapters/dynamodb/payment-lists.ts';
import { readSales } from '#adapters/dynamodb/sales-items.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import type { SalesBucket } from '#core/sales-figures.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import { entryOfChange, type Projection } from '#functions/projector/projection.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';
import { payRecord, SOLD_AT_S } from '#test/support/pay-record.ts';
import { TERMINAL } from '#test/support/payment-world.ts';

/** A stream holds a change for a day; a week later nothing can deliver it again. */
const WEEK_S = 604_800;
const TOTAL: SalesBucket = { of: 'merchant', id: 'm-1', currency: 410 };
const DAY: SalesBucket = { ...TOTAL, day: '2026-09-21' };
const WINDOW: SalesBucket = { of: 'window', id: 'w-1', currency: 410, day: '2026-09-21' };

describe('a projection', () => {
  let dynamodb: Dynoxide;
  let tables = 0;
  beforeAll(async () => {
    dynamodb = await startDynoxide();
  });
  afterAll(() => dynamodb.stop());

  const prepare = async () => {
    tables += 1;
    const table = await dynamodb.createTable(`projections-${tables}`);
    const target = { client: dynamodb.client, table };
    return {
      apply: (record: Projection['record'], change: Partial<Projection> = {}) =>
        applyProjection(target, { record, atS: SOLD_AT_S, ...change }),
      sales: (bucket: SalesBucket) => readSales(target, bucket),
      seed: createDynamodbSeed(target),
      store: createDynamodbPaymentStore(target),
      search: (search: PaymentSearch) => searchPayments(target, search),
      edit: async (pk: string, sk: string, fields: Record<string, AttributeValue>) => {
        const Item = { pk: { S: pk }, sk: { S: sk } };
        const { Item: found } = await dynamodb.client.send(
          new GetItemCommand({ TableName: table, Key: Item }),
        );
        await dynamodb.client.send(
          new PutItemCommand({ TableName: table, Item: { ...found, ...Item, ...fields } }),
        );
      },
      rowOf: async (pk: string, sk: string) => {
        const key = { pk: { S: pk }, sk: { S: sk } };
        const { Item } = await dynamodb.client.send(
          new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
        );
        return Item;
      },
    };
  };
  const refunded = payRecord(7, { state: 'partly_refunded', revision: 1, refundedMinor: 30 });
  const voided = payRecord(7, { state: 'voided', revision: 2, refundedMinor: 30 });

  it('adds a sale to its merchant, its day and its window, once', async () => {
    const { apply, sales } = await prepare();
    await apply(payRecord(7));
    await apply(payRecord(7));
    await apply(payRecord(8));
    const sold = { sales: 2, units: 4, grossMinor: 200, netMinor: 200, payableMinor: 200 };
    for (const bucket of [TOTAL, DAY, WINDOW]) {
      expect(await sales(bucket)).toMatchObject({ ...sold, refundedMinor: 0, changes: 2 });
    }
  });

  it('counts a refund and a void when it hears of them, in whatever order', async () => {
    const { apply, sales } = await prepare();
    await apply(payRecord(7));
    await apply(refunded);
    expect(await sales(DAY)).toMatchObject({ sales: 1, refundedMinor: 30, netMinor: 70 });
    await apply(voided);
    await apply(payRecord(7));
    await apply(refunded);
    expect(await sales(TOTAL)).toMatchObject({ sales: 0, voids: 1, units: 0, payableMinor: 0 });
    const other = await prepare();
    await other.apply(voided);
    await other.apply(payRecord(7));
    const { changes: _, ...late } = await other.sales(TOTAL);
    expect(await sales(TOTAL)).toMatchObject(late);
  });

  it('counts all of many that come at once to one merchant', async () => {
    const { apply, sales } = await prepare();
    const records = Array.from({ length: 40 }, (_, at) =>
      payRecord(at + 1, {}, { key: { terminal: 2_000 + at, keyVersion: 1, sequence: at + 1 } }),
    );
    const failed = await Promise.allSettled(
      [...records, ...records].map((record) => apply(record)),
    );
    for (const record of failed.some(({ status }) => status === 'rejected') ? records : []) {
      await apply(record);
    }
    expect(await sales(TOTAL)).toMatchObject({ sales: 40, netMinor: 4_000, changes: 40 });
  });

  it('puts right what was edited of how a payment was counted, once', async () => {
    const { apply, edit, rowOf, sales } = await prepare();
    await apply(payRecord(7));
    const { fg } = (await rowOf('P#1001#1#7', 'SALE')) ?? {};
    await edit('P#1001#1#7', 'SALE', { fg: { S: fg?.S?.replace(/^1 /, '0 ') ?? '' } });
    await Promise.allSettled(Array.from({ length: 4 }, () => apply(payRecord(7))));
    expect((await rowOf('P#1001#1#7', 'SALE'))?.fg).toEqual(fg);
    expect(await sales(TOTAL)).toMatchObject({ sales: 2, netMinor: 100, changes: 2 });
  });

  it('keeps for a week how a decline was counted, and for ever how a sale was', async () => {
    const { apply, rowOf, sales } = await prepare();
    const declined = payRecord(6, { state: 'declined', postedMinor: 0 }, { code: 'sold_out' });
    await apply(declined);
    await apply(payRecord(7));
    expect((await rowOf('P#1001#1#6', 'SALE'))?.ttl).toEqual({ N: String(SOLD_AT_S + WEEK_S) });
    expect(await rowOf('P#1001#1#7', 'SALE')).not.toHaveProperty('ttl');
    expect(await sales(DAY)).toMatchObject({ sales: 1, declines: 1, grossMinor: 100 });
  });

  it('counts nothing of what is not decided, nor of what was voided before it came', async () => {
    const { apply, rowOf, sales } = await prepare();
    await apply(payRecord(7, { state: 'in_progress', postedMinor: 0 }, { code: 'in_progress' }));
    await apply(payRecord(8, { state: 'voided', amountMinor: 0 }, { code: 'already_voided' }));
    expect(await rowOf('P#1001#1#7', 'SALE')).toBeUndefined();
    expect(await rowOf('P#1001#1#8', 'SALE')).toBeUndefined();
    expect(await sales(TOTAL)).toMatchObject({ voids: 0, changes: 0 });
  });

  it('sells on the local day of the merchant, a stored sale on the day that it was made', async () => {
    const { apply, sales, seed } = await prepare();
    await seed.putTerminal({ ...TERMINAL, zone: 'Asia/Seoul' });
    // 23:59:59 and midnight in Seoul.
    await apply(payRecord(1, {}, { decidedAtS: SOLD_AT_S + 2_799 }));
    await apply(payRecord(2, {}, { decidedAtS: SOLD_AT_S + 2_800 }));
    const evidence = { judgedAtS: SOLD_AT_S - 86_400, flags: ['stored' as const] };
    await apply(payRecord(3, {}, { evidence }));
    const days = ['2026-09-20', '2026-09-21', '2026-09-22'];
    const counts = await Promise.all(days.map((day) => sales({ ...TOTAL, day })));
    expect(counts.map((day) => day.sales)).toEqual([1, 1, 1]);
  });

  it('puts a payment into the lists that operators search, as it stands', async () => {
    const { apply, search } = await prepare();
    await apply(refunded);
    await apply(payRecord(7));
    await apply(payRecord(8, { state: 'voided', currency: 0 }, { code: 'already_voided' }));
    for (const list of [
      { of: 'terminal', id: 1001 },
      { of: 'day', id: '2026-09-21' },
      { of: 'merchant', id: 'm-1' },
      { of: 'user', id: 'u-1' },
    ] as const) {
      const { payments } = await search({ list, limit: 5 });
      expect(payments).toMatchObject([{ key: { sequence: 7 }, refundedMinor: 30 }]);
    }
  });

  it('takes the entries of the journal from the stream, when they are put, and nothing else', () => {
    const NewImage = {
      pk: { S: 'J#expiry-1001-1-7' },
      sk: { S: 'E' },
      kind: { S: 'expiry' },
      cu: { N: '410' },
      at: { N: String(SOLD_AT_S) },
      ln: { L: [{ M: { a: { S: 'wallet:u-1' }, m: { N: '5' } } }] },
    };
    expect(entryOfChange({ dynamodb: { NewImage } })).toEqual({
      id: 'expiry-1001-1-7',
      kind: 'expiry',
      currency: 410,
      decidedAtS: SOLD_AT_S,
      lines: [{ account: 'wallet:u-1', amountMinor: 5 }],
    });
    expect(entryOfChange({ dynamodb: {} })).toBeUndefined();
    expect(
      entryOfChange({ dynamodb: { NewImage: { ...NewImage, sk: { S: 'X' } } } }),
    ).toBeUndefined();
  });

  it('raises last seen and the highest number of each key version, and never lowers them', async () => {
    const { apply, rowOf } = await prepare();
    await apply(payRecord(8), { atS: SOLD_AT_S + 1 });
    await apply(payRecord(7));
    await apply(payRecord(3, {}, { key: { terminal: 1001, keyVersion: 2, sequence: 3 } }));
    expect(await rowOf('T#1001', 'SEEN')).toMatchObject({
      at: { N: String(SOLD_AT_S + 1) },
      seq1: { N: '8' },
      seq2: { N: '3' },
    });
  });

  const declined = payRecord(2, { state: 'declined', postedMinor: 0 }, { code: 'sold_out' });
  const query = { terminal: 1001, identifiers: [], skus: [], region: 'KR' };

  it('adds each decision once to the figures that the next payment is judged by', async () => {
    const { apply, store } = await prepare();
    expect((await store.readPayFacts(query)).terminalUsage).toBeUndefined();
    const stored = payRecord(1, {}, { evidence: { flags: ['stored'] } });
    await apply(stored);
    await apply(stored);
    await apply(declined);
    await apply(payRecord(3));
    await apply(payRecord(3, { state: 'voided', revision: 1 }));
    expect((await store.readPayFacts(query)).terminalUsage).toEqual({
      day: '2026-09-21',
      spentMinor: 200,
      count: 2,
      declines: 1,
      stored: 1,
    });
  });

  it('begins anew at midnight in the zone of the merchant, and leaves a day that has passed', async () => {
    const { apply, seed, store } = await prepare();
    await seed.putTerminal({ ...TERMINAL, zone: 'Asia/Seoul', limits: { perDayCount: 3 } });
    const at = (minutes: number) => ({ decidedAtS: SOLD_AT_S + minutes * 60 });
    await apply(payRecord(1, {}, at(46)));
    expect((await store.readPayFacts(query)).terminalUsage?.day).toBe('2026-09-21');
    await apply(payRecord(2, {}, at(47)));
    await apply(payRecord(3, {}, at(46)));
    expect((await store.readPayFacts(query)).terminalUsage).toEqual({
      day: '2026-09-22',
      spentMinor: 100,
      count: 1,
      declines: 0,
      stored: 0,
    });
  });

  it('tells a terminal whose merchant has limits what all its terminals have sold', async () => {
    const { apply, seed, store } = await prepare();
    const place = { zone: 'Asia/Seoul', limits: { merchant: { perDayMinor: 1_000 } } };
    await seed.putTerminal({ ...TERMINAL, ...place });
    await seed.putTerminal({ ...TERMINAL, id: 1002, ...place });
    const of = (terminal: number, sequence: number, decidedAtS = SOLD_AT_S) =>
      payRecord(sequence, {}, { key: { terminal, keyVersion: 1, sequence }, decidedAtS });
    await apply(of(1001, 1));
    await apply(of(1002, 1));
    const day = '2026-09-21';
    const usageOf = async (terminal: number) =>
      (await store.readPayFacts({ ...query, terminal })).terminalUsage?.merchant;
    expect(await usageOf(1002)).toEqual({ day, spentMinor: 200, count: 2 });
    expect(await usageOf(1001)).toEqual({ day, spentMinor: 100, count: 1 });
    await apply(declined);
    expect(await usageOf(1001)).toEqual({ day, spentMinor: 200, count: 2 });
    await apply(of(1001, 3, SOLD_AT_S + 3_600));
    await apply(of(1002, 2));
    const next = { day: '2026-09-22', spentMinor: 100, count: 1 };
    expect([await usageOf(1001), await usageOf(1002)]).toEqual([next, next]);
  });

  it('suspects a clone where a new number is far behind, one row however often it is delivered', async () => {
    const { apply, rowOf } = await prepare();
    const drawn = { drawnAtS: SOLD_AT_S };
    const row = (sequence: number) =>
      rowOf('EVT#2026-09-21', `${SOLD_AT_S}#clone-1001-1-${sequence}`);
    await apply(payRecord(500), drawn);
    for (const sequence of [400, 399, 399]) {
      await apply(payRecord(sequence), drawn);
    }
    await apply(payRecord(398));
    expect(await row(399)).toMatchObject({
      kind: { S: 'clone_suspected' },
      reason: { S: 'sequence_regression' },
      terminal: { N: '1001' },
      keyVersion: { N: '1' },
      sequence: { N: '399' },
      highest: { N: '500' },
    });
    expect([await row(400), await row(398)]).toEqual([undefined, undefined]);
  });

  it('suspects no clone where a reversal goes by the number of a payment of the past', async () => {
    const { apply, rowOf } = await prepare();
    const reversal = (sequence: number, about: number) => {
      const { payment: _payment, ...record } = payRecord(
        sequence,
        {},
        {
          ...{ op: 'reverse', key: { terminal: 1001, keyVersion: 129, sequence } },
          about: { terminal: 1001, keyVersion: 1, sequence: about },
        },
      );
      return record;
    };
    const row = (sequence: number) =>
      rowOf('EVT#2026-09-21', `${SOLD_AT_S}#clone-1001-129-${sequence}`);
    await apply(reversal(500, 500), { drawnAtS: SOLD_AT_S });
    await apply(reversal(300, 300), { drawnAtS: SOLD_AT_S });
    expect(await row(300)).toBeUndefined();
    await apply(reversal(299, 300), { drawnAtS: SOLD_AT_S });
    expect(await row(299), 'a number of its own').toBeDefined();
  });

  it('suspects a clone where another connection tried to be the terminal', async () => {
    const { apply, rowOf } = await prepare();
    const row = (sequence: number) =>
      rowOf('EVT#2026-09-21', `${SOLD_AT_S}#two-1001-1-${sequence}`);
    const contested = payRecord(5, {}, { evidence: { contested: true } });
    await apply(contested, { drawnAtS: SOLD_AT_S });
    await apply(contested);
    await apply(payRecord(6), { drawnAtS: SOLD_AT_S });
    expect(await row(5)).toMatchObject({
      kind: { S: 'clone_suspected' },
      reason: { S: 'two_connections' },
      terminal: { N: '1001' },
    });
    expect(await row(6)).toBeUndefined();
  });

  it('suspects nothing of another key version, nor of what is delivered late', async () => {
    const { apply, rowOf } = await prepare();
    const row = (drawnAtS: number, name: string) => rowOf('EVT#2026-09-21', `${drawnAtS}#${name}`);
    await apply(payRecord(500), { drawnAtS: SOLD_AT_S });
    const other = { key: { terminal: 1001, keyVersion: 2, sequence: 1 } };
    await apply(payRecord(1, {}, other), { drawnAtS: SOLD_AT_S });
    await apply(payRecord(2), { drawnAtS: SOLD_AT_S - 61 });
    await apply(payRecord(3), { drawnAtS: SOLD_AT_S - 60 });
    expect(await row(SOLD_AT_S, 'clone-1001-2-1')).toBeUndefined();
    expect(await row(SOLD_AT_S - 61, 'clone-1001-1-2')).toBeUndefined();
    expect(await row(SOLD_AT_S - 60, 'clone-1001-1-3')).toBeDefined();
  });

  it('rejects where the table does not answer as it should, so that the change comes again', async () => {
    const target = { client: dynamodb.client, table: 'no-such-table' };
    const change = { record: payRecord(1), atS: SOLD_AT_S };
    await expect(applyProjection(target, change)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('rejects where the total cannot be written, and has then counted nothing', async () => {
    const { apply, rowOf, sales } = await prepare();
    await expect(apply(payRecord(7, { postedMinor: Number.NaN }))).rejects.toThrow();
    expect(await rowOf('P#1001#1#7', 'SALE')).toBeUndefined();
    expect(await sales(TOTAL)).toMatchObject({ sales: 0, changes: 0 });
  });
});
