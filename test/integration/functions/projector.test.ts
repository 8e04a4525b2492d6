/** The projector against a table: totals that count every change once, however often it is delivered. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import type { Projection } from '#functions/projector/projection.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';
import { TERMINAL } from '#test/support/payment-world.ts';

const AT_S = 1_790_000_000;
/** A stream holds a change for a day; a week later nothing can deliver it again. */
const WEEK_S = 604_800;

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
      apply: (change: Partial<Projection>) =>
        applyProjection(target, {
          eventId: 'e1',
          terminal: 1001,
          keyVersion: 1,
          sequence: 7,
          atS: AT_S,
          ...change,
        }),
      seed: createDynamodbSeed(target),
      store: createDynamodbPaymentStore(target),
      rowOf: async (pk: string, sk: string) => {
        const key = { pk: { S: pk }, sk: { S: sk } };
        const { Item } = await dynamodb.client.send(
          new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
        );
        return Item;
      },
    };
  };
  const sale = (netDeltaMinor: number) => ({
    merchant: 'm1',
    day: '2026-09-21',
    currency: 410,
    netDeltaMinor,
  });

  it('adds each event to the day of its merchant once', async () => {
    const { apply, rowOf } = await prepare();
    await apply({ eventId: 'e1', sale: sale(12_900) });
    await apply({ eventId: 'e1', sale: sale(12_900) });
    await apply({ eventId: 'e2', sale: sale(-900) });
    expect(await rowOf('M#m1', 'DAY#2026-09-21#410')).toMatchObject({
      netMinor: { N: '12000' },
      changes: { N: '2' },
    });
  });

  it('marks the event for a week after the change, and nothing else for deletion', async () => {
    const { apply, rowOf } = await prepare();
    await apply({ sale: sale(12_900) });
    expect((await rowOf('EVENT#e1', 'SALE'))?.ttl).toEqual({ N: String(AT_S + WEEK_S) });
    expect(await rowOf('T#1001', 'SEEN')).not.toHaveProperty('ttl');
    expect(await rowOf('M#m1', 'DAY#2026-09-21#410')).not.toHaveProperty('ttl');
  });

  it('writes no total and no marker where no money moved', async () => {
    const { apply, rowOf } = await prepare();
    await apply({});
    expect(await rowOf('EVENT#e1', 'SALE')).toBeUndefined();
  });

  it('raises last seen and the highest number of each key version, and never lowers them', async () => {
    const { apply, rowOf } = await prepare();
    await apply({ sequence: 8, atS: AT_S + 1 });
    await apply({ sequence: 7, atS: AT_S });
    await apply({ sequence: 3, atS: AT_S, keyVersion: 2 });
    expect(await rowOf('T#1001', 'SEEN')).toMatchObject({
      at: { N: String(AT_S + 1) },
      seq1: { N: '8' },
      seq2: { N: '3' },
    });
  });

  /** 2026-09-21 23:13:20 in Seoul, 14:13:20 UTC. */
  const usage = (change: Partial<NonNullable<Projection['usage']>> = {}) => ({
    merchant: 'm-1',
    decidedAtS: AT_S,
    spentMinor: 100,
    count: 1,
    declines: 0,
    stored: 0,
    ...change,
  });
  const declined = { spentMinor: 0, count: 0, declines: 1 };
  const query = { terminal: 1001, identifiers: [], skus: [], region: 'KR' };

  it('adds each decision once to the figures that the next payment is judged by', async () => {
    const { apply, store } = await prepare();
    expect((await store.readPayFacts(query)).terminalUsage).toBeUndefined();
    await apply({ eventId: 'e1', usage: usage({ stored: 1 }) });
    await apply({ eventId: 'e1', usage: usage({ stored: 1 }) });
    await apply({ eventId: 'e2', usage: usage(declined) });
    await apply({ eventId: 'e3', usage: usage(), sale: sale(100) });
    expect((await store.readPayFacts(query)).terminalUsage).toEqual({
      day: '2026-09-21',
      spentMinor: 200,
      count: 2,
      declines: 1,
      stored: 1,
    });
  });

  it('begins anew at midnight in the zone of the limits, and leaves a day that has passed', async () => {
    const { apply, seed, store } = await prepare();
    await seed.putTerminal({ ...TERMINAL, limits: { zone: 'Asia/Seoul', perDayCount: 3 } });
    const minutes = (count: number) => AT_S + count * 60;
    await apply({ eventId: 'e1', usage: usage({ decidedAtS: minutes(46) }) });
    expect((await store.readPayFacts(query)).terminalUsage?.day).toBe('2026-09-21');
    await apply({ eventId: 'e2', usage: usage({ decidedAtS: minutes(47) }) });
    await apply({ eventId: 'e3', usage: usage({ decidedAtS: minutes(46) }) });
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
    const limits = { zone: 'Asia/Seoul', merchant: { perDayMinor: 1_000 } };
    await seed.putTerminal({ ...TERMINAL, limits });
    await seed.putTerminal({ ...TERMINAL, id: 1002, limits });
    await apply({ eventId: 'e1', usage: usage() });
    await apply({ eventId: 'e2', terminal: 1002, usage: usage() });
    const day = '2026-09-21';
    const usageOf = async (terminal: number) =>
      (await store.readPayFacts({ ...query, terminal })).terminalUsage?.merchant;
    expect(await usageOf(1002)).toEqual({ day, spentMinor: 200, count: 2 });
    expect(await usageOf(1001)).toEqual({ day, spentMinor: 100, count: 1 });
    await apply({ eventId: 'e3', usage: usage(declined) });
    expect(await usageOf(1001)).toEqual({ day, spentMinor: 200, count: 2 });
    await apply({ eventId: 'e4', usage: usage({ decidedAtS: AT_S + 3_600 }) });
    await apply({ eventId: 'e5', terminal: 1002, usage: usage() });
    const next = { day: '2026-09-22', spentMinor: 100, count: 1 };
    expect([await usageOf(1001), await usageOf(1002)]).toEqual([next, next]);
  });

  it('suspects a clone where a new number is far behind, one row however often it is delivered', async () => {
    const { apply, rowOf } = await prepare();
    const row = (sequence: number) => rowOf('EVT#2026-09-21', `${AT_S}#clone-1001-1-${sequence}`);
    await apply({ sequence: 500, drawnAtS: AT_S });
    for (const sequence of [400, 399, 399]) {
      await apply({ sequence, drawnAtS: AT_S });
    }
    await apply({ sequence: 398 });
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

  it('suspects nothing of another key version, nor of what is delivered late', async () => {
    const { apply, rowOf } = await prepare();
    const row = (drawnAtS: number, name: string) => rowOf('EVT#2026-09-21', `${drawnAtS}#${name}`);
    await apply({ sequence: 500, drawnAtS: AT_S });
    await apply({ sequence: 1, keyVersion: 2, drawnAtS: AT_S });
    await apply({ sequence: 2, drawnAtS: AT_S - 61 });
    await apply({ sequence: 3, drawnAtS: AT_S - 60 });
    expect(await row(AT_S, 'clone-1001-2-1')).toBeUndefined();
    expect(await row(AT_S - 61, 'clone-1001-1-2')).toBeUndefined();
    expect(await row(AT_S - 60, 'clone-1001-1-3')).toBeDefined();
  });

  it('rejects where the table does not answer as it should, so that the change comes again', async () => {
    const target = { client: dynamodb.client, table: 'no-such-table' };
    const change = { eventId: 'e1', terminal: 1, keyVersion: 1, sequence: 1, atS: AT_S };
    await expect(applyProjection(target, change)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('rejects where the total cannot be written, and leaves no marker behind', async () => {
    const { apply, rowOf } = await prepare();
    await expect(apply({ sale: { ...sale(1), netDeltaMinor: Number.NaN } })).rejects.toThrow();
    expect(await rowOf('EVENT#e1', 'SALE')).toBeUndefined();
  });
});
