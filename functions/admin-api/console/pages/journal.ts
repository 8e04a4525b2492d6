/** The journal: money that moved without a terminal. */
import { html } from 'hono/html';
import { isRefusal } from '../../http/problems.ts';
import type { EntryShown } from '../../resources/record-view.ts';
import type { Page } from '../context.ts';
import { textInput } from '../inputs.ts';
import { card, pager, refusalBox, table } from '../parts.ts';

export const journalPage: Page = {
  path: 'journal',
  render: async (context) => {
    const { api, words, query, format } = context;
    const { day, user, merchant, cursor } = query;
    const found = await api.ask<{
      readonly items: readonly EntryShown[];
      readonly nextCursor?: string;
    }>('journal.list', { query: { day, user, merchant, cursor } });
    const w = words.journal;
    const list = isRefusal(found)
      ? refusalBox(context, found)
      : html`${table(
          [words.list.id, w.kind, words.payments.at, w.lines, w.reference],
          found.body.items.map(({ id, kind, decidedAtS, lines, currency, reference }) => [
            html`<code>${id}</code>`,
            html`<code>${kind}</code>`,
            format.time(decidedAtS),
            html`<ul class="plain">${lines.map(
              ({ account, amountMinor }) =>
                html`<li><code>${account}</code> <span class="figure">${format.money(amountMinor, currency)}</span></li>`,
            )}</ul>`,
            reference ?? '',
          ]),
          w.nothing,
        )}${pager(context, 'journal', found.body.nextCursor)}`;
    return {
      section: 'journal',
      title: words.sections.journal,
      body: html`<form class="search" method="get" action="journal" role="search">
${textInput({ name: 'day', label: words.payments.day, value: day ?? '', type: 'date' })}
${textInput({ name: 'user', label: words.payments.user, value: user ?? '' })}
${textInput({ name: 'merchant', label: words.payments.merchant, value: merchant ?? '' })}
<button>${words.list.search}</button><p class="hint">${w.searchHint}</p></form>${card(words.payments.found, list)}`,
    };
  },
};
