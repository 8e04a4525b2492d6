/** Every keyed hash against HMAC as node:crypto makes it: one byte otherwise, and no row is ever found again. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

const PEPPER = Buffer.alloc(32, 3);
const PREVIOUS = Buffer.alloc(32, 4);
const MASTER = Buffer.alloc(32, 5);
const hmac = (key: Uint8Array, message: string): string =>
  createHmac('sha256', key).update(message).digest('hex');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const hasher = createIdentifierHasher({
  crypto: pureCrypto,
  pepper: PEPPER,
  previousPepper: PREVIOUS,
  codeMaster: MASTER,
});

describe('is HMAC-SHA-256 of the parts, separated by a zero byte', () => {
  test('an identifier', () => {
    const message = 'phone\0+821012345678';
    expect(hasher.identifier('phone', '+821012345678')).toBe(hmac(PEPPER, message));
    expect(hasher.identifiers('phone', '+821012345678')).toEqual([
      hmac(PEPPER, message),
      hmac(PREVIOUS, message),
    ]);
  });
  test('a second factor', () => {
    const message = 'second factor\0phone\0+82\x004711';
    expect(hasher.secondFactor('phone', '+82', '4711')).toBe(hmac(PEPPER, message));
    expect(hasher.secondFactors('phone', '+82', '4711')).toEqual([
      hmac(PEPPER, message),
      hmac(PREVIOUS, message),
    ]);
  });
  test('a spent code, of which the pepper is no part', () => {
    expect(hasher.spentCode('000000042', 59_846_760)).toBe(
      hmac(MASTER, 'spent code\x00000000042\x0059846760'),
    );
  });
  test('the secret of one-time codes, and what it signs', () => {
    const secret = hmac(MASTER, 'one-time code\x00000000042\x007');
    expect(hex(hasher.oneTimeSecret('000000042', 7))).toBe(secret);
    expect(hex(hasher.oneTimeMac('000000042', 7, 'message'))).toBe(
      hmac(Buffer.from(secret, 'hex'), 'message'),
    );
  });
});

test('evidence is digested by SHA-256 alone', () => {
  expect(hasher.digest('SKU-1*2@3')).toBe(createHash('sha256').update('SKU-1*2@3').digest('hex'));
});

test('parts cannot be shifted into each other', () => {
  const hashes = [
    hasher.identifier('ab', 'c'),
    hasher.identifier('a', 'bc'),
    hasher.secondFactor('a', 'b', 'c'),
    hasher.secondFactor('a', 'bc', ''),
    hasher.identifier('second factor', 'a'),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});
