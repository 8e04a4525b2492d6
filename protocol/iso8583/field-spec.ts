/** How one data element is written, in the notation of the standard: `n6`, `n..19`, `ans...999`. */

/**
 * n digits · z digits of a track (`=` and `D` too) · xn a sign, C or D, and digits · an printable ASCII · ans text in the
 * preset's character set · b bytes · ber BER-TLV (EMV data).
 */
export type FieldKind = 'n' | 'z' | 'xn' | 'an' | 'ans' | 'b' | 'ber';

export interface FieldSpec {
  readonly kind: FieldKind;
  /** Digits of n and z, of xn without its sign; bytes of all others. */
  readonly max: number;
  /** Digits of the length in front of the value; 0: it is always `max`. */
  readonly lengthDigits: 0 | 2 | 3;
  /** Where an odd count of digits is packed in pairs: a `left` value has its zero behind it. */
  readonly align: 'left' | 'right';
}

const NOTATION = /^(n|z|xn|an|ans|b|ber)(\.{0,3})(\d+)(<?)$/;

/** Reads the notation. One dot more than usual tells the length digits: `..` two, `...` three. `<`: left. */
export const parseFieldSpec = (notation: string): FieldSpec => {
  const [, kind, dots = '', max, left] = NOTATION.exec(notation) ?? [];
  if (kind === undefined || dots.length === 1) {
    throw new Error(`not the notation of a field: ${notation}`);
  }
  const lengthDigits = dots.length as 0 | 2 | 3;
  return {
    kind: kind as FieldKind,
    max: Number(max),
    lengthDigits,
    // A value with a length is read from its front, so that is where it begins.
    align: left === '<' || lengthDigits > 0 ? 'left' : 'right',
  };
};

export type FieldTable = ReadonlyMap<number, FieldSpec>;

export const parseFieldTable = (notations: Readonly<Record<number, string>>): FieldTable =>
  new Map(
    Object.entries(notations).map(([number, notation]) => [
      Number(number),
      parseFieldSpec(notation),
    ]),
  );
