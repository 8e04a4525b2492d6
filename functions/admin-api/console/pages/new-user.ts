/** A customer who is entered: with an account, and nothing to pay with yet. */
import { html } from 'hono/html';
import { isRefusal } from '../../http/problems.ts';
import { type Action, type PageContext, type Rendered, textIn } from '../context.ts';
import { card, none, refusalBox } from '../parts.ts';
import { contentOf, documentForm, type Field, NEW, type Typed } from './document-form.ts';
import { currencyChoices, regionsOf } from './regions.ts';

const newFields = async (context: PageContext): Promise<readonly Field[]> => {
  const { words } = context;
  const w = words.users;
  return [
    { path: 'id', label: words.list.id, hint: words.list.idHint, kind: 'text', required: true },
    { path: 'name', label: w.name, kind: 'text', required: true },
    { path: 'locale', label: w.locale, hint: 'ko-KR', kind: 'text', required: true },
    {
      path: 'currency',
      label: w.currency,
      kind: 'choice',
      required: true,
      options: currencyChoices(await regionsOf(context)),
    },
  ];
};

export const renderNew = async (context: PageContext, typed?: Typed): Promise<Rendered> => ({
  section: 'users',
  title: `${context.words.sections.users}: ${context.words.list.newOne}`,
  body: html`${typed ? refusalBox(context, typed.refusal) : none}${card(
    context.words.users.add,
    documentForm(context, {
      action: `users/${NEW}`,
      fields: await newFields(context),
      content: {},
      typed,
      save: context.words.list.save,
    }),
  )}`,
});

export const newUserAction: Action = {
  path: `users/${NEW}`,
  run: async (context, sent) => {
    const { currency, ...body } = contentOf(await newFields(context), sent);
    const result = await context.api.ask('users.add', {
      body: { ...body, currency: Number(currency) },
      key: textIn(sent, '_key'),
    });
    return isRefusal(result) ? result : { go: `users/${textIn(sent, 'id').trim()}`, done: 'saved' };
  },
  again: (context, sent, refusal) => renderNew(context, { form: sent, refusal }),
};
