/** Payments are found in the projector's lists: by terminal, user, merchant, day, time, state and code, without ever reading the table through. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOKED_AT_MAX, listPayment, searchPayments } from '#adapters/dynamodb/payment-lists.ts';
import { summaryOf } from '#core/payment-summary.ts';
import { type AdminWorld, START_MS, startAdminWorld } from '#test/support/admin-world.ts';
import { startCountingDynamodb } from '#test/support/counting-dynamodb.ts';
import { payRecord } from '#test/support/pay-record.ts';

/** 2026-03-02 03:04:05 UTC. */
const NOW_S = START_MS / 1000;

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdminWorld();
});
afterAll(() => world.stop());

const sell = async (...of: Parameters<typeof payRecord>) => {
  const summary = summaryOf(payRecord(...of));
  if (summary !== undefined) {
    await listPayment(world.access, summary);
  }
};
const at = (terminal: number, sequence: number, decidedAtS: number) => ({
  key: { terminal, keyVersion: 1, sequence },
  decidedAtS,
});
const found = async (query: string) => {
  const { status, body } = await world.ask('GET', `/v1/payments?${query}`);
  expect(status).toBe(200);
  return body.items.map((item: { key: { sequence: number } }) => item.key.sequence);
};
/** Every page of a list. */
const all = async (query: string, limit: number) => {
  const sequences: number[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? '' : `&cursor=${cursor}`;
    const { body } = await world.ask('GET', `/v1/payments?${query}&limit=${limit}${more}`);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    sequences.push(...body.items.map((item: { key: { sequence: number } }) => item.key.sequence));
    cursor = body.nextCursor;
    pages += 1;
  } while (cursor !== undefined);
  return { sequences, pages };
};

describe('payments', () => {
  beforeAll(async () => {
    await sell(1, { user: 'ann', merchant: 'rose' }, at(10, 1, NOW_S - 90_000));
    await sell(2, { user: 'ann', merchant: 'rose' }, at(10, 2, NOW_S - 60));
    await sell(3, { user: 'bo', merchant: 'rose', state: 'held' }, at(11, 3, NOW_S - 50));
    await sell(
      4,
      { user: 'bo', merchant: 'lily', state: 'declined', postedMinor: 0 },
      { ...at(11, 4, NOW_S - 40), code: 'sold_out' },
    );
    await sell(5, { user: 'ann', merchant: 'lily' }, at(12, 5, NOW_S - 30));
  });

  it.each([
    ['today, where nothing is asked for', '', [5, 4, 3, 2]],
    ['of a day', 'day=2026-03-01', [1]],
    ['of a terminal', 'terminal=10', [2, 1]],
    ['of a user', 'user=ann', [5, 2, 1]],
    ['of a merchant', 'merchant=rose', [3, 2, 1]],
    ['in a state', 'merchant=rose&state=held', [3]],
    ['with a code', 'terminal=11&code=sold_out', [4]],
    ['in a state with a code', 'terminal=11&state=held&code=sold_out', []],
    ['from a second on', `from=${NOW_S - 40}`, [5, 4]],
    ['before a second', `user=ann&to=${NOW_S - 60}`, [1]],
    ['of nobody', 'user=nobody', []],
  ])('are found %s, the newest first', async (_what, query, sequences) => {
    expect(await found(query)).toEqual(sequences);
  });

  it('are lines with what was asked, paid and given back', async () => {
    const { body } = await world.ask('GET', '/v1/payments?terminal=12');
    expect(body.items).toEqual([
      {
        key: { terminal: 12, keyVersion: 1, sequence: 5 },
        decidedAtS: NOW_S - 30,
        state: 'posted',
        code: 'approved',
        merchant: 'lily',
        user: 'ann',
        amountMinor: 100,
        postedMinor: 100,
        refundedMinor: 0,
        currency: 410,
        items: ['LIP-01*2'],
      },
    ]);
  });

  it.each([
    'terminal=10&user=ann',
    'day=2026-3-1',
    'state=sold',
    'code=nope',
    'limit=101',
    'from=-1',
  ])('are not looked for by %s', async (query) => {
    expect((await world.ask('GET', `/v1/payments?${query}`)).status).toBe(400);
  });

  it('behind a filter are found in their order, also where one partition hides them under many others', async () => {
    const day = '2026-02-20';
    const atS = Date.UTC(2026, 1, 20, 12) / 1000;
    // Terminal 16: the number alone chooses the partition. Of the first, a hundred that do not fit come before the one that does.
    for (let count = 1; count <= 100; count += 1) {
      await sell(0, { merchant: 'many' }, at(16, count * 8, atS - count));
    }
    const declined = { merchant: 'many', state: 'declined' as const, postedMinor: 0 };
    await sell(0, declined, at(16, 8_000, atS - 500));
    await sell(0, declined, at(16, 8_001, atS - 600));
    const found = await all(`day=${day}&state=declined`, 1);
    expect(found.sequences).toEqual([8_000, 8_001]);
  });

  it('stand as they are, told again, late or out of order', async () => {
    const later = { user: 'cy', state: 'voided' as const, revision: 1 };
    await sell(6, later, at(13, 6, NOW_S));
    await sell(6, { user: 'cy' }, at(13, 6, NOW_S));
    await sell(6, later, at(13, 6, NOW_S));
    const { body } = await world.ask('GET', '/v1/payments?user=cy');
    expect(body.items.map(({ state }: { state: string }) => state)).toEqual(['voided']);
    await sell(6, { ...later, state: 'refunded', revision: 2 }, at(13, 6, NOW_S));
    expect(await found('user=cy&state=refunded')).toEqual([6]);
  });
});

describe('pages of payments', () => {
  const COUNT = 60;
  beforeAll(async () => {
    await Promise.all(
      Array.from({ length: COUNT }, (_, sequence) =>
        sell(
          sequence,
          { user: 'dee', merchant: 'pages', state: sequence % 20 === 0 ? 'voided' : 'posted' },
          // Three in each second, on many terminals: what is equally old is not lost between pages.
          at(100 + (sequence % 7), sequence, NOW_S - 5_000 - Math.floor(sequence / 3)),
        ),
      ),
    );
  });

  it.each([1, 7, 59, 60, 61])('of %i have each payment once', async (limit) => {
    const { sequences } = await all('merchant=pages', limit);
    expect(sequences).toHaveLength(COUNT);
    expect(new Set(sequences).size).toBe(COUNT);
    expect((await all('user=dee', limit)).sequences).toEqual(sequences);
  });

  it('have what a filter leaves', async () => {
    expect((await all('merchant=pages&state=voided', 2)).sequences.sort()).toEqual([0, 20, 40]);
  });

  it('go on where only so many rows were looked at', async () => {
    const many = LOOKED_AT_MAX + 1;
    const old = { user: 'eve', state: 'voided' as const };
    await sell(9_000, old, at(14, 9_000, NOW_S - 9_000));
    for (let from = 0; from < many; from += 100) {
      await Promise.all(
        Array.from({ length: Math.min(100, many - from) }, (_, index) =>
          sell(from + index, { user: 'eve' }, at(14, from + index, NOW_S - 8_000 + from + index)),
        ),
      );
    }
    expect(await all('user=eve&state=voided', 5)).toEqual({ sequences: [9_000], pages: 2 });
  });

  it('go on with a cursor of the same list and filters only', async () => {
    const { body } = await world.ask('GET', '/v1/payments?merchant=pages&limit=5');
    const cursor = `cursor=${body.nextCursor}`;
    expect((await world.ask('GET', `/v1/payments?merchant=pages&${cursor}`)).status).toBe(200);
    for (const other of ['merchant=rose', 'user=dee', 'merchant=pages&state=held', '']) {
      const { status, body: problem } = await world.ask('GET', `/v1/payments?${other}&${cursor}`);
      expect([status, problem.code]).toEqual([400, 'cursor_invalid']);
    }
  });

  it('are queries alone, one for each partition, and read no more rows than they show', async () => {
    const counting = await startCountingDynamodb(world.dynamodb.endpoint);
    const client = new DynamoDBClient({
      endpoint: counting.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const access = { client, table: world.access.table };
    for (const [list, calls] of [
      [{ of: 'merchant', id: 'pages' }, 8],
      [{ of: 'terminal', id: 100 }, 1],
    ] as const) {
      const { payments } = await searchPayments(access, { list, limit: 5 });
      expect(payments).toHaveLength(5);
      const made = counting.takeCalls();
      expect(made.map(({ operation }) => operation)).toEqual(Array(calls).fill('Query'));
      expect(made.every(({ input }) => input.Limit === 5)).toBe(true);
    }
    client.destroy();
    await counting.stop();
  });
});
