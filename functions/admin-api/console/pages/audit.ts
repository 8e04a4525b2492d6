/** The trail: who changed what on a day. */
import { html } from 'hono/html';
import { isRefusal } from '../../http/problems.ts';
import type { Page } from '../context.ts';
import { utcDay } from '../format.ts';
import { textInput } from '../inputs.ts';
import { card, pager, refusalBox, table } from '../parts.ts';

interface Entry {
  readonly atMs: number;
  readonly actor: string;
  readonly requestedBy?: string;
  readonly operation: string;
  readonly subject: string;
  readonly detail?: unknown;
}

export const auditPage: Page = {
  path: 'audit',
  render: async (context) => {
    const { api, words, query, nowMs, format } = context;
    const day = query.day || utcDay(nowMs);
    const found = await api.ask<{ readonly items: readonly Entry[]; readonly nextCursor?: string }>(
      'audit.list',
      { query: { day, cursor: query.cursor } },
    );
    const w = words.audit;
    const list = isRefusal(found)
      ? refusalBox(context, found)
      : html`${table(
          [w.at, w.who, w.operation, w.subject, w.detail],
          found.body.items.map(({ atMs, actor, requestedBy, operation, subject, detail }) => [
            format.time(Math.floor(atMs / 1000)),
            requestedBy === undefined ? actor : `${actor} (${w.requestedBy} ${requestedBy})`,
            html`<code>${operation}</code>`,
            subject,
            detail === undefined ? '' : html`<code>${JSON.stringify(detail)}</code>`,
          ]),
          w.nothing,
        )}${pager({ words, query: { ...query, day } }, 'audit', found.body.nextCursor)}`;
    return {
      section: 'audit',
      title: words.sections.audit,
      body: html`<form class="search" method="get" action="audit" role="search">${textInput({ name: 'day', label: w.day, value: day, type: 'date' })}<button>${words.list.show}</button></form>${card(day, list)}`,
    };
  },
};
