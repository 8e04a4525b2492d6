/** Parts of whole amounts, exact whatever their size: products of two amounts are beyond what a double can hold. */

/** `amount` × `part` ÷ `whole`, rounded down; all at least zero, `whole` above. */
export const shareOf = (amount: number, part: number, whole: number): number =>
  Number((BigInt(amount) * BigInt(part)) / BigInt(whole));

/** The same to the nearest integer, and to the even one of two that are as near. */
export const roundedShareOf = (amount: number, part: number, whole: number): number => {
  const product = BigInt(amount) * BigInt(part);
  const divisor = BigInt(whole);
  const low = product / divisor;
  const twiceRest = (product - low * divisor) * 2n;
  const up = twiceRest > divisor || (twiceRest === divisor && low % 2n === 1n);
  return Number(up ? low + 1n : low);
};

/** Parts per million of `amount`, half-even. */
export const ppmOf = (amount: number, ppm: number): number =>
  roundedShareOf(amount, ppm, PPM_WHOLE);

/** Parts per million in the whole. */
export const PPM_WHOLE = 1_000_000;
