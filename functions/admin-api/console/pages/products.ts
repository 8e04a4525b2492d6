/** Products: what is sold, and for how much where nothing else says so. */
import { html } from 'hono/html';
import type { ProductDocument } from '#core/catalogue-documents.ts';
import { badge, link, table } from '../parts.ts';
import type { DocumentKind, Stored } from './document-pages.ts';
import { regionsOf } from './regions.ts';

type Product = ProductDocument & Stored;

export const PRODUCTS: DocumentKind<Product> = {
  section: 'products',
  fresh: {},
  removable: false,
  list: async (context, items) => {
    const { words, format } = context;
    const w = words.products;
    const regions = await regionsOf(context);
    return table(
      [w.sku, w.name, w.category, ...regions.map(({ id }) => id), w.listed],
      items.map((product) => [
        link(`products/${product.id}`, product.id),
        product.name,
        product.category ?? '–',
        ...regions.map(({ id, currency }) => {
          const price = product.basePriceMinor[id];
          return price === undefined
            ? '–'
            : html`<span class="figure">${format.money(price, currency)}</span>`;
        }),
        product.listed === false ? badge('calm', w.hidden) : badge('good', w.shown),
      ]),
      w.nothing,
    );
  },
  fields: async (context) => {
    const { words } = context;
    const w = words.products;
    return [
      { path: 'name', label: w.name, kind: 'text', required: true },
      { path: 'category', label: w.category, hint: w.categoryHint, kind: 'text' },
      { path: 'taxClass', label: w.taxClass, hint: w.taxClassHint, kind: 'text' },
      ...(await regionsOf(context)).map(({ id, currency }) => ({
        path: `basePriceMinor.${id}`,
        label: `${w.price} ${id}`,
        hint: w.priceHint,
        kind: 'money' as const,
        currency,
      })),
      { path: 'listed', label: w.listed, kind: 'truth', yes: w.shown, no: w.hidden },
    ];
  },
};
