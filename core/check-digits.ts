/** Check digits and check characters of the identifiers that we read. */

const LETTERS_AND_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** ISO/IEC 7812-1 annex B (Luhn), its check digit last. */
export const hasLuhn = (digits: string): boolean => weightedSum(digits, luhnWeight) === 0;

/** GTIN and all other GS1 keys, their check digit last. */
export const hasGtinCheck = (digits: string): boolean => weightedSum(digits, gtinWeight) === 0;

/** ISO/IEC 7064 MOD 37,36, its check character last. */
export const hasMod37Check = (text: string): boolean => {
  let product = 36;
  for (const character of text.slice(0, -1)) {
    const sum = (product + LETTERS_AND_DIGITS.indexOf(character)) % 36 || 36;
    product = (sum * 2) % 37;
  }
  return (product + LETTERS_AND_DIGITS.indexOf(text.slice(-1))) % 36 === 1;
};

/** CRC-16/CCITT-FALSE (polynomial 1021, start FFFF), as EMVCo and ISO/IEC 13239 use it. */
export const crc16 = (bytes: Uint8Array): number => {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
    }
  }
  return crc;
};

/** Sum modulo 10 of what `weigh` makes of each digit, counted from the right. */
const weightedSum = (digits: string, weigh: (digit: number, at: number) => number): number => {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    sum += weigh(Number(digits[digits.length - 1 - at]), at);
  }
  return sum % 10;
};

const luhnWeight = (digit: number, at: number): number => {
  const doubled = at % 2 === 1 ? digit * 2 : digit;
  return doubled > 9 ? doubled - 9 : doubled;
};

const gtinWeight = (digit: number, at: number): number => (at % 2 === 1 ? digit * 3 : digit);
