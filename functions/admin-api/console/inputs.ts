/** Fields of forms: a label, a control, and what is wrong with it. */
import { html } from 'hono/html';
import type { Markup } from './languages.ts';
import { none } from './parts.ts';

export interface InputOf {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
  /** What is wrong with what was typed. */
  readonly wrong?: string | undefined;
  readonly required?: boolean | undefined;
}

const framed = ({ name, label, hint, wrong }: InputOf, control: Markup): Markup =>
  html`<div class="field"><label for="f-${name}">${label}</label>${control}${
    hint === undefined ? none : html`<p class="hint" id="h-${name}">${hint}</p>`
  }${wrong === undefined ? none : html`<p class="wrong" id="w-${name}">${wrong}</p>`}</div>`;

const described = ({ name, hint, wrong, required }: InputOf): Markup =>
  html`${required === true ? html` required` : none}${wrong === undefined ? none : html` aria-invalid="true"`}${
    hint === undefined && wrong === undefined
      ? none
      : html` aria-describedby="${[hint && `h-${name}`, wrong && `w-${name}`].filter(Boolean).join(' ')}"`
  }`;

export const textInput = (
  of: InputOf & {
    readonly type?: 'text' | 'number' | 'date' | 'time' | 'url';
    readonly list?: string;
  },
): Markup => {
  const { name, value, type = 'text', list } = of;
  return framed(
    of,
    html`<input id="f-${name}" name="${name}" type="${type}" value="${value}"${
      list === undefined ? none : html` list="${list}"`
    }${described(of)} autocomplete="off">`,
  );
};

/** An amount in major units, with the letters of its currency. */
export const moneyInput = (of: InputOf & { readonly letters: string }): Markup =>
  framed(
    of,
    html`<span class="unit"><input id="f-${of.name}" name="${of.name}" type="text" inputmode="decimal" value="${of.value}"${described(of)} autocomplete="off"><span>${of.letters}</span></span>`,
  );

export const textArea = (of: InputOf & { readonly rows: number }): Markup =>
  framed(
    of,
    html`<textarea id="f-${of.name}" name="${of.name}" rows="${of.rows}" spellcheck="false"${described(of)}>${of.value}</textarea>`,
  );

export const select = (
  of: InputOf & { readonly options: readonly (readonly [string, string])[] },
): Markup =>
  framed(
    of,
    html`<select id="f-${of.name}" name="${of.name}"${described(of)}>${of.options.map(
      ([value, text]) =>
        html`<option value="${value}"${value === of.value ? html` selected` : none}>${text}</option>`,
    )}</select>`,
  );

/** Several of a few. */
export const checks = (of: {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly options: readonly (readonly [string, string])[];
}): Markup =>
  html`<fieldset class="field"><legend>${of.label}</legend><div class="checks">${of.options.map(
    ([value, text]) =>
      html`<label><input type="checkbox" name="${of.name}" value="${value}"${
        of.values.includes(value) ? html` checked` : none
      }> ${text}</label>`,
  )}</div></fieldset>`;
