/** List, form and changes of one kind of document, as the API has them by its plural: `products`, `windows`. */
import { html } from 'hono/html';
import { isRefusal, type Refusal } from '../../http/problems.ts';
import {
  type Action,
  type Form,
  outcomeOf,
  type Page,
  type PageContext,
  type Rendered,
  type Section,
  textIn,
} from '../context.ts';
import type { Markup } from '../languages.ts';
import { button, card, none, pager, refusalBox } from '../parts.ts';
import {
  type Content,
  contentOf,
  documentForm,
  type Field,
  NEW,
  type Typed,
} from './document-form.ts';

export interface Stored {
  readonly id: string;
  readonly version: number;
  readonly changedAtS?: number;
}

export interface DocumentKind<T extends Stored> {
  readonly section: Section &
    ('products' | 'windows' | 'price-lists' | 'promotions' | 'merchants' | 'regions' | 'webhooks');
  /** Above a list. */
  readonly lead?: (words: PageContext['words']) => string;
  /** Of a list. */
  readonly list: (context: PageContext, items: readonly T[]) => Promise<Markup> | Markup;
  /** Of a form; `id` absent: of a new one. */
  readonly fields: (context: PageContext, stored: T | undefined) => Promise<readonly Field[]>;
  /** What a form shows besides its fields, and how that is read. */
  readonly extra?: {
    readonly show: (context: PageContext, content: Content, typed: Typed | undefined) => Markup;
    readonly read: (sent: Form, content: Content) => Content;
  };
  /** Below the form. */
  readonly below?: (context: PageContext, stored: T) => Promise<Markup>;
  /** What a new one has before anything is typed. */
  readonly fresh: Content;
  readonly removable: boolean;
}

interface Listed<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export const documentPages = <T extends Stored>(kind: DocumentKind<T>): readonly Page[] => [
  { path: kind.section, render: (context) => renderList(kind, context) },
  { path: `${kind.section}/{id}`, render: (context) => renderForm(kind, context) },
];

export const documentActions = <T extends Stored>(kind: DocumentKind<T>): readonly Action[] => [
  {
    path: `${kind.section}/{id}`,
    run: (context, sent) => save(kind, context, sent),
    again: (context, sent, refusal) => renderForm(kind, context, { form: sent, refusal }),
  },
  ...(kind.removable
    ? [
        {
          path: `${kind.section}/{id}/remove`,
          run: async ({ api, params }: PageContext, sent: Form) => {
            const result = await api.ask(`${kind.section}.remove`, {
              params: { id: params.id ?? '' },
              key: textIn(sent, '_key'),
              seenVersion: Number(textIn(sent, '_version')),
            });
            return isRefusal(result) ? result : { go: kind.section, done: 'removed' as const };
          },
          again: (context: PageContext, _sent: Form, refusal: Refusal) =>
            renderForm(kind, context, undefined, refusal),
        },
      ]
    : []),
];

const renderList = async <T extends Stored>(
  kind: DocumentKind<T>,
  context: PageContext,
): Promise<Rendered | Refusal> => {
  const { api, words, query } = context;
  const listed = await api.ask<Listed<T>>(`${kind.section}.list`, {
    query: { cursor: query.cursor },
  });
  if (isRefusal(listed)) {
    return listed;
  }
  const { items, nextCursor } = listed.body;
  const add = api.may(`${kind.section}.add`)
    ? html`<a class="button" href="${kind.section}/${NEW}">${words.list.add}</a>`
    : none;
  const title = words.sections[kind.section];
  return {
    section: kind.section,
    title,
    body: html`${kind.lead === undefined ? none : html`<p class="hint">${kind.lead(words)}</p>`}${card(
      words.list.all,
      html`${await kind.list(context, items)}${pager(context, kind.section, nextCursor)}`,
      add,
    )}`,
  };
};

const renderForm = async <T extends Stored>(
  kind: DocumentKind<T>,
  context: PageContext,
  typed?: Typed,
  refusal: Refusal | undefined = typed?.refusal,
): Promise<Rendered | Refusal> => {
  const { api, words, params } = context;
  const id = params.id ?? '';
  const found =
    id === NEW ? undefined : await api.ask<T>(`${kind.section}.get`, { params: { id } });
  if (found !== undefined && isRefusal(found)) {
    return found;
  }
  const stored = found?.body;
  const below = stored && (await kind.below?.(context, stored));
  return {
    section: kind.section,
    title: `${words.sections[kind.section]}: ${stored === undefined ? words.list.newOne : id}`,
    body: html`${refusal ? refusalBox(context, refusal) : none}${card(
      stored === undefined ? words.list.add : words.list.change,
      await formOf(kind, context, stored, typed),
      stored === undefined ? none : removal(kind, context, stored),
    )}${below ?? none}`,
  };
};

const formOf = async <T extends Stored>(
  kind: DocumentKind<T>,
  context: PageContext,
  stored: T | undefined,
  typed: Typed | undefined,
): Promise<Markup> => {
  const { words, format } = context;
  const content: Content = stored === undefined ? kind.fresh : { ...(stored as object) };
  const idField: readonly Field[] =
    stored === undefined
      ? [
          {
            path: 'id',
            label: words.list.id,
            hint: words.list.idHint,
            kind: 'text',
            required: true,
          },
        ]
      : [];
  const shown = documentForm(context, {
    action: `${kind.section}/${stored?.id ?? NEW}`,
    fields: [...idField, ...(await kind.fields(context, stored))],
    content,
    version: stored?.version,
    typed,
    extra: kind.extra?.show(context, content, typed) ?? none,
    save: words.list.save,
  });
  return html`${shown}${
    stored === undefined
      ? none
      : html`<p class="hint">${words.list.version} ${stored.version}${stored.changedAtS === undefined ? none : html` · ${format.time(stored.changedAtS)}`}</p>`
  }`;
};

const removal = <T extends Stored>(
  { section, removable }: DocumentKind<T>,
  context: PageContext,
  { id, version }: T,
): Markup =>
  removable && context.api.may(`${section}.remove`)
    ? button(context, {
        action: `${section}/${id}/remove`,
        text: context.words.list.remove,
        sure: context.words.list.removeSure,
        kind: 'danger',
        version,
      })
    : none;

const save = async <T extends Stored>(kind: DocumentKind<T>, context: PageContext, sent: Form) => {
  const { api, params } = context;
  const pathId = params.id ?? '';
  const isNew = pathId === NEW;
  const found = isNew
    ? undefined
    : await api.ask<T>(`${kind.section}.get`, { params: { id: pathId } });
  if (found !== undefined && isRefusal(found)) {
    return found;
  }
  const {
    id: _id,
    version: _version,
    changedAtS: _at,
    ...before
  } = { ...(found?.body as Content | undefined) };
  const typed = contentOf(await kind.fields(context, found?.body), sent, before);
  const content = kind.extra?.read(sent, typed) ?? typed;
  const result = isNew
    ? await api.ask(`${kind.section}.add`, {
        body: { id: textIn(sent, 'id').trim(), ...content },
        key: textIn(sent, '_key'),
      })
    : await api.ask(`${kind.section}.change`, {
        params: { id: pathId },
        body: content,
        key: textIn(sent, '_key'),
        seenVersion: Number(textIn(sent, '_version')),
      });
  return isRefusal(result) ? result : outcomeOf(result, { go: kind.section, done: 'saved' });
};
