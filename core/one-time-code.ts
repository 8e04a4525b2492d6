/** The one-time code of our own app (`own.code`): made offline from the time, checked here, spent once. */
import type { IdentifierHasher } from './identifier-hasher.ts';

/** Seconds one code is shown for. */
export const CODE_STEP_S = 30;
/** Steps before and after the current one that are accepted: phones' clocks drift, and a queue takes time. */
export const CODE_STEPS_SKEW = 1;
/** First digit of every code, and the generation of the scheme behind it. */
export const CODE_PREFIX = '7';
export const CODE_SCHEME = '1';
export const CODE_DIGITS = 20;

const HANDLE_DIGITS = 9;
const TIME_DIGITS = 7;
const HANDLE_AT = CODE_PREFIX.length + CODE_SCHEME.length;
const TIME_AT = HANDLE_AT + HANDLE_DIGITS;
const TIME_MODULUS = 10 ** TIME_DIGITS;

/** `70000000000000000000`: the user's handle within a code, nine digits. */
export const codeHandle = (code: string): string => code.slice(HANDLE_AT, TIME_AT);

/** The code that an app shows at `atS`; `handle` is nine digits. */
export const generateCode = (
  hasher: IdentifierHasher,
  {
    handle,
    codeVersion,
    atS,
  }: { readonly handle: string; readonly codeVersion: number; readonly atS: number },
): string => {
  const body = `${CODE_PREFIX}${CODE_SCHEME}${handle}${timeCode(hasher, handle, codeVersion, stepAt(atS))}`;
  return `${body}${String(98 - mod97(`${body}00`)).padStart(2, '0')}`;
};

/** The step that `code` was made for, where it is within the skew of `atS`; undefined: wrong or too old. */
export const verifyCode = (
  hasher: IdentifierHasher,
  {
    code,
    codeVersion,
    atS,
  }: { readonly code: string; readonly codeVersion: number; readonly atS: number },
): number | undefined => {
  const handle = codeHandle(code);
  const shown = code.slice(TIME_AT, TIME_AT + TIME_DIGITS);
  const now = stepAt(atS);
  let matched: number | undefined;
  for (let step = now - CODE_STEPS_SKEW; step <= now + CODE_STEPS_SKEW; step += 1) {
    if (timeCode(hasher, handle, codeVersion, step) === shown) {
      matched = step;
    }
  }
  return matched;
};

/** ISO/IEC 7064 MOD 97-10: a whole code leaves 1. */
export const hasCodeCheck = (code: string): boolean => mod97(code) === 1;

const stepAt = (atS: number): number => Math.floor(atS / CODE_STEP_S);

const mod97 = (digits: string): number => {
  let rest = 0;
  for (const digit of digits) {
    rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest;
};

/** The first six bytes of the HMAC as a number, modulo 10^7: its bias is below 10^-7. */
const timeCode = (
  hasher: IdentifierHasher,
  handle: string,
  codeVersion: number,
  step: number,
): string => {
  const mac = hasher.oneTimeMac(handle, codeVersion, `${handle}:${step}`);
  const value = mac.subarray(0, 6).reduce((total, byte) => total * 256 + byte, 0);
  return String(value % TIME_MODULUS).padStart(TIME_DIGITS, '0');
};
