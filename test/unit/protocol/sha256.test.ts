/** Both implementations of the Crypto port: published answers, then each against the other. */
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '#adapters/node/node-crypto.ts';
import {
  deriveLinkKeys,
  deriveMessageKeys,
  LINK_LABELS,
  linkKeysUnder,
  prepareMaster,
} from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const repeat = (byte: number, count: number): Uint8Array => new Uint8Array(count).fill(byte);

/** FIPS 180-4 examples and the NIST test of a million letters. */
const HASHES: readonly (readonly [string, Uint8Array, string])[] = [
  ['nothing', ascii(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['one block', ascii('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'two blocks',
    ascii('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  [
    'a million letters',
    repeat(0x61, 1_000_000),
    'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  ],
];

/** RFC 4231 section 4, cases 1, 2, 3, 6 and 7. */
const TAGS: readonly (readonly [string, Uint8Array, Uint8Array, string])[] = [
  [
    'case 1',
    repeat(0x0b, 20),
    ascii('Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    'case 2',
    ascii('Jefe'),
    ascii('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'case 3',
    repeat(0xaa, 20),
    repeat(0xdd, 50),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
  [
    'case 6',
    repeat(0xaa, 131),
    ascii('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'case 7',
    repeat(0xaa, 131),
    ascii(
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
];

describe.each([
  ['pureCrypto', pureCrypto],
  ['nodeCrypto', nodeCrypto],
])('%s', (_, crypto) => {
  it.each(HASHES)('hashes %s as published', (_name, data, expected) => {
    expect(hex(crypto.sha256(data))).toBe(expected);
  });

  it.each(TAGS)('gives the HMAC of RFC 4231 %s', (_name, key, data, expected) => {
    expect(hex(crypto.hmacSha256(key, data))).toBe(expected);
    const out = repeat(0xee, 12);
    crypto.macKey(key).writeTag(data, data.length, out, 2);
    expect(hex(out)).toBe(`eeee${expected.slice(0, 16)}eeee`);
  });

  it('agrees with the library at every length around the blocks', () => {
    const data = Uint8Array.from({ length: 300 }, (_unused, index) => (index * 7) & 255);
    const key = repeat(7, 32);
    const macKey = crypto.macKey(key);
    for (let end = 0; end <= data.length; end += 1) {
      const part = data.subarray(0, end);
      expect(hex(crypto.sha256(part))).toBe(createHash('sha256').update(part).digest('hex'));
      const expected = createHmac('sha256', key).update(part).digest('hex');
      expect(hex(crypto.hmacSha256(key, part))).toBe(expected);
      const tag = new Uint8Array(8);
      macKey.writeTag(data, end, tag, 0);
      expect(hex(tag)).toBe(expected.slice(0, 16));
    }
  });

  it('takes keys of any length, the empty one included', () => {
    for (const length of [0, 1, 63, 64, 65, 200]) {
      const key = repeat(length, length);
      const expected = createHmac('sha256', key).update('x').digest('hex');
      expect(hex(crypto.hmacSha256(key, ascii('x')))).toBe(expected);
    }
  });

  it('may write the tag into the array that it signs', () => {
    const bytes = repeat(1, 30);
    const expected = createHmac('sha256', repeat(2, 32))
      .update(bytes.subarray(0, 22))
      .digest('hex');
    crypto.macKey(repeat(2, 32)).writeTag(bytes, 22, bytes, 22);
    expect(hex(bytes.subarray(22))).toBe(expected.slice(0, 16));
  });

  it('derives terminal keys as HKDF of the library does', () => {
    const master = repeat(9, 32);
    const info = (label: string): Uint8Array =>
      Buffer.concat([Buffer.from(label), Buffer.from('fffffffeff', 'hex')]);
    const expected = (label: string): string =>
      Buffer.from(hkdfSync('sha256', master, '', info(label), 32)).toString('hex');
    expect(hex(deriveLinkKeys(crypto, master, 4_294_967_294, 255).linkKey)).toBe(
      expected('cp1 link'),
    );
    expect(hex(deriveMessageKeys(crypto, master, 4_294_967_294, 255).messageKey)).toBe(
      expected('cp1 message'),
    );
  });

  it('derives the same from a prepared master, and keys of both directions from the terminal key', () => {
    const master = repeat(9, 32);
    const key = { terminal: 4_294_967_294, keyVersion: 255 };
    const link = linkKeysUnder(crypto, prepareMaster(crypto, master), key, LINK_LABELS);
    const info = Buffer.concat([Buffer.from('cp1 link'), Buffer.from('fffffffeff', 'hex')]);
    const root = Buffer.from(hkdfSync('sha256', master, '', info, 32));
    expect(hex(link.linkKey)).toBe(root.toString('hex'));
    for (const way of ['up', 'down'] as const) {
      const own = createHmac('sha256', root).update(`cp1 link ${way}`).digest();
      const expected = createHmac('sha256', own).update('frame').digest('hex');
      expect(hex(link[way].digest(Buffer.from('frame')))).toBe(expected);
      const tag = new Uint8Array(8);
      link[way].writeTag(Buffer.from('frame'), 5, tag, 0);
      expect(hex(tag)).toBe(expected.slice(0, 16));
    }
  });
});

describe('the two implementations', () => {
  it('agree on any key and data', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 150 }),
        fc.uint8Array({ maxLength: 1100 }),
        (key, data) => {
          expect(pureCrypto.hmacSha256(key, data)).toEqual(nodeCrypto.hmacSha256(key, data));
          expect(pureCrypto.sha256(data)).toEqual(nodeCrypto.sha256(data));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keep keys apart when their tags are asked for in turns', () => {
    const keys = [repeat(1, 32), repeat(2, 32)].map(
      (key) => [pureCrypto.macKey(key), nodeCrypto.macKey(key)] as const,
    );
    const data = repeat(3, 80);
    for (let round = 0; round < 4; round += 1) {
      const [pure, node] = keys[round % 2] ?? [pureCrypto.macKey(data), nodeCrypto.macKey(data)];
      const tags = [new Uint8Array(8), new Uint8Array(8)] as const;
      pure.writeTag(data, data.length, tags[0], 0);
      node.writeTag(data, data.length, tags[1], 0);
      expect(tags[0]).toEqual(tags[1]);
    }
  });
});
