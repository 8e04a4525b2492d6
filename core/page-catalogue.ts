/** CATALOGUE: what a terminal's region sells, at the prices that are chosen there now, in pages that fit a frame. */
import { encodeUtf8, readU16, readU32, utf8Length, writeU16, writeU32 } from '#protocol/bytes.ts';
import type { CataloguePage } from '#protocol/reply.ts';
import type { CatalogueRequest } from '#protocol/request.ts';
import { refuseKey, unstored } from './answering.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import { isOnSale } from './sale-window.ts';
import type { RegionCatalogue } from './sheet.ts';
import { nextSaleChangeS, type Place, priceAt, sheetAt } from './sheet-at.ts';

/** Bytes that the items of one page may take: a body of 1,002 less keys 0, 1, 3, 4, 10 and 12 and the array's head (at most 60). */
export const CATALOGUE_ITEMS_BYTES_MAX = 900;
/** Bytes of an item besides sku and name: array, two text heads, a price, a flag, an instant. */
const ITEM_OVERHEAD_BYTES = 1 + 2 + 2 + 9 + 1 + 9;
/** Index of the next item (2) and version of the catalogue (8, in two halves). */
const CURSOR_BYTES = 10;
/** Largest version of a compiled catalogue: with what stands behind it on the wire it stays exact in a double. */
export const CATALOGUE_VERSION_MAX = 2_097_151;
const U32 = 2 ** 32;

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
  const refusedKey = refuseKey(terminal, inbound);
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
        catalogue: pageOf(catalogue, inbound.request, { nowS: serverTimeS, place: terminal }),
      });
};

/** One page at `nowS` for a terminal of `place`. A terminal that knows this version gets an empty one; a cursor of another version starts again. */
export const pageOf = (
  catalogue: RegionCatalogue,
  { knownVersion, cursor }: Pick<CatalogueRequest, 'knownVersion' | 'cursor'>,
  { nowS, place }: { readonly nowS: number; readonly place: Place },
): CataloguePage => {
  const { currency } = catalogue;
  const items = catalogue.items.map((item) => {
    const offered = sheetAt(item, place);
    return {
      offered,
      sku: item.sku,
      name: item.name,
      unitPriceMinor: priceAt(offered, nowS).unitPriceMinor,
      openNow: isOnSale(offered.windows, nowS),
    };
  });
  const version = wireVersion(catalogue.version, items);
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
    items: items.slice(first, end).map(({ offered, ...item }) => ({
      ...item,
      nextChangeS: nextSaleChangeS(offered, nowS) ?? 0,
    })),
    ...(end < items.length ? { nextCursor: cursorOf(version, end) } : {}),
  };
};

/** The version that was compiled, and behind it what prices and windows make of it here and now: it changes when they do, so that whoever knows it knows them. */
const wireVersion = (
  compiled: number,
  items: readonly { readonly unitPriceMinor: number; readonly openNow: boolean }[],
): number =>
  compiled * U32 +
  fnv1a(items.map(({ unitPriceMinor, openNow }) => `${unitPriceMinor} ${openNow}`).join('\n'));

/** 32 bits of FNV-1a: what changes is told from what was, and nobody has a reason to forge it. */
const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of encodeUtf8(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
};

const firstIndex = (version: number, cursor: Uint8Array | undefined): number =>
  cursor?.length === CURSOR_BYTES &&
  readU32(cursor, 2) === Math.floor(version / U32) &&
  readU32(cursor, 6) === version % U32
    ? readU16(cursor, 0)
    : 0;

const cursorOf = (version: number, index: number): Uint8Array => {
  const cursor = new Uint8Array(CURSOR_BYTES);
  writeU16(cursor, 0, index);
  writeU32(cursor, 2, Math.floor(version / U32));
  writeU32(cursor, 6, version % U32);
  return cursor;
};
