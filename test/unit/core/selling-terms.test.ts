/** Scopes, prices, tax, fee and promotions as a PAY meets them: what is asked, paid, split, and kept as evidence. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { TAKEN_SHARDS_MAX } from '#core/allowances.ts';
import type { JournalLine, RequestRecord, Terminal } from '#core/records.ts';
import type { Promotion, Sheet } from '#core/sheet.ts';
import type { PayRequest } from '#protocol/request.ts';
import {
  createWorld,
  digestOf,
  hasher,
  KRW,
  LIP,
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
  await seedWorld(store, 1_000_000);
  world = createWorld(store);
});

const putTerminal = (change: Partial<Terminal>): Promise<void> =>
  store.putTerminal({ ...TERMINAL, ...change });
const put = (change: Partial<Sheet>): Promise<void> => store.putSheet({ ...LIP, ...change });
const recordOf = async (sequence: number): Promise<RequestRecord | undefined> =>
  store.readRecord({ terminal: 1001, keyVersion: 1, sequence });
const linesOf = async (sequence: number): Promise<readonly JournalLine[]> =>
  (await recordOf(sequence))?.lines ?? [];
const sums = (lines: readonly JournalLine[]): Record<string, number> =>
  Object.fromEntries(lines.map(({ account, amountMinor }) => [account, amountMinor]));
/** Pieces of products at their prices. */
const basket = (
  items: readonly (readonly [sku: string, quantity: number, unitPriceMinor: number])[],
  change: Partial<PayRequest> = {},
): PayRequest =>
  pay({
    items: items.map(([sku, quantity, unitPriceMinor]) => ({ sku, quantity, unitPriceMinor })),
    amountMinor: items.reduce((sum, [, quantity, price]) => sum + quantity * price, 0),
    ...change,
  });
const askAt = (price: number): PayRequest => basket([['LIP-01', 1, price]]);

/** The world's time is a Monday, 12:00 in Seoul. */
const ALL = [1, 2, 3, 4, 5, 6, 7];
const zone = 'Asia/Seoul';
const HAPPY = { zone, weekly: [{ days: ALL, from: '11:00', to: '13:00' }] };

describe('a window that is for some terminals only', () => {
  const nights = {
    id: 'nights',
    zone,
    weekly: [{ days: ALL, from: '20:00', to: '06:00' }],
  };
  test('closes the product there, and nowhere else', async () => {
    await put({ windows: [{ ...nights, at: { groups: ['airport'] } }] });
    expect((await world.ask(1, pay())).code).toBe('approved');
    await putTerminal({ group: 'airport' });
    const { reply } = await world.ask(2, pay());
    expect(reply).toMatchObject({ code: 'sale_window_closed', detail: NOON_S + 8 * 3_600 });
    await putTerminal({ group: 'airport', merchant: 'm-2' });
    await put({ windows: [{ ...nights, at: { groups: ['airport'], merchants: ['m-1'] } }] });
    expect((await world.ask(3, pay())).code).toBe('approved');
  });

  test('counts its quota at its own terminals', async () => {
    const days = { ...nights, weekly: HAPPY.weekly, quota: { units: 1, per: 'total' } } as const;
    await put({ windows: [{ ...days, at: { merchants: ['m-1'] } }] });
    expect((await world.ask(1, pay())).code).toBe('approved');
    expect((await world.ask(2, pay())).code).toBe('sold_out');
    await putTerminal({ merchant: 'm-2' });
    expect((await world.ask(3, pay())).code).toBe('approved');
  });
});

describe('a price list', () => {
  const prices = [
    { list: 'happy', version: 4, unitPriceMinor: 70, when: HAPPY },
    { list: 'airport', version: 2, unitPriceMinor: 60, at: { groups: ['airport'] } },
  ];
  beforeEach(() => put({ prices }));

  test('is what the amount is recomputed from, and the right total is told', async () => {
    expect((await world.ask(1, pay())).reply).toMatchObject({ code: 'price_changed', detail: 70 });
    expect((await world.ask(2, askAt(70))).code).toBe('approved');
    await putTerminal({ group: 'airport' });
    expect((await world.ask(3, askAt(70))).reply).toMatchObject({ detail: 60 });
    await putTerminal({});
    world.nowMs += 3_600_000;
    expect((await world.ask(4, askAt(70))).reply).toMatchObject({ detail: 100 });
    expect((await world.ask(5, pay())).code).toBe('approved');
  });

  test('and its version, the price and the version of the catalogue are kept as evidence', async () => {
    await world.ask(1, { ...askAt(70), catalogueVersion: 9 });
    expect((await recordOf(1))?.evidence).toMatchObject({
      items: ['LIP-01*1@3=70:happy@4'],
      catalogueVersion: 9,
    });
    await world.ask(2, askAt(70));
    expect((await recordOf(2))?.evidence).not.toHaveProperty('catalogueVersion');
  });

  test('of a stored sale is that of the moment it was made', async () => {
    await putTerminal({ storedSales: { amountMinorMax: 1_000, ageSMax: 86_400 } });
    world.nowMs += 7_200_000;
    const made = { ...askAt(70), deviceTimeS: NOON_S };
    expect((await world.ask(1, made, { stored: true })).code).toBe('approved');
    expect((await recordOf(1))?.evidence?.flags).toEqual(['stored']);
  });
});

describe('tax and fee', () => {
  /** 10 % in a price of 100: 9.0909. */
  const tax = { ppm: 100_000, rounding: 'line' } as const;
  const item = (sku: string): Promise<void> => put({ sku, tax });

  test('are split from what the merchant is owed', async () => {
    await put({ tax });
    // 2.5 is 2 half-even.
    await putTerminal({ merchantFee: { ppm: 25_000, fixedMinor: 3 } });
    await world.ask(1, pay());
    expect(sums(await linesOf(1))).toEqual({
      'wallet:rich': -100,
      'merchant:m-1': 100 - 9 - 5,
      'tax:KR': 9,
      fees: 5,
    });
  });

  test('of two lines are rounded one by one, or once', async () => {
    await item('A');
    await item('B');
    const two = basket([
      ['A', 1, 100],
      ['B', 1, 100],
    ]);
    await world.ask(1, two);
    expect(sums(await linesOf(1))['tax:KR']).toBe(9 + 9);
    for (const sku of ['A', 'B']) {
      await put({ sku, unitPriceMinor: 105, tax: { ppm: 100_000, rounding: 'total' } });
    }
    // 9.545 each would be 10 and 10; of 210 it is 19.09.
    await world.ask(
      2,
      basket([
        ['A', 1, 105],
        ['B', 1, 105],
      ]),
    );
    expect(sums(await linesOf(2))['tax:KR']).toBe(19);
  });

  test('are each of their own rate where rates differ', async () => {
    await put({ sku: 'A', tax: { ppm: 100_000, rounding: 'total' } });
    await put({ sku: 'B', tax: { ppm: 50_000, rounding: 'total' } });
    await put({ sku: 'C' });
    await world.ask(
      1,
      basket([
        ['A', 1, 100],
        ['B', 1, 100],
        ['C', 1, 100],
      ]),
    );
    expect(sums(await linesOf(1))['tax:KR']).toBe(9 + 5);
  });

  test('of a stored sale at another price are in proportion to it', async () => {
    await putTerminal({ storedSales: { amountMinorMax: 1_000, ageSMax: 86_400 } });
    await put({ tax });
    const stored = { stored: true };
    await world.ask(1, { ...askAt(200), deviceTimeS: NOON_S }, stored);
    expect(sums(await linesOf(1))).toMatchObject({ 'wallet:rich': -200, 'tax:KR': 18 });
    await put({ unitPriceMinor: 0, tax });
    await world.ask(2, { ...askAt(50), deviceTimeS: NOON_S }, stored);
    expect(sums(await linesOf(2))).toEqual({ 'wallet:rich': -50, 'merchant:m-1': 50 });
  });

  test('leave the merchant nothing rather than less', async () => {
    await put({ tax });
    await putTerminal({ merchantFee: { ppm: 0, fixedMinor: 500 } });
    await world.ask(1, pay());
    expect(sums(await linesOf(1))).toEqual({ 'wallet:rich': -100, 'tax:KR': 9, fees: 91 });
  });

  test('are nothing to a payment without them', async () => {
    await world.ask(1, pay());
    expect((await recordOf(1))?.payment).not.toHaveProperty('shares');
  });
});

describe('a promotion', () => {
  const CODE = 'WELCOME';
  const promotion = (id: string, change: Partial<Promotion> = {}): Promotion => ({
    id,
    version: 1,
    off: { ppm: 100_000 },
    by: 'automatic',
    zone,
    ...change,
  });
  const offer = (...promotions: readonly Promotion[]): Promise<void> => put({ promotions });
  let asked = 0;
  const paid = async (request: PayRequest = pay()): Promise<readonly [unknown, unknown]> => {
    asked += 1;
    const { reply } = await world.ask(asked, request);
    return [
      reply.code === 'approved' ? reply.amountMinor : reply.code,
      (await recordOf(asked))?.payment?.shares?.promotion,
    ];
  };

  test('pays a part in the place of the user, and the merchant is owed all of it', async () => {
    await put({ promotions: [promotion('p')], tax: { ppm: 100_000, rounding: 'line' } });
    const { reply } = await world.ask(1, pay());
    expect(reply.amountMinor).toBe(90);
    expect(sums(await linesOf(1))).toEqual({
      'wallet:rich': -90,
      'merchant:m-1': 91,
      'tax:KR': 9,
      'promotion:p': -10,
    });
    const record = await recordOf(1);
    expect(record?.evidence?.promotion).toBe('p@1');
    expect(record?.payment).toMatchObject({
      amountMinor: 90,
      postedMinor: 90,
      shares: { region: 'KR', taxMinor: 9, feeMinor: 0, discountMinor: 10, promotion: 'p' },
    });
  });

  test.each<readonly [string, readonly Promotion[], string]>([
    [
      'the highest priority, though it pays less',
      [promotion('a', { off: { minor: 50 } }), promotion('b', { priority: 1 })],
      'b',
    ],
    ['no priority is 0', [promotion('a', { priority: -1 }), promotion('b')], 'b'],
    ['then what pays most', [promotion('a'), promotion('b', { off: { minor: 11 } })], 'b'],
    ['then the lowest id', [promotion('b', { off: { minor: 10 } }), promotion('a')], 'a'],
  ])('of several: %s', async (_what, list, chosen) => {
    await offer(...list);
    expect((await paid())[1]).toBe(chosen);
    await offer(...[...list].reverse());
    expect((await paid())[1]).toBe(chosen);
  });

  test.each<readonly [string, Promotion]>([
    ['whose hours are over', promotion('p', { when: { ...HAPPY, validTo: '2026-11-22' } })],
    ['of another merchant', promotion('p', { at: { merchants: ['m-2'] } })],
    ['of a group, at a terminal of none', promotion('p', { at: { groups: ['g'] } })],
    ['that asks for a code', promotion('p', { by: 'code' })],
    ['of less than a minor unit', promotion('p', { off: { ppm: 4_999 } })],
  ])('is not there: one %s', async (_what, one) => {
    await offer(one);
    expect(await paid()).toEqual([100, undefined]);
  });

  test('is of the products that it is for, and once of all of them', async () => {
    await put({ sku: 'A', promotions: [promotion('p', { off: { ppm: 500_000 } })] });
    await put({ sku: 'B' });
    expect(
      (
        await paid(
          basket([
            ['A', 3, 100],
            ['B', 1, 100],
          ]),
        )
      )[0],
    ).toBe(250);
    await put({ sku: 'A', promotions: [promotion('p', { off: { minor: 30 } })] });
    await put({ sku: 'B', promotions: [promotion('p', { off: { minor: 30 } })] });
    expect(
      (
        await paid(
          basket([
            ['A', 3, 100],
            ['B', 1, 100],
          ]),
        )
      )[0],
    ).toBe(370);
  });

  test('is worth what its newest version says, where sheets have two', async () => {
    await put({ sku: 'A', promotions: [promotion('p', { off: { minor: 1 } })] });
    await put({ sku: 'B', promotions: [promotion('p', { version: 2, off: { minor: 5 } })] });
    await put({ sku: 'C', promotions: [promotion('p', { off: { minor: 1 } })] });
    expect(
      (
        await paid(
          basket([
            ['A', 1, 100],
            ['B', 1, 100],
            ['C', 1, 100],
          ]),
        )
      )[0],
    ).toBe(295);
    expect((await recordOf(asked))?.evidence?.promotion).toBe('p@2');
  });

  test('pays all of it at most, and then the user nothing', async () => {
    await offer(promotion('p', { off: { minor: 5_000 } }));
    expect(await paid()).toEqual([0, 'p']);
    expect(sums(await linesOf(asked))).toEqual({ 'merchant:m-1': 100, 'promotion:p': -100 });
  });

  test('of a stored sale pays no more than the terminal took', async () => {
    await putTerminal({ storedSales: { amountMinorMax: 1_000, ageSMax: 86_400 } });
    await offer(promotion('p', { off: { minor: 80 } }));
    const { reply } = await world.ask(
      ++asked,
      { ...askAt(60), deviceTimeS: NOON_S },
      { stored: true },
    );
    expect(reply).toMatchObject({ code: 'approved', amountMinor: 0 });
  });

  test('gives way to the next where its budget is used up, and to none', async () => {
    await offer(
      promotion('first', { priority: 2, budget: { of: 'uses', max: 1 } }),
      promotion('second', { priority: 1, perUser: 1 }),
    );
    expect((await paid())[1]).toBe('first');
    expect((await paid())[1]).toBe('second');
    expect(await paid()).toEqual([100, undefined]);
  });

  describe('by code', () => {
    const coded = pay({ promotionCode: CODE });
    const putCode = (change: object = {}): Promise<void> =>
      store.putPromotionCode(hasher.promotionCode(CODE), { promotion: 'p', ...change });
    beforeEach(() =>
      offer(promotion('p', { by: 'code' }), promotion('more', { off: { minor: 60 } })),
    );

    test('goes in the place of an automatic one, whatever that pays', async () => {
      await putCode();
      expect(await paid(coded)).toEqual([90, 'p']);
      expect(await paid()).toEqual([40, 'more']);
    });

    test.each<readonly [string, () => Promise<void>]>([
      ['nobody has made', async () => undefined],
      ['leads to no promotion of these products', () => putCode({ promotion: 'other' })],
      ['is not valid yet', () => putCode({ validFromS: NOON_S + 1 })],
      ['is not valid any more', () => putCode({ validToS: NOON_S })],
      [
        'leads to a promotion that is over',
        async () => {
          await putCode();
          await offer(promotion('p', { by: 'code', when: { ...HAPPY, validTo: '2026-11-22' } }));
        },
      ],
      [
        'leads to one whose budget is used up',
        async () => {
          await putCode();
          await offer(promotion('p', { by: 'code', budget: { of: 'spend', max: 9 } }));
        },
      ],
    ])('is refused where it %s', async (_what, prepare) => {
      await prepare();
      expect((await paid(coded))[0]).toBe('promotion_invalid');
      expect((await recordOf(asked))?.payment?.state).toBe('declined');
    });

    test('is valid from the first second to the last', async () => {
      await putCode({ validFromS: NOON_S, validToS: NOON_S + 1 });
      expect((await paid(coded))[0]).toBe(90);
    });

    test('is refused for a stored sale too', async () => {
      await putTerminal({ storedSales: { amountMinorMax: 1_000, ageSMax: 86_400 } });
      const { code } = await world.ask(
        ++asked,
        { ...coded, deviceTimeS: NOON_S },
        { stored: true },
      );
      expect(code).toBe('promotion_invalid');
    });

    test('is kept as a keyed hash that a rotation of the pepper does not make new', async () => {
      await putCode({ uses: 1 });
      expect(hasher.promotionCode(' welcome ')).toBe(hasher.promotionCode(CODE));
      expect(hasher.promotionCode(CODE)).not.toContain(CODE);
      expect(hasher.promotionCodes(CODE)).toEqual([hasher.promotionCode(CODE)]);
      expect(hasher.promotionUse(CODE)).toMatch(/^[0-9a-f]{32}$/);
      await paid(coded);
      const stored = JSON.stringify(await recordOf(asked));
      expect(stored).toContain(`promotion:p/code/${hasher.promotionUse(CODE)}`);
      expect(stored).not.toContain(CODE);
    });
  });

  test('finds room in the booking beside the windows, or is none', async () => {
    const shards = 32;
    /** Two units of each shard: who buys twice as many takes of all. */
    const buy = async (id: string, ofThird: number): Promise<readonly [unknown, unknown]> => {
      for (const sku of ['A', 'B', 'C']) {
        const quota = { units: 2 * shards, per: 'total', shards } as const;
        await put({
          sku,
          unitPriceMinor: 1,
          windows: [{ id: `${id}-${sku}`, zone, weekly: HAPPY.weekly, quota }],
          promotions: [promotion(id, { off: { minor: 2 }, budget: { of: 'uses', max: 8 } })],
        });
      }
      return paid(
        basket([
          ['A', 2 * shards, 1],
          ['B', 2 * shards, 1],
          ['C', 2 * ofThird, 1],
        ]),
      );
    };
    const room = TAKEN_SHARDS_MAX - 2 * shards;
    expect(await buy('p', room - 1)).toEqual([4 * shards + 2 * (room - 1) - 2, 'p']);
    expect(await buy('q', room)).toEqual([4 * shards + 2 * room, undefined]);
  });

  test('is counted for nobody where a provider has the customer', async () => {
    await offer(promotion('p', { perUser: 1 }));
    await store.putIdentifier(hasher.identifier('ic.card', pay().identifier), {
      user: '',
      maskedName: '',
      locale: '',
      kind: 'ic.card',
      entryModes: [7],
      failures: 0,
    });
    await store.putUser({
      user: '',
      name: '',
      locale: '',
      currency: KRW,
      balanceMinor: 500,
      atS: 0,
    });
    expect(await paid()).toEqual([100, undefined]);
  });
});

test('a repeat is answered as before, whatever has become of price and promotion', async () => {
  await put({ promotions: [{ id: 'p', version: 1, off: { minor: 30 }, by: 'automatic', zone }] });
  const first = await world.ask(1, pay());
  await put({ unitPriceMinor: 500 });
  const again = await world.ask(1, pay());
  expect([...again.answer]).toEqual([...first.answer]);
  expect((await recordOf(1))?.digest).toEqual(digestOf(pay()));
});
