/** Price lists: prices of their own for some products, places or hours. */
import { html } from 'hono/html';
import type { PriceListDocument } from '#core/catalogue-documents.ts';
import { currencyOf } from '../format.ts';
import { badge, link, table } from '../parts.ts';
import { entriesOf } from './document-form.ts';
import type { DocumentKind, Stored } from './document-pages.ts';
import { currencyChoices, regionsOf } from './regions.ts';
import { readWeek, showWeek, weekText } from './schedule.ts';
import { ruleFields, scopeFields, scopeText } from './scope-fields.ts';

type PriceList = PriceListDocument & Stored;

export const PRICE_LISTS: DocumentKind<PriceList> = {
  section: 'price-lists',
  fresh: { currency: 410 },
  removable: true,
  list: (context, items) => {
    const { words, format } = context;
    const w = words.priceLists;
    return table(
      [
        words.list.id,
        w.prices,
        words.scope.for,
        words.scope.when,
        words.scope.priority,
        words.scope.status,
      ],
      items.map((list) => [
        link(`price-lists/${list.id}`, list.id),
        html`<ul class="plain">${entriesOf(list.pricesMinor)
          .slice(0, SHOWN_MAX)
          .map(
            ([sku, minor]) =>
              html`<li>${sku} <span class="figure">${format.money(minor, list.currency)}</span></li>`,
          )}${Object.keys(list.pricesMinor).length > SHOWN_MAX ? html`<li>…</li>` : ''}</ul>`,
        scopeText(context, list.scope),
        weekText(context, list.when?.weekly),
        String(list.priority ?? 0),
        list.status === 'draft'
          ? badge('calm', words.scope.draft)
          : badge('good', words.scope.active),
      ]),
      w.nothing,
    );
  },
  fields: async (context, stored) => {
    const { words } = context;
    const regions = await regionsOf(context);
    const currency = stored?.currency ?? regions[0]?.currency ?? 410;
    return [
      {
        path: 'currency',
        label: words.priceLists.currency,
        kind: 'choice',
        options: currencyChoices(regions),
        required: true,
      },
      {
        path: 'pricesMinor',
        label: `${words.priceLists.prices} (${currencyOf(currency).letters})`,
        hint: words.priceLists.pricesHint,
        kind: 'prices',
        currency,
      },
      ...scopeFields(context),
      ...ruleFields(context),
    ];
  },
  extra: {
    show: (context, content, typed) => showWeek(context, content, typed, 'when'),
    read: (sent, content) => {
      const read = readWeek(sent, { ...content, currency: Number(content.currency) }, 'when');
      return read;
    },
  },
};

/** Prices that a row of the list shows. */
const SHOWN_MAX = 6;
