/** Fields of forms: a label, a control, and what is wrong with it. */
import { html } from 'hono/html';
import type { Markup } from './languages.ts';
import { none } from './parts.ts';

export interface InputOf {
  readonly name: string;
  /** Tells it from one of the same name in another form of the page. */
  readonly among?: string | number | undefined;
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
  /** What is wrong with what was typed. */
  readonly wrong?: string | undefined;
  readonly required?: boolean | undefined;
}

/** Unique in the page. */
const idOf = ({ name, among }: InputOf): string =>
  among === undefined ? name : `${name}-${among}`;

const framed = (input: InputOf, control: Markup): Markup => {
  const { label, hint, wrong } = input;
  const id = idOf(input);
  return html`<div class="field"><label for="f-${id}">${label}</label>${control}${
    hint === undefined ? none : html`<p class="hint" id="h-${id}">${hint}</p>`
  }${wrong === undefined ? none : html`<p class="wrong" id="w-${id}">${wrong}</p>`}</div>`;
};

/** Attributes that every control has. */
const attributes = (input: InputOf): Markup => {
  const { name, hint, wrong, required } = input;
  const id = idOf(input);
  const told = [hint && `h-${id}`, wrong && `w-${id}`].filter(Boolean).join(' ');
  return html` id="f-${id}" name="${name}"${required === true ? html` required` : none}${
    wrong === undefined ? none : html` aria-invalid="true"`
  }${told === '' ? none : html` aria-describedby="${told}"`}`;
};

export const textInput = (
  input: InputOf & { readonly type?: 'text' | 'number' | 'date' | 'url' },
): Markup =>
  framed(
    input,
    html`<input${attributes(input)} type="${input.type ?? 'text'}" value="${input.value}" autocomplete="off">`,
  );

/** An amount in major units, with the letters of its currency. */
export const moneyInput = (input: InputOf & { readonly letters: string }): Markup =>
  framed(
    input,
    html`<span class="unit"><input${attributes(input)} type="text" inputmode="decimal" value="${input.value}" autocomplete="off"><span>${input.letters}</span></span>`,
  );

export const textArea = (input: InputOf & { readonly rows: number }): Markup =>
  framed(
    input,
    html`<textarea${attributes(input)} rows="${input.rows}" spellcheck="false">${input.value}</textarea>`,
  );

export const select = (
  input: InputOf & { readonly options: readonly (readonly [string, string])[] },
): Markup =>
  framed(
    input,
    html`<select${attributes(input)}>${input.options.map(
      ([value, text]) =>
        html`<option value="${value}"${value === input.value ? html` selected` : none}>${text}</option>`,
    )}</select>`,
  );

/** Several of a few. */
export const checks = (input: {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly options: readonly (readonly [string, string])[];
}): Markup =>
  html`<fieldset class="field"><legend>${input.label}</legend><div class="checks">${input.options.map(
    ([value, text]) =>
      html`<label><input type="checkbox" name="${input.name}" value="${value}"${
        input.values.includes(value) ? html` checked` : none
      }> ${text}</label>`,
  )}</div></fieldset>`;
