/** How a payment identifier came in: a scanner is a keyboard that types faster than people, and ends with Enter. */
import { IDENTIFIER_BYTES_MAX } from '#protocol/limits.ts';
import type { EntryMode } from '#protocol/request.ts';

/** By ISO 8583 DE 22. */
export const ENTRY_MODES = { keyed: 1, scanned: 3, chip: 5, tapped: 7 } as const;

/** Milliseconds between two characters of a scanner at most: slow ones type 30 a second, people hardly 12. */
export const SCANNER_GAP_MS = 45;
/** Characters from which typing speed tells anything. */
export const SCAN_LENGTH_MIN = 6;

/** From the moments of the characters; one slow gap is a hand. */
export const typedEntryMode = (keyedAtMs: readonly number[]): EntryMode => {
  const byHand = keyedAtMs.some((at, index) => at - (keyedAtMs[index - 1] ?? at) > SCANNER_GAP_MS);
  return keyedAtMs.length < SCAN_LENGTH_MIN || byHand ? ENTRY_MODES.keyed : ENTRY_MODES.scanned;
};

/** Without what scanners add at the ends; undefined where nothing is left, or more than a request carries. */
export const parseIdentifier = (text: string): string | undefined => {
  const trimmed = text.replaceAll(/\p{Cc}/gu, '').trim();
  const bytes = new TextEncoder().encode(trimmed).length;
  return bytes > 0 && bytes <= IDENTIFIER_BYTES_MAX ? trimmed : undefined;
};

/** Ways that say who was there: without a network nothing that is typed by hand is taken. */
export const isOfflineEntryMode = (mode: EntryMode): boolean => mode !== ENTRY_MODES.keyed;
