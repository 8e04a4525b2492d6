/** The table and its two directions, where no message of the protocol goes. */
import { describe, expect, it } from 'vitest';
import { toHex } from '#protocol/bytes.ts';
import { parseFieldSpec } from '#protocol/iso8583/field-spec.ts';
import { readMessage } from '#protocol/iso8583/message-reader.ts';
import { writeMessage } from '#protocol/iso8583/message-writer.ts';
import { PRESETS, type PresetName, presetById } from '#protocol/iso8583/presets.ts';
import { type ForeignFields, foreignMessage } from '#test/support/foreign-iso8583.ts';

const NAMES = Object.keys(PRESETS) as readonly PresetName[];

const readBack = (preset: PresetName, bytes: Uint8Array) => {
  const { refusal, mti, parts } = readMessage(PRESETS[preset], bytes, 0);
  return refusal === undefined
    ? writeMessage(PRESETS[preset], mti, new Map(parts.map(({ field, value }) => [field, value])))
    : refusal;
};

describe('the notation', () => {
  it.each([
    ['n6', { kind: 'n', max: 6, lengthDigits: 0, align: 'right' }],
    ['n3<', { kind: 'n', max: 3, lengthDigits: 0, align: 'left' }],
    ['n..19', { kind: 'n', max: 19, lengthDigits: 2, align: 'left' }],
    ['ans...999', { kind: 'ans', max: 999, lengthDigits: 3, align: 'left' }],
    ['xn16', { kind: 'xn', max: 16, lengthDigits: 0, align: 'right' }],
  ])('%s is read', (text, spec) => {
    expect(parseFieldSpec(text)).toEqual(spec);
  });

  it.each(['n', 'n.6', 'q6', 'n....6', '6', ''])('%s is none', (text) => {
    expect(() => parseFieldSpec(text)).toThrow(/notation/);
  });

  it('gives every element of 1987 but the third bitmap', () => {
    for (const name of NAMES) {
      expect(PRESETS[name].fields.size).toBe(126);
      expect(presetById(PRESETS[name].id)).toBe(PRESETS[name]);
    }
    expect(presetById(0)).toBeUndefined();
  });
});

/** One of every kind of element, at both ends of its lengths. */
const ROWS: readonly (readonly [string, ForeignFields])[] = [
  ['an identifier of one digit', { 2: '7' }],
  ['an identifier of nineteen', { 2: '7000000000000000042' }],
  ['no digit at all', { 2: '' }],
  ['odd and even fixed digits', { 22: '071', 23: '001', 24: '012', 25: '00' }],
  ['a track', { 35: '6200000000000000=25121010000000000' }],
  ['a sign and digits', { 28: 'D00000100', 97: 'C0000000000012900' }],
  ['text', { 43: 'COSMETICS KIOSK 17, SEONGSU, SEOUL   KR ', 63: 'x' }],
  ['bytes', { 52: Buffer.from('00ff10807f010203', 'hex') }],
  ['EMV data', { 55: Buffer.from('9f2608a1b2c3d4e5f607089f3602002a', 'hex') }],
  ['no EMV data', { 55: Buffer.alloc(0) }],
  ['the longest text', { 48: '1'.repeat(322), 62: 'x'.repeat(700) }],
];

describe.each(NAMES)('%s', (name) => {
  it.each(ROWS)('reads and writes %s as the foreign terminal does', (_, fields) => {
    const bytes = foreignMessage(name, '0200', fields);
    const again = readBack(name, bytes);
    expect(again instanceof Uint8Array ? toHex(again) : again).toBe(bytes.toString('hex'));
  });

  it.each([
    ['EMV data that is none', { 55: Buffer.from('9f26', 'hex') }, 55],
    ['a sign that is none', { 28: 'X00000100' }, 28],
    ['characters that do not print', { 41: '0000\x001001'.slice(0, 8) }, 41],
    ['a track with letters', { 35: '62000A=2512' }, 35],
  ] as const)('refuses %s', (_, fields, field) => {
    expect(readBack(name, foreignMessage(name, '0200', fields))).toMatchObject({
      code: 'frame_malformed',
      field: `DE ${field}`,
    });
  });

  it('refuses a value that is longer than its field, whatever its length says', () => {
    const long = foreignMessage(name, '0200', { 2: '1'.repeat(20) });
    expect(readBack(name, long)).toMatchObject({ reason: 'DE 2: is longer than 19' });
  });

  it('refuses a length that is cut off or no digits', () => {
    const bytes = foreignMessage(name, '0200', { 48: '1' });
    const head = bytes.subarray(0, -2);
    expect(readBack(name, head)).toMatchObject({ field: 'DE 48' });
    const wrong = Buffer.from(foreignMessage(name, '0200', { 2: '7' }));
    wrong[wrong.length - 2] = 0x3f;
    expect(readBack(name, wrong)).toMatchObject({ reason: expect.stringMatching(/length/) });
  });

  it('refuses a message that ends within its MTI or bitmap', () => {
    const bytes = foreignMessage(name, '0200', { 3: '000000' });
    expect(readBack(name, bytes.subarray(0, 1))).toMatchObject({ field: 'MTI' });
    expect(readBack(name, bytes.subarray(0, 5))).toMatchObject({ field: 'bitmap' });
  });
});

it('refuses an odd length where two characters are a byte', () => {
  const bytes = foreignMessage('iso87-ascii', '0200', { 55: Buffer.from('9c0100', 'hex') });
  const at = bytes.indexOf('006');
  bytes.write('005', at);
  expect(readBack('iso87-ascii', bytes)).toMatchObject({
    field: 'DE 55',
    reason: expect.stringMatching(/odd/),
  });
});

it('refuses an element that a table has not', () => {
  const few = { ...PRESETS['iso87-binary'], fields: new Map([[3, parseFieldSpec('n6')]]) };
  const bytes = foreignMessage('iso87-binary', '0200', { 3: '000000', 4: '000000000100' });
  expect(readMessage(few, bytes, 0).refusal).toMatchObject({
    field: 'DE 4',
    reason: 'DE 4: is no element of iso87-binary',
  });
});

describe('the writer', () => {
  const preset = PRESETS['iso87-binary'];
  const write = (field: number, value: string | Uint8Array) => () =>
    writeMessage(preset, '0200', new Map([[field, value]]));

  it.each([
    ['an element that the table has not', 65, '1'],
    ['too few digits', 3, '00000'],
    ['too many characters', 44, new Uint8Array(26)],
    ['text in place of bytes', 52, '12345678'],
    ['bytes in place of digits', 3, new Uint8Array(6)],
    ['letters in place of digits', 3, '00000X'],
  ])('throws on %s', (_, field, value) => {
    expect(write(field, value)).toThrow(RangeError);
  });

  it('throws where all of it passes the largest message', () => {
    const long = new Uint8Array(999).fill(0x20);
    const fields = new Map([46, 47].map((field) => [field, long]));
    expect(() => writeMessage(preset, '0200', fields)).toThrow(RangeError);
  });
});
