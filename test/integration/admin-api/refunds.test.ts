/** A payment is told with all that became of it, and given back by operators: through the core, with the trail in the transaction. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { expireHolds } from '#core/expire-holds.ts';
import { REFUND_ALONE_MINOR_DEFAULT } from '#functions/admin-api/resources/refunds.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import type { PayRequest, Request, RequestKey } from '#protocol/request.ts';
import { type AdminWorld, type Asking, startAdminWorld } from '#test/support/admin-world.ts';
import {
  createWorld,
  NOON_S,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '#test/support/payment-world.ts';

const ALONE = 70;

let admin: AdminWorld;
let world: World;
beforeAll(async () => {
  admin = await startAdminWorld();
  admin.nowMs = NOON_S * 1000;
  const seed = createDynamodbSeed(admin.access);
  await seedWorld(seed, 10_000_000);
  world = createWorld(createDynamodbPaymentStore(admin.access));
  const merchant = { id: 'm-1', name: 'Rose', status: 'open', zone: 'Asia/Seoul' };
  await admin.ask('POST', '/v1/merchants', { body: { ...merchant, refundAloneMinor: ALONE } });
});
afterAll(() => admin.stop());

let sequence = 0;
/** As the terminal asks, with the projector behind it. */
const ask = async (request: Request): Promise<RequestKey> => {
  sequence += 1;
  await world.ask(sequence, request);
  const key = { terminal: 1001, keyVersion: 1, sequence };
  await project(key);
  return key;
};
const project = async (key: RequestKey) => {
  const record = await createDynamodbPaymentStore(admin.access).readRecord(key);
  if (record !== undefined) {
    await applyProjection(admin.access, { record, atS: NOON_S });
  }
};
const sell = (change: Partial<PayRequest> = {}) => ask(pay(change));
const pathOf = (key: RequestKey) =>
  `/v1/payments/${key.terminal}/${key.keyVersion}/${key.sequence}`;
const refund = (key: RequestKey, amountMinor: number, asking: Asking = {}) =>
  admin.ask('POST', `${pathOf(key)}/refunds`, {
    roles: ['finance'],
    body: { amountMinor, reason: 'came back' },
    ...asking,
  });
const paid = async (key: RequestKey) => (await admin.ask('GET', pathOf(key))).body.payment;
const balance = async () =>
  (await admin.ask('GET', '/v1/users/rich/accounts')).body.accounts[0].balanceMinor;

describe('a refund', () => {
  it('gives money back, books it under the operators own key, and leaves a trail', async () => {
    const key = await sell();
    const before = await balance();
    const { status, body } = await refund(key, 30);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      key: { terminal: 1001, keyVersion: 255 },
      op: 'refund',
      code: 'approved',
      about: key,
      lines: [
        { account: 'wallet:rich', amountMinor: 30 },
        { account: 'merchant:m-1', amountMinor: -30 },
      ],
    });
    expect(await balance()).toBe(before + 30);
    expect(await paid(key)).toMatchObject({ state: 'partly_refunded', refundedMinor: 30 });
    const { body: trail } = await admin.ask('GET', '/v1/audit?day=2026-11-23');
    const ofRefunds = trail.items.find(
      (entry: { operation: string }) => entry.operation === 'payments.refund',
    );
    expect(ofRefunds).toMatchObject({
      operation: 'payments.refund',
      subject: `payment/1001-1-${key.sequence}`,
      detail: { amountMinor: 30, reason: 'came back', refund: body.key.sequence },
    });
  });

  it('is one, however often it is sent under its key, and another under the same key is none', async () => {
    const key = await sell();
    const first = await refund(key, 20, { key: 'refund-once-1' });
    const again = await refund(key, 20, { key: 'refund-once-1' });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await refund(key, 21, { key: 'refund-once-1' })).body.code).toBe(
      'idempotency_key_reused',
    );
    expect(await paid(key)).toMatchObject({ refundedMinor: 20 });
  });

  it('sent ten times at once is one', async () => {
    const key = await sell();
    const before = await balance();
    const asked = Array.from({ length: 10 }, () => refund(key, 10, { key: 'refund-at-once' }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.every((status) => status === 201 || status === 503)).toBe(true);
    expect((await refund(key, 10, { key: 'refund-at-once' })).status).toBe(201);
    expect(await balance()).toBe(before + 10);
    expect(await paid(key)).toMatchObject({ refundedMinor: 10 });
  });

  it('is refused above what was paid, the same however often it is asked', async () => {
    const key = await sell({ mode: 'hold' });
    await ask({ op: 'confirm', paymentSequence: key.sequence, amountMinor: 40 });
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await refund(key, 41, { key: 'refund-too-much' });
      expect([status, body.code, body.decision]).toEqual([
        422,
        'payment_refused',
        'limit_exceeded',
      ]);
    }
    expect(await paid(key)).toMatchObject({ refundedMinor: 0 });
  });

  it.each([
    [ALONE, 201],
    [ALONE + 1, 202],
  ])('of %i needs as many people as its merchant says', async (amountMinor, status) => {
    expect((await refund(await sell(), amountMinor)).status).toBe(status);
  });

  it('counts what was given back before, and is made when a second person agrees', async () => {
    const key = await sell();
    await refund(key, ALONE);
    const before = await balance();
    const { status, body } = await refund(key, 1, { subject: 'fin-1' });
    expect(status).toBe(202);
    expect(await balance()).toBe(before);
    const approve = (subject: string) =>
      admin.ask('POST', `/v1/approvals/${body.approval.id}/approve`, {
        subject,
        roles: ['finance'],
      });
    expect((await approve('fin-1')).body.code).toBe('second_person_required');
    const approved = await approve('fin-2');
    expect(approved.body).toMatchObject({
      approval: { state: 'approved', decidedBy: 'fin-2' },
      result: { op: 'refund', code: 'approved' },
    });
    expect(await balance()).toBe(before + 1);
    expect((await approve('fin-3')).body.code).toBe('already_decided');
    expect(await balance()).toBe(before + 1);
  });

  it('that two people agree on may still be refused by the rules, and then moves nothing', async () => {
    const key = await sell();
    const { body } = await refund(key, 101, { subject: 'fin-1' });
    const decided = await admin.ask('POST', `/v1/approvals/${body.approval.id}/approve`, {
      subject: 'fin-2',
      roles: ['finance'],
    });
    expect([decided.status, decided.body.decision]).toEqual([422, 'limit_exceeded']);
    expect(await paid(key)).toMatchObject({ refundedMinor: 0 });
  });

  it('needs two people above a bound of ours where the merchant has none', async () => {
    const seed = createDynamodbSeed(admin.access);
    await seed.putTerminal({ ...TERMINAL, id: 1002, merchant: 'm-none' });
    expect(REFUND_ALONE_MINOR_DEFAULT).toBe(100_000);
    const key = { terminal: 1002, keyVersion: 1, sequence: 1 };
    const { record } = await createDynamodbPaymentStore(admin.access).readPayment(await sell());
    if (record?.payment !== undefined) {
      const payment = { ...record.payment, merchant: 'm-none', postedMinor: 200_000 };
      await createDynamodbPaymentStore(admin.access).book({
        record: { ...record, key, digest: new Uint8Array(32), payment },
      });
    }
    expect((await refund(key, 100_001)).status).toBe(202);
    expect((await refund(key, 100_000)).status).toBe(201);
  });

  it('of what is no payment, held, or gone is refused', async () => {
    const held = await sell({ mode: 'hold' });
    const reverse = await ask({ op: 'reverse', paymentSequence: held.sequence, reason: 1 });
    expect((await refund({ ...held, sequence: 99_999 }, 1)).body.code).toBe('not_found');
    expect((await refund(reverse, 1)).body.code).toBe('not_found');
    const { status, body } = await refund(held, 1);
    expect([status, body.decision]).toEqual([422, 'already_voided']);
  });
});

describe('the story of a payment', () => {
  const story = async (key: RequestKey) => (await admin.ask('GET', `${pathOf(key)}/story`)).body;

  it('has all that changed it, in order, with what each moved', async () => {
    const key = await sell({ mode: 'hold' });
    world.nowMs += 5_000;
    await ask({ op: 'confirm', paymentSequence: key.sequence, amountMinor: 80 });
    world.nowMs += 5_000;
    await ask({ op: 'confirm', paymentSequence: key.sequence });
    world.nowMs += 5_000;
    admin.nowMs = world.nowMs;
    const { body: refunded } = await refund(key, 30);
    await project(refunded.key);
    const { record, changes, timeline, cases } = await story(key);
    expect(record).toMatchObject({ key, op: 'pay', payment: { refundedMinor: 30 } });
    expect(changes.map(({ op, code }: { op: string; code: string }) => [op, code])).toEqual([
      ['confirm', 'approved'],
      ['confirm', 'not_permitted'],
      ['refund', 'approved'],
    ]);
    expect(cases).toEqual([]);
    const nowS = NOON_S;
    expect(timeline).toEqual([
      { atS: nowS, what: 'decided', code: 'approved', movedMinor: 0 },
      { atS: nowS + 5, what: 'confirm', code: 'approved', movedMinor: -80 },
      { atS: nowS + 10, what: 'confirm', code: 'not_permitted' },
      { atS: nowS + 15, what: 'refund', code: 'approved', movedMinor: 30, byOperator: true },
    ]);
  });

  it('says when a hold ends, and that it has', async () => {
    const key = await sell({ mode: 'hold' });
    const soldS = Math.floor(world.nowMs / 1000);
    expect((await story(key)).timeline.at(-1)).toEqual({ atS: soldS + 900, what: 'due' });
    world.nowMs += 901_000;
    const clock = { nowMs: () => world.nowMs };
    await expireHolds({ store: createDynamodbPaymentStore(admin.access), clock }, 10);
    const { timeline, expiry } = await story(key);
    expect(expiry).toMatchObject({
      kind: 'expiry',
      lines: [{ amountMinor: 100 }, { amountMinor: -100 }],
    });
    expect(timeline.at(-1)).toMatchObject({ what: 'expired', atS: soldS + 901 });
  });

  it('has what its terminal was answered, field by field', async () => {
    const { answer } = await story(await sell());
    expect(answer.dialect).toBe('JSON lines');
    expect(Buffer.from(answer.hex, 'hex').toString()).toContain('approved');
  });

  it('of a request about a payment names that payment', async () => {
    const key = await sell();
    const reverse = await ask({ op: 'reverse', paymentSequence: key.sequence, reason: 1 });
    const { record, timeline } = await story(reverse);
    expect(record.about).toEqual(key);
    expect(timeline.map(({ what }: { what: string }) => what)).toEqual(['reverse']);
  });

  it('is none where there is no payment', async () => {
    const { status } = await admin.ask('GET', '/v1/payments/1001/1/424242/story');
    expect(status).toBe(404);
  });
});
