/** Who is told of what happens: endpoints of webhooks. */
import { html } from 'hono/html';
import { type EndpointShown, EVENT_TYPES } from '../../resources/webhooks.ts';
import { badge, link, none, table } from '../parts.ts';
import type { DocumentKind } from './document-pages.ts';

export const WEBHOOKS: DocumentKind<EndpointShown> = {
  section: 'webhooks',
  lead: ({ webhooks }) => webhooks.lead,
  fresh: {},
  removable: true,
  list: ({ words, format }, items) => {
    const w = words.webhooks;
    return table(
      [words.list.id, w.url, w.description, w.types, words.scope.status],
      items.map(({ id, url, description, types, enabled, goneAtS }) => [
        link(`webhooks/${id}`, id),
        html`<code>${url}</code>`,
        description,
        types?.join(', ') ?? words.list.all,
        html`${enabled ? badge('good', w.enabled) : badge('calm', w.disabled)}${
          goneAtS === undefined ? none : html` ${w.gone} ${format.time(goneAtS)}`
        }`,
      ]),
      w.nothing,
    );
  },
  fields: async ({ words }) => {
    const w = words.webhooks;
    return [
      { path: 'url', label: w.url, hint: w.urlHint, kind: 'url', required: true },
      { path: 'description', label: w.description, kind: 'text', required: true },
      {
        path: 'enabled',
        label: words.scope.status,
        kind: 'truth',
        yes: w.enabled,
        no: w.disabled,
      },
      { path: 'merchant', label: words.payments.merchant, hint: w.merchantHint, kind: 'text' },
      {
        path: 'types',
        label: w.types,
        kind: 'several',
        options: EVENT_TYPES.map((type) => [type, type] as const),
      },
    ];
  },
};
