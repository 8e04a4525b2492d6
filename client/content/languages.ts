/** The languages of the kiosk, and what each needs. */
import type { PageWords } from './page-words.ts';
import { pageWordsEn } from './page-words-en.ts';
import { pageWordsKo } from './page-words-ko.ts';
import { pageWordsZh } from './page-words-zh.ts';

export const LANGUAGES = ['en', 'ko', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each named in itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  ko: '한국어',
  zh: '中文',
};
/** For money and dates. */
export const LANGUAGE_LOCALES: Readonly<Record<Language, string>> = {
  en: 'en-US',
  ko: 'ko-KR',
  zh: 'zh-CN',
};

const WORDS: Readonly<Record<Language, PageWords>> = {
  en: pageWordsEn,
  ko: pageWordsKo,
  zh: pageWordsZh,
};

export const pageWordsOf = (language: Language): PageWords => WORDS[language];

export const isLanguage = (text: unknown): text is Language =>
  LANGUAGES.some((language) => language === text);

/** English for every locale that is not ours. */
export const languageOf = (locale: string): Language => {
  const language = locale.toLowerCase().split('-')[0];
  return isLanguage(language) ? language : 'en';
};
