/** The code that a customer's receipt shows. */
import { AUTHORISATION_BYTES } from '#protocol/limits.ts';
import type { Random } from './ports.ts';

const AUTHORISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Six characters of [0-9A-Z]; not unique, and no key to anything. */
export const drawAuthorisation = (random: Random): string =>
  Array.from({ length: AUTHORISATION_BYTES }, () =>
    AUTHORISATION_ALPHABET.charAt(random.below(AUTHORISATION_ALPHABET.length)),
  ).join('');
