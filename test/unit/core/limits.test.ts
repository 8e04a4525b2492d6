import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { judgeAccount } from '#core/account-limits.ts';
import { usageAfter, usageDay } from '#core/day-usage.ts';
import type { PaymentStore } from '#core/ports.ts';
import type {
  Account,
  AccountLimits,
  DayUsage,
  Terminal,
  TerminalLimits,
  TerminalUsage,
} from '#core/records.ts';
import type { SaleWindow } from '#core/sheet.ts';
import { judgeTerminal, mayStoreMore, terminalZone } from '#core/terminal-limits.ts';
import { dateOfDay, dayOfDate } from '#core/window-calendar.ts';
import {
  createWorld,
  KRW,
  LIP,
  NOON_S,
  POOR_CARD,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

const SEOUL = 'Asia/Seoul';
const TODAY = '2026-11-23';
const DAY_S = 86_400;

let store: MemoryPaymentStore;
let world: World;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  world = createWorld(store);
});
const accountOf = (user: string): Account | undefined =>
  store.readLedgerFacts().accounts.find((one) => one.user === user);

describe('a day', () => {
  test.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2000-02-29', 11_016],
    ['2026-11-23', 20_780],
    ['2100-03-01', 47_541],
    ['0000-03-01', -719_468],
    ['0000-02-29', -719_469],
  ])('%s is the day %i, and back', (date, day) => {
    expect([dayOfDate(date), dateOfDay(day)]).toEqual([day, date]);
  });

  test('of 400 years is the date that the engine of JavaScript gives', () => {
    const byEngine = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
    const days = Array.from({ length: 146_097 }, (_, at) => at - 25_567);
    expect(days.filter((day) => dateOfDay(day) !== byEngine(day))).toEqual([]);
  });

  test('begins at midnight on the wall clock of its zone', () => {
    // 2026-11-23 00:00:00 in Seoul is 2026-11-22 15:00:00 UTC, twelve hours before noon.
    const midnightS = NOON_S - 43_200;
    expect([usageDay(SEOUL, midnightS - 1), usageDay(SEOUL, midnightS)]).toEqual([
      '2026-11-22',
      TODAY,
    ]);
    expect(usageDay('UTC', midnightS)).toBe('2026-11-22');
  });

  test('counts from nothing when a new one begins, and never goes back', () => {
    const usage: DayUsage = { day: TODAY, spentMinor: 500, count: 3 };
    expect(usageAfter(usage, TODAY, 100)).toEqual({ day: TODAY, spentMinor: 600, count: 4 });
    expect(usageAfter(usage, '2026-11-24', 100)).toEqual({
      day: '2026-11-24',
      spentMinor: 100,
      count: 1,
    });
    expect(usageAfter(usage, '2026-11-22', 100)).toEqual({ day: TODAY, spentMinor: 600, count: 4 });
    expect(usageAfter(undefined, TODAY, 100)).toEqual({ day: TODAY, spentMinor: 100, count: 1 });
  });
});

describe('an account that was refused', () => {
  const account: Account = {
    user: 'u',
    currency: KRW,
    status: 'active',
    balanceMinor: 1_000,
    heldMinor: 0,
  };
  const used = (spentMinor: number, count: number): DayUsage => ({ day: TODAY, spentMinor, count });
  const judge = (change: Partial<Account>, amountMinor = 100, stored = false) =>
    judgeAccount({ ...account, ...change }, { amountMinor, atS: NOON_S, stored });
  const limits = (change: Partial<AccountLimits>): AccountLimits => ({ zone: SEOUL, ...change });

  test('with all reasons at once gives the first in the order of the page', () => {
    const all = {
      limits: limits({ perDayMinor: 100, perDayCount: 1 }),
      usage: used(100, 1),
      balanceMinor: 0,
    };
    expect(judge({ ...all, status: 'blocked' })).toEqual({ code: 'user_blocked' });
    expect(judge(all)).toEqual({ code: 'limit_exceeded' });
    expect(judge({ ...all, usage: used(0, 1) })).toEqual({ code: 'frequency_exceeded' });
    expect(judge({ ...all, usage: used(0, 0) })).toEqual({ code: 'insufficient_funds' });
  });

  test.each<readonly [string, AccountLimits, DayUsage | undefined, number, string | undefined]>([
    ['a payment of the limit', limits({ perPaymentMinor: 100 }), undefined, 100, undefined],
    ['one above it', limits({ perPaymentMinor: 99 }), undefined, 100, 'limit_exceeded'],
    ['the last of the day', limits({ perDayMinor: 300 }), used(200, 9), 100, undefined],
    ['one unit more', limits({ perDayMinor: 299 }), used(200, 9), 100, 'limit_exceeded'],
    ['the last number', limits({ perDayCount: 3 }), used(0, 2), 100, undefined],
    ['one number more', limits({ perDayCount: 3 }), used(0, 3), 100, 'frequency_exceeded'],
    [
      'what was paid yesterday',
      limits({ perDayMinor: 100, perDayCount: 1 }),
      { ...used(100, 1), day: '2026-11-22' },
      100,
      undefined,
    ],
    [
      'what a clock ahead has counted',
      limits({ perDayCount: 1 }),
      { ...used(0, 1), day: '2026-11-24' },
      100,
      'frequency_exceeded',
    ],
  ])('%s', (_what, of, usage, amount, code) => {
    const judged = judge({ limits: of, ...(usage === undefined ? {} : { usage }) }, amount);
    expect('code' in judged ? judged.code : undefined).toBe(code);
  });

  test('is booked again with the figures after it, on the version that was seen', () => {
    expect(judge({ limits: limits({}), usage: used(200, 2), version: 7 })).toEqual({
      usage: { seenVersion: 7, to: used(300, 3) },
      over: false,
    });
    expect(judge({ limits: limits({}) })).toEqual({
      usage: { seenVersion: 0, to: used(100, 1) },
      over: false,
    });
  });

  test('whose limits were lifted meanwhile is booked again without', () => {
    expect(judge({ version: 8 })).toEqual({ usage: 'none', over: false });
    expect(judge({ balanceMinor: 100 })).toEqual({ usage: 'none', over: false });
    expect(judge({ balanceMinor: 99 })).toEqual({ code: 'insufficient_funds' });
  });

  test('pays a stored sale over its limits, never without funds', () => {
    const over = { limits: limits({ perPaymentMinor: 99 }) };
    expect(judge(over, 100, true)).toMatchObject({ over: true });
    expect(judge({ ...over, balanceMinor: 99 }, 100, true)).toEqual({ code: 'insufficient_funds' });
    expect(judge({ ...over, status: 'blocked' }, 100, true)).toEqual({ code: 'user_blocked' });
  });
});

describe('a terminal', () => {
  const usage: TerminalUsage = { day: TODAY, spentMinor: 900, count: 9, declines: 5, stored: 2 };
  const judge = (limits: TerminalLimits, of?: TerminalUsage, amountMinor = 100) =>
    judgeTerminal({ zone: SEOUL, limits }, of, {
      amountMinor,
      entryMode: 1,
      atS: NOON_S,
    });

  test.each<readonly [string, TerminalLimits, string | undefined]>([
    ['a payment of the limit', { perPaymentMinor: 100 }, undefined],
    ['one above it', { perPaymentMinor: 99 }, 'limit_exceeded'],
    ['the last of the day', { perDayMinor: 1_000 }, undefined],
    ['one unit more', { perDayMinor: 999 }, 'limit_exceeded'],
    ['the last number', { perDayCount: 10 }, undefined],
    ['one number more', { perDayCount: 9 }, 'frequency_exceeded'],
    ['keyed up to its limit', { byEntryMode: { 1: { perPaymentMinor: 100 } } }, undefined],
    ['keyed above it', { byEntryMode: { 1: { perPaymentMinor: 99 } } }, 'limit_exceeded'],
    ['another entry mode', { byEntryMode: { 7: { perPaymentMinor: 1 } } }, undefined],
    ['the last of its merchant', { merchant: { perDayMinor: 5_000 } }, undefined],
    ['one unit more of it', { merchant: { perDayMinor: 4_999 } }, 'limit_exceeded'],
    ['one number more of it', { merchant: { perDayCount: 40 } }, 'frequency_exceeded'],
    ['a payment above its', { merchant: { perPaymentMinor: 99 } }, 'limit_exceeded'],
    [
      'an amount before a number',
      { perDayCount: 9, merchant: { perPaymentMinor: 99 } },
      'limit_exceeded',
    ],
  ])('%s', (_what, limits, code) => {
    const merchant = { day: TODAY, spentMinor: 4_900, count: 40 };
    expect(judge(limits, { ...usage, merchant })).toBe(code);
  });

  test('without limits, or without figures of today, takes what it is asked', () => {
    expect(
      judgeTerminal({}, usage, { amountMinor: 1_000_000, entryMode: 1, atS: NOON_S }),
    ).toBeUndefined();
    const strict = { perDayMinor: 100, perDayCount: 1, merchant: { perDayCount: 1 } };
    expect(judge(strict)).toBeUndefined();
    expect(judge(strict, { ...usage, day: '2026-11-22' })).toBeUndefined();
  });

  test('stores sales up to the day and number that it may', () => {
    const storedSales = { amountMinorMax: 100, ageSMax: 60, perDayCount: 2 };
    const terminal: Terminal = { ...TERMINAL, storedSales };
    const of = (stored: number, day = TODAY): TerminalUsage => ({ ...usage, stored, day });
    expect(mayStoreMore(terminal, of(1), NOON_S)).toBe(true);
    expect(mayStoreMore(terminal, of(2), NOON_S)).toBe(false);
    expect(mayStoreMore(terminal, of(2, '2026-11-22'), NOON_S)).toBe(true);
    expect(mayStoreMore(terminal, undefined, NOON_S)).toBe(true);
    expect(mayStoreMore(TERMINAL, of(1_000), NOON_S)).toBe(true);
    expect([terminalZone(TERMINAL), terminalZone({ zone: SEOUL })]).toEqual(['UTC', SEOUL]);
  });

  test('asked to pay, answers by the figures that were read with the facts', async () => {
    const seen: PaymentStore = {
      ...store,
      readPayFacts: async (query) => ({
        ...(await store.readPayFacts(query)),
        terminalUsage: usage,
      }),
    };
    world = createWorld(seen);
    await store.putTerminal({ ...TERMINAL, zone: SEOUL, limits: { perDayCount: 9 } });
    expect((await world.ask(1, pay())).code).toBe('frequency_exceeded');
    world.nowMs += 12 * 3_600_000;
    expect((await world.ask(2, pay())).code).toBe('approved');
  });

  test('of a closed merchant sells nothing, not even what it has stored, and ends what it began', async () => {
    await world.ask(1, pay({ mode: 'hold' }));
    await store.putTerminal({
      ...TERMINAL,
      merchantStatus: 'closed',
      storedSales: { amountMinorMax: 100, ageSMax: 60 },
    });
    expect((await world.ask(2, pay())).code).toBe('merchant_closed');
    const stored = pay({ deviceTimeS: NOON_S });
    expect((await world.ask(3, stored, { stored: true })).code).toBe('merchant_closed');
    expect((await world.ask(4, { op: 'confirm', paymentSequence: 1 })).code).toBe('approved');
    await store.putTerminal({ ...TERMINAL, merchantStatus: 'open' });
    expect((await world.ask(5, pay())).code).toBe('approved');
  });
});

describe('a stored sale', () => {
  const CLOSED: SaleWindow = { id: 'never', zone: SEOUL, weekly: [] };
  const ask = async (sequence: number, change: Parameters<typeof pay>[0] = {}) => {
    const { code } = await world.ask(sequence, pay({ deviceTimeS: NOON_S - 60, ...change }), {
      stored: true,
    });
    const record = await store.readRecord({ terminal: 1001, keyVersion: 1, sequence });
    return { code, flags: record?.evidence?.flags };
  };
  beforeEach(() =>
    store.putTerminal({ ...TERMINAL, storedSales: { amountMinorMax: 150, ageSMax: 3_600 } }),
  );

  test('within every rule is flagged as one, and a live one is not', async () => {
    expect(await ask(1)).toEqual({ code: 'approved', flags: ['stored'] });
    await world.ask(2, pay());
    const live = await store.readRecord({ terminal: 1001, keyVersion: 1, sequence: 2 });
    expect(live?.evidence).not.toHaveProperty('flags');
  });

  test('outside its window, at an old price and over every limit is paid and flagged', async () => {
    await store.putSheet({ ...LIP, windows: [CLOSED], unitPriceMinor: 120 });
    await store.putTerminal({
      ...TERMINAL,
      storedSales: { amountMinorMax: 150, ageSMax: 3_600 },
      limits: { perPaymentMinor: 99 },
    });
    await store.setUserLimits('rich', KRW, { zone: SEOUL, perPaymentMinor: 99 });
    expect(await ask(1)).toEqual({
      code: 'approved',
      flags: ['stored', 'over_limit', 'outside_window', 'price_mismatch'],
    });
    expect(accountOf('rich')).toMatchObject({
      balanceMinor: 900,
      usage: { day: TODAY, spentMinor: 100, count: 1 },
    });
    expect((await world.ask(2, pay())).code).toBe('limit_exceeded');
  });

  test('over the limit of its user alone says so', async () => {
    await store.setUserLimits('rich', KRW, { zone: SEOUL, perDayCount: 0 });
    expect(await ask(1)).toEqual({ code: 'approved', flags: ['stored', 'over_limit'] });
  });

  test('counts on the day that it was made', async () => {
    await store.putTerminal({ ...TERMINAL, storedSales: { amountMinorMax: 150, ageSMax: DAY_S } });
    await store.setUserLimits('rich', KRW, { zone: SEOUL });
    await ask(1, { deviceTimeS: NOON_S - 43_201 });
    expect(accountOf('rich')?.usage?.day).toBe('2026-11-22');
    await ask(2);
    await ask(3, { deviceTimeS: NOON_S - 43_201 });
    expect(accountOf('rich')?.usage).toEqual({ day: TODAY, spentMinor: 200, count: 2 });
  });

  test('is still refused for user, funds, amount and number, and flagged as one', async () => {
    const flags = ['stored'];
    expect(await ask(1, { identifier: 'hello' })).toEqual({ code: 'identifier_unknown', flags });
    expect(await ask(2, { identifier: POOR_CARD })).toEqual({ code: 'insufficient_funds', flags });
    expect(await ask(3, { amountMinor: 151 })).toEqual({ code: 'not_permitted', flags });
    await store.setUserStatus('rich', KRW, 'blocked');
    expect(await ask(4)).toEqual({ code: 'user_blocked', flags });
  });

  test('over the number of its day is not permitted', async () => {
    await store.putTerminal({
      ...TERMINAL,
      storedSales: { amountMinorMax: 150, ageSMax: 3_600, perDayCount: 0 },
    });
    expect((await ask(1)).code).toBe('not_permitted');
  });

  test('is replayed, not counted twice', async () => {
    await store.setUserLimits('rich', KRW, { zone: SEOUL, perDayCount: 1 });
    await ask(1);
    expect(await ask(1)).toEqual({ code: 'approved', flags: ['stored'] });
    expect(accountOf('rich')?.usage?.count).toBe(1);
  });
});

test('a blocked user pays nothing, but gets money back and gives up what is held', async () => {
  await world.ask(1, pay());
  await world.ask(2, pay({ mode: 'hold' }));
  await world.ask(3, pay({ mode: 'hold' }));
  await store.setUserStatus('rich', KRW, 'blocked');
  expect((await world.ask(1, pay())).code).toBe('approved');
  expect((await world.ask(4, pay())).code).toBe('user_blocked');
  expect((await world.ask(5, { op: 'refund', paymentSequence: 1 })).code).toBe('approved');
  expect((await world.ask(6, { op: 'confirm', paymentSequence: 2 })).code).toBe('approved');
  expect((await world.ask(7, { op: 'reverse', paymentSequence: 3, reason: 2 })).code).toBe(
    'approved',
  );
  expect((await world.ask(8, { op: 'status', paymentSequence: 3 })).reply.state).toBe('voided');
  expect(accountOf('rich')).toMatchObject({ balanceMinor: 900, heldMinor: 0 });
  expect(store.audit().violations).toEqual([]);
});
