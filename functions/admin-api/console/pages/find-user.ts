/** Whose card, tag or phone it is: for whoever has a customer in front. */
import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import {
  type Action,
  type Form,
  type Page,
  type PageContext,
  type Rendered,
  textIn,
} from '../context.ts';
import { select, textInput } from '../inputs.ts';
import type { Markup } from '../languages.ts';
import { card, form, none, refusalBox } from '../parts.ts';
import { regionsOf } from './regions.ts';

/** What is shown to pay, and how it was read; what was typed is not shown again. */
export const shownInputs = async (
  context: PageContext,
  typed: Form | undefined,
): Promise<Markup> => {
  const { words } = context;
  const w = words.users;
  const regions = await regionsOf(context);
  const value = (name: string): string => (typed === undefined ? '' : textIn(typed, name));
  return html`${textInput({ name: 'identifier', label: w.identifier, hint: w.identifierHint, value: '', required: true })}${select(
    {
      name: 'entryMode',
      label: words.evidence.entryMode ?? '',
      value: value('entryMode'),
      options: Object.entries(words.entryModes),
    },
  )}${select({
    name: 'region',
    label: words.terminals.region,
    value: value('region'),
    options: [['', words.list.any], ...regions.map(({ id }) => [id, id] as const)],
  })}`;
};

/** As the API takes it. */
export const shownBody = (sent: Form): object => {
  const region = textIn(sent, 'region');
  return {
    identifier: textIn(sent, 'identifier').trim(),
    entryMode: Number(textIn(sent, 'entryMode')),
    ...(region === '' ? {} : { region }),
  };
};

const render = async (
  context: PageContext,
  typed?: Form,
  refusal?: Refusal,
): Promise<Rendered> => ({
  section: 'users',
  title: context.words.users.find,
  body: html`${refusal ? refusalBox(context, refusal) : none}${card(
    context.words.users.find,
    form(
      context,
      { action: 'find-user', kind: 'row' },
      html`${await shownInputs(context, typed)}<button>${context.words.list.search}</button>`,
    ),
  )}`,
});

export const findUserPage: Page = { path: 'find-user', render: (context) => render(context) };

/** A form and no link: addresses are logged, and what a customer shows must not be. */
export const findUserAction: Action = {
  path: 'find-user',
  run: async ({ api }, sent) => {
    const found = await api.ask<{ readonly user: string }>('identifiers.find', {
      body: shownBody(sent),
    });
    return isRefusal(found) ? found : { go: `users/${found.body.user}`, done: 'found' };
  },
  again: (context, sent, refusal) => render(context, sent, refusal),
};
