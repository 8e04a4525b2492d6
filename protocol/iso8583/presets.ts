/** The ways of writing ISO 8583 that are served, as data (docs/iso8583.md). */
import { type FieldTable, parseFieldTable } from './field-spec.ts';

export type PresetName = 'iso87-binary' | 'iso87-ascii' | 'cup-pos';

export interface Preset {
  readonly name: PresetName;
  /** First byte of what an envelope carries: names the preset for ever. */
  readonly id: number;
  /** `packed`: digits, MTI and lengths as BCD, bytes as they are. `text`: each digit a character, bytes as hexadecimal. */
  readonly form: 'packed' | 'text';
  /** Of the text in ans fields. */
  readonly charset: 'utf8' | 'gbk';
  readonly fields: FieldTable;
  /** The data element of our own objects, both ways: identifier, items, texts. */
  readonly privateField: 48 | 62;
  /** Whether the last field holds the first 8 bytes of the MAC, or the first 4 as 8 hexadecimal characters. */
  readonly mac: 'bytes' | 'hex';
}

/** ISO 8583:1987, all elements but the third bitmap (65). DE 60 and 61 are given a use in docs/iso8583.md. */
const ISO87: Readonly<Record<number, string>> = {
  2: 'n..19',
  3: 'n6',
  4: 'n12',
  5: 'n12',
  6: 'n12',
  7: 'n10',
  8: 'n8',
  9: 'n8',
  10: 'n8',
  11: 'n6',
  12: 'n6',
  13: 'n4',
  14: 'n4',
  15: 'n4',
  16: 'n4',
  17: 'n4',
  18: 'n4',
  19: 'n3',
  20: 'n3',
  21: 'n3',
  22: 'n3',
  23: 'n3',
  24: 'n3',
  25: 'n2',
  26: 'n2',
  27: 'n1',
  28: 'xn8',
  29: 'xn8',
  30: 'xn8',
  31: 'xn8',
  32: 'n..11',
  33: 'n..11',
  34: 'an..28',
  35: 'z..37',
  36: 'z...104',
  37: 'an12',
  38: 'an6',
  39: 'an2',
  40: 'an3',
  41: 'an8',
  42: 'an15',
  43: 'ans40',
  44: 'ans..25',
  45: 'an..76',
  46: 'ans...999',
  47: 'ans...999',
  48: 'ans...999',
  49: 'n3',
  50: 'n3',
  51: 'n3',
  52: 'b8',
  53: 'n16',
  54: 'an...120',
  55: 'ber...255',
  56: 'ans...999',
  57: 'ans...999',
  58: 'ans...999',
  59: 'ans...999',
  60: 'ans...999',
  61: 'ans...999',
  62: 'ans...999',
  63: 'ans...999',
  64: 'b8',
  66: 'n1',
  67: 'n2',
  68: 'n3',
  69: 'n3',
  70: 'n3',
  71: 'n4',
  72: 'n4',
  73: 'n6',
  74: 'n10',
  75: 'n10',
  76: 'n10',
  77: 'n10',
  78: 'n10',
  79: 'n10',
  80: 'n10',
  81: 'n10',
  82: 'n12',
  83: 'n12',
  84: 'n12',
  85: 'n12',
  86: 'n16',
  87: 'n16',
  88: 'n16',
  89: 'n16',
  90: 'n42',
  91: 'an1',
  92: 'an2',
  93: 'an5',
  94: 'an7',
  95: 'an42',
  96: 'b8',
  97: 'xn16',
  98: 'ans25',
  99: 'n..11',
  100: 'n..11',
  101: 'ans..17',
  102: 'ans..28',
  103: 'ans..28',
  104: 'ans...100',
  ...Object.fromEntries(Array.from({ length: 23 }, (_, index) => [105 + index, 'ans...999'])),
  128: 'b8',
};

/** What UnionPay terminals write differently, as seen on their lines. */
const CUP_POS: Readonly<Record<number, string>> = {
  ...ISO87,
  22: 'n3<',
  36: 'z...104',
  43: 'ans40',
  48: 'n...322',
  49: 'an3',
  50: 'an3',
  51: 'an3',
  54: 'an...20',
  60: 'n...17',
  61: 'n...29',
  62: 'ans...999',
  63: 'ans...163',
};

const iso87 = parseFieldTable(ISO87);

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'iso87-binary': {
    name: 'iso87-binary',
    id: 1,
    form: 'packed',
    charset: 'utf8',
    fields: iso87,
    privateField: 48,
    mac: 'bytes',
  },
  'iso87-ascii': {
    name: 'iso87-ascii',
    id: 2,
    form: 'text',
    charset: 'utf8',
    fields: iso87,
    privateField: 48,
    mac: 'bytes',
  },
  'cup-pos': {
    name: 'cup-pos',
    id: 3,
    form: 'packed',
    charset: 'gbk',
    fields: parseFieldTable(CUP_POS),
    privateField: 62,
    mac: 'hex',
  },
};

const BY_ID: ReadonlyMap<number, Preset> = new Map(
  Object.values(PRESETS).map((preset) => [preset.id, preset]),
);

export const presetById = (id: number): Preset | undefined => BY_ID.get(id);
