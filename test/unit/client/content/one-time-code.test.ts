import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createCodeMaker } from '#client/content/one-time-code.ts';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { verifyCode } from '#core/one-time-code.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

const SECRET = Uint8Array.from({ length: 32 }, (_, at) => at);
const HANDLE = '000000042';
const make = createCodeMaker({ crypto: pureCrypto, secret: SECRET, handle: HANDLE });

test.each([
  [1_795_402_800, '71000000042035926292', 30],
  [1_795_402_801, '71000000042035926292', 29],
  [1_795_402_829, '71000000042035926292', 1],
  [1_795_402_829.5, '71000000042035926292', 1],
  [1_795_402_830, '71000000042001904803', 30],
])('at %d the code is the one worked out with node:crypto', (atS, code, nextInS) => {
  expect(make(atS)).toEqual({ code, nextInS });
});

test('is what the server accepts from the app that was given its secret', () => {
  const codeMaster = new Uint8Array(32).fill(2);
  const hasher = createIdentifierHasher({ crypto: pureCrypto, pepper: SECRET, codeMaster });
  const secret = hasher.oneTimeSecret(HANDLE, 3);
  const independent = createHmac('sha256', codeMaster)
    .update(`one-time code\0${HANDLE}\x003`)
    .digest('hex');
  expect(Buffer.from(secret).toString('hex')).toBe(independent);
  const { code } = createCodeMaker({ crypto: pureCrypto, secret, handle: HANDLE })(1_795_402_829);
  const at = (codeVersion: number) => verifyCode(hasher, { code, codeVersion, atS: 1_795_402_830 });
  expect([at(3), at(2)]).toEqual([59_846_760, undefined]);
});

describe('is not made', () => {
  test.each([31, 33])('from a secret of %i bytes', (bytes) => {
    const secret = new Uint8Array(bytes);
    expect(() => createCodeMaker({ crypto: pureCrypto, secret, handle: HANDLE })).toThrow(
      '32 bytes',
    );
  });
  test.each(['00000004', '0000000042', '00000004x', '00000004２'])(
    'for the handle %j',
    (handle) => {
      expect(() => createCodeMaker({ crypto: pureCrypto, secret: SECRET, handle })).toThrow(
        '9 digits',
      );
    },
  );
});
