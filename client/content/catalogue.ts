/** What is sold here, as the terminal knows it: read page by page, kept by version, and judged by the clock between readings. */
import type { CatalogueItem, CataloguePage } from '#protocol/reply.ts';
import type { CatalogueRequest } from '#protocol/request.ts';

/** Pages of one catalogue: a thousand products of the longest names. */
export const PAGES_MAX = 64;
/** How often reading starts again because the catalogue changed meanwhile. */
export const RESTARTS_MAX = 3;

export interface Catalogue {
  readonly version: number;
  /** ISO 4217 number. */
  readonly currency: number;
  readonly items: readonly CatalogueItem[];
}

/** Undefined where no answer came. */
export type AskPage = (request: Omit<CatalogueRequest, 'op'>) => Promise<CataloguePage | undefined>;

/** The newest catalogue; `known` itself where it is that; undefined where it cannot be read now. */
export const readCatalogue = async (
  ask: AskPage,
  known: Catalogue | undefined,
): Promise<Catalogue | undefined> => {
  let page = await ask({ knownVersion: known?.version ?? 0 });
  if (page !== undefined && page.version === known?.version && page.items.length === 0) {
    return known;
  }
  for (let restarts = 0; restarts <= RESTARTS_MAX && page !== undefined; restarts += 1) {
    const whole = await readRest(ask, page);
    if (whole === undefined || 'items' in whole) {
      return whole;
    }
    page = await ask({ knownVersion: 0 });
  }
  return undefined;
};

/** All pages behind the first; `changed` where one of them is of another version. */
const readRest = async (
  ask: AskPage,
  first: CataloguePage,
): Promise<Catalogue | { readonly changed: true } | undefined> => {
  const { version, currency } = first;
  const items = [...first.items];
  let cursor = first.nextCursor;
  for (let pages = 1; cursor !== undefined; pages += 1) {
    const page: CataloguePage | undefined =
      pages < PAGES_MAX ? await ask({ knownVersion: 0, cursor }) : undefined;
    if (page === undefined) {
      return undefined;
    }
    if (page.version !== version) {
      return { changed: true };
    }
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return { version, currency, items };
};

export interface Offer {
  readonly open: boolean;
  /** When it opens or closes, unix seconds; undefined where it never does, or has to be asked. */
  readonly changesAtS: number | undefined;
}

/** Whether a product is on sale now. Once its next change has passed the catalogue has to be read again. */
export const offerAt = ({ openNow, nextChangeS }: CatalogueItem, nowS: number): Offer => {
  const passed = nextChangeS !== 0 && nowS >= nextChangeS;
  return {
    open: passed ? !openNow : openNow,
    changesAtS: passed || nextChangeS === 0 ? undefined : nextChangeS,
  };
};

/** A change has passed: what comes after it is not known, although the version may be the same. */
export const isOutdated = ({ items }: Catalogue, nowS: number): boolean =>
  items.some(({ nextChangeS }) => nextChangeS !== 0 && nowS >= nextChangeS);
