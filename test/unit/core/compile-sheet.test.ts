/** From what an operator entered to a sheet: who a rule is for, tax in prices, and every fault named with its field. */
import { describe, expect, test } from 'vitest';
import { itemBytes } from '#adapters/dynamodb/record-item.ts';
import { catalogueItem, sheetItem } from '#adapters/dynamodb/sheet-items.ts';
import { ID_LENGTH_MAX } from '#core/check-fields.ts';
import { EXCEPTIONS_MAX, HOURS_MAX } from '#core/check-schedule.ts';
import { COUNT_MAX, SCOPE_MAX } from '#core/check-sources.ts';
import { compileCatalogue, compileSheet, RULES_MAX } from '#core/compile-sheet.ts';
import { CATALOGUE_VERSION_MAX } from '#core/page-catalogue.ts';
import type { Sheet } from '#core/sheet.ts';
import { CATALOGUE_BYTES_MAX, itemBytesOf, SHEET_BYTES_MAX } from '#core/sheet-size.ts';
import type {
  PriceListSource,
  PromotionSource,
  Region,
  Scope,
  SheetSources,
  WindowSource,
} from '#core/sheet-sources.ts';
import { AMOUNT_MINOR_MAX } from '#protocol/limits.ts';

const KR: Region = {
  id: 'KR',
  currency: 410,
  zone: 'Asia/Seoul',
  tax: { prices: 'inclusive', rounding: 'line', ratesPpm: { standard: 100_000, books: 0 } },
};
const SOURCES: SheetSources = {
  product: {
    sku: 'LIP-01',
    name: 'Lipstick',
    category: 'lips',
    basePriceMinor: { KR: 1_000, CN: 50 },
  },
  region: KR,
  windows: [],
  priceLists: [],
  promotions: [],
};
const WEEKLY = [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }];
const WINDOW: WindowSource = { id: 'day', weekly: WEEKLY };
const LIST: PriceListSource = {
  id: 'list',
  version: 3,
  currency: 410,
  pricesMinor: { 'LIP-01': 900 },
};
const PROMOTION: PromotionSource = {
  id: 'promo',
  version: 2,
  off: { ppm: 50_000 },
  by: 'automatic',
};

const compiled = (change: Partial<SheetSources> = {}, version = 7): Sheet => {
  const result = compileSheet({ ...SOURCES, ...change }, version);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  return result.value;
};
/** `code field`, as they are told. */
const problems = (change: Partial<SheetSources>, version = 7): readonly string[] => {
  const result = compileSheet({ ...SOURCES, ...change }, version);
  return result.ok ? [] : result.problems.map(({ code, field }) => `${code} ${field}`);
};

describe('a sheet', () => {
  test('of a product alone', () => {
    expect(compiled()).toEqual({
      sku: 'LIP-01',
      region: 'KR',
      name: 'Lipstick',
      version: 7,
      unitPriceMinor: 1_000,
      currency: 410,
      windows: [],
      tax: { ppm: 100_000, rounding: 'line' },
    });
  });

  test('of everything', () => {
    const exceptions = [{ date: '2026-12-25', hours: [] }];
    const dates = { validFrom: '2026-01-01', validTo: '2026-12-31', exceptions };
    const places = { merchants: ['m-1'], groups: ['airport'] };
    const scope: Scope = { ...places, skus: ['LIP-01'], categories: ['lips'], regions: ['KR'] };
    const schedule = { weekly: WEEKLY, ...dates };
    const sheet = compiled({
      windows: [
        {
          ...WINDOW,
          ...dates,
          scope,
          effect: 'closed',
          priority: 2,
          quota: { units: 5, per: 'day', shards: 4 },
          perUser: { units: 1, per: 'total' },
        },
      ],
      priceLists: [{ ...LIST, scope, priority: 1, when: { ...schedule, zone: 'Asia/Tokyo' } }],
      promotions: [
        {
          ...PROMOTION,
          currency: 410,
          off: { minor: 100 },
          scope,
          priority: 4,
          when: schedule,
          budget: { of: 'spend', max: 1_000, shards: 2 },
          perUser: 1,
          perTerminal: { uses: 3, per: 'day' },
        },
      ],
    });
    expect(sheet.windows).toEqual([
      {
        id: 'day',
        zone: 'Asia/Seoul',
        ...schedule,
        at: places,
        effect: 'closed',
        priority: 2,
        quota: { units: 5, per: 'day', shards: 4 },
        perUser: { units: 1, per: 'total' },
      },
    ]);
    expect(sheet.prices).toEqual([
      {
        list: 'list',
        version: 3,
        unitPriceMinor: 900,
        priority: 1,
        when: { zone: 'Asia/Tokyo', ...schedule },
        at: places,
      },
    ]);
    expect(sheet.promotions).toEqual([
      {
        id: 'promo',
        version: 2,
        off: { minor: 100 },
        by: 'automatic',
        zone: 'Asia/Seoul',
        priority: 4,
        when: { zone: 'Asia/Seoul', ...schedule },
        at: places,
        budget: { of: 'spend', max: 1_000, shards: 2 },
        perUser: 1,
        perTerminal: { uses: 3, per: 'day' },
      },
    ]);
  });

  test.each<readonly [string, Scope | undefined, boolean]>([
    ['all', undefined, true],
    ['all', {}, true],
    ['the sku', { skus: ['X', 'LIP-01'] }, true],
    ['another sku', { skus: ['X'] }, false],
    ['no sku', { skus: [] }, false],
    ['the category', { categories: ['lips'] }, true],
    ['another category', { categories: ['eyes'] }, false],
    ['the region', { regions: ['CN', 'KR'] }, true],
    ['another region', { regions: ['CN'] }, false],
    ['the sku in another region', { skus: ['LIP-01'], regions: ['CN'] }, false],
    [
      'the category, of another merchant: the terminal tells',
      { categories: ['lips'], merchants: ['m-9'] },
      true,
    ],
  ])('has a rule for %s: %j, %s', (_what, scope, has) => {
    const scoped = scope === undefined ? {} : { scope };
    const sheet = compiled({
      windows: [{ ...WINDOW, ...scoped }],
      priceLists: [{ ...LIST, ...scoped }],
      promotions: [{ ...PROMOTION, ...scoped }],
    });
    expect(sheet.windows.length === 1).toBe(has);
    expect(sheet.prices !== undefined).toBe(has);
    expect(sheet.promotions !== undefined).toBe(has);
  });

  test('of a product without category is in no rule for categories', () => {
    const { category: _none, ...product } = SOURCES.product;
    const windows = [{ ...WINDOW, scope: { categories: ['lips'] } }];
    expect(compiled({ product, windows }).windows).toEqual([]);
  });

  test('has no draft, no list of other products, and nothing of another currency', () => {
    const sheet = compiled({
      windows: [{ ...WINDOW, status: 'draft' }],
      priceLists: [
        { ...LIST, status: 'draft' },
        { ...LIST, id: 'b', currency: 156 },
        { ...LIST, id: 'c', pricesMinor: { 'LIP-02': 5 } },
        { ...LIST, id: 'd', status: 'active' },
      ],
      promotions: [{ ...PROMOTION, currency: 156 }],
    });
    expect(sheet.windows).toEqual([]);
    expect(sheet.prices?.map(({ list }) => list)).toEqual(['d']);
    expect(sheet.promotions).toBeUndefined();
  });

  test('has tax added to prices that are entered without, piece by piece and half-even', () => {
    const tax = {
      prices: 'exclusive',
      rounding: 'total',
      ratesPpm: { standard: 100_000 },
    } as const;
    const region = { ...KR, tax };
    const product = { ...SOURCES.product, basePriceMinor: { KR: 1_005 } };
    const list = { ...LIST, pricesMinor: { 'LIP-01': 915 } };
    const sheet = compiled({ region, product, priceLists: [list] });
    // 100.5 is 100, 91.5 is 92.
    expect(sheet.unitPriceMinor).toBe(1_105);
    expect(sheet.prices?.[0]?.unitPriceMinor).toBe(1_007);
    expect(sheet.tax).toEqual({ ppm: 100_000, rounding: 'total' });
  });

  test('has no tax where the class has none, and where the region has none', () => {
    expect(compiled({ product: { ...SOURCES.product, taxClass: 'books' } }).tax).toBeUndefined();
    const { tax: _none, ...region } = KR;
    expect(compiled({ region }).tax).toBeUndefined();
  });
});

describe('a fault', () => {
  const product = SOURCES.product;
  const dates = (count: number) =>
    Array.from({ length: count }, (_, day) => ({
      date: new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
      hours: [],
    }));
  const hours = (count: number) =>
    Array.from({ length: count }, () => ({ days: [1], from: '09:00', to: '10:00' }));
  const price = (basePrice: number) => ({
    product: { ...product, basePriceMinor: { KR: basePrice } },
  });
  const window = (change: object) => ({ windows: [{ ...WINDOW, ...change }] });
  const list = (change: object) => ({ priceLists: [{ ...LIST, ...change }] });
  const promotion = (change: object) => ({ promotions: [{ ...PROMOTION, ...change }] });
  const names = (count: number) => Array.from({ length: count }, (_, at) => `m-${at}`);

  test.each<readonly [string, Partial<SheetSources>]>([
    ['invalid product.sku', { product: { ...product, sku: '' } }],
    ['invalid product.sku', { product: { ...product, sku: 'x'.repeat(25) } }],
    ['invalid product.sku', { product: { ...product, sku: '4111111111111111' } }],
    ['invalid product.name', { product: { ...product, name: '' } }],
    ['invalid product.name', { product: { ...product, name: '립'.repeat(22) } }],
    ['invalid product.category', { product: { ...product, category: 'a/b' } }],
    ['missing product.basePriceMinor.KR', { product: { ...product, basePriceMinor: { CN: 5 } } }],
    ['invalid product.basePriceMinor.KR', price(-1)],
    ['invalid product.basePriceMinor.KR', price(1.5)],
    ['invalid product.basePriceMinor.KR', price(AMOUNT_MINOR_MAX + 1)],
    ['missing region.tax.ratesPpm.food', { product: { ...product, taxClass: 'food' } }],
    ['invalid region.currency', { region: { ...KR, currency: 999 } }],
    ['invalid region.zone', { region: { ...KR, zone: 'Asia/Gotham' } }],
    ['invalid windows[0].id', window({ id: 'a b' })],
    ['invalid windows[0].id', window({ id: '' })],
    ['invalid windows[0].id', window({ id: 'x'.repeat(ID_LENGTH_MAX + 1) })],
    ['invalid windows[0].zone', window({ zone: 'Nowhere' })],
    ['invalid windows[0].weekly[0].days', window({ weekly: [{ ...WEEKLY[0], days: [] }] })],
    ['invalid windows[0].weekly[0].days', window({ weekly: [{ ...WEEKLY[0], days: [0] }] })],
    ['invalid windows[0].weekly[0].days', window({ weekly: [{ ...WEEKLY[0], days: [8] }] })],
    ['invalid windows[0].weekly[0].days', window({ weekly: [{ ...WEEKLY[0], days: [1.5] }] })],
    ['invalid windows[0].weekly[0].days', window({ weekly: [{ ...WEEKLY[0], days: [1, 1] }] })],
    ['invalid windows[0].weekly[0].from', window({ weekly: [{ ...WEEKLY[0], from: '24:00' }] })],
    ['invalid windows[0].weekly[0].from', window({ weekly: [{ ...WEEKLY[0], from: '9:00' }] })],
    ['invalid windows[0].weekly[0].to', window({ weekly: [{ ...WEEKLY[0], to: '24:01' }] })],
    ['invalid windows[0].weekly[0].to', window({ weekly: [{ ...WEEKLY[0], to: '10:60' }] })],
    ['invalid windows[0].validFrom', window({ validFrom: '2026-02-29' })],
    ['invalid windows[0].validTo', window({ validTo: '26-02-01' })],
    ['invalid windows[0].validTo', window({ validFrom: '2026-03-02', validTo: '2026-03-01' })],
    [
      'invalid windows[0].exceptions[0].date',
      window({ exceptions: [{ date: '2026-13-01', hours: [] }] }),
    ],
    [
      'invalid windows[0].exceptions[0].hours[1].from',
      window({
        exceptions: [
          {
            date: '2026-12-01',
            hours: [
              { from: '09:00', to: '10:00' },
              { from: 'x', to: '10:00' },
            ],
          },
        ],
      }),
    ],
    ['too_many windows[0].weekly', window({ weekly: hours(HOURS_MAX + 1) })],
    ['too_many windows[0].exceptions', window({ exceptions: dates(EXCEPTIONS_MAX + 1) })],
    ['invalid windows[0].priority', window({ priority: 0.5 })],
    ['invalid windows[0].quota.units', window({ quota: { units: 0, per: 'day' } })],
    ['invalid windows[0].quota.units', window({ quota: { units: COUNT_MAX + 1, per: 'day' } })],
    ['invalid windows[0].quota.shards', window({ quota: { units: 1, per: 'day', shards: 33 } })],
    ['invalid windows[0].perUser.units', window({ perUser: { units: 0, per: 'day' } })],
    ['too_many windows[0].scope.merchants', window({ scope: { merchants: names(SCOPE_MAX + 1) } })],
    ['duplicate windows[1].id', { windows: [WINDOW, WINDOW] }],
    ['invalid priceLists[0].id', list({ id: 'a@b' })],
    ['invalid priceLists[0].version', list({ version: 0 })],
    ['invalid priceLists[0].currency', list({ currency: 1 })],
    ['invalid priceLists[0].priority', list({ priority: COUNT_MAX + 1 })],
    ['invalid priceLists[0].when.zone', list({ when: { weekly: WEEKLY, zone: 'x' } })],
    ['invalid priceLists[0].pricesMinor.LIP-01', list({ pricesMinor: { 'LIP-01': -5 } })],
    ['too_many priceLists[0].scope.groups', list({ scope: { groups: names(SCOPE_MAX + 1) } })],
    ['duplicate priceLists[1].id', { priceLists: [LIST, LIST] }],
    ['invalid promotions[0].id', promotion({ id: 'x:y' })],
    ['invalid promotions[0].version', promotion({ version: CATALOGUE_VERSION_MAX + 1 })],
    ['invalid promotions[0].off.ppm', promotion({ off: { ppm: 0 } })],
    ['invalid promotions[0].off.ppm', promotion({ off: { ppm: 1_000_001 } })],
    ['invalid promotions[0].off.minor', promotion({ off: { minor: 0 }, currency: 410 })],
    ['missing promotions[0].currency', promotion({ off: { minor: 5 } })],
    ['missing promotions[0].currency', promotion({ budget: { of: 'spend', max: 5 } })],
    ['invalid promotions[0].currency', promotion({ currency: 0 })],
    ['invalid promotions[0].priority', promotion({ priority: -COUNT_MAX - 1 })],
    [
      'invalid promotions[0].when.weekly[0].from',
      promotion({ when: { weekly: [{ ...WEEKLY[0], from: '' }] } }),
    ],
    ['too_many promotions[0].scope.skus', promotion({ scope: { skus: names(SCOPE_MAX + 1) } })],
    ['invalid promotions[0].budget.max', promotion({ budget: { of: 'uses', max: 0 } })],
    [
      'invalid promotions[0].budget.shards',
      promotion({ budget: { of: 'uses', max: 1, shards: 0 } }),
    ],
    ['invalid promotions[0].perUser', promotion({ perUser: 0 })],
    ['invalid promotions[0].perTerminal.uses', promotion({ perTerminal: { uses: 0, per: 'day' } })],
    ['duplicate promotions[1].id', { promotions: [PROMOTION, PROMOTION] }],
  ])('%s (%#)', (expected, change) => {
    expect(problems(change)).toEqual([expected]);
  });

  test('of a region is named beside that of the price that is not there', () => {
    expect(problems({ region: { ...KR, id: '#' } })).toEqual([
      'invalid region.id',
      'missing product.basePriceMinor.#',
    ]);
    const tax = { ...KR.tax, prices: 'inclusive', rounding: 'line' } as const;
    const region = { ...KR, tax: { ...tax, ratesPpm: { standard: 1_000_001 } } };
    expect(problems({ region })).toEqual(['invalid region.tax.ratesPpm.standard']);
  });

  test('of the version', () => {
    expect(problems({}, 0)).toEqual(['invalid version']);
    expect(problems({}, CATALOGUE_VERSION_MAX)).toEqual([]);
    expect(problems({}, CATALOGUE_VERSION_MAX + 1)).toEqual(['invalid version']);
  });

  test('is told with what would be right, and all of them at once', () => {
    const result = compileSheet({ ...SOURCES, ...window({ id: '!', zone: 'x' }) }, 0);
    expect(result.ok || result.problems).toEqual([
      {
        code: 'invalid',
        field: 'version',
        expected: `an integer from 1 to ${CATALOGUE_VERSION_MAX}`,
      },
      expect.objectContaining({ field: 'windows[0].id' }),
      expect.objectContaining({
        field: 'windows[0].zone',
        expected: expect.stringContaining('IANA'),
      }),
    ]);
  });

  test.each<readonly [string, Partial<SheetSources>]>([
    ['the largest price', price(AMOUNT_MINOR_MAX)],
    ['no price', price(0)],
    ['a bar code as sku', { product: { ...product, sku: '4006381333931' }, priceLists: [] }],
    ['all hours of a week', window({ weekly: hours(HOURS_MAX) })],
    ['a year of dates', window({ exceptions: dates(EXCEPTIONS_MAX) })],
    ['to the end of a day', window({ weekly: [{ days: [1, 7], from: '23:59', to: '24:00' }] })],
    ['one day', window({ validFrom: '2028-02-29', validTo: '2028-02-29' })],
    ['the longest id', window({ id: 'x'.repeat(ID_LENGTH_MAX) })],
    ['the longest scope', window({ scope: { merchants: names(SCOPE_MAX) } })],
    ['all off', promotion({ off: { ppm: 1_000_000 } })],
    ['a budget of uses in no currency', promotion({ budget: { of: 'uses', max: 1, shards: 32 } })],
    ['an amount in its currency', promotion({ off: { minor: 1 }, currency: 410 })],
  ])('is none: %s', (_what, change) => {
    expect(problems(change)).toEqual([]);
  });

  test('of too many rules for one product is told before the size of the row', () => {
    const many = <T extends { readonly id: string }>(rule: T, count: number): readonly T[] =>
      Array.from({ length: count }, (_, at) => ({ ...rule, id: `r-${at}` }));
    expect(problems({ windows: many(WINDOW, RULES_MAX) })).toEqual([]);
    const over = RULES_MAX + 1;
    expect(
      problems({
        windows: many(WINDOW, over),
        priceLists: many(LIST, over),
        promotions: many(PROMOTION, over),
      }),
    ).toEqual(['too_many windows', 'too_many priceLists', 'too_many promotions']);
    const elsewhere = { ...WINDOW, scope: { regions: ['CN'] } };
    expect(problems({ windows: many(elsewhere, over) })).toEqual([]);
  });

  test('of a row that DynamoDB would not keep, on both sides of the bound', () => {
    const scope = (count: number) => ({
      merchants: Array.from({ length: count }, () => 'm'.repeat(37)),
    });
    const sized = (count: number): Partial<SheetSources> => ({
      windows: Array.from({ length: 10 }, (_, at) => ({
        ...WINDOW,
        id: `w-${at}`,
        scope: scope(count),
      })),
    });
    let most = 1;
    while (problems(sized(most + 1)).length === 0) {
      most += 1;
    }
    expect(problems(sized(most + 1))).toEqual(['too_large sheet']);
    const bytes = itemBytesOf(compiled(sized(most)));
    expect(bytes).toBeLessThanOrEqual(SHEET_BYTES_MAX);
    expect(bytes).toBeGreaterThan(SHEET_BYTES_MAX - 10 * 40);
  });
});

describe('a catalogue', () => {
  const one = compiled({ windows: [WINDOW], priceLists: [LIST], promotions: [PROMOTION] });
  const sheets = (count: number): readonly Sheet[] =>
    Array.from({ length: count }, (_, at) => ({ ...one, sku: `S-${at}` }));

  test('has what the screen needs of the sheets of its region, and no promotion', () => {
    const other = { ...compiled(), sku: 'X', region: 'CN' };
    const result = compileCatalogue(KR, [one, other, { ...compiled(), sku: 'LIP-02' }], 4);
    expect(result).toEqual({
      ok: true,
      value: {
        region: 'KR',
        version: 4,
        currency: 410,
        items: [
          {
            sku: 'LIP-01',
            name: 'Lipstick',
            unitPriceMinor: 1_000,
            windows: one.windows,
            prices: one.prices,
          },
          { sku: 'LIP-02', name: 'Lipstick', unitPriceMinor: 1_000, windows: [] },
        ],
      },
    });
  });

  test('is as large as DynamoDB keeps, and no larger', () => {
    const count = (fits: boolean): number => {
      let products = 1;
      while (compileCatalogue(KR, sheets(products), 1).ok === fits) {
        products *= 2;
      }
      return products;
    };
    const over = count(true);
    expect(compileCatalogue(KR, sheets(over), 1)).toEqual({
      ok: false,
      problems: [
        {
          code: 'too_large',
          field: 'catalogue',
          expected: `at most ${CATALOGUE_BYTES_MAX} bytes when stored`,
        },
      ],
    });
    expect(compileCatalogue(KR, sheets(over / 2), 1).ok).toBe(true);
  });

  test('and a sheet are measured as at least what DynamoDB counts, and not much more', () => {
    const catalogue = compileCatalogue(KR, sheets(20), 1);
    if (!catalogue.ok) {
      throw new Error('nothing to measure');
    }
    for (const [value, item] of [
      [one, sheetItem(one)],
      [catalogue.value, catalogueItem(catalogue.value)],
    ] as const) {
      const keyBytes = itemBytes({ pk: item.pk ?? { S: '' }, sk: item.sk ?? { S: '' } });
      const stored = itemBytes(item) - keyBytes;
      expect(itemBytesOf(value)).toBeGreaterThanOrEqual(stored);
      expect(itemBytesOf(value)).toBeLessThan(stored * 1.1);
    }
  });
});
