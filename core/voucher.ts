/** Vouchers: `V`, twelve symbols of Crockford's Base32, and his check symbol modulo 37. */

export const VOUCHER_PREFIX = 'V';
/** Characters: the prefix, 60 bits that nobody guesses, and the check symbol. */
export const VOUCHER_LENGTH = 14;

/** The value of a symbol is its place; the last five serve as check symbols only. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U';

/** What people take one symbol for: I and L are read as 1, O as 0 (Crockford). */
export const voucherForm = (normal: string): string =>
  normal.replace(/[IL]/g, '1').replace(/O/g, '0');

/** The number that prefix and symbols stand for, modulo 37, is the value of the last symbol. */
export const hasVoucherCheck = (voucher: string): boolean => {
  let rest = 0;
  for (const symbol of voucher.slice(0, -1)) {
    rest = (rest * 32 + SYMBOLS.indexOf(symbol)) % 37;
  }
  return SYMBOLS[rest] === voucher.slice(-1);
};
