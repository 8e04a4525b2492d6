/** Keyed hashes and one-time-code secrets: nothing that identifies a person is ever stored in clear. */
import { concatBytes, encodeUtf8, toHex } from '#protocol/bytes.ts';
import type { Crypto } from '#protocol/crypto.ts';
import { normalise } from './normal-form.ts';

export interface IdentifierHasher {
  /** HMAC(pepper, kind 0x00 normal form), hex: the key under which an identifier is put. */
  identifier(kind: string, normal: string): string;
  /** Every key it may be found under: the one it is put under first, then that of the pepper before, if there is one. */
  identifiers(kind: string, normal: string): readonly string[];
  /** Keyed hash of a second factor, bound to the identifier it belongs to, hex. */
  secondFactor(kind: string, normal: string, factor: string): string;
  /** Every hash it may have been kept as, in the order of `identifiers`. */
  secondFactors(kind: string, normal: string, factor: string): readonly string[];
  /** Key under which a one-time code is spent: the user's handle and the time step it was made for, hex. No pepper has a part in it, so that a code spent before a rotation stays spent. */
  spentCode(handle: string, step: number): string;
  /** Key under which a promotion code is put, hex: it is never kept in clear. */
  promotionCode(code: string): string;
  /** Every key it may be found under, in the order of `identifiers`. */
  promotionCodes(code: string): readonly string[];
  /** What the uses of a promotion code are counted under, hex. No pepper has a part in it, so that a code used before a rotation stays used. */
  promotionUse(code: string): string;
  /** What the app of this handle makes its codes with, 32 bytes: key material. */
  oneTimeSecret(handle: string, codeVersion: number): Uint8Array;
  /** HMAC-SHA-256 under the secret that the codes of this handle are made with. */
  oneTimeMac(handle: string, codeVersion: number, message: string): Uint8Array;
  /** Plain SHA-256, hex, of evidence that is too long to keep. */
  digest(text: string): string;
}

/** Separates the parts of a hashed message: it occurs in no normal form. */
const SEPARATOR = new Uint8Array([0]);

/** Hexadecimal digits that name the uses of a promotion code: 128 bits, so that a record stays small and no two codes meet. */
const USE_LENGTH = 32;

/** Keys of 32 bytes each, from the secret store. How they are rotated: docs/operations.md. */
export interface IdentifierKeys {
  readonly pepper: Uint8Array;
  /** Looked up as well, while a rotation lasts. */
  readonly previousPepper?: Uint8Array;
  readonly codeMaster: Uint8Array;
}

export const createIdentifierHasher = ({
  crypto,
  pepper,
  previousPepper,
  codeMaster,
}: IdentifierKeys & { readonly crypto: Crypto }): IdentifierHasher => {
  const keyed = (key: Uint8Array, ...parts: readonly string[]): Uint8Array =>
    crypto.hmacSha256(
      key,
      concatBytes(
        ...parts.flatMap((part, at) =>
          at === 0 ? [encodeUtf8(part)] : [SEPARATOR, encodeUtf8(part)],
        ),
      ),
    );
  const peppers = previousPepper === undefined ? [pepper] : [pepper, previousPepper];
  /** A pepper named twice counts once: no key may be read twice in one batch. */
  const underEach = (...parts: readonly string[]): readonly string[] => [
    ...new Set(peppers.map((key) => toHex(keyed(key, ...parts)))),
  ];
  const oneTimeSecret: IdentifierHasher['oneTimeSecret'] = (handle, codeVersion) =>
    keyed(codeMaster, 'one-time code', handle, String(codeVersion));
  return {
    identifier: (kind, normal) => toHex(keyed(pepper, kind, normal)),
    identifiers: (kind, normal) => underEach(kind, normal),
    secondFactor: (kind, normal, factor) =>
      toHex(keyed(pepper, 'second factor', kind, normal, factor)),
    secondFactors: (kind, normal, factor) => underEach('second factor', kind, normal, factor),
    spentCode: (handle, step) => toHex(keyed(codeMaster, 'spent code', handle, String(step))),
    promotionCode: (code) => toHex(keyed(pepper, 'promotion code', normalise(code))),
    promotionCodes: (code) => underEach('promotion code', normalise(code)),
    promotionUse: (code) =>
      toHex(keyed(codeMaster, 'promotion use', normalise(code))).slice(0, USE_LENGTH),
    oneTimeSecret,
    oneTimeMac: (handle, codeVersion, message) =>
      crypto.hmacSha256(oneTimeSecret(handle, codeVersion), encodeUtf8(message)),
    digest: (text) => toHex(crypto.sha256(encodeUtf8(text))),
  };
};
