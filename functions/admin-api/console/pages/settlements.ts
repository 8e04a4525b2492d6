/** What a merchant sold day by day, what it is owed and what it was paid: on a screen, on paper, and as a file for a spreadsheet. */
import { stringify } from 'csv-stringify/sync';
import { html } from 'hono/html';
import { SALES_FIELDS, type SalesFigures } from '#core/sales-figures.ts';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import {
  type Action,
  type Download,
  type Form,
  outcomeOf,
  type Page,
  type PageContext,
  type Rendered,
  textIn,
  typedIn,
} from '../context.ts';
import { amountMinor, amountText, currencyOf, DAY_MS, utcDay } from '../format.ts';
import { moneyInput, select, textInput } from '../inputs.ts';
import type { Markup } from '../languages.ts';
import { card, form, none, refusalBox, table } from '../parts.ts';
import { merchantsOf } from './merchants.ts';

interface Settlement {
  readonly merchant: string;
  readonly zone: string;
  readonly from: string;
  readonly to: string;
  readonly days: readonly {
    readonly day: string;
    readonly currency: number;
    readonly figures: SalesFigures;
  }[];
  readonly balances: readonly {
    readonly currency: number;
    readonly payableMinor: number;
    readonly paidMinor: number;
    readonly owedMinor: number;
  }[];
}

/** Days that are shown where none are asked for, today counted. */
const DAYS_SHOWN = 7;

/** What is asked for, or the last week: as seen from UTC, one day ahead of the westernmost merchant at most. */
const askedOf = ({ query, nowMs }: Pick<PageContext, 'query' | 'nowMs'>) => ({
  merchant: query.merchant ?? '',
  from: query.from || utcDay(nowMs - (DAYS_SHOWN - 1) * DAY_MS),
  to: query.to || utcDay(nowMs + DAY_MS / 2),
});

type Asked = ReturnType<typeof askedOf>;

const settlementOf = ({ api }: PageContext, { merchant, from, to }: Asked) =>
  api.ask<Settlement>('merchants.settlement', { params: { id: merchant }, query: { from, to } });

const render = async (
  context: PageContext,
  asked: Asked = askedOf(context),
  refusal?: Refusal,
  typed?: Form,
): Promise<Rendered | Refusal> => {
  const { words } = context;
  const found = asked.merchant === '' ? undefined : await settlementOf(context, asked);
  let body: Markup = none;
  if (found !== undefined) {
    body = isRefusal(found) ? refusalBox(context, found) : shown(context, found.body, typed);
  }
  return {
    section: 'settlements',
    title: words.sections.settlements,
    body: html`${await chooser(context, asked)}${refusal ? refusalBox(context, refusal) : none}${body}`,
  };
};

const chooser = async (context: PageContext, asked: Asked): Promise<Markup> => {
  const { words } = context;
  const merchants = await merchantsOf(context);
  const w = words.settlements;
  return html`<form class="search" method="get" action="settlements" role="search">
${select({ name: 'merchant', label: words.payments.merchant, value: asked.merchant, options: merchants.map(({ id, name }) => [id, `${id} · ${name}`] as const) })}
${textInput({ name: 'from', label: w.from, value: asked.from, type: 'date' })}${textInput({ name: 'to', label: w.to, value: asked.to, type: 'date' })}<button>${words.list.show}</button></form>`;
};

const shown = (context: PageContext, settlement: Settlement, typed: Form | undefined): Markup => {
  const { words, format } = context;
  const { merchant, zone, from, to, days, balances } = settlement;
  const w = words.settlements;
  const figure = (minor: number, currency: number): Markup =>
    html`<span class="figure">${format.money(minor, currency)}</span>`;
  const file = `settlements.csv?${new URLSearchParams({ merchant, from, to }).toString()}`;
  return html`${card(
    `${merchant}, ${from} – ${to}`,
    html`<p class="hint">${w.clock} ${zone}</p>${table(
      [w.day, w.sales, w.gross, w.refunded, w.net, w.tax, w.fee, w.payable],
      days.map(({ day, currency, figures }) => [
        day,
        format.number(figures.sales),
        figure(figures.grossMinor, currency),
        figure(figures.refundedMinor, currency),
        figure(figures.netMinor, currency),
        figure(figures.taxMinor, currency),
        figure(figures.feeMinor, currency),
        figure(figures.payableMinor, currency),
      ]),
      w.nothing,
    )}`,
    html`<span class="tools no-print"><a class="button" href="${file}">CSV</a><button type="button" data-print>${w.print}</button></span>`,
  )}${card(
    w.balances,
    html`${table(
      [w.currency, w.payable, w.paid, w.owed],
      balances.map(({ currency, payableMinor, paidMinor, owedMinor }) => [
        currencyOf(currency).letters,
        figure(payableMinor, currency),
        figure(paidMinor, currency),
        figure(owedMinor, currency),
      ]),
      w.nothing,
    )}${balances.map(({ currency, owedMinor }) => payout(context, settlement, { currency, owedMinor }, typed))}`,
  )}`;
};

const payout = (
  context: PageContext,
  { merchant, from, to }: Settlement,
  { currency, owedMinor }: { readonly currency: number; readonly owedMinor: number },
  typed: Form | undefined,
): Markup => {
  const { words, api } = context;
  if (owedMinor <= 0 || !api.may('postings.add')) {
    return none;
  }
  const w = words.settlements;
  const { letters } = currencyOf(currency);
  const own = typedIn(typed, currency);
  return form(
    context,
    { action: 'settlements/payout', kind: 'row no-print', key: own && textIn(own, '_key') },
    html`<input type="hidden" name="merchant" value="${merchant}"><input type="hidden" name="currency" value="${currency}"><input type="hidden" name="from" value="${from}"><input type="hidden" name="to" value="${to}">
${textInput({ name: 'id', among: currency, label: w.payoutId, hint: w.payoutIdHint, value: own ? textIn(own, 'id') : `payout-${merchant}-${to}-${letters}`, required: true })}
${moneyInput({ name: 'amount', among: currency, label: w.payout, value: own ? textIn(own, 'amount') : amountText(owedMinor, currency), letters, required: true })}<button>${w.payNow}</button>`,
  );
};

export const settlementsPage: Page = { path: 'settlements', render: (context) => render(context) };

export const payoutAction: Action = {
  path: 'settlements/payout',
  run: async ({ api }, sent) => {
    const currency = Number(textIn(sent, 'currency'));
    const merchant = textIn(sent, 'merchant');
    const result = await api.ask('postings.add', {
      body: {
        kind: 'settlement',
        id: textIn(sent, 'id').trim(),
        currency,
        merchant,
        amountMinor: amountMinor(textIn(sent, 'amount'), currency),
      },
      key: textIn(sent, '_key'),
    });
    const { from, to } = rangeOf(sent);
    return isRefusal(result)
      ? result
      : outcomeOf(result, {
          go: `settlements?${new URLSearchParams({ merchant, from, to }).toString()}`,
          done: 'posted',
        });
  },
  again: (context, sent, refusal) =>
    render(context, { merchant: textIn(sent, 'merchant'), ...rangeOf(sent) }, refusal, sent),
};

const rangeOf = (sent: Form) => ({ from: textIn(sent, 'from'), to: textIn(sent, 'to') });

/** The columns of `cosmopay settlement --csv`: amounts in minor units, as a machine adds them up. */
export const settlementFile: Download = {
  path: 'settlements.csv',
  make: async (context) => {
    const asked = askedOf(context);
    const found = await settlementOf(context, asked);
    if (isRefusal(found)) {
      return found;
    }
    const rows = found.body.days.map(({ day, currency, figures }) => [
      asked.merchant,
      day,
      currency,
      ...SALES_FIELDS.map((field) => figures[field]),
    ]);
    return {
      name: `settlement-${asked.merchant}-${asked.from}-${asked.to}.csv`,
      type: 'text/csv; charset=utf-8',
      text: stringify([['merchant', 'day', 'currency', ...SALES_FIELDS], ...rows], {
        record_delimiter: 'windows',
      }),
    };
  },
};
