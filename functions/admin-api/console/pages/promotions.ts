/** Promotions, with how much of each budget is spent. */
import { html } from 'hono/html';
import type { PromotionDocument } from '#core/catalogue-documents.ts';
import { isRefusal } from '../../http/problems.ts';
import type { PageContext } from '../context.ts';
import type { Markup } from '../languages.ts';
import { badge, card, link, none, table } from '../parts.ts';
import type { DocumentKind, Stored } from './document-pages.ts';
import { currencyChoices, regionsOf } from './regions.ts';
import { readWeek, showWeek, weekText } from './schedule.ts';
import { ruleFields, scopeFields, scopeText } from './scope-fields.ts';

type Promotion = PromotionDocument & Stored;

interface Usage {
  readonly taken: number;
  readonly max: number;
  readonly of: 'spend' | 'uses';
}

export const PROMOTIONS: DocumentKind<Promotion> = {
  section: 'promotions',
  fresh: { by: 'automatic', status: 'draft' },
  removable: false,
  list: async (context, items) => {
    const { words } = context;
    const w = words.promotions;
    const bars = await Promise.all(items.map((promotion) => budgetOf(context, promotion)));
    return table(
      [words.list.id, w.off, w.by, w.budget, words.scope.for, words.scope.when, words.scope.status],
      items.map((promotion, at) => [
        link(`promotions/${promotion.id}`, promotion.id),
        offText(context, promotion),
        w[promotion.by],
        bars[at] ?? none,
        scopeText(context, promotion.scope),
        weekText(context, promotion.when?.weekly),
        promotion.status === 'draft'
          ? badge('calm', words.scope.draft)
          : badge('good', words.scope.active),
      ]),
      w.nothing,
    );
  },
  fields: async (context, stored) => {
    const { words } = context;
    const w = words.promotions;
    const regions = await regionsOf(context);
    const currency = stored?.currency ?? regions[0]?.currency ?? 410;
    return [
      { path: 'off.ppm', label: w.percent, hint: w.percentHint, kind: 'ppm' },
      { path: 'off.minor', label: w.amount, hint: w.amountHint, kind: 'money', currency },
      { path: 'currency', label: w.currency, kind: 'choice', options: currencyChoices(regions) },
      {
        path: 'by',
        label: w.by,
        kind: 'choice',
        required: true,
        options: [
          ['automatic', w.automatic],
          ['code', w.code],
        ],
      },
      {
        path: 'budget.of',
        label: w.budgetOf,
        kind: 'choice',
        options: [
          ['spend', w.spend],
          ['uses', w.uses],
        ],
      },
      { path: 'budget.max', label: w.budget, hint: w.budgetHint, kind: 'number' },
      { path: 'perUser', label: w.perUser, kind: 'number' },
      ...scopeFields(context),
      ...ruleFields(context),
    ];
  },
  extra: {
    show: (context, content, typed) => showWeek(context, content, typed, 'when'),
    read: (sent, content) => {
      const { currency } = content;
      const numbered =
        currency === undefined ? content : { ...content, currency: Number(currency) };
      return readWeek(sent, numbered, 'when');
    },
  },
  below: async (context, promotion) =>
    promotion.budget === undefined
      ? none
      : card(context.words.promotions.budget, await budgetOf(context, promotion)),
};

const offText = ({ format, words }: PageContext, { off, currency }: Promotion): string => {
  if ('ppm' in off) {
    return format.percent(off.ppm / 1_000_000);
  }
  return currency === undefined
    ? `${format.number(off.minor)} ${words.promotions.minor}`
    : format.money(off.minor, currency);
};

const budgetOf = async (context: PageContext, promotion: Promotion): Promise<Markup> => {
  const { api, format, words } = context;
  if (promotion.budget === undefined) {
    return html`${words.promotions.unlimited}`;
  }
  const usage = await api.ask<Usage>('promotions.usage', { params: { id: promotion.id } });
  if (isRefusal(usage)) {
    return html`–`;
  }
  const { taken, max, of } = usage.body;
  const text = (value: number): string =>
    of === 'spend' && promotion.currency !== undefined
      ? format.money(value, promotion.currency)
      : format.number(value);
  return html`<span class="budget"><meter min="0" max="${max}" high="${Math.floor(max * 0.8)}" optimum="0" value="${taken}">${format.percent(taken / max)}</meter> <small>${text(taken)} / ${text(max)} (${format.percent(taken / max)})</small></span>`;
};
