/** What is happening now, as the projector counted it: minutes, waits, terminals. */

import { BatchWriteItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeAllowance } from '#adapters/dynamodb/allowance-items.ts';
import { createDocument } from '#adapters/dynamodb/documents.ts';
import { addLive } from '#adapters/dynamodb/live-items.ts';
import { ARRIVALS_MAX, putArrival } from '#adapters/dynamodb/seen-items.ts';
import { addCounts, countsOf, NO_COUNTS } from '#core/live-figures.ts';
import { FLEET_LOOKED_AT_MAX, ONLINE_S, readFleet } from '#functions/admin-api/resources/fleet.ts';
import { LIVE_MINUTES } from '#functions/admin-api/resources/live.ts';
import { TERMINAL, terminalKey } from '#functions/admin-api/resources/terminal-document.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import { type AdminWorld, START_MS, startAdminWorld } from '#test/support/admin-world.ts';
import { payRecord } from '#test/support/pay-record.ts';

/** Rows of one BatchWriteItem: a limit of DynamoDB. */
const BATCH_WRITE = 25;
/** 03:04:05. */
const NOW_S = START_MS / 1000;
const MINUTE_S = NOW_S - 5;

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdminWorld();
  const add = (path: string, body: object) => world.ask('POST', `/v1/${path}`, { body });
  await add('merchants', { id: 'rose', name: 'Rose', status: 'open', zone: 'UTC' });
  for (const [id, region] of [
    [1, 'KR'],
    [2, 'KR'],
    [3, 'CN'],
  ] as const) {
    await add('regions', { id: region, currency: 410, zone: 'UTC' });
    await add('terminals', { id, merchant: 'rose', region });
  }
});
afterAll(() => world.stop());

const decided = (waitedMs: number) =>
  countsOf(payRecord(1, {}, { evidence: { waitedMs } })) ?? NO_COUNTS;
const declined = countsOf(payRecord(1, { state: 'declined' }, { code: 'sold_out' })) ?? NO_COUNTS;
const live = async () => (await world.ask('GET', '/v1/live')).body;
const heard = (terminal: number, sequence: number, atS: number, signal?: number) =>
  applyProjection(world.access, {
    record: payRecord(
      sequence,
      {},
      {
        key: { terminal, keyVersion: 1, sequence },
        decidedAtS: atS,
        evidence: { frameBytes: 70 + sequence, ...(signal === undefined ? {} : { signal }) },
      },
    ),
    atS,
    drawnAtS: atS,
  });

describe('the live figures', () => {
  it('are of the last hour, minute by minute, empty ones too', async () => {
    await addLive(world.access, MINUTE_S, addCounts(decided(40), decided(40)));
    await addLive(world.access, MINUTE_S, declined);
    await addLive(world.access, MINUTE_S - 59 * 60, decided(400));
    await addLive(world.access, MINUTE_S - 60 * 60, decided(9_000));
    const { minutes, waitsMs } = await live();
    expect(minutes).toHaveLength(LIVE_MINUTES);
    expect(minutes[0]).toEqual({ atS: MINUTE_S - 59 * 60, approved: 1, declined: 0 });
    expect(minutes[59]).toEqual({ atS: MINUTE_S, approved: 2, declined: 1 });
    expect(minutes.slice(1, 59).every((one: { approved: number }) => one.approved === 0)).toBe(
      true,
    );
    expect(waitsMs).toEqual({ p50: 50, p95: 500, p99: 500 });
  });

  it('have terminals that were heard of lately, by signal and region', async () => {
    await heard(1, 5, NOW_S - 20, 20);
    await heard(2, 5, NOW_S - ONLINE_S, 3);
    await heard(3, 5, NOW_S - ONLINE_S - 1, 25);
    expect((await live()).terminals).toEqual({
      lookedAt: 3,
      more: false,
      online: 2,
      bySignal: { good: 1, fair: 0, poor: 1, unknown: 0 },
      byRegion: [
        { region: 'CN', known: 1, online: 0 },
        { region: 'KR', known: 2, online: 2 },
      ],
    });
  });

  it('keep how the last requests of a terminal came, the oldest first, told again or not', async () => {
    for (let sequence = 1; sequence <= ARRIVALS_MAX + 2; sequence += 1) {
      await heard(3, sequence, NOW_S - 100 + sequence, sequence % 2 === 0 ? 12 : undefined);
    }
    await heard(3, 10, NOW_S - 90, 12);
    const { body } = await world.ask('GET', '/v1/terminals/3');
    expect(body.seen.recent).toHaveLength(ARRIVALS_MAX);
    expect(body.seen.recent[0]).toEqual({ atS: NOW_S - 97, bytes: 73 });
    expect(body.seen.recent.at(-1)).toEqual({ atS: NOW_S - 100 + 26, bytes: 96, signal: 12 });
    const { body: listed } = await world.ask('GET', '/v1/terminals');
    expect(
      listed.items.map(({ seen }: { seen: { recent?: unknown[] } }) => seen.recent?.length),
    ).toEqual([1, 1, ARRIVALS_MAX]);
  });

  it('tell a signal of none from one that is not known', async () => {
    await putArrival(
      world.access,
      { terminal: 1, keyVersion: 1, sequence: 6 },
      { atS: NOW_S, signal: 0, bytes: 1 },
    );
    expect((await world.ask('GET', '/v1/terminals/1')).body.seen.recent.at(-1)).toEqual({
      atS: NOW_S,
      signal: 0,
      bytes: 1,
    });
  });
});

describe('the fleet', () => {
  it(`is looked at up to ${FLEET_LOOKED_AT_MAX} terminals, and says whether there are more`, async () => {
    const access = { ...world.access, table: await world.dynamodb.createTable('fleet') };
    const put = async (first: number, last: number): Promise<void> => {
      for (let id = first; id <= last; id += BATCH_WRITE) {
        const requests = Array.from({ length: Math.min(BATCH_WRITE, last - id + 1) }, (_, at) => {
          const terminal = { id: id + at, region: 'KR' };
          const key = { kind: TERMINAL, id: terminalKey(terminal.id), atS: 1 };
          const { write } = createDocument(access.table, key, terminal, 'there');
          return { PutRequest: { Item: write.Put?.Item ?? {} } };
        });
        await access.client.send(
          new BatchWriteItemCommand({ RequestItems: { [access.table]: requests } }),
        );
      }
    };
    await put(1, FLEET_LOOKED_AT_MAX);
    const all = { lookedAt: FLEET_LOOKED_AT_MAX, more: false, online: 0 };
    expect(await readFleet(access, NOW_S)).toMatchObject(all);
    await put(FLEET_LOOKED_AT_MAX + 1, FLEET_LOOKED_AT_MAX + 1);
    expect(await readFleet(access, NOW_S)).toMatchObject({ ...all, more: true });
  });
});

describe('the budget of a promotion', () => {
  it('is told with what payments took of it', async () => {
    await world.ask('POST', '/v1/promotions', {
      body: {
        id: 'spring',
        off: { ppm: 100_000 },
        by: 'automatic',
        currency: 410,
        budget: { of: 'spend', max: 1_000, shards: 2 },
      },
    });
    await world.ask('POST', '/v1/promotions', {
      body: { id: 'free', off: { ppm: 1 }, by: 'code' },
    });
    for (const [shard, delta] of [
      [0, 120],
      [1, 300],
    ] as const) {
      await world.access.client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            changeAllowance(world.access.table, {
              id: 'promotion:spring/budget',
              shard,
              delta,
              max: 500,
            }),
          ],
        }),
      );
    }
    expect((await world.ask('GET', '/v1/promotions/spring/usage')).body).toEqual({
      of: 'spend',
      taken: 420,
      max: 1_000,
    });
    expect((await world.ask('GET', '/v1/promotions/free/usage')).status).toBe(404);
    expect((await world.ask('GET', '/v1/promotions/none/usage')).status).toBe(404);
  });
});

describe('who is told of events', () => {
  const shop = {
    id: 'shop',
    url: 'https://shop.example/hooks',
    description: 'Shop',
    enabled: true,
  };

  it('is added once, changed as it was read, and taken away', async () => {
    expect((await world.ask('POST', '/v1/webhooks', { body: shop })).body).toEqual({
      ...shop,
      version: 1,
    });
    expect((await world.ask('POST', '/v1/webhooks', { body: shop })).status).toBe(409);
    const { id: _id, ...settings } = shop;
    const change = (ifMatch: string) =>
      world.ask('PUT', '/v1/webhooks/shop', {
        ifMatch,
        body: { ...settings, types: ['payment.posted'], merchant: 'rose' },
      });
    expect((await change('"2"')).status).toBe(412);
    expect((await change('"1"')).body).toMatchObject({
      types: ['payment.posted'],
      merchant: 'rose',
      version: 2,
    });
    expect((await change('"1"')).status).toBe(412);
    expect((await world.ask('DELETE', '/v1/webhooks/shop', { ifMatch: '"1"' })).status).toBe(412);
    expect((await world.ask('DELETE', '/v1/webhooks/shop', { ifMatch: '"2"' })).status).toBe(200);
    expect((await world.ask('GET', '/v1/webhooks')).body.items).toEqual([]);
    expect((await world.ask('DELETE', '/v1/webhooks/shop', { ifMatch: '"2"' })).status).toBe(404);
  });

  it.each([
    ['an address without TLS', { url: 'http://shop.example/' }],
    ['an address that is none', { url: 'shop' }],
    ['an event that does not exist', { types: ['payment.eaten'] }],
    ['no event', { types: [] }],
    ['an id with a dot', { id: 'a.b' }],
  ])('is not %s', async (_what, wrong) => {
    expect((await world.ask('POST', '/v1/webhooks', { body: { ...shop, ...wrong } })).status).toBe(
      400,
    );
  });

  it('are a hundred at most', async () => {
    for (let at = 1; at <= 100; at += 1) {
      expect(
        (await world.ask('POST', '/v1/webhooks', { body: { ...shop, id: `e${at}` } })).status,
      ).toBe(201);
    }
    expect((await world.ask('POST', '/v1/webhooks', { body: shop })).status).toBe(409);
  });
});
