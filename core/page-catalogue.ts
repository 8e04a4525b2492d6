/** CATALOGUE: what a terminal's region sells, in pages that fit a frame. */
import { readU16, readU32, utf8Length, writeU16, writeU32 } from '#protocol/bytes.ts';
import type { CataloguePage } from '#protocol/reply.ts';
import type { CatalogueRequest } from '#protocol/request.ts';
import { refuseKey, unstored } from './answering.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import type { RegionCatalogue } from './records.ts';
import { isOnSale, nextChangeS } from './sale-window.ts';

/** Bytes that the items of one page may take: a body of 1,002 less keys 0, 1, 3, 4, 10 and 12 and the array's head (at most 60). */
export const CATALOGUE_ITEMS_BYTES_MAX = 900;
/** Bytes of an item besides sku and name: array, two text heads, a price, a flag, an instant. */
const ITEM_OVERHEAD_BYTES = 1 + 2 + 2 + 9 + 1 + 9;
/** Index of the next item (2) and version of the catalogue (4). */
const CURSOR_BYTES = 6;

export const processCatalogue = async (
  deps: ProcessDeps,
  inbound: Inbound<CatalogueRequest>,
): Promise<Outcome> => {
  const { terminal } = await deps.store.readPayFacts({
    terminal: inbound.key.terminal,
    identifiers: [],
    skus: [],
    region: inbound.region,
  });
  const serverTimeS = Math.floor(deps.clock.nowMs() / 1000);
  if (terminal === undefined) {
    return unstored(inbound, { code: 'terminal_unknown', serverTimeS });
  }
  const refusedKey = refuseKey(terminal, inbound.key);
  if (refusedKey !== undefined) {
    return unstored(inbound, { code: refusedKey, serverTimeS });
  }
  if (terminal.status === 'suspended') {
    return unstored(inbound, { code: 'terminal_suspended', serverTimeS });
  }
  const catalogue = await deps.store.readCatalogue(terminal.region);
  return catalogue === undefined
    ? unstored(inbound, { code: 'region_not_allowed', serverTimeS })
    : unstored(inbound, {
        code: 'approved',
        serverTimeS,
        catalogue: pageOf(catalogue, inbound.request, serverTimeS),
      });
};

/** One page at `nowS`. A terminal that knows this version gets an empty one; a cursor of another version starts again. */
export const pageOf = (
  { version, currency, items }: RegionCatalogue,
  { knownVersion, cursor }: Pick<CatalogueRequest, 'knownVersion' | 'cursor'>,
  nowS: number,
): CataloguePage => {
  if (cursor === undefined && knownVersion === version) {
    return { version, currency, items: [] };
  }
  const first = firstIndex(version, cursor);
  let end = first;
  let bytes = 0;
  for (const item of items.slice(first)) {
    bytes += ITEM_OVERHEAD_BYTES + utf8Length(item.sku) + utf8Length(item.name);
    if (bytes > CATALOGUE_ITEMS_BYTES_MAX) {
      break;
    }
    end += 1;
  }
  return {
    version,
    currency,
    items: items.slice(first, end).map(({ sku, name, unitPriceMinor, windows }) => ({
      sku,
      name,
      unitPriceMinor,
      openNow: isOnSale(windows, nowS),
      nextChangeS: nextChangeS(windows, nowS) ?? 0,
    })),
    ...(end < items.length ? { nextCursor: cursorOf(version, end) } : {}),
  };
};

const firstIndex = (version: number, cursor: Uint8Array | undefined): number =>
  cursor?.length === CURSOR_BYTES && readU32(cursor, 2) === version ? readU16(cursor, 0) : 0;

const cursorOf = (version: number, index: number): Uint8Array => {
  const cursor = new Uint8Array(CURSOR_BYTES);
  writeU16(cursor, 0, index);
  writeU32(cursor, 2, version);
  return cursor;
};
