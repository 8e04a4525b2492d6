/** The server's side of our own one-time codes: made with the secret of a handle, checked within a skew. */
import {
  type CodeMac,
  codeHandle,
  codeOf,
  codeStepAt,
  codeTimePart,
  timePartOf,
} from '#protocol/one-time-code.ts';
import type { IdentifierHasher } from './identifier-hasher.ts';

/** Steps before and after the current one that are accepted: phones' clocks drift, and a queue takes time. */
export const CODE_STEPS_SKEW = 1;

/** The code that an app shows at `atS`; `handle` is nine digits. */
export const generateCode = (
  hasher: IdentifierHasher,
  {
    handle,
    codeVersion,
    atS,
  }: { readonly handle: string; readonly codeVersion: number; readonly atS: number },
): string => codeOf(macOf(hasher, handle, codeVersion), handle, codeStepAt(atS));

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
  const mac = macOf(hasher, handle, codeVersion);
  const shown = codeTimePart(code);
  const now = codeStepAt(atS);
  let matched: number | undefined;
  for (let step = now - CODE_STEPS_SKEW; step <= now + CODE_STEPS_SKEW; step += 1) {
    if (timePartOf(mac, handle, step) === shown) {
      matched = step;
    }
  }
  return matched;
};

const macOf =
  (hasher: IdentifierHasher, handle: string, codeVersion: number): CodeMac =>
  (message) =>
    hasher.oneTimeMac(handle, codeVersion, message);
