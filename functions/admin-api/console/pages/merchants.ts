/** Merchants: whose sales they are, on whose clock, for which fee. */
import { html } from 'hono/html';
import type { MerchantSource } from '#core/terminal-sources.ts';
import { isRefusal } from '../../http/problems.ts';
import type { PageContext } from '../context.ts';
import { badge, link, table } from '../parts.ts';
import type { DocumentKind, Stored } from './document-pages.ts';
import { latestCard, latestPayments } from './payments.ts';

type Merchant = MerchantSource & Stored;

/** A page of the API at its largest: merchants that a choice offers. */
const OFFERED_MAX = '100';

/** The merchants that forms offer; none where they cannot be read. */
export const merchantsOf = async ({
  api,
}: Pick<PageContext, 'api'>): Promise<readonly Merchant[]> => {
  const listed = await api.ask<{ readonly items: readonly Merchant[] }>('merchants.list', {
    query: { limit: OFFERED_MAX },
  });
  return isRefusal(listed) ? [] : listed.body.items;
};

export const MERCHANTS: DocumentKind<Merchant> = {
  section: 'merchants',
  fresh: { status: 'open' },
  removable: false,
  list: ({ words, format }, items) => {
    const w = words.merchants;
    return table(
      [words.list.id, w.name, w.zone, w.fee, words.scope.status, ''],
      items.map(({ id, name, zone, fee, status }) => [
        link(`merchants/${id}`, id),
        name,
        zone,
        fee === undefined ? '–' : format.percent(fee.ppm / 1_000_000),
        status === 'open' ? badge('good', w.open) : badge('bad', w.closed),
        link(`settlements?merchant=${id}`, words.sections.settlements),
      ]),
      w.nothing,
    );
  },
  fields: async ({ words }) => {
    const w = words.merchants;
    return [
      { path: 'name', label: w.name, kind: 'text', required: true },
      {
        path: 'status',
        label: words.scope.status,
        kind: 'choice',
        required: true,
        options: [
          ['open', w.open],
          ['closed', w.closed],
        ],
      },
      { path: 'zone', label: w.zone, hint: words.scope.zoneHint, kind: 'text', required: true },
      { path: 'fee.ppm', label: w.fee, hint: w.feeHint, kind: 'ppm' },
      { path: 'refundAloneMinor', label: w.refundAlone, hint: w.minorHint, kind: 'number' },
      { path: 'limits.perDayMinor', label: w.perDay, hint: w.minorHint, kind: 'number' },
      { path: 'limits.perDayCount', label: w.perDayCount, kind: 'number' },
    ];
  },
  below: async (context, { id }) => {
    const payments = await latestPayments(context, { merchant: id });
    return html`<p>${link(`settlements?merchant=${id}`, context.words.sections.settlements)}</p>${latestCard(context, payments)}`;
  },
};
