/** Pages of a catalogue at the edges: the last byte that fits, cursors of other versions, and who gets none. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { CATALOGUE_ITEMS_BYTES_MAX, CATALOGUE_VERSION_MAX, pageOf } from '#core/page-catalogue.ts';
import type { Terminal } from '#core/records.ts';
import type { RegionCatalogue } from '#core/sheet.ts';
import { VERSION_MAX } from '#protocol/limits.ts';
import {
  createWorld,
  KRW,
  NOON_S,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

/** Bytes of an item besides sku and name, counted by hand: 1 array, 2 and 2 heads, 9 price, 1 flag, 9 instant. */
const OVERHEAD = 24;
const catalogueOf = (lengths: readonly number[], version = 7): RegionCatalogue => ({
  region: 'KR',
  version,
  currency: KRW,
  items: lengths.map((length, at) => ({
    sku: `S${at % 10}`,
    name: 'n'.repeat(length - OVERHEAD - 2),
    unitPriceMinor: at,
    windows: [],
  })),
});
const all = { knownVersion: 0 };
/** What two open items at 0 and 1 are on the wire: FNV-1a of `0 true`, a line feed and `1 true`, worked out elsewhere. */
const STATE = [0xea, 0x86, 0x5f, 0xa4];
const STATE_NUMBER = 0xea86_5fa4;
const HERE = { nowS: NOON_S, place: TERMINAL };

describe('a page', () => {
  test('takes the item that fills it to the last byte, and not one byte more', () => {
    const full = catalogueOf([300, 300, 300, 100]);
    expect(300 * 3).toBe(CATALOGUE_ITEMS_BYTES_MAX);
    expect(pageOf(full, all, HERE).items).toHaveLength(3);
    expect(pageOf(catalogueOf([300, 300, 301, 100]), all, HERE).items).toHaveLength(2);
  });

  test('counts bytes of UTF-8, not characters', () => {
    const item = { sku: 'S', name: '립'.repeat(92), unitPriceMinor: 1, windows: [] };
    const catalogue = { ...catalogueOf([]), items: [item, item, item, item] };
    expect(pageOf(catalogue, all, HERE).items).toHaveLength(2);
  });

  test('names the next one by index and version, and the last names none', () => {
    const catalogue = catalogueOf([900, 900], 0x0002_0304);
    const first = pageOf(catalogue, all, HERE);
    const bytes = [0, 1, 0, 2, 3, 4, ...STATE];
    expect([...(first.nextCursor ?? [])]).toEqual(bytes);
    expect(first.version).toBe(0x0002_0304 * 2 ** 32 + STATE_NUMBER);
    const cursor = Uint8Array.from(bytes);
    const second = pageOf(catalogue, { knownVersion: 0, cursor }, HERE);
    expect(second.items.map(({ unitPriceMinor }) => unitPriceMinor)).toEqual([1]);
    expect(second).not.toHaveProperty('nextCursor');
  });

  test.each([
    ['of another version', [0, 1, 0, 0, 0, 8, ...STATE], 0],
    ['of other prices', [0, 1, 0, 0, 0, 7, ...STATE.slice(0, 3), 0], 0],
    ['of this version', [0, 1, 0, 0, 0, 7, ...STATE], 1],
    ['one byte too short', [0, 1, 0, 0, 0, 7, ...STATE.slice(0, 3)], 0],
    ['one byte too long', [0, 1, 0, 0, 0, 7, ...STATE, 0], 0],
  ])('asked for by a cursor %s', (_which, bytes, first) => {
    const cursor = Uint8Array.from(bytes);
    const page = pageOf(catalogueOf([900, 900]), { knownVersion: 0, cursor }, HERE);
    expect(page.items.map(({ unitPriceMinor }) => unitPriceMinor)).toEqual([first]);
  });

  test('is empty for who knows this version, and goes on for who is on the way through it', () => {
    const catalogue = catalogueOf([900, 900]);
    const version = 7 * 2 ** 32 + STATE_NUMBER;
    expect(pageOf(catalogue, { knownVersion: version }, HERE)).toEqual({
      version,
      currency: KRW,
      items: [],
    });
    const cursor = Uint8Array.from([0, 1, 0, 0, 0, 7, ...STATE]);
    expect(pageOf(catalogue, { knownVersion: version, cursor }, HERE).items).toHaveLength(1);
    expect(pageOf(catalogue, { knownVersion: version - 1 }, HERE).items).toHaveLength(1);
  });
});

describe('what a terminal is shown', () => {
  const zone = 'Asia/Seoul';
  const lunch = { zone, weekly: [{ days: [1], from: '11:00', to: '13:00' }] };
  const catalogue: RegionCatalogue = {
    ...catalogueOf([]),
    items: [
      {
        sku: 'LIP-01',
        name: 'Lipstick',
        unitPriceMinor: 100,
        windows: [{ id: 'lunch', ...lunch, effect: 'closed', at: { groups: ['airport'] } }],
        prices: [{ list: 'm-2', version: 1, unitPriceMinor: 60, at: { merchants: ['m-2'] } }],
      },
      {
        sku: 'LIP-02',
        name: 'Lipstick',
        unitPriceMinor: 100,
        windows: [],
        prices: [{ list: 'lunch', version: 1, unitPriceMinor: 70, when: lunch }],
      },
    ],
  };
  const shown = (nowS = NOON_S, place: Partial<Terminal> = {}) => {
    const { items, version } = pageOf(catalogue, all, { nowS, place: { ...TERMINAL, ...place } });
    const rows = items.map(({ unitPriceMinor, openNow, nextChangeS }) => [
      unitPriceMinor,
      openNow,
      nextChangeS === 0 ? 0 : nextChangeS - NOON_S,
    ]);
    return { rows, version };
  };

  test('is the price that is chosen there and then, and when it is another', () => {
    expect(shown().rows).toEqual([
      [100, true, 0],
      [70, true, 3_600],
    ]);
    expect(shown(NOON_S + 3_600).rows).toEqual([
      [100, true, 0],
      [100, true, 7 * 86_400 - 3_600],
    ]);
    expect(shown(NOON_S, { merchant: 'm-2' }).rows[0]).toEqual([60, true, 0]);
    expect(shown(NOON_S, { group: 'airport' }).rows[0]).toEqual([100, false, 3_600]);
  });

  test('has another version where anything of it is other, and the same while it is not', () => {
    const versions = [
      shown(),
      shown(NOON_S + 3_600),
      shown(NOON_S, { merchant: 'm-2' }),
      shown(NOON_S, { group: 'airport' }),
    ].map(({ version }) => version);
    expect(new Set(versions).size).toBe(4);
    expect(versions.every((version) => Math.floor(version / 2 ** 32) === 7)).toBe(true);
    expect(shown(NOON_S + 3_599).version).toBe(versions[0]);
    expect(shown(NOON_S + 7 * 86_400).version).toBe(versions[0]);
  });

  test('has a version that stays exact, however often it was compiled', () => {
    const last = { ...catalogue, version: CATALOGUE_VERSION_MAX };
    expect(pageOf(last, all, HERE).version).toBeLessThanOrEqual(VERSION_MAX);
    expect((CATALOGUE_VERSION_MAX + 1) * 2 ** 32).toBeGreaterThan(VERSION_MAX);
  });
});

describe('CATALOGUE', () => {
  let store: MemoryPaymentStore;
  let world: World;
  beforeEach(async () => {
    store = createMemoryPaymentStore();
    await seedWorld(store);
    await store.putCatalogue(catalogueOf([100]));
    world = createWorld(store);
  });
  const ask = async (key = { terminal: 1001, keyVersion: 1, sequence: 1 }) =>
    (await world.ask(1, { op: 'catalogue', knownVersion: 0 }, { key })).reply;

  test('gives the terminal what its region sells, with the time of now', async () => {
    world.nowMs += 4_000;
    expect(await ask()).toMatchObject({
      code: 'approved',
      serverTimeS: NOON_S + 4,
      catalogue: { items: [{ sku: 'S0', openNow: true, nextChangeS: 0 }] },
    });
  });

  test.each([
    ['terminal_unknown', { terminal: 9, keyVersion: 1, sequence: 1 }],
    ['key_version_retired', { terminal: 1001, keyVersion: 0, sequence: 1 }],
  ])('is %s to others', async (code, key) => {
    expect(await ask(key)).toEqual({ code, serverTimeS: NOON_S });
  });

  test('is not for a terminal that is suspended, nor for a region without one', async () => {
    await store.putTerminal({ ...TERMINAL, status: 'suspended' });
    expect(await ask()).toEqual({ code: 'terminal_suspended', serverTimeS: NOON_S });
    await store.putTerminal({ ...TERMINAL, region: 'JP' });
    expect(await ask()).toEqual({ code: 'region_not_allowed', serverTimeS: NOON_S });
  });
});
