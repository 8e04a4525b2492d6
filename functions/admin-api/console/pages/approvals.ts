/** Changes that wait for a second person. */
import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import { type Action, type Page, type PageContext, type Rendered, textIn } from '../context.ts';
import { badge, button, card, none, pager, refusalBox, type Tone, table } from '../parts.ts';

interface Approval {
  readonly id: string;
  readonly operation: string;
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired';
  readonly requestedBy: string;
  readonly requestedAtS: number;
  readonly decidedBy?: string;
  readonly asked: { readonly params?: object; readonly body?: object };
}

const TONES: Readonly<Record<Approval['state'], Tone>> = {
  pending: 'warn',
  approved: 'good',
  rejected: 'bad',
  expired: 'calm',
};

const render = async (context: PageContext, refusal?: Refusal): Promise<Rendered | Refusal> => {
  const { api, words, query } = context;
  const found = await api.ask<{
    readonly items: readonly Approval[];
    readonly nextCursor?: string;
  }>('approvals.list', { query: { cursor: query.cursor } });
  if (isRefusal(found)) {
    return found;
  }
  const w = words.approvals;
  return {
    section: 'approvals',
    title: words.sections.approvals,
    body: html`${refusal ? refusalBox(context, refusal) : none}<p class="hint">${w.lead}</p>${card(
      words.list.all,
      html`${table(
        [w.what, w.asked, w.by, w.at, words.payments.state, ''],
        found.body.items.map((approval) => rowOf(context, approval)),
        w.nothing,
      )}${pager(context, 'approvals', found.body.nextCursor)}`,
    )}`,
  };
};

const rowOf = (context: PageContext, approval: Approval) => {
  const { words, format, principal, api } = context;
  const w = words.approvals;
  const { id, operation, state, requestedBy, requestedAtS, asked } = approval;
  const isOwn = requestedBy === principal.subject;
  const decide = (action: 'approve' | 'reject') =>
    button(context, { action: `approvals/${id}/${action}`, text: w[action] });
  return [
    html`<code>${operation}</code>`,
    html`<ul class="plain">${Object.entries({ ...asked.params, ...asked.body }).map(([name, value]) => html`<li>${name}: <code>${typeof value === 'object' ? JSON.stringify(value) : String(value)}</code></li>`)}</ul>`,
    requestedBy,
    format.time(requestedAtS),
    badge(TONES[state], w.states[state]),
    state === 'pending' && api.may(operation)
      ? html`${isOwn ? html`<small>${w.own}</small> ` : decide('approve')}${decide('reject')}`
      : (approval.decidedBy ?? ''),
  ];
};

export const approvalsPage: Page = { path: 'approvals', render: (context) => render(context) };

const decision = (what: 'approve' | 'reject'): Action => ({
  path: `approvals/{id}/${what}`,
  run: async ({ api, params }, sent) => {
    const result = await api.ask(`approvals.${what}`, {
      params: { id: params.id ?? '' },
      key: textIn(sent, '_key'),
    });
    return isRefusal(result)
      ? result
      : { go: 'approvals', done: what === 'approve' ? 'approved' : 'rejected' };
  },
  again: (context, _sent, refusal) => render(context, refusal),
});

export const approvalActions: readonly Action[] = [decision('approve'), decision('reject')];
