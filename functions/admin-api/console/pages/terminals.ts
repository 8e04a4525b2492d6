/** The fleet: every terminal, when it was last heard of, and how well. */
import { html } from 'hono/html';
import type { SeenTerminal } from '#adapters/dynamodb/seen-items.ts';
import { isRefusal } from '../../http/problems.ts';
import { POOR_SIGNAL } from '../../resources/fleet.ts';
import type { SuspicionShown } from '../../resources/suspicions.ts';
import type { Page, PageContext } from '../context.ts';
import { DAY_MS, utcDay } from '../format.ts';
import type { Markup } from '../languages.ts';
import { badge, card, link, none, pager, type Tone, table } from '../parts.ts';
import { NEW } from './document-form.ts';

export interface TerminalShown {
  readonly id: number;
  readonly label?: string;
  readonly merchant: string;
  readonly region: string;
  readonly group?: string;
  readonly status: 'active' | 'suspended' | 'retired';
  readonly keyVersion: number;
  readonly keyVersionMin: number;
  readonly version: number;
  readonly changedAtS: number;
  readonly seen: SeenTerminal;
}

const TONES: Readonly<Record<TerminalShown['status'], Tone>> = {
  active: 'good',
  suspended: 'warn',
  retired: 'calm',
};

export const terminalStatus = (
  { words }: Pick<PageContext, 'words'>,
  { status }: Pick<TerminalShown, 'status'>,
): Markup => badge(TONES[status], words.terminals.statuses[status]);

export const terminalsPage: Page = {
  path: 'terminals',
  render: async (context) => {
    const { api, words, query, format } = context;
    const found = await api.ask<{
      readonly items: readonly TerminalShown[];
      readonly nextCursor?: string;
    }>('terminals.list', { query: { cursor: query.cursor } });
    if (isRefusal(found)) {
      return found;
    }
    const w = words.terminals;
    const { items, nextCursor } = found.body;
    return {
      section: 'terminals',
      title: words.sections.terminals,
      body: html`${await suspicions(context)}${card(
        words.list.all,
        html`${table(
          [
            w.number,
            w.label,
            words.payments.merchant,
            w.region,
            words.scope.status,
            w.lastSeen,
            w.signal,
            w.bytes,
          ],
          items.map((terminal) => [
            link(`terminals/${terminal.id}`, String(terminal.id)),
            terminal.label ?? '',
            link(`merchants/${terminal.merchant}`, terminal.merchant),
            terminal.region,
            terminalStatus(context, terminal),
            terminal.seen.atS === undefined ? w.never : format.time(terminal.seen.atS),
            signalLine(context, terminal.seen),
            bytesLine(context, terminal.seen),
          ]),
          w.nothing,
        )}${pager(context, 'terminals', nextCursor)}`,
        api.may('terminals.add')
          ? html`<a class="button" href="terminals/${NEW}">${words.list.add}</a>`
          : none,
      )}`,
    };
  },
};

/** Today's and yesterday's, of UTC; nothing where there are none. */
const suspicions = async (context: PageContext): Promise<Markup> => {
  const { api, words, format, nowMs } = context;
  const days = [nowMs, nowMs - DAY_MS].map(utcDay);
  const found = await Promise.all(
    days.map((day) =>
      api.ask<{ readonly items: readonly SuspicionShown[] }>('suspicions.list', { query: { day } }),
    ),
  );
  const items = found.flatMap((one) => (isRefusal(one) ? [] : one.body.items));
  const w = words.terminals;
  return items.length === 0
    ? none
    : card(
        w.suspected,
        html`<p class="hint">${w.suspectedHint}</p>${table(
          [w.number, words.cases.reason, words.payments.at],
          items.map(({ terminal, reason, atS }) => [
            link(`terminals/${terminal}`, String(terminal)),
            badge('bad', w.reasons[reason]),
            format.time(atS),
          ]),
          '',
        )}`,
      );
};

/** Of AT+CSQ: 31 is the most that a modem tells, 99 that it does not know. */
const SIGNAL_MAX = 31;
const WIDTH = 96;
const HEIGHT = 24;

/** The last requests from left to right; the newest figure beside it says the same in words. */
const sparkline = (values: readonly number[], max: number): Markup => {
  if (values.length < 2) {
    return none;
  }
  const step = WIDTH / (values.length - 1);
  const points = values.map(
    (value, at) =>
      `${(at * step).toFixed(1)},${(HEIGHT - 2 - (Math.min(value, max) / Math.max(1, max)) * (HEIGHT - 4)).toFixed(1)}`,
  );
  const [last = ''] = points.slice(-1);
  const [x = '0', y = '0'] = last.split(',');
  return html`<svg class="spark" viewBox="-2 0 ${WIDTH + 4} ${HEIGHT}" width="${WIDTH + 4}" height="${HEIGHT}" aria-hidden="true"><polyline points="${points.join(' ')}"/><circle cx="${x}" cy="${y}" r="2"/></svg>`;
};

export const signalLine = (
  { words }: Pick<PageContext, 'words'>,
  { recent = [] }: SeenTerminal,
): Markup => {
  const signals = recent.flatMap(({ signal }) =>
    signal === undefined || signal > SIGNAL_MAX ? [] : [signal],
  );
  const last = signals.at(-1);
  return last === undefined
    ? html`–`
    : html`<span class="lines">${sparkline(signals, SIGNAL_MAX)} <span>${last}/${SIGNAL_MAX}${last < POOR_SIGNAL ? html` ${badge('warn', words.terminals.poor)}` : none}</span></span>`;
};

export const bytesLine = (
  { format }: Pick<PageContext, 'format'>,
  { recent = [] }: SeenTerminal,
): Markup => {
  const bytes = recent.flatMap((one) => (one.bytes === undefined ? [] : [one.bytes]));
  const last = bytes.at(-1);
  return last === undefined
    ? html`–`
    : html`<span class="lines">${sparkline(bytes, Math.max(...bytes))} <span>${format.bytes(last)}</span></span>`;
};
