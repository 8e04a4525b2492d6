/** Cases: what only a person can settle. */
import { html } from 'hono/html';
import { CASE_RESOLUTIONS } from '#core/operator-case.ts';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import type { CaseShown } from '../../resources/case-view.ts';
import { type Action, type Page, type PageContext, type Rendered, textIn } from '../context.ts';
import { card, form, link, none, pager, refusalBox, table } from '../parts.ts';
import { keyName } from './payments.ts';

interface Found {
  readonly items: readonly CaseShown[];
  readonly nextCursor?: string;
}

const render = async (context: PageContext, refusal?: Refusal): Promise<Rendered | Refusal> => {
  const { api, words, query } = context;
  const state = query.state === 'closed' ? 'closed' : 'open';
  const found = await api.ask<Found>('cases.list', { query: { state, cursor: query.cursor } });
  if (isRefusal(found)) {
    return found;
  }
  const w = words.cases;
  return {
    section: 'cases',
    title: words.sections.cases,
    body: html`${refusal ? refusalBox(context, refusal) : none}<p class="hint">${w.lead}</p>${card(
      state === 'open' ? w.open : w.closed,
      html`${caseTable(context, found.body.items)}${pager(context, 'cases', found.body.nextCursor)}`,
      state === 'open' ? link('cases?state=closed', w.closed) : link('cases', w.open),
    )}`,
  };
};

const caseTable = (context: PageContext, items: readonly CaseShown[]) => {
  const { words, format, api } = context;
  const w = words.cases;
  return table(
    [w.kind, w.reason, words.payments.name, words.payments.amount, w.opened, w.resolution],
    items.map((found) => [
      html`<span id="${found.id}">${w.kinds[found.kind]}</span>`,
      html`<code>${found.reason}</code>`,
      link(`payments/${keyName(found.payment)}`, keyName(found.payment)),
      format.money(found.amountMinor, found.currency),
      format.time(found.openedAtS),
      found.closed === undefined && api.may('cases.close')
        ? form(
            context,
            { action: `cases/${found.id}/close`, kind: 'inline' },
            html`${CASE_RESOLUTIONS.map((resolution) => html`<button name="resolution" value="${resolution}">${w.resolutions[resolution]}</button> `)}`,
          )
        : html`${found.closed ? w.resolutions[found.closed.resolution] : '–'}`,
    ]),
    w.nothing,
  );
};

export const casesPage: Page = { path: 'cases', render: (context) => render(context) };

export const closeCaseAction: Action = {
  path: 'cases/{id}/close',
  run: async ({ api, params }, sent) => {
    const result = await api.ask('cases.close', {
      params: { id: params.id ?? '' },
      body: { resolution: textIn(sent, 'resolution') },
      key: textIn(sent, '_key'),
    });
    return isRefusal(result) ? result : { go: 'cases', done: 'closed' };
  },
  again: (context, _sent, refusal) => render(context, refusal),
};
