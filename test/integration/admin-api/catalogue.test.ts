import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalogue, readSheets } from '#adapters/dynamodb/sheet-writes.ts';
import { type AdminWorld, startAdminWorld } from '#test/support/admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdminWorld();
  await add('regions', { id: 'KR', currency: 410, zone: 'Asia/Seoul' });
  await add('regions', {
    id: 'CN',
    currency: 156,
    zone: 'Asia/Shanghai',
    tax: { prices: 'exclusive', rounding: 'line', ratesPpm: { standard: 130_000 } },
  });
});
afterAll(() => world.stop());

const add = (plural: string, body: object) => world.ask('POST', `/v1/${plural}`, { body });
const change = (path: string, version: number, body: object, more = {}) =>
  world.ask('PUT', `/v1/${path}`, { body, ifMatch: `"${version}"`, ...more });
const sheetOf = async (sku: string, region = 'KR') =>
  (await readSheets(world.access, [sku], region))[0];
const DAILY = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '09:00', to: '21:00' }];

describe('a product', () => {
  it('is sold where it has a price, once it is compiled', async () => {
    const { status, headers } = await add('products', {
      id: 'LIP-01',
      name: 'Lipstick rose',
      category: 'lips',
      basePriceMinor: { KR: 12_900, CN: 6_900 },
    });
    expect([status, headers.get('etag')]).toEqual([201, '"1"']);
    expect(world.woken).toEqual(expect.arrayContaining(['region.KR', 'region.CN']));
    expect(await sheetOf('LIP-01')).toBeUndefined();
    await world.compile();
    expect(await sheetOf('LIP-01')).toEqual({
      sku: 'LIP-01',
      region: 'KR',
      name: 'Lipstick rose',
      version: 1,
      unitPriceMinor: 12_900,
      currency: 410,
      windows: [],
    });
    // 13 % on top of 6,900 is 897.
    expect(await sheetOf('LIP-01', 'CN')).toMatchObject({ unitPriceMinor: 7_797, version: 1 });
    const catalogue = await readCatalogue(world.access, 'KR');
    expect(catalogue?.items).toEqual([
      { sku: 'LIP-01', name: 'Lipstick rose', unitPriceMinor: 12_900, windows: [] },
    ]);
  });

  it('keeps its sheets as they are where nothing is new in them', async () => {
    await change('products/LIP-01', 1, {
      name: 'Lipstick rose',
      category: 'lips',
      basePriceMinor: { KR: 12_900, CN: 7_000 },
    });
    await world.compile();
    expect((await sheetOf('LIP-01'))?.version).toBe(1);
    expect(await sheetOf('LIP-01', 'CN')).toMatchObject({ unitPriceMinor: 7_910, version: 2 });
  });

  it('is no longer sold where its price is taken out', async () => {
    await add('products', { id: 'OLD-1', name: 'Old', basePriceMinor: { KR: 1, CN: 1 } });
    await world.compile();
    await change('products/OLD-1', 1, { name: 'Old', basePriceMinor: { CN: 1 } });
    await world.compile();
    expect(await sheetOf('OLD-1')).toBeUndefined();
    expect(await sheetOf('OLD-1', 'CN')).toBeDefined();
    const catalogue = await readCatalogue(world.access, 'KR');
    expect(catalogue?.items.map(({ sku }) => sku)).toEqual(['LIP-01']);
  });

  it('that is not listed is sold, and not shown', async () => {
    await add('products', {
      id: 'HID-1',
      name: 'Hidden',
      listed: false,
      basePriceMinor: { KR: 5 },
    });
    await world.compile();
    expect(await sheetOf('HID-1')).toMatchObject({ unitPriceMinor: 5 });
    const catalogue = await readCatalogue(world.access, 'KR');
    expect(catalogue?.items.map(({ sku }) => sku)).not.toContain('HID-1');
  });

  it.each([
    [
      'a region that there is not',
      { name: 'x', basePriceMinor: { XX: 1 } },
      422,
      'basePriceMinor.XX',
    ],
    [
      'a tax class that its region lacks',
      { name: 'x', taxClass: 'luxury', basePriceMinor: { CN: 1 } },
      400,
      'taxClass',
    ],
    [
      'a name that no screen shows',
      { name: 'ㅎ'.repeat(64), basePriceMinor: { KR: 1 } },
      400,
      'name',
    ],
    ['half a price', { name: 'x', basePriceMinor: { KR: 0.5 } }, 400, 'basePriceMinor.KR'],
  ])('is refused with %s', async (_, body, status, field) => {
    const refused = await add('products', { id: 'BAD-1', ...body });
    expect([refused.status, refused.body.errors[0].field]).toEqual([status, field]);
  });
});

describe('a rule', () => {
  it('of hours reaches the products in its scope, in the regions of its scope', async () => {
    await add('products', {
      id: 'CRM-02',
      name: 'Cream',
      category: 'skin',
      basePriceMinor: { KR: 9, CN: 9 },
    });
    await world.compile();
    await add('windows', {
      id: 'shop',
      weekly: DAILY,
      scope: { categories: ['skin'], regions: ['KR'] },
    });
    expect(world.woken).toEqual(['region.KR']);
    await world.compile();
    expect((await sheetOf('CRM-02'))?.windows).toEqual([
      { id: 'shop', zone: 'Asia/Seoul', weekly: DAILY },
    ]);
    expect((await sheetOf('CRM-02', 'CN'))?.windows).toEqual([]);
    expect((await sheetOf('LIP-01'))?.windows).toEqual([]);
  });

  it('that moves to another region is felt in both', async () => {
    await change('windows/shop', 1, {
      weekly: DAILY,
      scope: { categories: ['skin'], regions: ['CN'] },
    });
    expect([...world.woken].sort()).toEqual(['region.CN', 'region.KR']);
    await world.compile();
    expect((await sheetOf('CRM-02'))?.windows).toEqual([]);
    expect((await sheetOf('CRM-02', 'CN'))?.windows).toHaveLength(1);
  });

  it('that is taken away is gone from its sheets', async () => {
    const gone = await world.ask('DELETE', '/v1/windows/shop', { ifMatch: '"2"' });
    expect(gone.status).toBe(200);
    await world.compile();
    expect((await sheetOf('CRM-02', 'CN'))?.windows).toEqual([]);
    expect((await world.ask('DELETE', '/v1/windows/shop', { ifMatch: '"2"' })).status).toBe(404);
  });

  it('that is a draft is in no sheet', async () => {
    await add('windows', { id: 'draft', weekly: DAILY, status: 'draft' });
    await world.compile();
    expect((await sheetOf('CRM-02'))?.windows).toEqual([]);
  });

  it('of prices carries the version of its document into the sheet', async () => {
    await add('price-lists', { id: 'sale', currency: 410, pricesMinor: { 'LIP-01': 9_900 } });
    await change('price-lists/sale', 1, { currency: 410, pricesMinor: { 'LIP-01': 8_900 } });
    await world.compile();
    expect((await sheetOf('LIP-01'))?.prices).toEqual([
      { list: 'sale', version: 2, unitPriceMinor: 8_900 },
    ]);
  });

  it.each([
    [
      'windows',
      { id: 'bad', weekly: [{ days: [1], from: '24:30', to: '10:00' }] },
      'weekly[0].from',
    ],
    ['windows', { id: 'bad', weekly: DAILY, scope: { regions: ['XX'] } }, 'scope.regions'],
    ['windows', { id: 'bad', weekly: DAILY, validFrom: '2026-02-30' }, 'validFrom'],
    ['price-lists', { id: 'bad', currency: 1, pricesMinor: {} }, 'currency'],
    ['promotions', { id: 'bad', off: { minor: 5 }, by: 'code' }, 'currency'],
    ['regions', { id: 'bad', currency: 410, zone: 'Mars/Base' }, 'zone'],
  ])('of %s that is wrong is refused with its field', async (plural, body, field) => {
    const { status, body: refused } = await add(plural, body);
    expect([status >= 400, refused.errors?.[0].field]).toEqual([true, field]);
    expect((await world.ask('GET', `/v1/${plural}/bad`)).status).toBe(404);
  });
});

describe('a promotion', () => {
  it('that is live is changed by two people, a draft by one', async () => {
    const promotion = { off: { ppm: 100_000 }, by: 'automatic', scope: { categories: ['lips'] } };
    await add('promotions', { id: 'spring', status: 'draft', ...promotion });
    expect((await change('promotions/spring', 1, promotion)).status).toBe(200);
    const asked = await change('promotions/spring', 2, { ...promotion, off: { ppm: 500_000 } });
    expect(asked.status).toBe(202);
    const approve = `/v1/approvals/${asked.body.approval.id}/approve`;
    expect((await world.ask('POST', approve)).body.code).toBe('second_person_required');
    const made = await world.ask('POST', approve, { subject: 'bob', roles: ['operator'] });
    expect(made.body.result).toMatchObject({ version: 3, off: { ppm: 500_000 } });
    await world.compile();
    expect((await sheetOf('LIP-01'))?.promotions).toMatchObject([{ id: 'spring', version: 3 }]);
  });

  it('that somebody changed meanwhile is not changed by an approval of the older one', async () => {
    const promotion = { off: { ppm: 1 }, by: 'code', status: 'draft' };
    await add('promotions', { id: 'autumn', off: { ppm: 1 }, by: 'code' });
    const [one, two] = [
      await change('promotions/autumn', 1, promotion),
      await change('promotions/autumn', 1, { ...promotion, perUser: 1 }),
    ];
    const approve = (asked: typeof one) =>
      world.ask('POST', `/v1/approvals/${asked.body.approval.id}/approve`, { subject: 'bob' });
    expect((await approve(two)).status).toBe(201);
    const late = await approve(one);
    expect([late.status, late.body.code]).toEqual([412, 'version_stale']);
  });
});

describe('many products at once', () => {
  const imported = (items: readonly object[], more = {}) =>
    world.ask('PUT', '/v1/products', { body: { items, ...more } });
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      id: `BULK-${String(from + at).padStart(5, '0')}`,
      name: `Product ${from + at}`,
      basePriceMinor: { KR: 1_000 + at },
    }));

  it('are made, changed, or left as they are; those that are wrong are told, and stop nothing', async () => {
    const [first, second] = [rows(0, 2)[0], rows(0, 2)[1]];
    await imported([first as object, second as object]);
    const { status, body } = await imported([
      first as object,
      { ...second, name: 'Renamed' },
      ...rows(2, 1),
      { id: 'BULK-00003', name: 'x', basePriceMinor: { XX: 1 } },
      { id: 'BULK-00004', name: '', basePriceMinor: {} },
      ...rows(2, 1),
    ]);
    expect(status).toBe(200);
    expect(body.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'unchanged',
      'changed',
      'created',
      'refused',
      'refused',
      'refused',
    ]);
    expect(body.items[3].errors).toEqual([
      { field: 'basePriceMinor.XX', expected: 'a region that exists' },
    ]);
    expect(body.items[5].errors[0].field).toBe('id');
    expect((await world.ask('GET', '/v1/products/BULK-00003')).status).toBe(404);
  });

  it('change nothing in a dry run, which says the same', async () => {
    const { body } = await imported(rows(100, 2), { dryRun: true });
    expect(body.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'created',
      'created',
    ]);
    expect((await world.ask('GET', '/v1/products/BULK-00100')).status).toBe(404);
  });

  it('are at most 25, and each has an id', async () => {
    expect((await imported(rows(200, 25))).status).toBe(200);
    expect((await imported(rows(200, 26))).status).toBe(400);
    expect((await imported([])).status).toBe(400);
    expect((await imported([{ name: 'x' }])).status).toBe(400);
  });

  it('are compiled page by page, and the catalogue once at the end, with all of them', async () => {
    for (let at = 0; at < 8; at += 1) {
      await imported(rows(1_000 + at * 25, 25));
    }
    await world.compile();
    expect(await sheetOf('BULK-01199')).toBeDefined();
    const catalogue = await readCatalogue(world.access, 'KR');
    const ids = catalogue?.items.map(({ sku }) => sku) ?? [];
    expect(ids.filter((id) => id.startsWith('BULK-01'))).toHaveLength(200);
    expect(catalogue?.version).toBeGreaterThan(1);
    const { body } = await world.ask('GET', '/v1/compilations');
    expect(body.items.find(({ id }: { id: string }) => id === 'region.KR')).toMatchObject({
      upToDate: true,
      problems: [],
    });
  });
});

describe('a compilation', () => {
  it('that meets a catalogue which is too large says so, and keeps the one that was there', async () => {
    const before = await readCatalogue(world.access, 'CN');
    const long = '한'.repeat(21);
    for (let at = 0; at < 160; at += 1) {
      await world.ask('PUT', '/v1/products', {
        body: {
          items: Array.from({ length: 25 }, (_, row) => ({
            id: `FULL-${String(at * 25 + row).padStart(5, '0')}`,
            name: long,
            basePriceMinor: { CN: 1 },
          })),
        },
      });
    }
    await world.compile();
    const { body } = await world.ask('GET', '/v1/compilations');
    const china = body.items.find(({ id }: { id: string }) => id === 'region.CN');
    expect(china.problems).toEqual([
      expect.stringMatching(/^catalogue of CN: .*at most \d+ bytes/),
    ]);
    expect(china.upToDate).toBe(true);
    expect(await readCatalogue(world.access, 'CN')).toEqual(before);
    expect(await sheetOf('FULL-03999', 'CN')).toBeDefined();
  });
});
