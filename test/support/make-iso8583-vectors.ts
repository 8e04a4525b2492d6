/** Writes test/vectors/iso8583.json with the foreign terminal: `node test/support/make-iso8583-vectors.ts`. */
import { writeFileSync } from 'node:fs';
import {
  type ForeignFields,
  type ForeignPreset,
  foreignBinding,
  foreignFrame,
  foreignKey,
  foreignMessage,
  foreignObject,
  foreignSigned,
} from './foreign-iso8583.ts';

/** Terminal 1001, key version 1, of the worked example in docs/protocol.md. */
const LINK_KEY = 'b2e9c99e47dc6e3217b1282dc16ced96338720a5d05e4a059aac4fa59222b5be';
const MESSAGE_KEY = '283b60fa7d76d8086ba481b5bcc72cd8d6802e82034e885850081a78e2b1534e';
const KEYS = { linkKey: Buffer.from(LINK_KEY, 'hex'), messageKey: Buffer.from(MESSAGE_KEY, 'hex') };
/** 2026-09-21 14:13:20 UTC. */
const NOW_S = 1_790_000_000;
const BATCH = 1;
const STAN = 7;
const SEQUENCE = 1_000_007;
const KEY = { terminal: 1001, keyVersion: 1, sequence: SEQUENCE };
const PRESETS: readonly ForeignPreset[] = ['iso87-binary', 'iso87-ascii', 'cup-pos'];

interface Vector {
  readonly name: string;
  readonly preset: ForeignPreset;
  readonly length: 'binary' | 'binary-inclusive' | 'bcd' | 'ascii';
  readonly kind: 'request' | 'hello' | 'ping' | 'reply' | 'other';
  readonly hex: string;
  readonly [more: string]: unknown;
}

const vectors: Vector[] = [];

const around = (preset: ForeignPreset): { tpdu?: string; header?: string } => {
  switch (preset) {
    case 'iso87-binary':
      return {};
    case 'iso87-ascii':
      return { tpdu: '6000030000' };
    case 'cup-pos':
      return { tpdu: '6000120034', header: '603100310001' };
  }
};

const digits = (value: number, count: number): string => String(value).padStart(count, '0');
const privateField = (preset: ForeignPreset): number => (preset === 'cup-pos' ? 62 : 48);
const batchOf = (preset: ForeignPreset, batch = BATCH, code = ''): string =>
  preset === 'cup-pos' ? `22${digits(batch, 6)}${code || '000'}` : digits(batch, 6);
const original = (preset: ForeignPreset, batch: number, stan: number): string =>
  digits(batch, 6) + digits(stan, 6) + (preset === 'cup-pos' ? '0921' : '');
const item = (quantity: number, price: number, sku: string): Buffer =>
  foreignObject('02', digits(quantity, 4) + digits(price, 12) + sku);

/** What every message has. */
const base = (preset: ForeignPreset, stan = STAN): ForeignFields => ({
  11: digits(stan, 6),
  41: '00001001',
  42: '103100000000001',
  53: '0000000000000001',
  60: batchOf(preset),
});
const IDENTIFIER = '70000000000000000042';
const objects = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
const saleOf = (preset: ForeignPreset): ForeignFields => ({
  ...base(preset),
  3: '000000',
  4: digits(12_900, 12),
  22: '032',
  25: '00',
  49: '410',
  [privateField(preset)]: objects(foreignObject('01', IDENTIFIER), item(1, 12_900, 'LIP-01')),
});
const PAY = {
  op: 'pay',
  identifier: IDENTIFIER,
  entryMode: 3,
  amountMinor: 12_900,
  currency: 410,
  items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 12_900 }],
  deadlineMs: 0,
  mode: 'sale',
};

const without = (fields: ForeignFields, ...numbers: readonly number[]): ForeignFields =>
  Object.fromEntries(
    Object.entries(fields).filter(([number]) => !numbers.includes(Number(number))),
  );

const wire = (
  preset: ForeignPreset,
  message: Buffer,
  length: Vector['length'] = 'binary',
): string => foreignFrame(message, { ...around(preset), length }).toString('hex');

const add = (
  name: string,
  preset: ForeignPreset,
  mti: string,
  fields: ForeignFields,
  more: Readonly<Record<string, unknown>>,
): void => {
  const message = foreignSigned(preset, mti, fields, foreignKey.request(KEYS, preset));
  vectors.push({
    name: `${preset}: ${name}`,
    preset,
    length: 'binary',
    kind: 'request',
    hex: wire(preset, message),
    mti,
    key: KEY,
    ...more,
  });
};

const addGood = (preset: ForeignPreset): void => {
  const sale = saleOf(preset);
  const privately = privateField(preset);
  add('a sale', preset, '0200', sale, { op: 'pay', request: PAY });
  add('the same sale again', preset, '0201', sale, {
    op: 'pay',
    request: PAY,
    repeats: `${preset}: a sale`,
  });
  add('a hold', preset, '0100', sale, { op: 'pay', request: { ...PAY, mode: 'hold' } });
  add(
    'a sale by a short identifier in DE 2, tapped, in a currency of three decimals',
    preset,
    '0200',
    {
      ...without(sale, privately),
      2: '7000000000000000042',
      7: '0921141320',
      22: '071',
      49: '414',
      [privately]: objects(
        item(2, 5_000, 'BASE-1'),
        item(1, 2_900, 'LIP-02'),
        foreignObject('03', 'SPRING'),
        foreignObject('04', '4711'),
        foreignObject('05', '17'),
        foreignObject('06', '20000'),
        foreignObject('99', 'what a later version says'),
      ),
    },
    {
      op: 'pay',
      request: {
        ...PAY,
        identifier: '7000000000000000042',
        entryMode: 7,
        currency: 414,
        items: [
          { sku: 'BASE-1', quantity: 2, unitPriceMinor: 5_000 },
          { sku: 'LIP-02', quantity: 1, unitPriceMinor: 2_900 },
        ],
        deadlineMs: 20_000,
        deviceTimeS: NOW_S,
        catalogueVersion: 17,
        promotionCode: 'SPRING',
        secondFactor: '4711',
      },
    },
  );
  add(
    'a sale made while offline',
    preset,
    '0220',
    { ...sale, 7: '0920235959' },
    {
      op: 'pay',
      stored: true,
      request: { ...PAY, deviceTimeS: Date.UTC(2026, 8, 20, 23, 59, 59) / 1000 },
    },
  );
  add(
    'that sale again',
    preset,
    '0221',
    { ...sale, 7: '0920235959' },
    {
      op: 'pay',
      stored: true,
      repeats: `${preset}: a sale made while offline`,
      request: { ...PAY, deviceTimeS: Date.UTC(2026, 8, 20, 23, 59, 59) / 1000 },
    },
  );
  const about = { ...base(preset), 61: original(preset, BATCH, 3) };
  add(
    'a confirmation of part of a hold',
    preset,
    '0220',
    { ...about, 3: '000000', 4: digits(9_900, 12) },
    {
      op: 'confirm',
      request: { op: 'confirm', paymentSequence: 1_000_003, amountMinor: 9_900 },
    },
  );
  add('a confirmation of all of it', preset, '0221', about, {
    op: 'confirm',
    request: { op: 'confirm', paymentSequence: 1_000_003 },
  });
  add(
    'a refund of a payment of an earlier batch',
    preset,
    '0200',
    {
      ...base(preset),
      3: '200000',
      4: digits(900, 12),
      61: original(preset, 4_000, 5),
    },
    { op: 'refund', request: { op: 'refund', paymentSequence: 5, amountMinor: 900 } },
  );
  const same = { op: 'reverse', key: { terminal: 1001, keyVersion: 129, sequence: SEQUENCE } };
  const reverse = { op: 'reverse', paymentSequence: SEQUENCE, paymentKeyVersion: 1 };
  for (const mti of ['0400', '0401', '0420', '0421']) {
    add(`a reversal ${mti} under the number of its payment`, preset, mti, sale, {
      ...same,
      request: { ...reverse, reason: 1 },
    });
  }
  add(
    'a reversal that says why in DE 39',
    preset,
    '0400',
    { ...base(preset), 39: '96' },
    {
      ...same,
      request: { ...reverse, reason: 2 },
    },
  );
  add(
    'a reversal that says why in its own way',
    preset,
    '0400',
    { ...base(preset), 39: '06', [privately]: foreignObject('09', '3') },
    {
      ...same,
      request: { ...reverse, reason: 3 },
    },
  );
  add(
    'a reversal with a reason that nobody knows',
    preset,
    '0420',
    { ...base(preset), 39: 'Z9' },
    {
      ...same,
      request: { ...reverse, reason: 4 },
    },
  );
  add('a reversal under a number of its own', preset, '0420', about, {
    op: 'reverse',
    request: { op: 'reverse', paymentSequence: 1_000_003, reason: 1 },
  });
  add(
    'a reversal whose original is zeros',
    preset,
    '0400',
    { ...base(preset), 61: original(preset, 0, 0) },
    {
      ...same,
      request: { ...reverse, reason: 1 },
    },
  );
  add(
    'a reversal by DE 90',
    preset,
    '0400',
    { ...base(preset), 90: `0200${digits(4, 6)}${digits(0, 32)}` },
    {
      op: 'reverse',
      request: { op: 'reverse', paymentSequence: 1_000_004, reason: 1 },
    },
  );
  add(
    'a question about another payment',
    preset,
    '0600',
    { ...about, 3: '380000' },
    {
      op: 'status',
      request: { op: 'status', paymentSequence: 1_000_003 },
    },
  );
  add(
    'a question about the payment of its number',
    preset,
    '0601',
    { ...base(preset), 3: '380000' },
    {
      op: 'status',
      request: { op: 'status', paymentSequence: SEQUENCE },
    },
  );
  add(
    'the close of a batch',
    preset,
    '0500',
    {
      ...base(preset),
      ...(preset === 'cup-pos'
        ? { 48: `${digits(25_800, 12)}002${digits(900, 12)}0010${digits(0, 30)}0` }
        : { 74: digits(1, 10), 76: digits(2, 10), 86: digits(900, 16), 88: digits(25_800, 16) }),
      [privately]: foreignObject('10', '000004'),
    },
    {
      op: 'reconcile',
      request: {
        op: 'reconcile',
        sequences: [1_000_006, 1_000_005, 1_000_004],
        sales: { count: 2, amountMinor: 25_800 },
        refunds: { count: 1, amountMinor: 900 },
      },
    },
  );
};

const addBad = (preset: ForeignPreset): void => {
  const sale = saleOf(preset);
  const privately = privateField(preset);
  const bad = (
    name: string,
    fields: ForeignFields,
    field: string,
    { mti = '0200', code = 'field_invalid', key = {} } = {},
  ): void => add(name, preset, mti, fields, { refused: { code, field }, key: { ...KEY, ...key } });
  const own = (...parts: readonly Buffer[]): ForeignFields => ({
    ...sale,
    [privately]: objects(foreignObject('01', IDENTIFIER), ...parts),
  });
  bad('neither sale nor refund', { ...sale, 3: '310000' }, 'DE 3');
  bad('no processing code', without(sale, 3), 'DE 3');
  bad('no amount', without(sale, 4), 'DE 4');
  bad('an amount that is not the sum of the items', { ...sale, 4: digits(12_901, 12) }, 'DE 4');
  bad('no entry mode', without(sale, 22), 'DE 22');
  bad('a magnetic stripe', { ...sale, 22: '021' }, 'DE 22');
  bad('no currency', without(sale, 49), 'DE 49');
  bad('currency zero', { ...sale, 49: '000' }, 'DE 49');
  if (preset === 'cup-pos') {
    bad('a currency in letters', { ...sale, 49: 'CNY' }, 'DE 49');
  }
  bad('an identifier in two places', { ...sale, 2: '7000000000000000042' }, 'DE 2');
  bad('no identifier', { ...sale, [privately]: item(1, 12_900, 'LIP-01') }, 'DE 2');
  bad(
    'an empty identifier',
    { ...sale, [privately]: objects(foreignObject('01', ''), item(1, 12_900, 'LIP-01')) },
    `DE ${privately}`,
  );
  bad('no items', own(), `DE ${privately}`);
  bad(
    'nothing of our own at all',
    { ...without(sale, privately), 2: '7000000000000000042' },
    `DE ${privately}`,
  );
  bad('a sku twice', own(item(1, 6_450, 'LIP-01'), item(1, 6_450, 'LIP-01')), `DE ${privately}`);
  bad(
    '21 items',
    own(...Array.from({ length: 21 }, (_, n) => item(1, 0, `S${n}`)), item(1, 12_900, 'X')),
    `DE ${privately}`,
  );
  bad(
    'a quantity of zero',
    own(item(0, 12_900, 'LIP-01'), item(1, 12_900, 'X')),
    `DE ${privately}`,
  );
  bad('a sku of 25 bytes', own(item(1, 12_900, 'X'.repeat(25))), `DE ${privately}`);
  bad(
    'an item without a sku',
    own(foreignObject('02', `0001${digits(12_900, 12)}`)),
    `DE ${privately}`,
  );
  const one = item(1, 12_900, 'LIP-01');
  bad('a deadline over a minute', own(one, foreignObject('06', '60001')), `DE ${privately}`);
  bad('a deadline that is no number', own(one, foreignObject('06', '2e4')), `DE ${privately}`);
  bad('an empty promotion code', own(one, foreignObject('03', '')), `DE ${privately}`);
  bad(
    'a second factor of 65 bytes',
    own(one, foreignObject('04', '1'.repeat(65))),
    `DE ${privately}`,
  );
  bad(
    'an object twice',
    own(one, foreignObject('03', 'A'), foreignObject('03', 'B')),
    `DE ${privately}`,
  );
  bad('an object that nobody knows', own(one, foreignObject('89', 'A')), `DE ${privately}`);
  bad('an object that is cut off', own(one, Buffer.from('03009ABC')), `DE ${privately}`);
  bad('an object with a wrong head', own(one, Buffer.from('03 09ABCDEFGHI')), `DE ${privately}`);
  bad(
    'text in another character set',
    own(one, foreignObject('03', Buffer.from([0xff, 0xff]))),
    `DE ${privately}`,
  );
  bad('a moment that is none', { ...sale, 7: '0230120000' }, 'DE 7');
  bad('a stored sale without its time', sale, 'DE 7', { mti: '0220' });
  bad('track 2', { ...sale, 35: '6200000000000000=2512' }, 'DE 35', {
    code: 'card_number_refused',
  });
  const named = { ...base(preset), 61: original(preset, BATCH, 3) };
  bad('a refund that names no payment', { ...base(preset), 3: '200000' }, 'DE 61');
  bad('a confirmation of nothing', { ...named, 4: digits(0, 12) }, 'DE 4', { mti: '0220' });
  bad('a refund of nothing', { ...named, 3: '200000', 4: digits(0, 12) }, 'DE 4');
  bad(
    'a reversal for an unknown reason of its own',
    { ...base(preset), [privately]: foreignObject('09', '5') },
    `DE ${privately}`,
    { mti: '0400', key: { keyVersion: 129 } },
  );
  const close = preset === 'cup-pos' ? { ...base(preset), 48: digits(0, 31) } : base(preset);
  bad(
    'a batch of 1001 numbers',
    { ...close, 11: '001002', [privately]: foreignObject('10', '000001') },
    `DE ${privately}`,
    { mti: '0500', key: { sequence: 1_001_002 } },
  );
  bad(
    'a batch from no number on',
    { ...close, [privately]: foreignObject('10', '000000') },
    `DE ${privately}`,
    { mti: '0500' },
  );
  if (preset === 'cup-pos') {
    bad('totals that are cut off', { ...base(preset), 48: digits(0, 30) }, 'DE 48', {
      mti: '0500',
    });
  }
};

/** Frames that cannot be a request: K cannot be read, or the bytes break the table. */
const addMalformed = (preset: ForeignPreset): void => {
  const isText = preset === 'iso87-ascii';
  const bad = (name: string, message: Buffer, field: string, code = 'frame_malformed'): void => {
    vectors.push({
      name: `${preset}: ${name}`,
      preset,
      length: 'binary',
      kind: 'other',
      hex: wire(preset, message),
      refused: { code, field },
    });
  };
  const signed = (mti: string, fields: ForeignFields): Buffer =>
    foreignSigned(preset, mti, fields, foreignKey.request(KEYS, preset));
  const sale = saleOf(preset);
  for (const [field, name] of [
    [41, 'terminal'],
    [11, 'number'],
    [60, 'batch'],
  ] as const) {
    bad(`no ${name}`, signed('0200', without(sale, field)), `DE ${field}`, 'field_invalid');
  }
  bad(
    'a terminal with letters',
    signed('0200', { ...sale, 41: 'KIOSK001' }),
    'DE 41',
    'field_invalid',
  );
  bad('terminal zero', signed('0200', { ...sale, 41: '00000000' }), 'DE 41', 'field_invalid');
  bad('number zero', signed('0200', { ...sale, 11: '000000' }), 'DE 11', 'field_invalid');
  bad(
    'key version 128',
    signed('0200', { ...sale, 53: digits(128, 16) }),
    'DE 53',
    'field_invalid',
  );
  bad(
    'a batch of five digits',
    signed('0200', { ...sale, 60: preset === 'cup-pos' ? '2200001' : '00001' }),
    'DE 60',
    'field_invalid',
  );
  bad('a message type that is not served', signed('0300', sale), 'MTI');
  bad('an answer', signed('0210', sale), 'MTI');
  bad('an issuer of repeats', signed('0202', sale), 'MTI');
  const form = isText ? 'latin1' : 'hex';
  const plain = foreignMessage(preset, '0200', base(preset));
  const bytesOf = (written: string): Buffer => Buffer.from(written, form);
  /** Written as digits in the form of the preset, over what is at `offset`. */
  const change = (offset: number, written: string): Buffer => {
    const copy = Buffer.from(plain);
    copy.set(bytesOf(written), offset);
    return copy;
  };
  bad('bytes behind the end', Buffer.concat([plain, bytesOf('00')]), 'message');
  bad('a value that is cut off', plain.subarray(0, -1), 'DE 60');
  bad('a digit that is none', change(plain.indexOf(bytesOf('000007')), 'A0'), 'DE 11');
  bad('class 9', change(0, '09'), 'MTI');
  bad('version 1993', change(0, '12'), 'message');
  const bitmapAt = bytesOf('0200').length;
  const long = change(bitmapAt, 'A0').subarray(0, bitmapAt + bytesOf('0'.repeat(16)).length);
  const zeros = '0'.repeat(14);
  bad('a second bitmap that is empty', Buffer.concat([long, bytesOf(`00${zeros}`)]), 'bitmap');
  bad('a third bitmap', Buffer.concat([long, bytesOf(`80${zeros}`)]), 'bitmap');
  bad('a second bitmap that is cut off', Buffer.concat([long, bytesOf('0000')]), 'bitmap');
  if (preset === 'cup-pos') {
    bad('a pad that is not zero', Buffer.concat([plain.subarray(0, -1), bytesOf('0F')]), 'DE 60');
  }
  if (isText) {
    bad('a bitmap in lower case', change(bitmapAt, 'a0'), 'bitmap');
  }
};

const addLink = (preset: ForeignPreset): void => {
  const up = foreignKey.up(KEYS);
  const link = (
    name: string,
    mti: string,
    fields: ForeignFields,
    more: Readonly<Record<string, unknown>>,
  ): void => {
    vectors.push({
      name: `${preset}: ${name}`,
      preset,
      length: 'binary',
      kind: 'hello',
      hex: wire(preset, foreignSigned(preset, mti, fields, up)),
      mti,
      key: { terminal: 1001, keyVersion: 1, sequence: STAN },
      ...more,
    });
  };
  const code = (value: string): ForeignFields =>
    preset === 'cup-pos'
      ? { ...without(base(preset), 60), 60: batchOf(preset, BATCH, value) }
      : { ...base(preset), 70: value };
  const own = privateField(preset);
  link('a sign-on', '0800', code('001'), { hello: {} });
  link(
    'a sign-on that tells locale and clock',
    '0800',
    { ...code('001'), 7: '0921141323', [own]: foreignObject('07', 'zh-CN') },
    {
      hello: { locale: 'zh-CN', clockOffsetS: 3 },
    },
  );
  link('an echo', '0800', code('301'), { kind: 'ping' });
  link('a sign-off', '0820', code('002'), { kind: 'ping' });
  link(
    'a sign-on with a moment that is none',
    '0800',
    { ...code('001'), 7: '1301000000' },
    { refusedHello: 'DE 7' },
  );
  link(
    'a sign-on with an empty locale',
    '0800',
    { ...code('001'), [own]: foreignObject('07', '') },
    { refusedHello: `DE ${own}` },
  );
  link(
    'a sign-on with an object that nobody knows',
    '0801',
    { ...code('001'), [own]: foreignObject('88', 'A') },
    { refusedHello: `DE ${own}` },
  );
};

const addReplies = (preset: ForeignPreset): void => {
  const requestKey = foreignKey.request(KEYS, preset);
  const own = privateField(preset);
  const reply = (
    name: string,
    [mti, fields]: readonly [string, ForeignFields],
    given: Readonly<Record<string, unknown>>,
    changes: ForeignFields,
  ): void => {
    const request = foreignSigned(preset, mti, fields, requestKey);
    const echoed = [3, 4, 7, 11, 24, 25, 32, 33, 41, 42, 49, 53, 60];
    const answer = {
      ...Object.fromEntries(
        Object.entries(fields).filter(([field]) => echoed.includes(Number(field))),
      ),
      37: digits(SEQUENCE, 12),
      ...changes,
    };
    const swap: Readonly<Record<ForeignPreset, { tpdu?: string; header?: string }>> = {
      'iso87-binary': {},
      'iso87-ascii': { tpdu: '6000000003' },
      'cup-pos': { tpdu: '6000340012', header: '603100310001' },
    };
    const message = foreignSigned(
      preset,
      `${mti.slice(0, 2)}${Number(mti[2]) + 1}0`,
      answer,
      foreignKey.reply(KEYS, preset),
      foreignBinding(preset, request, requestKey),
    );
    vectors.push({
      name: `${preset}: ${name}`,
      preset,
      length: 'binary',
      kind: 'reply',
      hex: foreignFrame(message, swap[preset]).toString('hex'),
      request: wire(preset, request),
      reply: given,
    });
  };
  const at = { 12: '141320', 13: '0921' };
  const sale: readonly [string, ForeignFields] = [
    '0200',
    { ...saleOf(preset), 7: '0921141319', 24: '012' },
  ];
  const approved = {
    code: 'approved',
    authorisation: 'A1B2C3',
    serverTimeS: NOW_S,
    amountMinor: 12_900,
  };
  reply('the answer to a sale', sale, approved, {
    ...at,
    38: 'A1B2C3',
    39: '00',
    [own]: foreignObject('20', '000'),
  });
  reply('the same answer to its repeat', ['0201', sale[1]], approved, {
    ...at,
    38: 'A1B2C3',
    39: '00',
    [own]: foreignObject('20', '000'),
  });
  reply(
    'the answer to a hold, with words',
    ['0100', saleOf(preset)],
    {
      ...approved,
      text: 'Thank you',
      maskedName: 'K**',
      holdExpiresInS: 300,
    },
    {
      ...at,
      38: 'A1B2C3',
      39: '00',
      44: 'Thank you',
      [own]: objects(
        foreignObject('20', '000'),
        foreignObject('22', 'K**'),
        foreignObject('23', '300'),
      ),
    },
  );
  reply(
    'closed until',
    sale,
    {
      code: 'sale_window_closed',
      serverTimeS: NOW_S,
      detail: 1_790_003_600,
      text: 'Not on sale now',
    },
    {
      ...at,
      39: '57',
      44: 'O1790003600',
      [own]: objects(foreignObject('20', '009'), foreignObject('21', 'Not on sale now')),
    },
  );
  reply(
    'another price',
    sale,
    { code: 'price_changed', serverTimeS: NOW_S, detail: 13_900 },
    {
      ...at,
      39: '13',
      44: 'P000000013900',
      [own]: foreignObject('20', '012'),
    },
  );
  reply(
    'a field at fault',
    sale,
    { code: 'field_invalid', serverTimeS: NOW_S, field: 'DE 22' },
    {
      ...at,
      39: '30',
      44: 'DE 22',
      [own]: foreignObject('20', '070'),
    },
  );
  reply(
    'not decided',
    ['0400', base(preset)],
    { code: 'outcome_unknown', retryAfterMs: 2_000, text: '' },
    {
      39: '91',
      [own]: objects(foreignObject('20', '131'), foreignObject('24', '2000')),
    },
  );
  const line = preset === 'cup-pos' ? '感谢您的购买，欢迎再次光临本店' : '감사합니다 감사합니다';
  const lineBytes =
    preset === 'cup-pos'
      ? Buffer.from('b8d0d0bbc4fab5c4b9bac2f2a3acbbb6d3add4d9b4ceb9e2c1d9b1beb5ea', 'hex')
      : Buffer.from(line, 'utf8');
  reply(
    'words too long for DE 44',
    sale,
    { ...approved, text: line },
    {
      ...at,
      38: 'A1B2C3',
      39: '00',
      [own]: objects(foreignObject('20', '000'), foreignObject('21', lineBytes)),
    },
  );
  reply(
    'what became of a payment',
    ['0600', { ...base(preset), 3: '380000' }],
    {
      code: 'approved',
      serverTimeS: NOW_S,
      state: 'declined',
      paymentCode: 'insufficient_funds',
    },
    {
      ...at,
      39: '00',
      [own]: objects(
        foreignObject('20', '000'),
        foreignObject('25', '6'),
        foreignObject('26', '006'),
      ),
    },
  );
  for (const matches of [true, false]) {
    const verdict = matches ? '1' : '2';
    const totals = `${digits(25_800, 12)}002${digits(900, 12)}001`;
    reply(
      matches ? 'a batch that agrees' : 'a batch that does not agree',
      ['0500', base(preset)],
      {
        code: 'approved',
        serverTimeS: NOW_S,
        reconciliation: {
          matches,
          sales: { count: 2, amountMinor: 25_800 },
          refunds: { count: 1, amountMinor: 900 },
        },
      },
      {
        ...at,
        39: '00',
        [own]: foreignObject('20', '000'),
        ...(preset === 'cup-pos'
          ? { 48: `${totals}${verdict}${digits(0, 30)}1` }
          : {
              66: verdict,
              74: digits(1, 10),
              76: digits(2, 10),
              86: digits(900, 16),
              88: digits(25_800, 16),
            }),
      },
    );
  }
};

for (const preset of PRESETS) {
  addGood(preset);
  addBad(preset);
  addMalformed(preset);
  addLink(preset);
  addReplies(preset);
}
/** Whatever the length is written as, the message is the same. */
for (const length of ['binary-inclusive', 'bcd', 'ascii'] as const) {
  const message = foreignSigned(
    'iso87-binary',
    '0200',
    saleOf('iso87-binary'),
    foreignKey.request(KEYS, 'iso87-binary'),
  );
  vectors.push({
    name: `iso87-binary: a sale with a length ${length}`,
    preset: 'iso87-binary',
    length,
    kind: 'request',
    hex: foreignFrame(message, { length }).toString('hex'),
    mti: '0200',
    key: { terminal: 1001, keyVersion: 1, sequence: SEQUENCE },
    op: 'pay',
    request: PAY,
  });
}

const target = new URL('../vectors/iso8583.json', import.meta.url);
const header = { nowS: NOW_S, linkKey: LINK_KEY, messageKey: MESSAGE_KEY };
writeFileSync(
  target,
  `{\n${Object.entries(header)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`)
    .join(
      '',
    )}  "vectors": [\n${vectors.map((vector) => `    ${JSON.stringify(vector)}`).join(',\n')}\n  ]\n}\n`,
);
console.log(`${vectors.length} vectors`);
