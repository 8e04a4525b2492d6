/** Examples of the standards and of their best known users, and every single wrong character. */
import { describe, expect, test } from 'vitest';
import { crc16, hasGtinCheck, hasLuhn, hasMod37Check } from '#core/check-digits.ts';

const DIGITS = '0123456789';
const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

describe.each([
  ['Luhn', hasLuhn, DIGITS, ['79927398713', '4111111111111111', '490154203237518', '0']],
  ['GTIN', hasGtinCheck, DIGITS, ['4006381333931', '036000291452', '10614141000415', '73513537']],
  ['MOD 37,36', hasMod37Check, CHARACTERS, ['A12425GABC1234002M', '00000000001B', '1']],
] as const)('%s', (_name, isRight, alphabet, examples) => {
  test.each(examples)('holds for %s, and for no other last character', (example) => {
    const right = [...alphabet].filter((last) => isRight(example.slice(0, -1) + last));
    expect(right).toEqual([example.slice(-1)]);
  });

  test.each(examples)('finds every single character changed in %s', (example) => {
    for (let at = 0; at < example.length; at += 1) {
      for (const other of alphabet) {
        const changed = example.slice(0, at) + other + example.slice(at + 1);
        expect(isRight(changed)).toBe(changed === example);
      }
    }
  });
});

test.each([
  ['', 0xffff],
  ['A', 0xb915],
  ['123456789', 0x29b1],
])('the CRC of %j is the published one', (text, crc) => {
  expect(crc16(new TextEncoder().encode(text))).toBe(crc);
});
