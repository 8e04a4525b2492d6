/** What a page of the console has at hand, and what it gives back. */
import type { Principal } from '../access/roles.ts';
import type { Refusal } from '../http/problems.ts';
import type { Api } from './ask.ts';
import type { Format } from './format.ts';
import type { Language, Markup } from './languages.ts';
import type { Words } from './words/words.ts';

export interface PageContext {
  readonly api: Api;
  readonly words: Words;
  readonly language: Language;
  readonly format: Format;
  readonly principal: Principal;
  /** Of the path: `{id}`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly nowMs: number;
  /** A new idempotency key, for a form. */
  readonly newKey: () => string;
  /** Where modems connect, for people who set one up: host and port. */
  readonly bridge: string;
  /** Where a terminal turns its code into keys. */
  readonly enrolUrl: string;
}

/** Parts of the navigation. */
export const SECTIONS = [
  'live',
  'payments',
  'cases',
  'terminals',
  'products',
  'windows',
  'price-lists',
  'promotions',
  'regions',
  'merchants',
  'users',
  'settlements',
  'journal',
  'webhooks',
  'approvals',
  'audit',
] as const;
export type Section = (typeof SECTIONS)[number];

export interface Rendered {
  readonly section: Section;
  readonly title: string;
  readonly body: Markup;
}

/** What was sent with a form: one text per field, or several. */
export type Form = Readonly<Record<string, string | readonly string[]>>;

/** Where to go after a change, and what is said there; or a page to show at once, as what is told only once is. */
export type Outcome =
  | { readonly go: string; readonly done: keyof Words['done'] }
  | { readonly page: Rendered };

export interface Page {
  /** Below the console: `terminals/{id}`. */
  readonly path: string;
  readonly render: (context: PageContext) => Promise<Rendered | Refusal>;
}

/** A download. */
export interface Download {
  readonly path: string;
  readonly make: (
    context: PageContext,
  ) => Promise<{ readonly name: string; readonly type: string; readonly text: string } | Refusal>;
}

/** A form that changes something. Where it is refused, `again` shows the page that it stands on, with what was typed. */
export interface Action {
  readonly path: string;
  readonly run: (context: PageContext, form: Form) => Promise<Outcome | Refusal>;
  readonly again: (
    context: PageContext,
    form: Form,
    refusal: Refusal,
  ) => Promise<Rendered | Refusal>;
}

/** The only text of a field; '' where there is none. */
export const textIn = (form: Form, name: string): string => {
  const value = form[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
};

/** What was typed into one of several forms of a page, one per currency; undefined where it was another's. */
export const typedIn = (typed: Form | undefined, currency: number): Form | undefined =>
  typed !== undefined && textIn(typed, 'currency') === String(currency) ? typed : undefined;

/** Every text of a field. */
export const textsIn = (form: Form, name: string): readonly string[] => {
  const value = form[name] ?? [];
  return typeof value === 'string' ? [value] : value;
};

/** Of a change that was made, or that waits for a second person. */
export const outcomeOf = (
  { status }: { readonly status: number },
  made: Extract<Outcome, { readonly go: string }>,
): Outcome => (status === 202 ? { go: 'approvals', done: 'asked' } : made);
