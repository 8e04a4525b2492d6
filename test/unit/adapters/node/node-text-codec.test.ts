import { describe, expect, it } from 'vitest';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { toHex } from '#protocol/bytes.ts';

const { decodeGbk, encodeGbk } = nodeTextCodec;

describe('GBK', () => {
  it.each([
    ['Kiosk 17', '4b696f736b203137'],
    ['感谢', 'b8d0d0bb'],
    ['镕丂', 'e946 8140'.replace(' ', '')],
    ['€', '80'],
    ['', ''],
  ])('%s is %s', (text, hex) => {
    if (text !== '€') {
      expect(toHex(encodeGbk(text) ?? new Uint8Array())).toBe(hex);
    }
    expect(decodeGbk(Buffer.from(hex, 'hex'))).toBe(text);
  });

  it('has no place for Hangul or emoji', () => {
    expect(encodeGbk('감사')).toBeUndefined();
    expect(encodeGbk('好😀')).toBeUndefined();
  });

  it.each(['ff', '81', 'b8d0d0', '8130'])('%s is none', (hex) => {
    expect(decodeGbk(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('comes back as it was, for every pair that is a character', () => {
    let characters = 0;
    for (let lead = 0x81; lead <= 0xfe; lead += 1) {
      for (let trail = 0x40; trail <= 0xfe; trail += 1) {
        const text = decodeGbk(Uint8Array.of(lead, trail));
        const again = text?.length === 1 ? encodeGbk(text) : undefined;
        characters += again === undefined ? 0 : 1;
        expect(again === undefined || decodeGbk(again) === text).toBe(true);
      }
    }
    expect(characters).toBeGreaterThan(21_791);
  });
});
