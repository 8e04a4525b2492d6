/** The one normal form of payment identifiers, whatever a scanner or a keyboard made of them. */

/** Spaces, hyphens of every kind, dots and invisible joiners that scanners and people put between groups. */
const SEPARATORS = /[\s.\-\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff]/gu;

/** Full-width forms become ASCII (NFKC), separators go, letters are upper case. */
export const normalise = (text: string): string =>
  text.normalize('NFKC').replace(SEPARATORS, '').toUpperCase();
