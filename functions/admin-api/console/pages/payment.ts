/** One payment with its whole story: what happened when, why it was decided so, what moved, and what the terminal was told. */
import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import type { CaseShown } from '../../resources/case-view.ts';
import type { Story } from '../../resources/payment-story.ts';
import type { RecordShown } from '../../resources/record-view.ts';
import {
  type Action,
  type Form,
  outcomeOf,
  type Page,
  type PageContext,
  type Rendered,
  textIn,
} from '../context.ts';
import { amountMinor, amountText, currencyOf } from '../format.ts';
import { moneyInput, textInput } from '../inputs.ts';
import type { Markup } from '../languages.ts';
import { badge, card, facts, form, link, none, refusalBox, table } from '../parts.ts';
import type { Typed } from './document-form.ts';
import { keyName, PAYMENT_TONES } from './payments.ts';

interface PaymentShown {
  readonly state: keyof PageContext['words']['states'];
  readonly amountMinor: number;
  readonly postedMinor: number;
  readonly refundedMinor: number;
  readonly currency: number;
  readonly user: string;
  readonly merchant: string;
}

const NAME = /^(\d{1,10})-(\d{1,3})-(\d{1,10})$/;

const paramsOf = (name: string): Record<'terminal' | 'keyVersion' | 'sequence', string> => {
  const [, terminal = '', keyVersion = '', sequence = ''] = NAME.exec(name) ?? [];
  return { terminal, keyVersion, sequence };
};

const render = async (context: PageContext, refused?: Typed): Promise<Rendered | Refusal> => {
  const { api, words, params } = context;
  const name = params.name ?? '';
  const story = await api.ask<Story>('payments.story', { params: paramsOf(name) });
  if (isRefusal(story)) {
    return story;
  }
  const { record, changes, cases, timeline, answer } = story.body;
  const payment = record.payment as unknown as PaymentShown | undefined;
  return {
    section: 'payments',
    title: `${words.payment.title} ${name}`,
    body: html`${refused ? refusalBox(context, refused.refusal) : none}
<div class="columns">${card(words.payment.what, html`${payment ? whatOf(context, record, payment) : none}`)}
${card(words.payment.timeline, timelineOf(context, timeline, record.currency ?? payment?.currency ?? 0))}</div>
${payment ? refundCard(context, name, payment, refused?.form) : none}
${card(words.payment.why, evidenceOf(context, record))}
${card(words.payment.journal, html`${[record, ...changes].map((each) => linesOf(context, each, payment?.currency ?? 0))}`)}
${cases.length === 0 ? none : card(words.sections.cases, casesOf(context, cases))}
${answer === undefined ? none : card(words.payment.answer, frameOf(context, answer))}`,
  };
};

const whatOf = (
  { words, format }: PageContext,
  record: RecordShown,
  payment: PaymentShown,
): Markup => {
  const w = words.payment;
  const money = (minor: number) => format.money(minor, payment.currency);
  return facts([
    [
      words.payments.state,
      badge(PAYMENT_TONES[payment.state] ?? 'calm', words.states[payment.state]),
    ],
    [words.payments.code, html`<code>${record.code}</code>`],
    [words.payments.amount, money(payment.amountMinor)],
    [w.posted, money(payment.postedMinor)],
    [w.refunded, money(payment.refundedMinor)],
    [
      words.payments.terminal,
      link(`terminals/${record.key.terminal}`, String(record.key.terminal)),
    ],
    [words.payments.user, payment.user && link(`users/${payment.user}`, payment.user)],
    [
      words.payments.merchant,
      payment.merchant && link(`merchants/${payment.merchant}`, payment.merchant),
    ],
    [w.authorisation, record.authorisation],
  ]);
};

const timelineOf = (
  { words, format }: PageContext,
  moments: Story['timeline'],
  currency: number,
): Markup =>
  html`<ol class="timeline">${moments.map(
    ({ atS, what, code, movedMinor, byOperator }) =>
      html`<li><strong>${words.moments[what]}</strong> ${code === undefined ? none : html`<code>${code}</code>`} ${
        byOperator === true ? badge('calm', words.payment.byOperator) : none
      }${movedMinor === undefined ? none : html` <span class="figure">${format.money(movedMinor, currency)}</span>`}<br><small>${format.time(atS)}</small></li>`,
  )}</ol>`;

/** What is not shown elsewhere of the evidence, as it stands: names of rules and versions. */
const evidenceOf = ({ words, format }: PageContext, { evidence = {} }: RecordShown): Markup => {
  const { items, judgedAtS, flags, entryMode, ...rest } = evidence as {
    readonly entryMode?: number;
    readonly items?: readonly string[];
    readonly judgedAtS?: number;
    readonly flags?: readonly string[];
    readonly [name: string]: unknown;
  };
  const w = words.payment;
  return facts([
    [
      w.items,
      items &&
        html`<ul class="plain">${items.map((item) => html`<li><code>${item}</code></li>`)}</ul>`,
    ],
    [w.judgedAt, judgedAtS === undefined ? undefined : format.time(judgedAtS)],
    [w.flags, flags?.map((flag) => html`<code>${flag}</code> `) as Markup | undefined],
    [
      words.evidence.entryMode ?? '',
      entryMode === undefined ? undefined : (words.entryModes[entryMode] ?? entryMode),
    ],
    ...Object.entries(rest).map(
      ([name, value]) => [words.evidence[name] ?? name, String(value)] as const,
    ),
  ]);
};

const linesOf = ({ words, format }: PageContext, record: RecordShown, currency: number): Markup =>
  html`<h3>${words.moments[record.op === 'pay' ? 'decided' : record.op]} <code>${keyName(record.key)}</code> ${format.time(record.decidedAtS)}</h3>${table(
    [words.payment.account, words.payments.amount],
    record.lines.map(({ account, amountMinor: minor }) => [
      html`<code>${account}</code>`,
      html`<span class="figure">${format.money(minor, record.currency ?? currency)}</span>`,
    ]),
    words.payment.nothingMoved,
  )}`;

const casesOf = ({ words, format }: PageContext, cases: readonly CaseShown[]): Markup =>
  table(
    [words.cases.kind, words.cases.reason, words.payments.amount, words.payments.state],
    cases.map(({ kind, reason, amountMinor: minor, currency, state, id }) => [
      link(`cases#${id}`, words.cases.kinds[kind]),
      html`<code>${reason}</code>`,
      format.money(minor, currency),
      words.cases[state],
    ]),
    '',
  );

const frameOf = (
  { words }: PageContext,
  { title, hex, parts }: NonNullable<Story['answer']>,
): Markup =>
  html`<p>${title}</p>${table(
    [words.payment.field, words.payment.value, words.payment.meaning],
    parts.map(({ name, value, meaning, depth = 0 }) => [
      html`<span class="depth-${depth}">${name}</span>`,
      html`<code>${value}</code>`,
      meaning ?? '',
    ]),
    '',
  )}<details><summary>${words.payment.bytes}</summary><pre>${hex}</pre></details>`;

const refundCard = (
  context: PageContext,
  name: string,
  payment: PaymentShown,
  typed: Form | undefined,
): Markup => {
  const { words, api } = context;
  const left = payment.postedMinor - payment.refundedMinor;
  if (left <= 0 || !api.may('payments.refund')) {
    return none;
  }
  const w = words.payment;
  return card(
    w.refund,
    form(
      context,
      { action: `payments/${name}/refund`, key: typed && textIn(typed, '_key'), kind: 'row' },
      html`${moneyInput({
        name: 'amount',
        label: words.payments.amount,
        value: typed ? textIn(typed, 'amount') : amountText(left, payment.currency),
        letters: currencyOf(payment.currency).letters,
        required: true,
      })}${textInput({
        name: 'reason',
        label: w.reason,
        hint: w.reasonHint,
        value: typed ? textIn(typed, 'reason') : '',
        required: true,
      })}<input type="hidden" name="currency" value="${payment.currency}"><button>${w.refundNow}</button>`,
    ),
  );
};

export const paymentPage: Page = { path: 'payments/{name}', render: (context) => render(context) };

export const refundAction: Action = {
  path: 'payments/{name}/refund',
  run: async ({ api, params }, sent) => {
    const name = params.name ?? '';
    const amount = amountMinor(textIn(sent, 'amount'), Number(textIn(sent, 'currency')));
    const result = await api.ask('payments.refund', {
      params: paramsOf(name),
      body: { amountMinor: amount, reason: textIn(sent, 'reason') },
      key: textIn(sent, '_key'),
    });
    return isRefusal(result)
      ? result
      : outcomeOf(result, { go: `payments/${name}`, done: 'refunded' });
  },
  again: (context, sent, refusal) => render(context, { form: sent, refusal }),
};
