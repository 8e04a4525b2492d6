/** The languages of the console, and which one somebody reads. */
import type { html } from 'hono/html';

export type Markup = ReturnType<typeof html>;

/** Each named in itself. */
export const LANGUAGES = { en: 'English', ko: '한국어', zh: '中文' } as const;
export type Language = keyof typeof LANGUAGES;

const isLanguage = (text: string): text is Language => Object.hasOwn(LANGUAGES, text);

/** The first language that is ours: the chosen one, then those of the browser in its order; English where there is none. */
export const chooseLanguage = (
  chosen: string | undefined,
  accepted: string | undefined,
): Language =>
  [chosen ?? '', ...(accepted ?? '').split(',')]
    .map((tag) => tag.trim().slice(0, 2).toLowerCase())
    .find(isLanguage) ?? 'en';
