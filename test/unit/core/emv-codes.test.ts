/** The EMVCo readers on their own: what the table of schemes asks before them is asked by them too. */
import { describe, expect, test } from 'vitest';
import { crc16 } from '#core/check-digits.ts';
import { readCustomerCode } from '#core/emv-customer-code.ts';
import { isMerchantCode } from '#core/emv-merchant-code.ts';
import {
  CPM_LONGEST,
  CPM_REFERENCE,
  CPM_SAMPLE,
  MPM_SAMPLE,
} from '../../support/identifier-cases.ts';

test('CRC-16/CCITT-FALSE of 123456789 is 29B1, the check value of its catalogue', () => {
  expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x29b1);
  expect(crc16(new Uint8Array())).toBe(0xffff);
});

describe('a customer code', () => {
  test.each([
    ['the sample of EMVCo', CPM_SAMPLE, { hasCard: true }],
    ['one with a reference', CPM_REFERENCE, { hasCard: false }],
    ['the longest', CPM_LONGEST, { hasCard: false }],
    ['longer than the longest', `${CPM_LONGEST}AAAA`, undefined],
    ['no customer code', MPM_SAMPLE, undefined],
    ['no Base64', `${CPM_REFERENCE.slice(0, -1)}*`, undefined],
    ['nothing', '', undefined],
  ])('%s', (_note, text, code) => {
    expect(readCustomerCode(text)).toEqual(code);
  });
});

describe('a merchant code', () => {
  test.each([
    ['the sample of EMVCo', MPM_SAMPLE, true],
    ['with something in front', `X${MPM_SAMPLE}`, false],
    ['with something behind', `${MPM_SAMPLE}X`, false],
    ['cut off', MPM_SAMPLE.slice(0, -1), false],
    ['nothing', '', false],
  ])('%s', (_note, text, whole) => {
    expect(isMerchantCode(text)).toBe(whole);
  });
});

/** The remainder of one long division by x^16 + x^12 + x^5 + 1, the start value laid over the first two bytes. */
const crcOf = (text: string): string => {
  const hex = Buffer.from(text).toString('hex');
  let rest = BigInt(`0x${hex}0000`) ^ (0xffffn << BigInt(hex.length * 4));
  for (let bit = BigInt(hex.length * 4 + 15); bit >= 16n; bit -= 1n) {
    rest ^= (rest >> bit) & 1n ? 0x11021n << (bit - 16n) : 0n;
  }
  return rest.toString(16).toUpperCase().padStart(4, '0');
};
const withCrc = (body: string): string => `${body}6304${crcOf(`${body}6304`)}`;

describe('a merchant code whose CRC is right', () => {
  test.each([
    ['the least there is', withCrc('000201'), true],
    ['two objects', withCrc('000201010211'), true],
    ['names in other scripts', withCrc('0002015904립스틱1'), true],
    ['small letters in the CRC', withCrc('000201').toLowerCase(), true],
    ['another version', withCrc('000202'), false],
    ['the format indicator second', withCrc('010211000201'), false],
    ['an object of no length', withCrc('0002015900'), false],
    ['an object with letters for its number', withCrc('000201A902XX'), false],
    ['an object with letters for its length', withCrc('000201590xX'), false],
    ['an object that comes twice', withCrc('000201010211010212'), false],
    ['an object that takes the CRC object in', withCrc('0002015908'), false],
    ['an object longer than the rest', withCrc('0002015999'), false],
    ['an object before it that ends like one', withCrc('00020159046304'), true],
  ])('%s: %s', (_note, text, whole) => {
    expect(isMerchantCode(text)).toBe(whole);
  });

  test.each([
    ['under another number', '6404'],
    ['of five characters', '6305'],
  ])('%s is none', (_note, header) => {
    const body = `000201${header}`;
    const rest = header === '6305' ? '0' : '';
    expect(isMerchantCode(`${body}${rest}${crcOf(`${body}${rest}`)}`)).toBe(false);
  });

  test('is none with any other CRC', () => {
    const right = withCrc('000201');
    for (let at = right.length - 4; at < right.length; at += 1) {
      for (const digit of '0123456789ABCDEF') {
        const changed = right.slice(0, at) + digit + right.slice(at + 1);
        expect(isMerchantCode(changed)).toBe(changed === right);
      }
    }
  });
});
