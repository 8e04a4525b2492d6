/** What every page has in common: the look, the choice of a language, and what a browser may load. */
import { html, raw } from 'hono/html';

export type Markup = ReturnType<typeof html>;

/** Languages of the pages, each named in itself. */
const LANGUAGES = { en: 'English', ko: '한국어', zh: '中文' } as const;
export type Language = keyof typeof LANGUAGES;

const isLanguage = (text: string): text is Language => Object.hasOwn(LANGUAGES, text);

/** The first language that is ours: of the query, then of the browser in its order; English where there is none. */
export const chooseLanguage = (query: string | undefined, accepted: string | undefined): Language =>
  [query ?? '', ...(accepted ?? '').split(',')]
    .map((tag) => tag.trim().slice(0, 2).toLowerCase())
    .find(isLanguage) ?? 'en';

/** Text and lines reach 4.5 : 1 on their ground in both schemes. */
const STYLE = raw(`
:root { color-scheme: light dark; --ground: light-dark(#f7f7f8, #111318); --card: light-dark(#fff, #1a1d24);
  --text: light-dark(#17191f, #eceef2); --soft: light-dark(#565b66, #a9afbb); --line: light-dark(#dcdfe5, #31353f);
  --accent: light-dark(#a3195b, #ff8fc0); --code: light-dark(#f0f1f4, #252932); }
* { box-sizing: border-box; } :lang(ko) { word-break: keep-all; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.6 system-ui, -apple-system,
  "Apple SD Gothic Neo", "Noto Sans CJK KR", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
header, main { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; justify-content: space-between;
  padding-top: 1.25rem; padding-bottom: 1.25rem; }
header strong { letter-spacing: -.01em; color: var(--accent); }
nav { display: flex; gap: 1rem; font-size: .9rem; }
nav a { padding: .25rem 0; } a { color: inherit; text-underline-offset: .2em; }
a[aria-current] { font-weight: 650; text-decoration: none; border-bottom: 2px solid var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .2rem; }
h1 { font-size: clamp(1.6rem, 6vw, 2.3rem); line-height: 1.25; letter-spacing: -.02em; margin: 1.5rem 0 .5rem;
  text-wrap: balance; word-break: keep-all; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
main > p { color: var(--soft); margin: 0 0 1.75rem; max-width: 36rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.1rem 1.25rem;
  margin: 0 0 1rem; }
section p { margin: .25rem 0 .75rem; } section > :last-child { margin-bottom: 0; }
dl { margin: 0; } dt { margin-top: .75rem; overflow-wrap: anywhere; } dt:first-child { margin-top: 0; }
dd { margin: .15rem 0 0; color: var(--soft); font-size: .95rem; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9rem; background: var(--code);
  border-radius: .35rem; }
code { padding: .15em .4em; box-decoration-break: clone; -webkit-box-decoration-break: clone; } pre { padding: .6rem .8rem; margin: 0 0 .75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { padding: .5rem 0 2.5rem; color: var(--soft); font-size: .9rem; }
`);

/** A whole document: no script, nothing loaded from anywhere, light or dark as the reader has it. */
export const pageShell = (page: {
  readonly language: Language;
  readonly title: string;
  readonly body: Markup;
}): Markup => html`<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
<title>${page.title}</title>
<style>${STYLE}</style>
</head>
<body>
<header><strong>Cosmopay</strong><nav aria-label="Language, 언어, 语言">${Object.entries(
  LANGUAGES,
).map(
  ([code, name]) =>
    html`<a href="?lang=${code}" lang="${code}" hreflang="${code}"${
      code === page.language ? raw(' aria-current="true"') : ''
    }>${name}</a>`,
)}</nav></header>
<main>
${page.body}
</main>
</body>
</html>`;
