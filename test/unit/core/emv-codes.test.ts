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
