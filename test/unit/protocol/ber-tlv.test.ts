import { describe, expect, test } from 'vitest';
import {
  BER_DEPTH_MAX,
  BER_NODES_MAX,
  type BerNode,
  decodeBerTlv,
  isCardTlv,
} from '#protocol/ber-tlv.ts';

const decode = (hex: string): readonly BerNode[] | undefined =>
  decodeBerTlv(Uint8Array.from(Buffer.from(hex, 'hex')));
const tagsOf = (nodes: readonly BerNode[] | undefined): unknown =>
  nodes?.map(({ tag, value, children }) =>
    children.length === 0 ? [tag, value.length] : [tag, tagsOf(children)],
  );
/** `depth` templates 61, one in the other. */
const nested = (depth: number): string => {
  let hex = '';
  for (let at = 0; at < depth; at += 1) {
    hex = `61${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
  }
  return hex;
};

describe('card data of DE 55', () => {
  test.each([
    ['nothing', ''],
    ['objects', '9F260201029A0326112650 00'],
    ['padding before, between and behind', '00009A03261126000050000000'],
    ['a tag of three bytes', 'DF8129020102'],
    ['a length that is not the shortest', '9A8103261126'],
    ['a length of two bytes that is not the shortest', '9A820003261126'],
    ['a template with anything in it', '700300FFFF'],
    ['256 bytes', `5082010000${'00'.repeat(255)}`],
  ])('may be %s', (_note, hex) => {
    expect(isCardTlv(Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')))).toBe(true);
  });

  test.each([
    ['a tag without a length', '9A'],
    ['half a tag', '9F'],
    ['a tag of three bytes without its third', 'DF81'],
    ['a tag of four bytes', 'DF81810100'],
    ['a value cut off', '9A032611'],
    ['a length cut off', '9A81'],
    ['a long length cut off', '9A8201'],
    ['an indefinite length', '7080500000'],
    ['a length of three bytes', '9A83000001AA'],
  ])('is not %s', (_note, hex) => {
    expect(isCardTlv(Uint8Array.from(Buffer.from(hex, 'hex')))).toBe(false);
  });
});

describe('BER-TLV (ISO/IEC 8825-1, EMV book 3 annex B)', () => {
  test.each<[string, string, unknown]>([
    ['nothing', '', []],
    ['an empty object', '5000', [[0x50, 0]]],
    [
      'two objects',
      '5001AA5A0112',
      [
        [0x50, 1],
        [0x5a, 1],
      ],
    ],
    ['a template', '61045002AABB', [[0x61, [[0x50, 2]]]]],
    ['a tag of two bytes', '9F26020102', [[0x9f26, 2]]],
    ['a tag 9F01, the lowest of EMV', '9F010101', [[0x9f01, 1]]],
    ['a tag 9F7F, the highest', '9F7F0101', [[0x9f7f, 1]]],
    ['a constructed tag of two bytes', 'BF0C0350010A', [[0xbf0c, [[0x50, 1]]]]],
    ['127 bytes', `507F${'00'.repeat(127)}`, [[0x50, 127]]],
    ['128 bytes', `508180${'00'.repeat(128)}`, [[0x50, 128]]],
    ['255 bytes', `5081FF${'00'.repeat(255)}`, [[0x50, 255]]],
    ['256 bytes', `50820100${'00'.repeat(256)}`, [[0x50, 256]]],
    ['the deepest', nested(BER_DEPTH_MAX - 1), expect.anything()],
    ['the most objects', '5000'.repeat(BER_NODES_MAX), expect.anything()],
  ])('reads %s', (_note, hex, nodes) => {
    expect(tagsOf(decode(hex))).toEqual(nodes);
  });

  test.each([
    ['a tag without a length', '50'],
    ['half a tag', '9F'],
    ['a tag 9F00', '9F0000'],
    ['a tag of three bytes', '9F810100'],
    ['padding', '500100000000'],
    ['padding in front', '005000'],
    ['a value cut off', '5002AA'],
    ['a value longer than its template', '61025002AABB'],
    ['an indefinite length', '618050000000'],
    ['127 bytes in two bytes of length', `50817F${'00'.repeat(127)}`],
    ['255 bytes in three bytes of length', `508200FF${'00'.repeat(255)}`],
    ['four bytes of length', `5083000100${'00'.repeat(256)}`],
    ['a length cut off', '5081'],
    ['a long length cut off', '508201'],
    ['one template too deep', nested(BER_DEPTH_MAX)],
    ['one object too many', '5000'.repeat(BER_NODES_MAX + 1)],
    [
      'one object too many, in a template',
      `6182${(BER_NODES_MAX * 2).toString(16).padStart(4, '0')}${'5000'.repeat(BER_NODES_MAX)}`,
    ],
  ])('refuses %s', (_note, hex) => {
    expect(decode(hex)).toBeUndefined();
  });

  test('reads or refuses any bytes, and never throws', () => {
    let seed = 7;
    for (let run = 0; run < 20_000; run += 1) {
      const bytes = Uint8Array.from({ length: run % 24 }, () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed >> 16;
      });
      const size = decodeBerTlv(bytes)?.reduce((sum, { value }) => sum + value.length, 0) ?? 0;
      expect(size).toBeLessThanOrEqual(bytes.length);
    }
  });
});
