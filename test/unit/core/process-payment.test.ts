import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { decidePayment } from '#core/decide-payment.ts';
import { generateCode } from '#core/one-time-code.ts';
import type { BookResult } from '#core/ports.ts';
import type { IdentifierEntry } from '#core/records.ts';
import type { SaleWindow } from '#core/sheet.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';
import {
  createWorld,
  HANDLE,
  hasher,
  KRW,
  LIP,
  NOON_S,
  PHONE,
  PIN,
  pay,
  RICH_CARD,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

const CARD_HASH = hasher.identifier('ic.card', RICH_CARD);
const ENTRY: IdentifierEntry = {
  user: 'rich',
  maskedName: 'R**',
  locale: 'ko',
  kind: 'ic.card',
  entryModes: [7],
  failures: 0,
};
const OPEN: SaleWindow = {
  id: 'noon',
  zone: 'Asia/Seoul',
  weekly: [{ days: [1], from: '12:00', to: '13:00' }],
};
const NEVER: SaleWindow = { id: 'never', zone: 'Asia/Seoul', weekly: [] };
const CODE = pay({
  identifier: generateCode(hasher, { handle: HANDLE, codeVersion: 1, atS: NOON_S }),
  entryMode: 3,
});

let store: MemoryPaymentStore;
let world: World;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  world = createWorld(store);
});

describe('what the store says of a booking', () => {
  const account = { user: 'rich', currency: KRW, status: 'active', balanceMinor: 99, heldMinor: 0 };
  test.each<readonly [string, BookResult, string]>([
    ['a lock', { outcome: 'identifier_locked' }, 'second_factor_required'],
    ['a spent code', { outcome: 'already_spent' }, 'identifier_used'],
    ['no account', { outcome: 'account_refused', account: undefined }, 'currency_not_allowed'],
    [
      'too little money',
      { outcome: 'account_refused', account: { ...account, status: 'active' } },
      'insufficient_funds',
    ],
    [
      'a blocked account',
      { outcome: 'account_refused', account: { ...account, status: 'blocked' } },
      'user_blocked',
    ],
  ])('%s is stored as the answer', async (_what, result, code) => {
    let refusals = 1;
    world = createWorld({
      ...store,
      book: async (booking) => {
        refusals -= 1;
        return refusals >= 0 ? result : store.book(booking);
      },
    });
    expect((await world.ask(1, CODE)).code).toBe(code);
    expect(await createWorld(store).ask(1, CODE)).toMatchObject({ code, replayed: true });
    expect(store.audit().violations).toEqual([]);
  });
});

test('a sale whose time ran out while its quota was looked at is too late, and takes nothing', async () => {
  await store.putSheet({ ...LIP, windows: [{ ...OPEN, quota: { units: 9, per: 'total' } }] });
  const slow = createWorld({
    ...store,
    book: async (booking) => {
      slow.nowMs += 20_001;
      return booking.allowances === undefined
        ? store.book(booking)
        : { outcome: 'allowance_refused' };
    },
  });
  expect((await slow.ask(1, pay())).code).toBe('too_late');
  expect([...(await store.readAllowances([{ id: 'noon/total', shards: 8 }])).values()]).toEqual([
    [0, 0, 0, 0, 0, 0, 0, 0],
  ]);
});

test('an identifier of no kind is unknown, one of two kinds ambiguous, and nothing is told of either', async () => {
  expect((await world.ask(1, pay({ identifier: 'hello' }))).code).toBe('identifier_unknown');
  const { code } = decidePayment({
    request: pay(),
    stored: false,
    nowMs: 0,
    lateAfterMs: 0,
    judgedAtS: 0,
    terminal: TERMINAL,
    match: 'ambiguous',
    entry: undefined,
    sheets: [],
    hasher,
  });
  expect(code).toBe('identifier_ambiguous');
});

test('a one-time code buys once, and one of a secret that is gone is expired', async () => {
  expect((await world.ask(1, CODE)).code).toBe('approved');
  expect((await world.ask(2, CODE)).code).toBe('identifier_used');
  await store.putIdentifier(hasher.identifier('own.code', HANDLE), {
    ...ENTRY,
    kind: 'own.code',
    entryModes: [1, 3],
  });
  expect((await world.ask(3, CODE)).code).toBe('identifier_expired');
});

test('a second factor is asked for, judged, and never good enough where none is set', async () => {
  const factor = (secondFactor?: string) =>
    pay({
      identifier: PHONE,
      entryMode: 1,
      ...(secondFactor === undefined ? {} : { secondFactor }),
    });
  expect((await world.ask(1, factor())).code).toBe('second_factor_required');
  expect((await world.ask(2, factor('0000'))).code).toBe('second_factor_required');
  expect((await world.ask(3, { ...factor(PIN), amountMinor: 7 })).code).toBe('price_changed');
  expect((await world.ask(4, factor(PIN))).code).toBe('approved');
  await store.putIdentifier(hasher.identifier('phone', PHONE), {
    ...ENTRY,
    kind: 'phone',
    entryModes: [1],
  });
  expect((await world.ask(5, factor(PIN))).code).toBe('second_factor_required');
});

test('an identifier is good from its first second to the one before its last', async () => {
  const put = (validFromS: number, validToS: number) =>
    store.putIdentifier(CARD_HASH, { ...ENTRY, validFromS, validToS });
  await put(NOON_S + 1, NOON_S + 9);
  expect((await world.ask(1, pay())).code).toBe('identifier_expired');
  await put(NOON_S, NOON_S + 1);
  expect((await world.ask(2, pay())).code).toBe('approved');
  await put(NOON_S - 9, NOON_S);
  expect((await world.ask(3, pay())).code).toBe('identifier_expired');
});

test('an identifier for some regions is good in those', async () => {
  await store.putIdentifier(CARD_HASH, { ...ENTRY, regions: ['CN', 'KR'] });
  expect((await world.ask(1, pay())).code).toBe('approved');
  await store.putIdentifier(CARD_HASH, { ...ENTRY, regions: ['CN'] });
  expect((await world.ask(2, pay())).code).toBe('region_not_allowed');
});

test('evidence names the window that was open, and the time where it was another', async () => {
  await store.putSheet({ ...LIP, windows: [OPEN] });
  await store.putTerminal({ ...TERMINAL, storedSales: { amountMinorMax: 100, ageSMax: 60 } });
  await world.ask(1, pay({ deviceTimeS: NOON_S + 1 }), { stored: true });
  const [record] = store.readLedgerFacts().records;
  expect(record?.evidence).toMatchObject({ items: ['LIP-01*1@3/noon=100'], judgedAtS: NOON_S + 1 });
});

test('a stored sale without a time of its own is refused, and so is a stored hold', async () => {
  await store.putTerminal({ ...TERMINAL, storedSales: { amountMinorMax: 100, ageSMax: 60 } });
  expect((await world.ask(1, pay(), { stored: true })).code).toBe('not_permitted');
  const hold = pay({ mode: 'hold', deviceTimeS: NOON_S });
  expect((await world.ask(2, hold, { stored: true })).code).toBe('not_permitted');
});

describe('several products', () => {
  const items = [
    { sku: 'LIP-01', quantity: 1, unitPriceMinor: 100 },
    { sku: 'TIN-02', quantity: 2, unitPriceMinor: 50 },
  ];
  const both = pay({ items, amountMinor: 200 });
  const put = (windows: readonly SaleWindow[], change = {}) =>
    store.putSheet({ ...LIP, sku: 'TIN-02', unitPriceMinor: 50, windows, ...change });
  test('are sold together, each by its own sheet', async () => {
    await put([OPEN]);
    expect((await world.ask(1, both)).code).toBe('approved');
    await put([], { unitPriceMinor: 51 });
    expect((await world.ask(2, both)).reply).toMatchObject({ code: 'price_changed', detail: 202 });
  });
  test('name no opening where one of them never opens, or they never are open together', async () => {
    await put([NEVER]);
    const never = await world.ask(1, both);
    expect(never.reply).toMatchObject({ code: 'sale_window_closed' });
    expect(never.reply.detail).toBeUndefined();
    await put([{ ...OPEN, weekly: [{ days: [1], from: '14:00', to: '15:00' }] }]);
    await store.putSheet({ ...LIP, windows: [OPEN] });
    expect((await world.ask(2, both)).reply.detail).toBeUndefined();
  });
  test('name no price that no answer can hold', async () => {
    await put([], { unitPriceMinor: AMOUNT_MINOR_MAX });
    const answer = await world.ask(1, both);
    expect(answer.reply).toMatchObject({ code: 'price_changed' });
    expect(answer.reply.detail).toBeUndefined();
    await put([], { unitPriceMinor: (AMOUNT_MINOR_MAX - 99) / 2 - 0.5 });
    await store.putSheet({ ...LIP, unitPriceMinor: 100 });
    expect((await world.ask(2, both)).reply.detail).toBe(AMOUNT_MINOR_MAX);
  });
});

test('the line for the customer says no more than that the sale did not happen', async () => {
  const hello = { locale: 'fr' };
  await store.setUserStatus('rich', KRW, 'blocked');
  expect((await world.ask(1, pay(), { hello })).reply.text).toBe('Payment not possible');
});

test('the clock going back between two copies changes no answer', async () => {
  const receivedAtMs = world.nowMs - 20_001;
  expect((await world.ask(1, pay(), { receivedAtMs })).code).toBe('too_late');
  world.nowMs -= 3_600_000;
  expect(await world.ask(1, pay(), { receivedAtMs })).toMatchObject({
    code: 'too_late',
    replayed: true,
  });
});

describe('a catalogue', () => {
  const ask = { op: 'catalogue', knownVersion: 0 } as const;
  test('is not for terminals that are unknown or retired', async () => {
    const key = { terminal: 9, keyVersion: 1, sequence: 1 };
    expect((await world.ask(1, ask, { key })).code).toBe('terminal_unknown');
    await store.putTerminal({ ...TERMINAL, keyVersionMin: 2 });
    expect((await world.ask(1, ask)).code).toBe('key_version_retired');
  });
  test('says 0 for what never opens or closes', async () => {
    await store.putCatalogue({ region: 'KR', version: 1, currency: KRW, items: [LIP] });
    expect((await world.ask(1, ask)).reply.catalogue?.items).toMatchObject([
      { sku: 'LIP-01', openNow: true, nextChangeS: 0 },
    ]);
  });
});
