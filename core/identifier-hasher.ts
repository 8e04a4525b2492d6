/** Keyed hashes and one-time-code secrets: nothing that identifies a person is ever stored in clear. */
import { concatBytes, encodeUtf8, toHex } from '#protocol/bytes.ts';
import type { Crypto } from '#protocol/crypto.ts';

export interface IdentifierHasher {
  /** HMAC(pepper, kind 0x00 normal form), hex: the key under which an identifier is looked up. */
  identifier(kind: string, normal: string): string;
  /** Keyed hash of a second factor, bound to the identifier it belongs to, hex. */
  secondFactor(kind: string, normal: string, factor: string): string;
  /** Key under which a one-time code is spent: the user's handle and the time step it was made for, hex. */
  spentCode(handle: string, step: number): string;
  /** HMAC-SHA-256 under the secret that the codes of this handle are made with. */
  oneTimeMac(handle: string, codeVersion: number, message: string): Uint8Array;
  /** Plain SHA-256, hex, of evidence that is too long to keep. */
  digest(text: string): string;
}

/** Separates the parts of a hashed message: it occurs in no normal form. */
const SEPARATOR = new Uint8Array([0]);

/** `pepper` and `codeMaster`: 32 bytes each, from the secret store. */
export const createIdentifierHasher = ({
  crypto,
  pepper,
  codeMaster,
}: {
  readonly crypto: Crypto;
  readonly pepper: Uint8Array;
  readonly codeMaster: Uint8Array;
}): IdentifierHasher => {
  const keyed = (key: Uint8Array, ...parts: readonly string[]): Uint8Array =>
    crypto.hmacSha256(
      key,
      concatBytes(
        ...parts.flatMap((part, at) =>
          at === 0 ? [encodeUtf8(part)] : [SEPARATOR, encodeUtf8(part)],
        ),
      ),
    );
  return {
    identifier: (kind, normal) => toHex(keyed(pepper, kind, normal)),
    secondFactor: (kind, normal, factor) =>
      toHex(keyed(pepper, 'second factor', kind, normal, factor)),
    spentCode: (handle, step) => toHex(keyed(pepper, 'spent code', handle, String(step))),
    oneTimeMac: (handle, codeVersion, message) =>
      crypto.hmacSha256(
        keyed(codeMaster, 'one-time code', handle, String(codeVersion)),
        encodeUtf8(message),
      ),
    digest: (text) => toHex(crypto.sha256(encodeUtf8(text))),
  };
};
