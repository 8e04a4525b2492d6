import { hkdfSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { pskOf } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { formatPskIdentity, parsePskIdentity } from '#protocol/psk-identity.ts';

it.each([
  ['1.0', 1, 0],
  ['1001.1', 1001, 1],
  ['4294967295.255', 4_294_967_295, 255],
])(
  '%s is terminal %i with key version %i, and is written like that',
  (text, terminal, keyVersion) => {
    expect(parsePskIdentity(text)).toEqual({ terminal, keyVersion });
    expect(formatPskIdentity({ terminal, keyVersion })).toBe(text);
  },
);

it.each([
  '',
  '1001',
  '0.1',
  '01.1',
  '1.01',
  '1.256',
  '4294967296.0',
  '1.-1',
  '1.1 ',
  '1.1.1',
  'a.1',
  '１.1',
])('no terminal is called %j', (text) => {
  expect(parsePskIdentity(text)).toBeUndefined();
});

it('the key is HKDF-SHA-256 of the link key without salt, for "tls psk"', () => {
  const linkKey = Buffer.from(
    'b2e9c99e47dc6e3217b1282dc16ced96338720a5d05e4a059aac4fa59222b5be',
    'hex',
  );
  const expected = Buffer.from(hkdfSync('sha256', linkKey, '', 'tls psk', 32));
  expect(Buffer.from(pskOf(pureCrypto, linkKey))).toEqual(expected);
});
