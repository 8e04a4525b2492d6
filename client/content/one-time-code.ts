/** For the user's app: one-time codes made offline, from the secret that the app was given and the time. */

import { encodeUtf8 } from '#protocol/bytes.ts';
import type { Crypto } from '#protocol/crypto.ts';
import { CODE_HANDLE_DIGITS, CODE_STEP_S, codeOf, codeStepAt } from '#protocol/one-time-code.ts';

/** Bytes of the secret: one HMAC-SHA-256. */
const SECRET_BYTES = 32;
const HANDLE = new RegExp(`^[0-9]{${CODE_HANDLE_DIGITS}}$`);

export interface OneTimeCode {
  /** Twenty digits, to be shown as text or as a QR code. */
  readonly code: string;
  /** Whole seconds until the next one, 1 to 30. */
  readonly nextInS: number;
}

/**
 * Prepares the codes of one user; the function returned takes unix seconds. Throws where secret or handle do not have
 * their form, and never quotes them. Wipe `secret` when the user signs out: whoever has it can pay as the user.
 */
export const createCodeMaker = ({
  crypto,
  secret,
  handle,
}: {
  readonly crypto: Pick<Crypto, 'hmacSha256'>;
  readonly secret: Uint8Array;
  readonly handle: string;
}): ((atS: number) => OneTimeCode) => {
  if (secret.length !== SECRET_BYTES) {
    throw new Error(`The secret of one-time codes has ${SECRET_BYTES} bytes.`);
  }
  if (!HANDLE.test(handle)) {
    throw new Error(`The handle of one-time codes has ${CODE_HANDLE_DIGITS} digits.`);
  }
  return (atS) => ({
    code: codeOf(
      (message) => crypto.hmacSha256(secret, encodeUtf8(message)),
      handle,
      codeStepAt(atS),
    ),
    nextInS: Math.ceil((codeStepAt(atS) + 1) * CODE_STEP_S - atS),
  });
};
