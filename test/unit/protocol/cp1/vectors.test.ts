/** The vectors, which an independent encoder made, against our codecs. */
import { describe, expect, it } from 'vitest';
import { CODES } from '#protocol/codes.ts';
import { clearedTag, FRAME_TYPES, frameType, verifyTag } from '#protocol/cp1/frame.ts';
import { deriveLinkKeys, deriveMessageKeys } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import {
  bytesOf,
  decodeAs,
  encodeAgain,
  frameVectors,
  hexOf,
  macKeys,
  plain,
  readAll,
  vectorFile,
} from '#test/support/cp1-vectors.ts';

const { terminal, keyVersion, vectors } = vectorFile;
const goodOnes = frameVectors.filter(({ refused }) => refused === undefined);
const badOnes = frameVectors.filter(({ refused }) => refused !== undefined);
const PING = vectors.find(({ name }) => name === 'PING')?.hex ?? '';

describe('the vectors', () => {
  it('are at least 40, good and bad, with every type and both framing codes', () => {
    expect(goodOnes.length).toBeGreaterThan(40);
    expect(badOnes.length).toBeGreaterThan(40);
    const types = new Set(goodOnes.map(({ hex }) => frameType(bytesOf(hex))));
    expect([...types].sort()).toEqual([...Object.values(FRAME_TYPES)].sort());
  });

  it('come with the keys that derive from their masters', () => {
    const link = deriveLinkKeys(pureCrypto, bytesOf(vectorFile.linkMaster), terminal, keyVersion);
    const message = deriveMessageKeys(
      pureCrypto,
      bytesOf(vectorFile.messageMaster),
      terminal,
      keyVersion,
    );
    expect(hexOf(link.linkKey)).toBe(vectorFile.linkKey);
    expect(hexOf(message.messageKey)).toBe(vectorFile.messageKey);
  });

  it.each(goodOnes)('decodes $name to its fields', (vector) => {
    const result = decodeAs(vector.kind, bytesOf(vector.hex));
    expect(result).toHaveProperty('ok', true);
    expect(plain(result.ok ? result.value : result)).toEqual(vector.fields);
  });

  it.each(goodOnes.filter(({ oneWay }) => oneWay !== true))(
    'encodes $name to its bytes',
    (vector) => {
      const frame = bytesOf(vector.hex);
      const result = decodeAs(vector.kind, frame);
      expect(result.ok && hexOf(encodeAgain(vector, frame, result.value))).toBe(vector.hex);
    },
  );

  it.each(badOnes)('refuses $name', (vector) => {
    const result = decodeAs(vector.kind, bytesOf(vector.hex));
    expect(!result.ok && CODES[result.code].code).toBe(vector.refused);
  });

  it.each(frameVectors)('verifies the tag of $name under its own key only', ({ hex, key }) => {
    const frame = bytesOf(hex);
    for (const [name, macKey] of Object.entries(macKeys)) {
      expect(verifyTag(frame, macKey), name).toBe(name === key);
    }
    frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1;
    for (const macKey of Object.values(macKeys)) {
      expect(verifyTag(frame, macKey)).toBe(false);
    }
  });

  it.each(vectors.filter(({ requestTag }) => requestTag !== undefined))(
    'finds the tag that the reply to $name carries',
    ({ hex, requestTag }) => {
      expect(hexOf(clearedTag(bytesOf(hex), macKeys.request))).toBe(requestTag);
    },
  );
});

describe.each(vectors)('reading $name', ({ hex, kind, refused }) => {
  const bytes = bytesOf(hex);
  const expected = kind === 'framing' ? [refused] : [hex];

  it('gives the same whole, byte by byte and split at every index', () => {
    expect(readAll([bytes])).toEqual(expected);
    expect(readAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(readAll([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
    }
  });

  it('gives it twice when doubled, and after another frame', () => {
    const doubled = kind === 'framing' ? expected : [hex, hex];
    expect(readAll([bytesOf(hex + hex)])).toEqual(doubled);
    expect(readAll([bytesOf(PING + hex)])).toEqual([PING, ...expected]);
    const joined = bytesOf(PING + hex);
    for (let at = 0; at <= joined.length; at += 1) {
      expect(readAll([joined.subarray(0, at), joined.subarray(at)])).toEqual([PING, ...expected]);
    }
  });
});
