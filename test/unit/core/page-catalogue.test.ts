/** Pages of a catalogue at the edges: the last byte that fits, cursors of other versions, and who gets none. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import { CATALOGUE_ITEMS_BYTES_MAX, pageOf } from '#core/page-catalogue.ts';
import type { RegionCatalogue } from '#core/records.ts';
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

describe('a page', () => {
  test('takes the item that fills it to the last byte, and not one byte more', () => {
    const full = catalogueOf([300, 300, 300, 100]);
    expect(300 * 3).toBe(CATALOGUE_ITEMS_BYTES_MAX);
    expect(pageOf(full, all, NOON_S).items).toHaveLength(3);
    expect(pageOf(catalogueOf([300, 300, 301, 100]), all, NOON_S).items).toHaveLength(2);
  });

  test('counts bytes of UTF-8, not characters', () => {
    const item = { sku: 'S', name: '립'.repeat(92), unitPriceMinor: 1, windows: [] };
    const catalogue = { ...catalogueOf([]), items: [item, item, item, item] };
    expect(pageOf(catalogue, all, NOON_S).items).toHaveLength(2);
  });

  test('names the next one by index and version, and the last names none', () => {
    const catalogue = catalogueOf([900, 900], 0x0102_0304);
    const first = pageOf(catalogue, all, NOON_S);
    expect([...(first.nextCursor ?? [])]).toEqual([0, 1, 1, 2, 3, 4]);
    const cursor = Uint8Array.from([0, 1, 1, 2, 3, 4]);
    const second = pageOf(catalogue, { knownVersion: 0, cursor }, NOON_S);
    expect(second.items.map(({ unitPriceMinor }) => unitPriceMinor)).toEqual([1]);
    expect(second).not.toHaveProperty('nextCursor');
  });

  test.each([
    ['of another version', [0, 1, 0, 0, 0, 8], 0],
    ['of this version', [0, 1, 0, 0, 0, 7], 1],
    ['one byte too short', [0, 1, 0, 0, 0], 0],
    ['one byte too long', [0, 1, 0, 0, 0, 7, 0], 0],
  ])('asked for by a cursor %s', (_which, bytes, first) => {
    const cursor = Uint8Array.from(bytes);
    const page = pageOf(catalogueOf([900, 900]), { knownVersion: 0, cursor }, NOON_S);
    expect(page.items.map(({ unitPriceMinor }) => unitPriceMinor)).toEqual([first]);
  });

  test('is empty for who knows this version, and goes on for who is on the way through it', () => {
    const catalogue = catalogueOf([900, 900]);
    expect(pageOf(catalogue, { knownVersion: 7 }, NOON_S)).toEqual({
      version: 7,
      currency: KRW,
      items: [],
    });
    const cursor = Uint8Array.from([0, 1, 0, 0, 0, 7]);
    expect(pageOf(catalogue, { knownVersion: 7, cursor }, NOON_S).items).toHaveLength(1);
    expect(pageOf(catalogue, { knownVersion: 6 }, NOON_S).items).toHaveLength(1);
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
      catalogue: { version: 7, items: [{ sku: 'S0', openNow: true, nextChangeS: 0 }] },
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
