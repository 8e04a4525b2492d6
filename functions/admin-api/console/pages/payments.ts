/** Payments: searched, and listed the newest first. */
import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import { CODE_NAMES, type PaymentLine, STATES } from '../../resources/payments.ts';
import type { Answered } from '../ask.ts';
import type { Page, PageContext } from '../context.ts';
import { select, textInput } from '../inputs.ts';
import type { Markup } from '../languages.ts';
import { badge, card, link, none, pager, refusalBox, type Tone, table } from '../parts.ts';

interface Found {
  readonly items: readonly PaymentLine[];
  readonly nextCursor?: string;
}

export const PAYMENT_TONES: Readonly<Record<string, Tone>> = {
  posted: 'good',
  held: 'calm',
  in_progress: 'calm',
  voided: 'warn',
  expired: 'warn',
  declined: 'bad',
  partly_refunded: 'warn',
  refunded: 'warn',
};

export const keyName = ({ terminal, keyVersion, sequence }: PaymentLine['key']): string =>
  `${terminal}-${keyVersion}-${sequence}`;

export const paymentsPage: Page = {
  path: 'payments',
  render: async (context) => {
    const { api, words, query } = context;
    const found = await api.ask<Found>('payments.list', { query: asked(query) });
    const title = words.sections.payments;
    const list = isRefusal(found)
      ? refusalBox(context, found)
      : html`${paymentTable(context, found.body.items)}${pager(context, 'payments', found.body.nextCursor)}`;
    return {
      section: 'payments',
      title,
      body: html`${searchForm(context)}${card(words.payments.found, list)}`,
    };
  },
};

const FIELDS = ['day', 'terminal', 'user', 'merchant', 'state', 'code', 'cursor'] as const;

const asked = (query: PageContext['query']): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(FIELDS.map((name) => [name, query[name]?.trim()]));

const searchForm = ({ words, query }: PageContext): Markup => {
  const w = words.payments;
  const text = (name: 'terminal' | 'user' | 'merchant', label: string) =>
    textInput({ name, label, value: query[name] ?? '' });
  const any = ['', words.list.any] as const;
  return html`<form class="search" method="get" action="payments" role="search">
${textInput({ name: 'day', label: w.day, value: query.day ?? '', type: 'date' })}
${text('terminal', w.terminal)}${text('user', w.user)}${text('merchant', w.merchant)}
${select({ name: 'state', label: w.state, value: query.state ?? '', options: [any, ...STATES.map((state) => [state, words.states[state]] as const)] })}
${select({ name: 'code', label: w.code, value: query.code ?? '', options: [any, ...CODE_NAMES.map((code) => [code, code] as const)] })}
<button>${words.list.search}</button><p class="hint">${w.searchHint}</p></form>`;
};

/** Payments that stand below a terminal, a merchant or a user. */
const LATEST = '10';

export const latestPayments = (
  { api }: Pick<PageContext, 'api'>,
  of: Readonly<Partial<Record<'terminal' | 'user' | 'merchant', string>>> = {},
): Promise<Answered<Found> | Refusal> =>
  api.ask<Found>('payments.list', { query: { ...of, limit: LATEST } });

/** Nothing where they cannot be read: the page is about something else. */
export const latestCard = (
  context: Pick<PageContext, 'words' | 'format'>,
  found: Answered<Found> | Refusal,
): Markup =>
  isRefusal(found)
    ? none
    : card(context.words.payments.latest, paymentTable(context, found.body.items));

/** Also of other pages: those of one terminal, of one user. */
export const paymentTable = (
  { words, format }: Pick<PageContext, 'words' | 'format'>,
  items: readonly PaymentLine[],
): Markup => {
  const w = words.payments;
  return table(
    [w.name, w.at, w.state, w.amount, w.items, w.user, w.merchant],
    items.map((line) => [
      link(`payments/${keyName(line.key)}`, keyName(line.key)),
      format.time(line.decidedAtS),
      html`${badge(PAYMENT_TONES[line.state] ?? 'calm', words.states[line.state])}${
        line.code === 'approved' ? '' : html` <code>${line.code}</code>`
      }`,
      html`<span class="figure">${format.money(line.amountMinor, line.currency)}</span>${
        line.refundedMinor === 0
          ? ''
          : html` <small>−${format.money(line.refundedMinor, line.currency)}</small>`
      }`,
      (line.items ?? []).join(', '),
      line.user === '' ? '–' : link(`users/${line.user}`, line.user),
      line.merchant === '' ? '–' : link(`merchants/${line.merchant}`, line.merchant),
    ]),
    w.nothing,
  );
};
