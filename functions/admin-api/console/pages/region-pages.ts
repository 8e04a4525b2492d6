/** Regions: currency, clock and tax of a place where it is sold. */
import { html } from 'hono/html';
import type { RegionDocument } from '#core/catalogue-documents.ts';
import { currencyOf } from '../format.ts';
import { link, table } from '../parts.ts';
import { entriesOf } from './document-form.ts';
import type { DocumentKind, Stored } from './document-pages.ts';

export const REGIONS: DocumentKind<RegionDocument & Stored> = {
  section: 'regions',
  fresh: {},
  removable: false,
  list: ({ words, format }, items) => {
    const w = words.regions;
    return table(
      [words.list.id, w.currency, words.scope.zone, w.prices, w.rates],
      items.map(({ id, currency, zone, tax }) => [
        link(`regions/${id}`, id),
        currencyOf(currency).letters,
        zone,
        tax === undefined ? w.untaxed : w[tax.prices],
        html`<ul class="plain">${entriesOf(tax?.ratesPpm ?? {}).map(
          ([name, ppm]) => html`<li>${name} ${format.percent(ppm / 1_000_000)}</li>`,
        )}</ul>`,
      ]),
      w.nothing,
    );
  },
  fields: async ({ words }) => {
    const w = words.regions;
    return [
      { path: 'currency', label: w.currency, hint: w.currencyHint, kind: 'number', required: true },
      { path: 'zone', label: words.scope.zone, hint: w.zoneHint, kind: 'text', required: true },
      {
        path: 'tax.prices',
        label: w.prices,
        kind: 'choice',
        options: [
          ['inclusive', w.inclusive],
          ['exclusive', w.exclusive],
        ],
      },
      {
        path: 'tax.rounding',
        label: w.rounding,
        kind: 'choice',
        options: [
          ['line', w.line],
          ['total', w.total],
        ],
      },
      { path: 'tax.ratesPpm', label: w.rates, hint: w.ratesHint, kind: 'rates' },
    ];
  },
};
