/** Rules of a PAY where two things have to agree, or where one of several decides. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { STORED_AHEAD_S_MAX } from '#core/decide-payment.ts';
import type { Booking } from '#core/ports.ts';
import type { IdentifierEntry } from '#core/records.ts';
import type { SaleWindow, Sheet } from '#core/sheet.ts';
import type { EntryMode, Item } from '#protocol/request.ts';
import {
  createWorld,
  hasher,
  LIP,
  NOON_S,
  PIN,
  pay,
  RICH_CARD,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

let store: MemoryPaymentStore;
let world: World;
let bookings: Booking[];
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  bookings = [];
  world = createWorld({
    ...store,
    book: (booking) => {
      bookings.push(booking);
      return store.book(booking);
    },
  });
});

/** Open on Mondays between these hours of Seoul; the world's time is a Monday, 12:00. */
const between = (from: string, to: string): SaleWindow => ({
  id: `${from}-${to}`,
  zone: 'Asia/Seoul',
  weekly: [{ days: [1], from, to }],
});
const putSheets = async (...changes: readonly Partial<Sheet>[]): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (const [at, change] of changes.entries()) {
    const sku = `SKU-${at}`;
    await store.putSheet({ ...LIP, sku, ...change });
    items.push({ sku, quantity: 1, unitPriceMinor: 100 });
  }
  return items;
};
const putCard = (change: Partial<IdentifierEntry>): Promise<void> =>
  store.putIdentifier(hasher.identifier('ic.card', RICH_CARD), {
    user: 'rich',
    maskedName: 'R**',
    locale: 'ko-KR',
    kind: 'ic.card',
    entryModes: [1, 5, 7],
    failures: 0,
    ...change,
  });

describe('of several items', () => {
  test('each must be sold in the currency of the request', async () => {
    const items = await putSheets({}, { currency: 156 });
    const { code } = await world.ask(1, pay({ items, amountMinor: 200 }));
    expect(code).toBe('currency_not_allowed');
  });

  test('the one that opens last tells when to come back', async () => {
    const windows = [between('13:00', '20:00'), between('15:00', '20:00')];
    const items = await putSheets(...windows.map((window) => ({ windows: [window] })));
    const { reply } = await world.ask(1, pay({ items, amountMinor: 200 }));
    expect(reply).toMatchObject({ code: 'sale_window_closed', detail: NOON_S + 3 * 3_600 });
  });

  test('nobody is told to come back where one has closed by then', async () => {
    const windows = [between('15:00', '20:00'), between('10:00', '14:00')];
    const items = await putSheets(...windows.map((window) => ({ windows: [window] })));
    const { reply } = await world.ask(1, pay({ items, amountMinor: 200 }));
    expect(reply.code).toBe('sale_window_closed');
    expect(reply).not.toHaveProperty('detail');
  });
});

test.each<readonly [EntryMode, readonly EntryMode[], string]>([
  [7, [7], 'approved'],
  [7, [1, 5], 'not_permitted'],
  [3, [3], 'not_permitted'],
])('read in mode %i, with a row for %j: %s', async (entryMode, entryModes, code) => {
  await putCard({ entryModes });
  expect((await world.ask(1, pay({ entryMode }))).code).toBe(code);
});

describe('a card whose row asks for a second factor', () => {
  const failures = async (): Promise<number | undefined> => {
    const { identifiers } = await store.readPayFacts({
      terminal: 1001,
      identifiers: [hasher.identifier('ic.card', RICH_CARD)],
      skus: [],
      region: 'KR',
    });
    return identifiers[0]?.failures;
  };
  beforeEach(() =>
    putCard({ failures: 3, secondFactor: hasher.secondFactor('ic.card', RICH_CARD, PIN) }),
  );

  test.each([
    [
      'a right one and an approval clear the guesses',
      { secondFactor: PIN },
      'approved',
      'clear',
      0,
    ],
    [
      'a wrong one is one guess more',
      { secondFactor: '0000' },
      'second_factor_required',
      'count',
      4,
    ],
    ['none is no guess', {}, 'second_factor_required', undefined, 3],
    [
      'a right one and a refusal leave them',
      { secondFactor: PIN, amountMinor: 7 },
      'price_changed',
      'keep',
      3,
    ],
  ] as const)('%s', async (_what, change, code, guess, left) => {
    expect((await world.ask(1, pay(change))).code).toBe(code);
    expect(bookings.map((booking) => booking.guess?.change)).toEqual([guess]);
    expect(await failures()).toBe(left);
  });

  test('a second factor that nobody asks for is not looked at', async () => {
    await putCard({ failures: 3 });
    expect((await world.ask(1, pay({ secondFactor: '0000' }))).code).toBe('approved');
    expect(bookings[0]).not.toHaveProperty('guess');
    expect(await failures()).toBe(3);
  });
});

test.each([
  [STORED_AHEAD_S_MAX, 'approved'],
  [STORED_AHEAD_S_MAX + 1, 'not_permitted'],
])('a stored sale %i s ahead of us is %s', async (aheadS, code) => {
  await store.putTerminal({ ...TERMINAL, storedSales: { amountMinorMax: 1_000, ageSMax: 3_600 } });
  const request = pay({ deviceTimeS: NOON_S + aheadS });
  expect((await world.ask(1, request, { stored: true })).code).toBe(code);
});
