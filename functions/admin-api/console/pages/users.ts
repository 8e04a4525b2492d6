/** People who pay: their accounts and what they show, never who they are. */
import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import {
  type Action,
  type Form,
  outcomeOf,
  type Page,
  type PageContext,
  type Rendered,
  textIn,
  typedIn,
} from '../context.ts';
import { amountMinor, currencyOf } from '../format.ts';
import { moneyInput, textInput } from '../inputs.ts';
import type { Markup } from '../languages.ts';
import {
  badge,
  button,
  card,
  facts,
  form,
  link,
  none,
  pager,
  refusalBox,
  table,
} from '../parts.ts';
import { NEW, type Typed } from './document-form.ts';
import { shownBody, shownInputs } from './find-user.ts';
import { newUserAction, renderNew } from './new-user.ts';
import { latestCard, latestPayments } from './payments.ts';

interface User {
  readonly id: string;
  readonly name: string;
  readonly locale: string;
  readonly status: 'active' | 'blocked';
}
interface Account {
  readonly currency: number;
  readonly balanceMinor: number;
  readonly heldMinor: number;
}
interface Identifier {
  readonly id: string;
  readonly kind: string;
  readonly shown: string;
}

export const usersPage: Page = {
  path: 'users',
  render: async (context) => {
    const { api, words, query } = context;
    const found = await api.ask<{ readonly items: readonly User[]; readonly nextCursor?: string }>(
      'users.list',
      { query: { cursor: query.cursor } },
    );
    if (isRefusal(found)) {
      return found;
    }
    const w = words.users;
    return {
      section: 'users',
      title: words.sections.users,
      body: card(
        words.list.all,
        html`${table(
          [words.list.id, w.name, w.locale, words.scope.status],
          found.body.items.map((user) => [
            link(`users/${user.id}`, user.id),
            user.name,
            user.locale,
            statusOf(context, user),
          ]),
          w.nothing,
        )}${pager(context, 'users', found.body.nextCursor)}`,
        html`<span class="tools">${
          api.may('identifiers.find')
            ? html`<a class="button" href="find-user">${w.find}</a>`
            : none
        }${
          api.may('users.add') ? html`<a class="button" href="users/${NEW}">${w.add}</a>` : none
        }</span>`,
      ),
    };
  },
};

const statusOf = ({ words }: PageContext, { status }: User) =>
  status === 'active' ? badge('good', words.users.active) : badge('bad', words.users.blocked);

const render = async (context: PageContext, refused?: Typed): Promise<Rendered | Refusal> => {
  const { api, words, params, format } = context;
  if (params.id === NEW) {
    return renderNew(context, refused);
  }
  const at = { params: { id: params.id ?? '' } };
  const [user, accounts, identifiers, payments] = await Promise.all([
    api.ask<User>('users.get', at),
    api.ask<{ readonly accounts: readonly Account[] }>('users.accounts', at),
    api.ask<{ readonly items: readonly Identifier[] }>('identifiers.list', at),
    latestPayments(context, { user: at.params.id }),
  ]);
  if (isRefusal(user)) {
    return user;
  }
  const w = words.users;
  const action = user.body.status === 'active' ? 'block' : 'unblock';
  return {
    section: 'users',
    title: `${words.sections.users}: ${user.body.id}`,
    body: html`${refused ? refusalBox(context, refused.refusal) : none}<div class="columns">${card(
      user.body.name,
      facts([
        [w.locale, user.body.locale],
        [words.scope.status, statusOf(context, user.body)],
      ]),
      api.may(`users.${action}`)
        ? button(context, {
            action: `users/${user.body.id}/${action}`,
            text: w[action],
            sure: w.sure,
          })
        : none,
    )}${card(
      w.accounts,
      isRefusal(accounts)
        ? refusalBox(context, accounts)
        : html`${table(
            [w.currency, w.balance, w.held],
            accounts.body.accounts.map(({ currency, balanceMinor, heldMinor }) => [
              currencyOf(currency).letters,
              html`<span class="figure">${format.money(balanceMinor, currency)}</span>`,
              html`<span class="figure">${format.money(heldMinor, currency)}</span>`,
            ]),
            w.noAccounts,
          )}${accounts.body.accounts.map(({ currency }) => topUp(context, user.body.id, currency, refused?.form))}`,
    )}</div>${card(
      w.identifiers,
      isRefusal(identifiers)
        ? refusalBox(context, identifiers)
        : html`${table(
            [w.kind, w.ends],
            identifiers.body.items.map(({ kind, shown }) => [kind, html`<code>${shown}</code>`]),
            w.noIdentifiers,
          )}${await addIdentifier(context, user.body.id, refused?.form)}`,
    )}${latestCard(context, payments)}`,
  };
};

const addIdentifier = async (
  context: PageContext,
  user: string,
  typed: Form | undefined,
): Promise<Markup> => {
  const { words, api } = context;
  const w = words.users;
  return api.may('identifiers.add')
    ? form(
        context,
        { action: `users/${user}/identifiers`, kind: 'row' },
        html`${await shownInputs(context, typed)}${textInput({ name: 'secondFactor', label: w.secondFactor, hint: w.secondFactorHint, value: '' })}<button>${w.addIdentifier}</button>`,
      )
    : none;
};

const topUp = (context: PageContext, user: string, currency: number, typed: Form | undefined) => {
  const { words, api } = context;
  if (!api.may('postings.add')) {
    return none;
  }
  const own = typedIn(typed, currency);
  const key = own === undefined ? context.newKey() : textIn(own, '_key');
  const { letters } = currencyOf(currency);
  return form(
    context,
    { action: `users/${user}/top-up`, key, kind: 'row' },
    html`<input type="hidden" name="currency" value="${currency}">${moneyInput({ name: 'amount', among: currency, label: words.users.topUp, value: own ? textIn(own, 'amount') : '', letters, required: true })}${textInput({ name: 'reference', among: currency, label: words.users.reference, value: own ? textIn(own, 'reference') : '' })}<button>${words.users.topUpNow}</button>`,
  );
};

export const userPage: Page = { path: 'users/{id}', render: (context) => render(context) };

const statusAction = (what: 'block' | 'unblock'): Action => ({
  path: `users/{id}/${what}`,
  run: async ({ api, params }, sent) => {
    const id = params.id ?? '';
    const result = await api.ask(`users.${what}`, { params: { id }, key: textIn(sent, '_key') });
    return isRefusal(result) ? result : { go: `users/${id}`, done: 'saved' };
  },
  again: (context, sent, refusal) => render(context, { form: sent, refusal }),
});

export const userActions: readonly Action[] = [
  newUserAction,
  {
    path: 'users/{id}/identifiers',
    run: async ({ api, params }, sent) => {
      const id = params.id ?? '';
      const secondFactor = textIn(sent, 'secondFactor');
      const result = await api.ask('identifiers.add', {
        params: { id },
        body: { ...shownBody(sent), ...(secondFactor === '' ? {} : { secondFactor }) },
        key: textIn(sent, '_key'),
      });
      return isRefusal(result) ? result : { go: `users/${id}`, done: 'saved' };
    },
    again: (context, sent, refusal) => render(context, { form: sent, refusal }),
  },
  statusAction('block'),
  statusAction('unblock'),
  {
    path: 'users/{id}/top-up',
    run: async ({ api, params }, sent) => {
      const user = params.id ?? '';
      const currency = Number(textIn(sent, 'currency'));
      const key = textIn(sent, '_key');
      const reference = textIn(sent, 'reference').trim();
      const result = await api.ask('postings.add', {
        body: {
          kind: 'top_up',
          // The entry's own id follows from the form, so that sending it twice books once.
          id: `top-up-${key}`,
          user,
          currency,
          amountMinor: amountMinor(textIn(sent, 'amount'), currency),
          ...(reference === '' ? {} : { reference }),
        },
        key,
      });
      return isRefusal(result)
        ? result
        : outcomeOf(result, { go: `users/${user}`, done: 'posted' });
    },
    again: (context, sent, refusal) => render(context, { form: sent, refusal }),
  },
];
