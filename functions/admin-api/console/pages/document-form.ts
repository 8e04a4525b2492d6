/** Forms for what operators enter and edit as one document: fields as data, to and from what the API takes. */
import { html } from 'hono/html';
import type { Refusal } from '../../http/problems.ts';
import { type Form, type PageContext, textIn, textsIn } from '../context.ts';
import { amountMinor, amountText, currencyOf } from '../format.ts';
import { checks, moneyInput, select, textArea, textInput } from '../inputs.ts';
import type { Markup } from '../languages.ts';
import { form, none } from '../parts.ts';

/** In place of an id where a new one is entered: no id begins so. */
export const NEW = '_new';

export type Content = Readonly<Record<string, unknown>>;

interface FieldOf {
  /** In the document: `tax.prices`. Also the name of the form's field. */
  readonly path: string;
  readonly label: string;
  readonly hint?: string;
  readonly required?: true;
}

/** What a field holds: `lines` one text per line, `prices` one `sku price` per line, `rates` one `name percent`. */
export type Field = FieldOf &
  (
    | { readonly kind: 'text' | 'number' | 'date' | 'url' | 'lines' | 'ppm' | 'rates' }
    | { readonly kind: 'money' | 'prices'; readonly currency: number }
    | { readonly kind: 'choice'; readonly options: readonly (readonly [string, string])[] }
    | { readonly kind: 'several'; readonly options: readonly (readonly [string, string])[] }
    | { readonly kind: 'truth'; readonly yes: string; readonly no: string }
  );

const PPM_PER_PERCENT = 10_000;

const valueAt = (content: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      content,
    );

/** With `value` at the path; undefined takes it out, and what is empty then with it. */
export const withValue = (
  content: Content,
  [part = '', ...rest]: readonly string[],
  value: unknown,
): Content => {
  const { [part]: before, ...others } = content;
  const after =
    rest.length === 0
      ? value
      : withValue((typeof before === 'object' ? before : {}) as Content, rest, value);
  const isEmpty = typeof after === 'object' && after !== null && Object.keys(after).length === 0;
  return after === undefined || (rest.length > 0 && isEmpty)
    ? others
    : { ...others, [part]: after };
};

/** As it stands in the form. */
const shown = (field: Field, content: Content): string => {
  const value = valueAt(content, field.path);
  if (value === undefined) {
    return '';
  }
  switch (field.kind) {
    case 'money':
      return amountText(Number(value), field.currency);
    case 'ppm':
      return String(Number(value) / PPM_PER_PERCENT);
    case 'lines':
      return (value as readonly string[]).join('\n');
    case 'rates':
      return entriesOf(value)
        .map(([name, ppm]) => `${name} ${ppm / PPM_PER_PERCENT}`)
        .join('\n');
    case 'prices':
      return entriesOf(value)
        .map(([sku, minor]) => `${sku} ${amountText(minor, field.currency)}`)
        .join('\n');
    default:
      return String(value);
  }
};

/** What was typed, as the document has it; what cannot be read stays as text, for the API to say what it expects. */
const read = (field: Field, sent: Form): unknown => {
  const text = textIn(sent, field.path).trim();
  if (field.kind === 'several') {
    const chosen = textsIn(sent, field.path);
    return chosen.length === 0 ? undefined : chosen;
  }
  if (text === '') {
    return undefined;
  }
  switch (field.kind) {
    case 'number':
      return Number(text);
    case 'ppm':
      return percentPpm(text);
    case 'money':
      return amountMinor(text, field.currency) ?? text;
    case 'lines':
      return linesOf(text);
    case 'rates':
      return pairsOf(text, percentPpm);
    case 'prices':
      return pairsOf(text, (price) => amountMinor(price, field.currency) ?? price);
    case 'truth':
      return text === 'true';
    default:
      return text;
  }
};

/** In order of their names: the table keeps none. */
export const entriesOf = (value: unknown): readonly (readonly [string, number])[] =>
  Object.entries(value as Readonly<Record<string, number>>).sort(([a], [b]) => (a < b ? -1 : 1));

const percentPpm = (text: string): number => Math.round(Number(text) * PPM_PER_PERCENT);

/** `name value` of each line. */
const pairsOf = (text: string, readValue: (value: string) => unknown): object =>
  Object.fromEntries(
    linesOf(text).map((line) => {
      const [name = '', value = ''] = line.split(/[\s,;=]+/);
      return [name, readValue(value)];
    }),
  );

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The document as it is to be: `before` with every field of the form put in, so that what the form does not show stays. */
export const contentOf = (fields: readonly Field[], sent: Form, before: Content = {}): Content =>
  fields.reduce<Content>(
    (content, field) => withValue(content, field.path.split('.'), read(field, sent)),
    before,
  );

export interface Typed {
  readonly form: Form;
  readonly refusal: Refusal;
}

/** `typed`: what was sent and refused, in place of what stands. */
export const inputOf = (
  { words }: Pick<PageContext, 'words'>,
  field: Field,
  content: Content,
  typed: Typed | undefined,
): Markup => {
  const wrong = typed?.refusal.errors?.find(
    ({ field: name }) =>
      name === field.path || name.startsWith(`${field.path}.`) || name.startsWith(`${field.path}[`),
  )?.expected;
  const value = typed === undefined ? shown(field, content) : textIn(typed.form, field.path);
  const of = {
    name: field.path,
    label: field.label,
    hint: field.hint,
    value,
    wrong,
    required: field.required,
  };
  switch (field.kind) {
    case 'money':
      return moneyInput({ ...of, letters: currencyOf(field.currency).letters });
    case 'ppm':
      return moneyInput({ ...of, letters: '%' });
    case 'lines':
    case 'rates':
    case 'prices':
      return textArea({ ...of, rows: field.kind === 'prices' ? 10 : 3 });
    case 'choice':
      return select({
        ...of,
        options: field.required ? field.options : [['', words.list.none], ...field.options],
      });
    case 'several': {
      const chosen = valueAt(content, field.path);
      const values = typed
        ? textsIn(typed.form, field.path)
        : ((chosen ?? []) as readonly string[]);
      return checks({ ...of, values: values.map(String), options: field.options });
    }
    case 'truth':
      return select({
        ...of,
        value: value || 'true',
        options: [
          ['true', field.yes],
          ['false', field.no],
        ],
      });
    default:
      return textInput({ ...of, type: field.kind });
  }
};

/** A whole form. `extra`: what a page adds to it. */
export const documentForm = (
  context: PageContext,
  of: {
    readonly action: string;
    readonly fields: readonly Field[];
    readonly content: Content;
    readonly version?: number | undefined;
    readonly typed?: Typed | undefined;
    readonly extra?: Markup;
    readonly save: string;
  },
): Markup =>
  form(
    context,
    {
      action: of.action,
      version: of.typed ? textIn(of.typed.form, '_version') || undefined : of.version,
      key: of.typed && textIn(of.typed.form, '_key'),
      kind: 'document',
    },
    html`<div class="grid">${of.fields.map((field) => inputOf(context, field, of.content, of.typed))}</div>${of.extra ?? none}<p class="buttons"><button>${of.save}</button></p>`,
  );
