/** Pieces that the pages are put together from. */
import { html } from 'hono/html';
import type { Refusal } from '../http/problems.ts';
import type { PageContext } from './context.ts';
import type { Markup } from './languages.ts';

export const none: Markup = html``;

/** A row of cells per item; what a table is empty of is said in its place. */
export const table = (
  heads: readonly (string | Markup)[],
  rows: readonly (readonly (string | number | Markup)[])[],
  empty: string,
): Markup =>
  rows.length === 0
    ? html`<p class="empty">${empty}</p>`
    : html`<div class="scroll"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell, at) => (at === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`)}</tbody></table></div>`;

/** Name and value, one under the other. */
export const facts = (
  rows: readonly (readonly [string, string | number | Markup | undefined])[],
): Markup =>
  html`<dl class="facts">${rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

export const card = (title: string, body: Markup, tools: Markup = none): Markup =>
  html`<section class="card"><header><h2>${title}</h2>${tools}</header>${body}</section>`;

/** `good` `warn` `bad` `calm`: never by colour alone, the word says it too. */
export type Tone = 'good' | 'warn' | 'bad' | 'calm';

export const badge = (tone: Tone, text: string): Markup =>
  html`<span class="badge ${tone}">${text}</span>`;

export const link = (to: string, text: string | Markup): Markup =>
  html`<a href="${to}">${text}</a>`;

/** The next page of a list, with the filters that it has. */
export const pager = (
  { words, query }: Pick<PageContext, 'words' | 'query'>,
  path: string,
  nextCursor: string | undefined,
): Markup =>
  nextCursor === undefined
    ? none
    : html`<nav class="pager" aria-label="${words.list.pages}"><a class="button" href="${path}?${nextQuery(
        query,
        nextCursor,
      )}">${words.list.next}</a></nav>`;

const nextQuery = (
  { done: _done, lang: _lang, ...filters }: PageContext['query'],
  cursor: string,
): string => new URLSearchParams({ ...filters, cursor }).toString();

/** What was refused: in words of the reader where there are, with the fields at fault. */
export const refusalBox = ({ words }: Pick<PageContext, 'words'>, refusal: Refusal): Markup => {
  const { title, advice } = words.problems[refusal.problem];
  return html`<div class="notice bad" role="alert" id="refusal"><strong>${title}</strong> ${
    refusal.decision === undefined ? none : html`<code>${refusal.decision}</code>`
  } ${refusal.detail ?? ''}<p>${advice}</p>${
    refusal.errors === undefined
      ? none
      : html`<ul>${refusal.errors.map(({ field, expected }) => html`<li><code>${field}</code> ${expected}</li>`)}</ul>`
  }</div>`;
};

/** A form for one change. `version`: of what it edits. */
export const form = (
  { newKey }: Pick<PageContext, 'newKey'>,
  {
    action,
    version,
    key,
    kind = '',
  }: {
    readonly action: string;
    readonly version?: number | string | undefined;
    readonly key?: string | undefined;
    readonly kind?: string;
  },
  body: Markup,
): Markup =>
  html`<form method="post" action="${action}" class="${kind}"><input type="hidden" name="_key" value="${key || newKey()}">${
    version === undefined ? none : html`<input type="hidden" name="_version" value="${version}">`
  }${body}</form>`;

/** A change that needs nothing but a press; `sure`: what is asked before. */
export const button = (
  context: Pick<PageContext, 'newKey'>,
  {
    action,
    text,
    sure,
    kind = '',
    version,
  }: {
    readonly action: string;
    readonly text: string;
    readonly sure?: string;
    readonly kind?: 'danger' | '';
    readonly version?: number;
  },
): Markup =>
  sure === undefined
    ? form(
        context,
        { action, version, kind: 'inline' },
        html`<button class="${kind}">${text}</button>`,
      )
    : html`<details class="sure"><summary class="button ${kind}">${text}</summary><div><p>${sure}</p>${form(
        context,
        { action, version, kind: 'inline' },
        html`<button class="${kind}">${text}</button>`,
      )}</div></details>`;
