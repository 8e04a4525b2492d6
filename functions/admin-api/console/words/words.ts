/** The console's words in each language. */
import type { Language } from '../languages.ts';
import { EN } from './en.ts';
import { KO } from './ko.ts';
import { ZH } from './zh.ts';

export type Words = typeof EN;

const WORDS: Readonly<Record<Language, Words>> = { en: EN, ko: KO, zh: ZH };

export const wordsIn = (language: Language): Words => WORDS[language];
