/** What is kept of a request, field by field: whoever reads the table later has nothing else. */
import { beforeEach, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { expireHolds } from '#core/expire-holds.ts';
import type { RequestRecord } from '#core/records.ts';
import {
  createWorld,
  digestOf,
  KRW,
  NOON_S,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

let store: MemoryPaymentStore;
let world: World;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  world = createWorld(store);
});
const keyOf = (sequence: number) => ({ terminal: 1001, keyVersion: 1, sequence });
const recordOf = (sequence: number): Promise<RequestRecord | undefined> =>
  store.readRecord(keyOf(sequence));
const answerOf = (reply: object): Uint8Array => new TextEncoder().encode(JSON.stringify(reply));

const HOLD = pay({ mode: 'hold' });
const CONFIRM = { op: 'confirm', paymentSequence: 1, amountMinor: 40 } as const;
const REVERSE = { op: 'reverse', paymentSequence: 1, reason: 1 } as const;
const REFUND = { op: 'refund', paymentSequence: 1, amountMinor: 15 } as const;

test('of a hold: who owes whom, until when, and why', async () => {
  const { reply } = await world.ask(1, HOLD);
  expect(reply).toEqual({
    serverTimeS: NOON_S,
    code: 'approved',
    authorisation: reply.authorisation,
    amountMinor: 100,
    maskedName: 'R**',
    holdExpiresInS: 900,
  });
  expect(reply.authorisation).toMatch(/^[0-9A-Z]{6}$/);
  expect(await recordOf(1)).toMatchObject({
    op: 'pay',
    code: 'approved',
    authorisation: reply.authorisation,
    decidedAtS: NOON_S,
    currency: KRW,
    lines: [
      { account: 'wallet:rich', amountMinor: -100 },
      { account: 'hold:rich', amountMinor: 100 },
    ],
    evidence: { identifierKind: 'ic.card', entryMode: 7, items: ['LIP-01*1@3=100'] },
    payment: {
      state: 'held',
      revision: 0,
      amountMinor: 100,
      postedMinor: 0,
      refundedMinor: 0,
      currency: KRW,
      user: 'rich',
      merchant: 'm-1',
      dueS: NOON_S + 900,
    },
  });
});

test('of a refusal: no money, no currency, and whose it would have been', async () => {
  await world.ask(1, pay({ amountMinor: 101 }));
  const record = await recordOf(1);
  expect(record).toMatchObject({ code: 'price_changed', lines: [] });
  expect(record).not.toHaveProperty('currency');
  expect(record).not.toHaveProperty('authorisation');
  expect(record?.payment).toMatchObject({ state: 'declined', user: 'rich', merchant: 'm-1' });
  await world.ask(2, pay({ identifier: 'DEADBEEF' }));
  expect((await recordOf(2))?.payment).toMatchObject({ state: 'declined', user: '' });
});

test('of a CONFIRM, a REFUND and what they refuse', async () => {
  await world.ask(1, HOLD);
  world.nowMs += 7_000;
  expect((await world.ask(2, CONFIRM)).reply).toEqual({
    serverTimeS: NOON_S + 7,
    code: 'approved',
  });
  expect(await recordOf(2)).toEqual({
    key: keyOf(2),
    op: 'confirm',
    about: keyOf(1),
    digest: digestOf(CONFIRM),
    answer: answerOf({ serverTimeS: NOON_S + 7, code: 'approved' }),
    code: 'approved',
    decidedAtS: NOON_S + 7,
    lines: [
      { account: 'wallet:rich', amountMinor: 60 },
      { account: 'hold:rich', amountMinor: -100 },
      { account: 'merchant:m-1', amountMinor: 40 },
    ],
    currency: KRW,
  });
  const refunded = await world.ask(3, REFUND);
  expect(refunded.reply).toEqual({ serverTimeS: NOON_S + 7, code: 'approved', amountMinor: 15 });
  expect(await recordOf(3)).toMatchObject({
    op: 'refund',
    lines: [
      { account: 'wallet:rich', amountMinor: 15 },
      { account: 'merchant:m-1', amountMinor: -15 },
    ],
  });
  const refused = await world.ask(4, CONFIRM);
  expect(refused.reply).toEqual({ serverTimeS: NOON_S + 7, code: 'not_permitted' });
  expect(await recordOf(4)).not.toHaveProperty('currency');
});

test('of a PAY that was voided before it came: nobody, nothing, and no answer yet', async () => {
  await world.ask(2, REVERSE);
  expect(await recordOf(1)).toEqual({
    key: keyOf(1),
    op: 'pay',
    code: 'already_voided',
    decidedAtS: NOON_S,
    lines: [],
    payment: {
      state: 'voided',
      revision: 0,
      amountMinor: 0,
      postedMinor: 0,
      refundedMinor: 0,
      currency: 0,
      user: '',
      merchant: 'm-1',
    },
  });
});

test('of a hold that ended: an entry of its own, named after the hold', async () => {
  await world.ask(1, HOLD);
  const janitor = { store, clock: world.deps.clock };
  world.nowMs += 899_999;
  expect(await expireHolds(janitor, 10)).toEqual({ expired: 0 });
  world.nowMs += 1;
  expect(await expireHolds(janitor, 10)).toEqual({ expired: 1 });
  const { entries } = store.readLedgerFacts();
  expect(entries.find(({ kind }) => kind === 'expiry')).toEqual({
    id: 'expiry-1001-1-1',
    kind: 'expiry',
    currency: KRW,
    lines: [
      { account: 'wallet:rich', amountMinor: 100 },
      { account: 'hold:rich', amountMinor: -100 },
    ],
    decidedAtS: NOON_S + 900,
  });
  expect((await recordOf(1))?.payment).toMatchObject({ state: 'expired', revision: 1 });
  expect((await recordOf(1))?.payment).not.toHaveProperty('dueS');
});

test('STATUS has the time of now', async () => {
  world.nowMs += 3_000;
  const { reply } = await world.ask(9, { op: 'status', paymentSequence: 1 });
  expect(reply).toEqual({ code: 'approved', serverTimeS: NOON_S + 3, state: 'not_found' });
});

test('a change is about another request, also where an older key version had the same number', async () => {
  const about = { op: 'reverse', paymentSequence: 5, paymentKeyVersion: 0, reason: 1 } as const;
  await store.putTerminal({ ...TERMINAL, keyVersionMin: 0 });
  await world.ask(5, pay(), { key: { terminal: 1001, keyVersion: 0, sequence: 5 } });
  expect((await world.ask(5, about)).code).toBe('approved');
  const voided = await store.readRecord({ terminal: 1001, keyVersion: 0, sequence: 5 });
  expect(voided?.payment?.state).toBe('voided');
});
