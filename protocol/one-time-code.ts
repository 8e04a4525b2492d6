/** The form of our own one-time code (`own.code`): what the user's app makes offline from the time, and the server checks. */

/** Seconds one code is shown for. */
export const CODE_STEP_S = 30;
/** First digit of every code, and the generation of the scheme behind it. */
export const CODE_PREFIX = '7';
export const CODE_SCHEME = '1';
export const CODE_DIGITS = 20;
/** Digits of the user's handle: a thousand million users. */
export const CODE_HANDLE_DIGITS = 9;

const TIME_DIGITS = 7;
const HANDLE_AT = CODE_PREFIX.length + CODE_SCHEME.length;
const TIME_AT = HANDLE_AT + CODE_HANDLE_DIGITS;
const TIME_MODULUS = 10 ** TIME_DIGITS;

/** HMAC-SHA-256 of a text (UTF-8) under the secret of one user's codes. */
export type CodeMac = (message: string) => Uint8Array;

/** The step that a code shown at `atS` (unix seconds) is made for. */
export const codeStepAt = (atS: number): number => Math.floor(atS / CODE_STEP_S);

/** `7100000004200000000x`: the user's handle within a code, nine digits. */
export const codeHandle = (code: string): string => code.slice(HANDLE_AT, TIME_AT);

/** The digits of a code that follow from the secret and the time. */
export const codeTimePart = (code: string): string => code.slice(TIME_AT, TIME_AT + TIME_DIGITS);

/** What `codeTimePart` must be for that step. The first six bytes of the HMAC as a number, modulo 10^7: its bias is below 10^-7. */
export const timePartOf = (mac: CodeMac, handle: string, step: number): string => {
  const bytes = mac(`${handle}:${step}`);
  const value = bytes.subarray(0, 6).reduce((total, byte) => total * 256 + byte, 0);
  return String(value % TIME_MODULUS).padStart(TIME_DIGITS, '0');
};

/** The whole code of a handle (nine digits) for one step. */
export const codeOf = (mac: CodeMac, handle: string, step: number): string => {
  const body = `${CODE_PREFIX}${CODE_SCHEME}${handle}${timePartOf(mac, handle, step)}`;
  return `${body}${String(98 - mod97(`${body}00`)).padStart(2, '0')}`;
};

/** ISO/IEC 7064 MOD 97-10: a whole code leaves 1. */
export const hasCodeCheck = (code: string): boolean => mod97(code) === 1;

const mod97 = (digits: string): number => {
  let rest = 0;
  for (const digit of digits) {
    rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest;
};
