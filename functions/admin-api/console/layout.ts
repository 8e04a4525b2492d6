/** The frame of every page of the console: where one is, who one is, in which language. */
import { html, raw } from 'hono/html';
import { type Rendered, SECTIONS, type Section } from './context.ts';
import { LANGUAGES, type Language, type Markup } from './languages.ts';
import { none } from './parts.ts';
import type { Words } from './words/words.ts';

/** Nothing but what this function serves. Signing out is a form that ends at the sign-in's own pages: browsers hold redirects of forms to the same rule. */
export const contentPolicy = (signInUrl: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    `form-action 'self' ${new URL(signInUrl).origin}`,
    "base-uri 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

export interface Frame {
  readonly language: Language;
  readonly words: Words;
  /** Path of the console, with a slash at both ends. */
  readonly path: string;
  /** Address of script and sheet, below the console. */
  readonly assets: { readonly script: string; readonly sheet: string };
  /** Of who is signed in; undefined: nobody. */
  readonly person?: { readonly subject: string; readonly roles: readonly string[] };
  /** The page's own address below the console, for the choice of a language. */
  readonly here: string;
  readonly notice?: Markup;
}

export const documentOf = (frame: Frame, { section, title, body }: Rendered): Markup => {
  const { language, words, path, assets, person, notice = none } = frame;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Cosmopay</title>
<base href="${path}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="${assets.sheet}">
<script type="module" src="${assets.script}"></script>
</head>
<body>
<a class="skip" href="${frame.here}#main">${words.frame.skip}</a>
<header class="top"><a class="brand" href="${path}">Cosmopay</a>${languages(frame)}${
    person === undefined ? none : whoIs(words, person)
  }</header>
<div class="frame">${person === undefined ? none : navigation(words, section)}
<main id="main" tabindex="-1"><h1>${title}</h1>${notice}${body}</main></div>
</body>
</html>`;
};

const languages = ({ language, words, here }: Frame): Markup =>
  html`<nav class="languages" aria-label="${words.frame.language}">${Object.entries(LANGUAGES).map(
    ([code, name]) =>
      html`<a href="${here}${here.includes('?') ? '&' : '?'}lang=${code}" lang="${code}" hreflang="${code}"${
        code === language ? raw(' aria-current="true"') : ''
      }>${name}</a>`,
  )}</nav>`;

const whoIs = (words: Words, { subject, roles }: Required<Frame>['person']): Markup =>
  html`<form class="who" method="post" action="sign-out"><span title="${roles.join(', ')}">${subject}</span><button>${words.frame.signOut}</button></form>`;

const navigation = (words: Words, here: Section): Markup =>
  html`<nav class="sections" aria-label="${words.frame.sections}"><ul>${SECTIONS.map(
    (section) =>
      html`<li><a href="${section === 'live' ? './' : section}"${
        section === here ? raw(' aria-current="page"') : ''
      }>${words.sections[section]}</a></li>`,
  )}</ul></nav>`;
