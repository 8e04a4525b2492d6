/** The catalogue: whole pages or nothing, the newest version, and the clock between two readings. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AskPage,
  isOutdated,
  offerAt,
  PAGES_MAX,
  RESTARTS_MAX,
  readCatalogue,
} from '#client/content/catalogue.ts';
import { CATALOGUE_FILE, createCatalogueCache } from '#client/content/catalogue-cache.ts';
import type { CatalogueItem, CataloguePage } from '#protocol/reply.ts';

const item = (sku: string, more: Partial<CatalogueItem> = {}): CatalogueItem => ({
  sku,
  name: `Name of ${sku}`,
  unitPriceMinor: 100,
  openNow: true,
  nextChangeS: 0,
  ...more,
});
const page = (version: number, skus: string[], nextCursor?: Uint8Array): CataloguePage => ({
  version,
  currency: 410,
  items: skus.map((sku) => item(sku)),
  ...(nextCursor === undefined ? {} : { nextCursor }),
});
const skusOf = (catalogue: { items: readonly CatalogueItem[] } | undefined): string[] | undefined =>
  catalogue?.items.map(({ sku }) => sku);

/** Answers in order; undefined is no answer. */
const scripted = (
  ...pages: (CataloguePage | undefined)[]
): { ask: AskPage; asked: Parameters<AskPage>[0][] } => {
  const asked: Parameters<AskPage>[0][] = [];
  return {
    asked,
    ask: (request) => {
      asked.push(request);
      return Promise.resolve(pages.shift());
    },
  };
};

describe('reading the catalogue', () => {
  it('follows the cursors to the end', async () => {
    const cursors = [Uint8Array.of(1), Uint8Array.of(2)];
    const { ask, asked } = scripted(
      page(7, ['A'], cursors[0]),
      page(7, ['B'], cursors[1]),
      page(7, ['C']),
    );
    const read = await readCatalogue(ask, undefined);
    expect(read).toMatchObject({ version: 7, currency: 410 });
    expect(skusOf(read)).toEqual(['A', 'B', 'C']);
    expect(asked).toEqual([
      { knownVersion: 0 },
      { knownVersion: 0, cursor: cursors[0] },
      { knownVersion: 0, cursor: cursors[1] },
    ]);
  });

  it('keeps what is known where nothing has changed, after one short question', async () => {
    const known = { version: 7, currency: 410, items: [item('A')] };
    const { ask, asked } = scripted(page(7, []));
    expect(await readCatalogue(ask, known)).toBe(known);
    expect(asked).toEqual([{ knownVersion: 7 }]);
  });

  it('begins again where the version changes between pages', async () => {
    const cursor = Uint8Array.of(1);
    const { ask } = scripted(page(7, ['A'], cursor), page(8, ['B']), page(8, ['X', 'Y']));
    expect(skusOf(await readCatalogue(ask, undefined))).toEqual(['X', 'Y']);
  });

  it.each([
    [RESTARTS_MAX, true],
    [RESTARTS_MAX + 1, false],
  ])('begins again %i times: %s', async (restarts, found) => {
    const cursor = Uint8Array.of(1);
    const changing = Array.from({ length: restarts }, (_, at) => [
      page(at, ['A'], cursor),
      page(at + 1, ['B']),
    ]).flat();
    const { ask } = scripted(...changing, page(99, ['Z']));
    expect((await readCatalogue(ask, undefined)) !== undefined).toBe(found);
  });

  it.each([
    [PAGES_MAX, true],
    [PAGES_MAX + 1, false],
  ])('reads %i pages: %s', async (count, found) => {
    const pages = Array.from({ length: count }, (_, at) =>
      page(1, [`S${at}`], at < count - 1 ? Uint8Array.of(at) : undefined),
    );
    const read = await readCatalogue(scripted(...pages).ask, undefined);
    expect(read?.items.length).toBe(found ? count : undefined);
  });

  it('gives nothing where any page has no answer: half a catalogue would hide products', async () => {
    expect(await readCatalogue(scripted(undefined).ask, undefined)).toBeUndefined();
    const { ask } = scripted(page(7, ['A'], Uint8Array.of(1)), undefined);
    expect(await readCatalogue(ask, undefined)).toBeUndefined();
  });
});

describe('an offer between two readings', () => {
  const NOW_S = 1_790_000_000;
  it.each([
    ['open, never closing', true, 0, { open: true, changesAtS: undefined }],
    ['closed for good', false, 0, { open: false, changesAtS: undefined }],
    ['open for one more second', true, NOW_S + 1, { open: true, changesAtS: NOW_S + 1 }],
    ['closing this second', true, NOW_S, { open: false, changesAtS: undefined }],
    ['opening this second', false, NOW_S, { open: true, changesAtS: undefined }],
    ['opening later', false, NOW_S + 60, { open: false, changesAtS: NOW_S + 60 }],
  ])('is %s', (_name, openNow, nextChangeS, offer) => {
    const product = item('A', { openNow, nextChangeS });
    expect(offerAt(product, NOW_S)).toEqual(offer);
    const catalogue = { version: 1, currency: 410, items: [item('B'), product] };
    expect(isOutdated(catalogue, NOW_S)).toBe(nextChangeS === NOW_S);
  });
});

describe('the catalogue on disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('comes back as it was', () => {
    const catalogue = { version: 3, currency: 156, items: [item('A', { nextChangeS: 9 })] };
    createCatalogueCache(folder).save(catalogue);
    expect(createCatalogueCache(folder).load()).toEqual(catalogue);
  });

  it.each([
    ['no file', undefined],
    ['half a file', '{"version":3,"curr'],
    ['another file', '{"version":"3","currency":1,"items":[]}'],
    ['a product without a price', '{"version":3,"currency":1,"items":[{"sku":"A","name":"A"}]}'],
    ['null', 'null'],
  ])('is nothing where there is %s', (_name, content) => {
    if (content !== undefined) {
      writeFileSync(join(folder, CATALOGUE_FILE), content);
    }
    expect(createCatalogueCache(folder).load()).toBeUndefined();
  });

  it('is not missed where the disk refuses it', () => {
    const cache = createCatalogueCache(join(folder, 'none'));
    expect(() => cache.save({ version: 1, currency: 1, items: [] })).not.toThrow();
    expect(() => readFileSync(join(folder, 'none', CATALOGUE_FILE))).toThrow('ENOENT');
  });
});
