/** One-time enrolment codes: what whoever installs a terminal types once, to be given its keys. */
import { KEY_VERSION_MAX_ISO } from '#protocol/iso8583/identity.ts';

/** Bits of a code: it cannot be guessed in five tries, nor in five a millisecond. */
export const ENROLMENT_CODE_BYTES = 16;
/** Seconds a code lasts: from the operator's screen to the installer's. */
export const ENROLMENT_S = 900;
/** Tries of one code, right or wrong. */
export const ENROLMENT_TRIES_MAX = 5;

/** Crockford's Base32, which nobody misreads; 128 bits are 26 characters. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** In groups of five: it is read aloud on a telephone. */
export const formatEnrolmentCode = (bytes: Uint8Array): string => {
  let digits = '';
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      digits += ALPHABET[(bits >> count) & 31];
    }
    bits &= (1 << count) - 1;
  }
  digits += ALPHABET[(bits << (5 - count)) & 31];
  return digits.replaceAll(/.{5}(?=.)/g, '$&-');
};

/** As typed: case, spaces and hyphens do not matter, O is 0, I and L are 1. Undefined where it is no code. */
export const normalEnrolmentCode = (text: string): string | undefined => {
  const plain = text
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(plain) ? plain : undefined;
};

/** Key versions that terminals are given: the upper half names reversals of ISO 8583, and 255 what operators do about payments. */
export const ISSUED_KEY_VERSION_MAX: number = KEY_VERSION_MAX_ISO;
export const OPERATOR_KEY_VERSION = 255;
