/** Money that moves without a terminal, what a merchant is owed, and cases: all over the API, with the projector behind. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCaseStore } from '#adapters/dynamodb/case-store.ts';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { listEntry } from '#adapters/dynamodb/entry-lists.ts';
import { createLedgerStore } from '#adapters/dynamodb/ledger-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { caseId, type OpenCase } from '#core/operator-case.ts';
import { POSTING_ALONE_MINOR } from '#functions/admin-api/resources/postings.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import {
  type AdminWorld,
  type Asking,
  START_MS,
  startAdminWorld,
} from '#test/support/admin-world.ts';
import { payRecord } from '#test/support/pay-record.ts';

const NOW_S = START_MS / 1000;
const FINANCE = { roles: ['finance'] } as const;

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdminWorld();
  const merchant = { id: 'm-1', name: 'Rose', status: 'open', zone: 'Asia/Seoul' };
  await world.ask('POST', '/v1/merchants', { body: merchant });
  await world.ask('POST', '/v1/users', {
    body: { id: 'ann', name: 'Ann', locale: 'en-US', currency: 410 },
  });
});
afterAll(() => world.stop());

const post = (body: object, asking: Asking = {}) =>
  world.ask('POST', '/v1/postings', { ...FINANCE, body, ...asking });
const topUp = (id: string, amountMinor: number) => ({
  ...{ kind: 'top_up', id, currency: 410, amountMinor },
  ...{ user: 'ann', reference: 'bank 7' },
});
const balance = async () =>
  (await world.ask('GET', '/v1/users/ann/accounts')).body.accounts[0].balanceMinor;
const project = async (id: string) => {
  const entry = await createLedgerStore(world.access).readEntry(id);
  if (entry !== undefined) {
    await listEntry(world.access, entry);
    await listEntry(world.access, entry);
  }
};
const journal = async (query: string) =>
  (await world.ask('GET', `/v1/journal?${query}`)).body.items.map(({ id }: { id: string }) => id);

describe('a posting', () => {
  it('moves money once, under its id, with a trail', async () => {
    const { status, body } = await post(topUp('tu-1', 500));
    expect(status).toBe(201);
    expect(body).toEqual({
      id: 'tu-1',
      kind: 'top_up',
      currency: 410,
      lines: [
        { account: 'cash', amountMinor: -500 },
        { account: 'wallet:ann', amountMinor: 500 },
      ],
      decidedAtS: NOW_S,
      reference: 'bank 7',
    });
    expect((await post(topUp('tu-1', 500))).body).toEqual(body);
    expect(await balance()).toBe(500);
    expect((await world.ask('GET', '/v1/journal/tu-1')).body).toEqual(body);
    const { body: trail } = await world.ask('GET', '/v1/audit?day=2026-03-02');
    const entries = trail.items.filter(
      ({ operation }: { operation: string }) => operation === 'postings.add',
    );
    expect(entries).toMatchObject([
      { subject: 'journal/tu-1', detail: { kind: 'top_up', currency: 410, amountMinor: 500 } },
    ]);
  });

  it('answers a repeated request from what was booked', async () => {
    const first = await post(topUp('tu-2', 20), { key: 'posting-two-1' });
    const again = await post(topUp('tu-2', 20), { key: 'posting-two-1' });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await balance()).toBe(520);
  });

  it.each([
    ['of other content under an id that is taken', topUp('tu-1', 501), 'conflict'],
    [
      'of more than there is',
      { ...topUp('wd-1', 9_999), kind: 'withdrawal' },
      'insufficient_funds',
    ],
    [
      'in a currency without an account',
      { ...topUp('tu-3', 1), currency: 156 },
      'currency_not_allowed',
    ],
    ['under an id of our own', topUp('expiry-1', 1), 'field_invalid'],
  ])('%s moves nothing', async (_what, body, decision) => {
    const before = await balance();
    const refused = await post(body);
    expect([refused.status, refused.body.decision]).toEqual([422, decision]);
    expect(await balance()).toBe(before);
  });

  it.each([
    ['no user', { ...topUp('tu-4', 1), user: undefined }],
    ['nothing', topUp('tu-4', 0)],
    ['a field of another kind', { ...topUp('tu-4', 1), merchant: 'm-1' }],
    ['a kind that there is not', { ...topUp('tu-4', 1), kind: 'expiry' }],
  ])('with %s is no posting', async (_what, body) => {
    expect((await post(body)).status).toBe(400);
  });

  it.each([
    ['of as much as one person may', topUp('tu-5', POSTING_ALONE_MINOR), 201],
    ['of more', topUp('tu-6', POSTING_ALONE_MINOR + 1), 202],
    ['that corrects', { ...topUp('ad-1', -1), kind: 'adjustment' }, 202],
  ])('%s takes one person or two', async (_what, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  it('that two people agree on is booked once', async () => {
    const before = await balance();
    const { body } = await post({ ...topUp('ad-2', -7), kind: 'adjustment' }, { subject: 'f-1' });
    const approve = () =>
      world.ask('POST', `/v1/approvals/${body.approval.id}/approve`, {
        subject: 'f-2',
        ...FINANCE,
      });
    expect((await approve()).body.result).toMatchObject({ id: 'ad-2', kind: 'adjustment' });
    expect((await approve()).body.code).toBe('already_decided');
    expect(await balance()).toBe(before - 7);
  });
});

describe('the journal', () => {
  it('is listed by day, user and merchant, the newest first, and page by page', async () => {
    for (const id of ['tu-1', 'tu-2', 'tu-5']) {
      await project(id);
    }
    expect(await journal('')).toEqual(['tu-5', 'tu-2', 'tu-1']);
    expect(await journal('user=ann')).toEqual(['tu-5', 'tu-2', 'tu-1']);
    expect(await journal('merchant=m-1')).toEqual([]);
    expect(await journal('day=2026-03-01')).toEqual([]);
    const { body } = await world.ask('GET', '/v1/journal?user=ann&limit=2');
    expect(await journal(`user=ann&limit=2&cursor=${body.nextCursor}`)).toEqual(['tu-1']);
    expect((await world.ask('GET', '/v1/journal?user=ann&merchant=m-1')).status).toBe(400);
    expect((await world.ask('GET', '/v1/journal/none')).status).toBe(404);
  });
});

describe('a settlement', () => {
  const read = async (range: string, id = 'm-1') =>
    world.ask('GET', `/v1/merchants/${id}/settlement?${range}`);
  const dayOf = ({ days }: { days: { day: string; figures: { sales: number } }[] }) =>
    days.map(({ day, figures }) => [day, figures.sales]);

  beforeAll(async () => {
    const seed = createDynamodbSeed(world.access);
    await seed.putTerminal({
      ...{ id: 1001, status: 'active', merchant: 'm-1', region: 'KR' },
      ...{ keyVersionMin: 0, sequenceFloors: {}, zone: 'Asia/Seoul' },
    });
    // 2026-03-01 14:59:59 UTC is the last second of that day in Seoul.
    for (const [sequence, atS] of [NOW_S, NOW_S - 43_446, NOW_S - 43_445].entries()) {
      const key = { terminal: 1001, keyVersion: 1, sequence };
      const record = payRecord(sequence, {}, { key, decidedAtS: atS });
      await applyProjection(world.access, { record, atS });
    }
  });

  it('has the days of the merchant, and what it is owed of all of them', async () => {
    const { body } = await read('from=2026-03-01&to=2026-03-02');
    expect(dayOf(body)).toEqual([
      ['2026-03-01', 1],
      ['2026-03-02', 2],
    ]);
    expect(body.days[1].figures).toMatchObject({
      grossMinor: 200,
      netMinor: 200,
      payableMinor: 200,
    });
    expect(body).toMatchObject({ zone: 'Asia/Seoul', from: '2026-03-01', to: '2026-03-02' });
    expect(body.balances).toEqual([
      { currency: 410, payableMinor: 300, paidMinor: 0, owedMinor: 300 },
    ]);
  });

  it('is paid by a posting, up to what is owed', async () => {
    const pay = (id: string, amountMinor: number) =>
      post({ kind: 'settlement', id, currency: 410, amountMinor, merchant: 'm-1' });
    expect((await pay('st-1', 301)).body.decision).toBe('insufficient_funds');
    expect((await pay('st-1', 200)).status).toBe(201);
    expect((await pay('st-2', 101)).body.decision).toBe('insufficient_funds');
    const { body } = await read('from=2026-03-02&to=2026-03-02');
    expect(dayOf(body)).toEqual([['2026-03-02', 2]]);
    expect(body.balances).toMatchObject([{ paidMinor: 200, owedMinor: 100 }]);
  });

  it.each([
    'from=2026-03-02&to=2026-03-01',
    'from=2026-01-01&to=2026-02-10',
    'from=2026-03-01',
    '',
  ])('is none of %s', async (range) => {
    expect((await read(range)).status).toBe(400);
  });

  it('may be of forty days, and of no merchant that there is not', async () => {
    expect((await read('from=2026-01-01&to=2026-02-09')).status).toBe(200);
    expect((await read('from=2026-01-01&to=2026-01-01', 'm-9')).status).toBe(404);
  });
});

describe('a case', () => {
  const open = (sequence: number): OpenCase => {
    const payment = { terminal: 1001, keyVersion: 1, sequence };
    const id = caseId('captured_uncovered', payment);
    return {
      ...{ id, payment, kind: 'captured_uncovered', reason: 'no_funds' },
      ...{ amountMinor: 100, currency: 410, merchant: 'm-1', user: 'ann' },
      openedAtS: NOW_S + sequence,
    };
  };
  const ids = async (query: string) =>
    (await world.ask('GET', `/v1/cases?${query}`)).body.items.map(({ id }: { id: string }) => id);
  const close = (id: string, resolution: string, asking: Asking = {}) =>
    world.ask('POST', `/v1/cases/${id}/close`, { ...FINANCE, body: { resolution }, ...asking });

  beforeAll(async () => {
    for (const sequence of [1, 2, 3]) {
      await createCaseStore(world.access).openCase(open(sequence));
    }
  });

  it('is found while it is open, the oldest first, and closed once', async () => {
    const [one, two, three] = [1, 2, 3].map((sequence) => open(sequence).id);
    expect(await ids('')).toEqual([one, two, three]);
    const { body: page } = await world.ask('GET', '/v1/cases?limit=2');
    expect(await ids(`limit=2&cursor=${page.nextCursor}`)).toEqual([three]);
    const { status, body } = await close(two ?? '', 'collected', { subject: 'f-1' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'closed',
      closed: { atS: NOW_S, by: 'f-1', resolution: 'collected' },
    });
    expect((await world.ask('GET', `/v1/cases/${two}`)).body).toEqual(body);
    expect(await ids('')).toEqual([one, three]);
    expect(await ids('state=closed')).toEqual([two]);
    expect((await close(two ?? '', 'written_off')).body.code).toBe('already_decided');
  });

  it('is none of another id, and ends in no other way', async () => {
    expect((await close('captured_uncovered-9-9-9', 'collected')).status).toBe(404);
    expect((await close('one', 'collected')).status).toBe(400);
    expect((await close(open(1).id, 'forgotten')).status).toBe(400);
    expect((await world.ask('GET', '/v1/cases/captured_uncovered-9-9-9')).status).toBe(404);
  });
});

describe('a capture', () => {
  const capture = (id: number, minutes: number) =>
    world.ask('POST', `/v1/terminals/${id}/capture`, { body: { minutes } });

  it('stands in the row that the bridge reads, for an hour at most, also when the terminal is changed', async () => {
    const terminal = {
      id: 7,
      merchant: 'm-1',
      region: 'KR',
      deadlineMs: 5_000,
      transports: ['tls'],
    };
    await world.ask('POST', '/v1/terminals', { body: terminal });
    expect((await capture(7, 60)).body).toEqual({ terminal: 7, captureUntilS: NOW_S + 3_600 });
    const { id: _, deadlineMs: __, ...changed } = terminal;
    await world.ask('PUT', '/v1/terminals/7', { ifMatch: '"1"', body: changed });
    const { terminal: row } = await createDynamodbPaymentStore(world.access).readPayment({
      ...{ terminal: 7, keyVersion: 1, sequence: 1 },
    });
    expect(row).toMatchObject({ captureUntilS: NOW_S + 3_600, transports: ['tls'] });
    expect(row).not.toHaveProperty('deadlineMs');
    expect((await capture(7, 0)).body.captureUntilS).toBe(NOW_S);
    expect((await capture(7, 61)).status).toBe(400);
    expect((await capture(8, 1)).status).toBe(404);
  });
});
