import { hkdfSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createPskKeys } from '#bridge/tls/psk-keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

const current = Buffer.alloc(32, 1);
const previous = Buffer.alloc(32, 2);
const secret = Buffer.alloc(32, 3);
/** By hand over node:crypto, from docs/tls.md. */
const keyOf = (master: Buffer): Buffer => {
  const info = Buffer.concat([Buffer.from('cp1 link'), Buffer.from('000003e901', 'hex')]);
  const linkKey = Buffer.from(hkdfSync('sha256', master, '', info, 32));
  return Buffer.from(hkdfSync('sha256', linkKey, '', 'tls psk', 32));
};
const here = '192.0.2.1';

it('a name has the key of its terminal, whether it is provisioned or not', () => {
  const keys = createPskKeys(pureCrypto, { current }, secret);
  expect(Buffer.from(keys.keyFor('1001.1', here))).toEqual(keyOf(current));
  keys.failed('1001.1', here);
  expect(Buffer.from(keys.keyFor('1001.1', here))).toEqual(keyOf(current));
  expect(keys.size).toBe(0);
});

it('a name that no terminal can have gets a key too: the same each time, and one that nobody can know', () => {
  const keys = createPskKeys(pureCrypto, { current }, secret);
  const other = createPskKeys(pureCrypto, { current }, Buffer.alloc(32, 4));
  const key = Buffer.from(keys.keyFor('admin', here));
  expect(key).toHaveLength(32);
  expect(Buffer.from(keys.keyFor('admin', here))).toEqual(key);
  expect(Buffer.from(keys.keyFor('root', here))).not.toEqual(key);
  expect(Buffer.from(other.keyFor('admin', here))).not.toEqual(key);
});

it('after a failure the other generation is tried, from that address only, and then the first again', () => {
  const keys = createPskKeys(pureCrypto, { current, previous }, secret);
  keys.failed('1001.1', here);
  expect(Buffer.from(keys.keyFor('1001.1', here))).toEqual(keyOf(previous));
  expect(Buffer.from(keys.keyFor('1001.1', '192.0.2.2'))).toEqual(keyOf(current));
  keys.failed('1001.1', here);
  expect(Buffer.from(keys.keyFor('1001.1', here))).toEqual(keyOf(current));
});

it('remembers 1,000 failures: the oldest goes for the next', () => {
  const keys = createPskKeys(pureCrypto, { current, previous }, secret);
  for (let index = 0; index < 1_000; index += 1) {
    keys.failed('1001.1', `192.0.2.${index}`);
  }
  keys.failed('admin', here);
  expect(keys.size).toBe(1_000);
  expect(Buffer.from(keys.keyFor('1001.1', '192.0.2.0'))).toEqual(keyOf(previous));
  keys.failed('1001.1', 'one more');
  expect(keys.size).toBe(1_000);
  expect(Buffer.from(keys.keyFor('1001.1', '192.0.2.0'))).toEqual(keyOf(current));
});
