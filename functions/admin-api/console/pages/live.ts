/** What is happening now: drawn by a script, told in words beside it, and complete without one. */
import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import type { Live } from '../../resources/live.ts';
import type { Page, PageContext } from '../context.ts';
import type { Markup } from '../languages.ts';
import { card, none, refusalBox, table } from '../parts.ts';
import { latestPayments, paymentTable } from './payments.ts';

/** What is renewed while somebody looks: each goes into the element `live-<name>`. */
export interface LiveParts {
  readonly series: readonly (readonly number[])[];
  readonly parts: Readonly<Record<'figures' | 'terminals' | 'latest', Markup>>;
}

export const livePartsOf = async (context: PageContext): Promise<LiveParts | Refusal> => {
  const { api } = context;
  const [live, latest] = await Promise.all([api.ask<Live>('live.get'), latestPayments(context)]);
  if (isRefusal(live)) {
    return live;
  }
  const { minutes } = live.body;
  return {
    series: [
      minutes.map(({ atS }) => atS),
      minutes.map(({ approved }) => approved),
      minutes.map(({ declined }) => declined),
    ],
    parts: {
      figures: figuresOf(context, live.body),
      terminals: terminalsOf(context, live.body.terminals),
      latest: isRefusal(latest)
        ? refusalBox(context, latest)
        : paymentTable(context, latest.body.items),
    },
  };
};

export const livePage: Page = {
  path: '',
  render: async (context) => {
    const { words } = context;
    const live = await livePartsOf(context);
    if (isRefusal(live)) {
      return live;
    }
    const w = words.live;
    const { figures, terminals, latest } = live.parts;
    return {
      section: 'live',
      title: words.sections.live,
      body: html`<p class="hint">${w.lead}</p>
<div id="live-figures" class="figures">${figures}</div>
${card(w.perMinute, html`<div class="chart" data-live data-approved="${w.approved}" data-declined="${w.declined}" data-time="${words.payments.at}"></div><p class="stale">${w.stale}</p>`)}
<div id="live-terminals" class="columns">${terminals}</div>
${card(w.latest, html`<div id="live-latest">${latest}</div>`)}`,
    };
  },
};

const figuresOf = (
  { words, format }: PageContext,
  { minutes, waitsMs, terminals }: Live,
): Markup => {
  const w = words.live;
  const approved = minutes.reduce((sum, minute) => sum + minute.approved, 0);
  const declined = minutes.reduce((sum, minute) => sum + minute.declined, 0);
  const all = approved + declined;
  const last = minutes.at(-2) ?? { approved: 0, declined: 0 };
  const figure = (name: string, value: string, more: Markup | string): Markup =>
    html`<div class="big"><span>${name}</span><strong>${value}</strong><small>${more}</small></div>`;
  const wait = (name: string, ms: number | undefined): string =>
    ms === undefined ? '' : `${name} ${format.number(ms)} ms`;
  return html`${figure(w.perMinute, format.number(last.approved + last.declined), `${format.number(all)} / 60 min`)}${figure(
    w.approvalRate,
    all === 0 ? '–' : format.percent(approved / all),
    `${w.approved} ${format.number(approved)}, ${w.declined} ${format.number(declined)}`,
  )}${figure(
    w.latency,
    waitsMs.p50 === undefined ? '–' : `${format.number(waitsMs.p50)} ms`,
    [waitsMs.p50 === undefined ? '' : w.median, wait(w.p95, waitsMs.p95), wait(w.p99, waitsMs.p99)]
      .filter((text) => text !== '')
      .join(', '),
  )}${figure(w.online, `${format.number(terminals.online)} ${w.of} ${format.number(terminals.lookedAt)}`, w.onlineHint)}`;
};

const terminalsOf = ({ words, format }: PageContext, terminals: Live['terminals']): Markup => {
  const w = words.live;
  const bar = (value: number, max: number): Markup =>
    html`<meter min="0" max="${Math.max(1, max)}" value="${value}"></meter> ${format.number(value)}`;
  return html`${card(
    w.signal,
    table(
      [w.signal, w.online],
      (['good', 'fair', 'poor', 'unknown'] as const).map((name) => [
        w.signals[name],
        bar(terminals.bySignal[name], terminals.online),
      ]),
      '',
    ),
  )}${card(
    w.region,
    html`${table(
      [w.region, w.online],
      terminals.byRegion.map(({ region, known, online }) => [
        region,
        html`${bar(online, known)} ${w.of} ${format.number(known)}`,
      ]),
      words.terminals.nothing,
    )}${terminals.more ? html`<p class="hint">${w.first} ${format.number(terminals.lookedAt)}</p>` : none}`,
  )}`;
};
