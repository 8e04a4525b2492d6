/** The last catalogue on disk, so that a kiosk which starts without a network has something to sell. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueItem } from '#protocol/reply.ts';
import type { Catalogue } from './catalogue.ts';

export const CATALOGUE_FILE = 'catalogue.json';

export interface CatalogueCache {
  /** Undefined where there is none, or none that can be read. */
  load(): Catalogue | undefined;
  /** The file has the new content or the old one. A disk that refuses costs only the next cold start. */
  save(catalogue: Catalogue): void;
}

type Json = Readonly<Record<string, unknown>>;
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

const isItem = (value: unknown): value is CatalogueItem => {
  const { sku, name, unitPriceMinor, openNow, nextChangeS } = (value ?? {}) as Json;
  const texts = typeof sku === 'string' && typeof name === 'string';
  return texts && isCount(unitPriceMinor) && typeof openNow === 'boolean' && isCount(nextChangeS);
};

const parseCatalogue = (text: string): Catalogue | undefined => {
  const { version, currency, items } = (JSON.parse(text) ?? {}) as Json;
  return isCount(version) && isCount(currency) && Array.isArray(items) && items.every(isItem)
    ? { version, currency, items }
    : undefined;
};

export const createCatalogueCache = (folder: string): CatalogueCache => {
  const path = join(folder, CATALOGUE_FILE);
  return {
    load: () => {
      try {
        return parseCatalogue(readFileSync(path, 'utf8'));
      } catch {
        return undefined;
      }
    },
    save: (catalogue) => {
      try {
        writeFileSync(`${path}.new`, JSON.stringify(catalogue));
        renameSync(`${path}.new`, path);
      } catch {
        // Sold is what is in memory.
      }
    },
  };
};
