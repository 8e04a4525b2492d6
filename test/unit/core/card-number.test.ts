/** Track data at the edges of its lengths; whole numbers are in the table of identifiers. */
import { expect, test } from 'vitest';
import { looksLikeCard } from '#core/card-number.ts';

const digits = (count: number): string => '1234567890'.repeat(3).slice(0, count);

test.each([
  ['track 1 of 12 digits', `%B${digits(12)}^A/B^`, true],
  ['track 1 of 11 digits', `%B${digits(11)}^A/B^`, false],
  ['track 1 of 19 digits', `B${digits(19)}^A/B^`, true],
  ['track 1 of 20 digits', `B${digits(20)}^A/B^`, false],
  ['track 1 of another format', `%A${digits(16)}^A/B^`, false],
  ['track 1 not at the start', `XB${digits(16)}^A/B^`, false],
  ['track 1 without its separator', `%B${digits(16)}A/B`, false],
  ['track 2 of 12 digits', `;${digits(12)}=2512`, true],
  ['track 2 of 11 digits', `;${digits(11)}=2512`, false],
  ['track 2 of 19 digits as in DE 35', `${digits(19)}D2512`, true],
  ['track 2 of 20 digits as in DE 35', `${digits(20)}D2512`, false],
  ['track 2 with a date of 3 digits', `${digits(16)}D251`, false],
  ['track 2 after another track', `%X?${digits(16)}=2512`, true],
  ['track 3 of 14 digits', `+${digits(14)}=123`, true],
  ['track 3 of 13 digits', `+${digits(13)}=123`, false],
  ['track 3 of 21 digits', `;${digits(21)}=123`, true],
  ['track 3 of 22 digits', `;${digits(22)}=123`, false],
  ['track 3 with two digits after the separator', `+${digits(16)}=12`, false],
  ['track 3 with letters after the separator', `+${digits(16)}=ABC`, false],
  ['letters in place of the digits of track 3', `+${'ABCDEFGHIJKLMNOP'}=123`, false],
  ['a formula', '+1=123', false],
])('%s: %s', (_what, text, isCard) => {
  expect(looksLikeCard(text)).toBe(isCard);
});
