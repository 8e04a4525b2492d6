/** Bytes and text against Buffer and TextEncoder, which share no code with ours. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, readBase64, toBase64, writeBase64 } from '#protocol/base64.ts';
import {
  concatBytes,
  cutUtf8,
  decodeUtf8,
  encodeUtf8,
  equalBytes,
  fromHex,
  readU16,
  readU32,
  toHex,
  utf8Length,
  writeU16,
  writeU32,
  writeUtf8,
} from '#protocol/bytes.ts';

const anyBytes = fc.uint8Array({ maxLength: 300 });
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

describe('hexadecimal digits', () => {
  it('are those of Buffer, and lead back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toHex(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(text)).toEqual(bytes);
        expect(fromHex(text.toUpperCase())).toEqual(bytes);
      }),
    );
  });

  it.each(['0', 'abc', '0g', 'g0', ' 0', '0\u0430', '\u0100\u0100', '0x'])('refuse %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe('base64', () => {
  it('is that of Buffer, and leads back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = toBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(text)).toEqual(bytes);
      }),
    );
  });

  it.each([
    'A',
    'AA',
    'AAA',
    'A===',
    'AA=A',
    '====',
    'AB==',
    'AAB=',
    'AA-_',
    'AA\n=',
    'AAA\u0100',
    'AAA\u0141',
    '*A==',
    '*AA=',
    '=AAA',
  ])('refuses %j, so that one text alone means some bytes', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});

describe('base64 within other text', () => {
  const text = Buffer.from('""AAE=AQ==""');

  it('is read where it stands', () => {
    expect(readBase64(text, 2, 6)).toEqual(Uint8Array.of(0, 1));
    expect(readBase64(text, 6, 10)).toEqual(Uint8Array.of(1));
    expect(readBase64(text, 6, 6), 'nothing, behind a padding').toEqual(new Uint8Array(0));
  });

  it.each([
    [2, 5],
    [6, 2],
    [2, 10],
    [10, 14],
  ])('is none from %i to %i', (from, end) => {
    expect(readBase64(text, from, end)).toBeUndefined();
  });

  it('is written where it is wanted, and nowhere else', () => {
    const out = new Uint8Array(10).fill(0x2e);
    writeBase64(Uint8Array.of(0, 1), out, 3);
    expect(Buffer.from(out).toString()).toBe('...AAE=...');
  });
});

describe('UTF-8', () => {
  it('is that of TextEncoder, unpaired surrogates included', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.string({
            unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
          }),
        ),
        (text) => {
          const expected = new TextEncoder().encode(text);
          expect(encodeUtf8(text)).toEqual(expected);
          expect(utf8Length(text)).toBe(expected.length);
          expect(decodeUtf8(expected)).toBe(
            new TextDecoder('utf-8', { ignoreBOM: true }).decode(expected),
          );
        },
      ),
    );
  });

  it('is refused exactly where a strict TextDecoder refuses it', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const suspicious = fc.array(
      fc.oneof(
        fc.constantFrom(
          0x00,
          0x7f,
          0x80,
          0x8f,
          0x90,
          0x9f,
          0xa0,
          0xbf,
          0xc0,
          0xc1,
          0xc2,
          0xdf,
          0xe0,
          0xed,
          0xef,
          0xf0,
          0xf4,
          0xf5,
          0xff,
        ),
        fc.integer({ min: 0, max: 255 }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(suspicious, (list) => {
        const bytes = Uint8Array.from(list);
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = undefined;
        }
        expect(decodeUtf8(bytes)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });

  it('is decoded within the given part only', () => {
    expect(decodeUtf8(encodeUtf8('xx\u20acyy'), 2, 5)).toBe('\u20ac');
    expect(decodeUtf8(encodeUtf8('xx\u20acyy'), 2, 4)).toBeUndefined();
  });

  it('is cut to at most so many bytes, at the end of a code point', () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, bytesMax) => {
        const part = cutUtf8(text, bytesMax);
        expect(text.startsWith(part)).toBe(true);
        expect(utf8Length(part)).toBeLessThanOrEqual(bytesMax);
        const next = [...text.slice(part.length)][0];
        expect(next === undefined || utf8Length(part + next) > bytesMax).toBe(true);
      }),
    );
  });

  it('drops what does not fit, and tells where it would have ended', () => {
    const out = new Uint8Array(3);
    expect(writeUtf8('ab\u20ac', out, 0)).toBe(5);
    expect([...out]).toEqual([0x61, 0x62, 0xe2]);
  });
});

describe('integers', () => {
  it('are big-endian', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.integer({ min: 0, max: 0xffffffff }), (small, large) => {
        const bytes = new Uint8Array(6);
        writeU16(bytes, 0, small);
        writeU32(bytes, 2, large);
        const view = new DataView(bytes.buffer);
        expect([view.getUint16(0), view.getUint32(2)]).toEqual([small, large]);
        expect([readU16(bytes, 0), readU32(bytes, 2)]).toEqual([small, large]);
      }),
    );
  });

  it('read zeros past the end', () => {
    expect(readU32(Uint8Array.of(1), 0)).toBe(0x01000000);
    expect(readU16(new Uint8Array(0), 0)).toBe(0);
  });
});

describe('comparison and joining', () => {
  it('tells equal from different, in content and in length', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });

  it('joins parts in order', () => {
    expect([...concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))]).toEqual([
      1, 2, 3,
    ]);
    expect(concatBytes()).toHaveLength(0);
  });
});
