/**
 * Writes test/vectors/cp1.json: `node test/support/make-cp1-vectors.ts`. Built on node:crypto and CBOR put together by
 * hand, from the page of the protocol alone: nothing of protocol/ is used, so that the vectors can contradict it.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const TERMINAL = 1001;
const KEY_VERSION = 1;
const LINK_MASTER = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const MESSAGE_MASTER = Buffer.from(Array.from({ length: 32 }, (_, index) => 32 + index));
const OUT = new URL('../vectors/cp1.json', import.meta.url);

const suffix = Buffer.alloc(5);
suffix.writeUInt32BE(TERMINAL, 0);
suffix[4] = KEY_VERSION;
const derive = (master: Buffer, label: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, '', Buffer.concat([Buffer.from(label), suffix]), 32));
const hmac = (key: Buffer, data: Buffer | string): Buffer =>
  createHmac('sha256', key).update(data).digest();

const linkKey = derive(LINK_MASTER, 'cp1 link');
const messageKey = derive(MESSAGE_MASTER, 'cp1 message');
const KEYS = {
  up: hmac(linkKey, 'cp1 link up'),
  down: hmac(linkKey, 'cp1 link down'),
  request: hmac(messageKey, 'cp1 request'),
  reply: hmac(messageKey, 'cp1 reply'),
};
type KeyName = keyof typeof KEYS | 'none';

// CBOR by hand.
const head = (major: number, n: number): Buffer => {
  if (n < 24) {
    return Buffer.from([(major << 5) | n]);
  }
  if (n < 256) {
    return Buffer.from([(major << 5) | 24, n]);
  }
  if (n < 65536) {
    return Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  }
  if (n < 2 ** 32) {
    const four = Buffer.alloc(5, (major << 5) | 26);
    four.writeUInt32BE(n, 1);
    return four;
  }
  const eight = Buffer.alloc(9, (major << 5) | 27);
  eight.writeBigUInt64BE(BigInt(n), 1);
  return eight;
};
const u = (n: number): Buffer => head(0, n);
const neg = (n: number): Buffer => head(1, -1 - n);
const t = (text: string): Buffer =>
  Buffer.concat([head(3, Buffer.byteLength(text)), Buffer.from(text)]);
const b = (hex: string): Buffer => Buffer.concat([head(2, hex.length / 2), raw(hex)]);
const a = (...values: Buffer[]): Buffer => Buffer.concat([head(4, values.length), ...values]);
const raw = (hex: string): Buffer => Buffer.from(hex, 'hex');
const m = (fields: Record<number, Buffer>): Buffer => {
  const keys = Object.keys(fields).map(Number);
  return Buffer.concat([
    head(5, keys.length),
    ...keys.flatMap((key) => [u(key), fields[key] as Buffer]),
  ]);
};

interface Sent {
  readonly type: number;
  readonly body: Buffer;
  readonly key: KeyName;
  readonly flags?: number;
  readonly sequence?: number;
  readonly nobody?: boolean;
}

const frameOf = ({ type, body, key, flags = 0, sequence = 0, nobody = false }: Sent): Buffer => {
  const header = Buffer.alloc(14);
  header[0] = 0xc5;
  header[1] = 0x10 | flags;
  header.writeUInt16BE(18 + body.length, 2);
  header[4] = type;
  header.writeUInt32BE(nobody ? 0 : TERMINAL, 5);
  header[9] = nobody ? 0 : KEY_VERSION;
  header.writeUInt32BE(sequence, 10);
  const signed = Buffer.concat([header, body]);
  const tag = key === 'none' ? Buffer.alloc(8) : hmac(KEYS[key], signed).subarray(0, 8);
  return Buffer.concat([signed, tag]);
};

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly key: KeyName;
  /** `request`, `reply`, a link frame's name, or `framing` where no frame can be cut. */
  readonly kind: string;
  /** Fields of a good frame; bytes as `{ "hex": … }`. */
  readonly fields?: unknown;
  /** Number of the code that a bad one is refused with. */
  readonly refused?: number;
  /** Whether encoding the fields gives the same bytes: not where extensions were passed over. */
  readonly oneWay?: boolean;
  /** Key 0 of its reply. */
  readonly requestTag?: string;
}
const vectors: Vector[] = [];
const good = (name: string, kind: string, sent: Sent, fields: unknown, more: object = {}): void => {
  vectors.push({ name, kind, key: sent.key, hex: frameOf(sent).toString('hex'), fields, ...more });
};
const bad = (name: string, kind: string, sent: Sent, refused: number): void => {
  vectors.push({ name, kind, key: sent.key, hex: frameOf(sent).toString('hex'), refused });
};
const bytes = (hex: string): object => ({ hex });

// --- Link frames
const NONCE = '0102030405060708';
const helloBody = { 1: b(NONCE), 2: t('1.0'), 3: t('SIM800'), 4: u(20), 5: u(0), 6: t('ko-KR') };
const hello = {
  nonce: bytes(NONCE),
  firmware: '1.0',
  modem: 'SIM800',
  signal: 20,
  mode: 'session',
  locale: 'ko-KR',
};
const up = (type: number, body: Buffer, sequence = 0): Sent => ({
  type,
  body,
  key: 'up',
  sequence,
});
const down = (type: number, body: Buffer, sequence = 0): Sent => ({
  type,
  body,
  key: 'down',
  sequence,
});
good('HELLO of the worked example', 'hello', up(1, m(helloBody)), hello);
good(
  'HELLO on demand with a negative clock offset and unknown signal',
  'hello',
  up(1, m({ ...helloBody, 4: u(99), 5: u(1), 7: neg(-3600) }), 41),
  { ...hello, signal: 99, mode: 'on_demand', clockOffsetS: -3600 },
);
bad(
  'HELLO with a nonce of 7 bytes',
  'hello',
  up(1, m({ ...helloBody, 1: b('01020304050607') })),
  70,
);
bad('HELLO with a signal between 31 and 99', 'hello', up(1, m({ ...helloBody, 4: u(32) })), 70);
bad(
  'HELLO without a locale',
  'hello',
  up(1, m({ 1: b(NONCE), 2: t('1'), 3: t('M'), 4: u(1), 5: u(0) })),
  70,
);
bad('HELLO with an unknown key', 'hello', up(1, m({ ...helloBody, 8: u(0) })), 64);
good(
  'WELCOME',
  'welcome',
  down(0x81, m({ 1: b(NONCE), 2: u(1790000000), 3: u(300), 4: u(0), 5: u(1024) })),
  {
    nonce: bytes(NONCE),
    serverTimeS: 1790000000,
    heartbeatS: 300,
    mode: 'session',
    frameBytesMax: 1024,
  },
);
bad(
  'WELCOME without the nonce',
  'welcome',
  down(0x81, m({ 2: u(1), 3: u(300), 4: u(0), 5: u(1024) })),
  70,
);
good('PING', 'ping', up(7, Buffer.alloc(0), 7), null);
good('PONG', 'pong', down(0x87, Buffer.alloc(0), 7), null);
good('PING with a map of extensions only', 'ping', up(7, m({ 64: u(1) }), 7), null, {
  oneWay: true,
});
bad('PING with a field', 'ping', up(7, m({ 1: u(1) }), 7), 64);
good('BUSY', 'busy', down(0x8e, m({ 1: u(2000), 2: u(7) }), 7), {
  retryAfterMs: 2000,
  sequence: 7,
});
bad('BUSY without a sequence number', 'busy', down(0x8e, m({ 1: u(2000) }), 7), 70);
good('GOAWAY', 'goaway', down(0x8f, m({ 1: u(15000) }), 7), { reconnectAfterMs: 15000 });
bad('GOAWAY that is empty', 'goaway', down(0x8f, Buffer.alloc(0), 7), 64);

/** Codes: number to name, copied from section 7 of the protocol page by hand. */
const CODES: Record<number, string> = {
  0: 'approved',
  1: 'identifier_unknown',
  2: 'identifier_ambiguous',
  3: 'identifier_expired',
  4: 'identifier_used',
  5: 'user_blocked',
  6: 'insufficient_funds',
  7: 'limit_exceeded',
  8: 'frequency_exceeded',
  9: 'sale_window_closed',
  10: 'region_not_allowed',
  11: 'sold_out',
  12: 'price_changed',
  13: 'currency_not_allowed',
  14: 'already_voided',
  15: 'original_not_found',
  16: 'not_permitted',
  17: 'too_late',
  18: 'merchant_closed',
  19: 'promotion_invalid',
  20: 'second_factor_required',
  64: 'frame_malformed',
  65: 'version_unsupported',
  66: 'mac_invalid',
  67: 'terminal_unknown',
  68: 'terminal_suspended',
  69: 'key_version_retired',
  70: 'field_invalid',
  71: 'conflict',
  72: 'sequence_too_old',
  73: 'card_number_refused',
  128: 'busy',
  129: 'in_progress',
  130: 'provider_unreachable',
  131: 'outcome_unknown',
  132: 'draining',
  192: 'internal',
};
good(
  'FAULT before HELLO: zero tag, nobody',
  'fault',
  { type: 0x8d, body: m({ 1: u(66) }), key: 'none', nobody: true },
  { code: 'mac_invalid' },
);
for (const code of [64, 65]) {
  good(
    `FAULT ${code} before HELLO`,
    'fault',
    { type: 0x8d, body: m({ 1: u(code) }), key: 'none', nobody: true },
    { code: CODES[code] },
  );
}
for (const code of [64, 65, 66, 67, 68, 69]) {
  good(
    `FAULT ${code}, signed, about a request`,
    'fault',
    down(0x8d, m({ 1: u(code), 2: u(7) }), 7),
    { code: CODES[code], sequence: 7 },
  );
}
bad('FAULT without a code', 'fault', down(0x8d, m({ 2: u(7) }), 7), 70);

// --- PAY
const item = a(t('LIP-01'), u(1), u(12900));
const payBody = {
  1: t('70000000000000000042'),
  2: u(3),
  3: u(12900),
  4: u(410),
  5: a(item),
  6: u(20000),
  7: u(0),
};
const pay = {
  op: 'pay',
  identifier: '70000000000000000042',
  entryMode: 3,
  amountMinor: 12900,
  currency: 410,
  items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 12900 }],
  deadlineMs: 20000,
  mode: 'sale',
};
const request = (type: number, body: Buffer, flags = 0, sequence = 7): Sent => ({
  type,
  body,
  flags,
  sequence,
  key: 'request',
});
const payTag = frameOf(request(2, m(payBody)))
  .subarray(-8)
  .toString('hex');
good('PAY of the worked example', 'request', request(2, m(payBody)), pay, { requestTag: payTag });
good('the same PAY with REPEAT', 'request', request(2, m(payBody), 1), pay, { requestTag: payTag });
good(
  'PAY stored, held, of two products, with every optional field',
  'request',
  request(
    2,
    m({
      ...payBody,
      2: u(7),
      3: u(27798),
      5: a(a(t('크림-02'), u(2), u(7449)), item),
      6: u(1),
      7: u(1),
      8: u(1789990000),
      9: u(42),
      10: t('SPRING'),
      11: t('1234'),
    }),
    2,
  ),
  {
    ...pay,
    entryMode: 7,
    amountMinor: 27798,
    deadlineMs: 1,
    mode: 'hold',
    items: [
      { sku: '크림-02', quantity: 2, unitPriceMinor: 7449 },
      { sku: 'LIP-01', quantity: 1, unitPriceMinor: 12900 },
    ],
    deviceTimeS: 1789990000,
    catalogueVersion: 42,
    promotionCode: 'SPRING',
    secondFactor: '1234',
  },
);
const many = (count: number): Buffer =>
  a(...Array.from({ length: count }, (_, index) => a(t(`SKU-${index}`), u(1), u(100))));
good(
  'PAY of 20 products, the most',
  'request',
  request(2, m({ ...payBody, 3: u(2000), 5: many(20) })),
  {
    ...pay,
    amountMinor: 2000,
    items: Array.from({ length: 20 }, (_, index) => ({
      sku: `SKU-${index}`,
      quantity: 1,
      unitPriceMinor: 100,
    })),
  },
);
good(
  'PAY with extensions, which are passed over',
  'request',
  request(
    2,
    m({ ...payBody, 64: a(u(1), a(t('x'), raw('f5'))), 70000: raw('f6'), 4294967296: neg(-1) }),
  ),
  pay,
  { oneWay: true },
);
const change = (fields: Record<number, Buffer>): Buffer => m({ ...payBody, ...fields });
const without = (key: number): Buffer =>
  m(Object.fromEntries(Object.entries(payBody).filter(([name]) => Number(name) !== key)));
const tail = m(payBody).subarray(1);
const fieldErrors: readonly (readonly [string, Buffer])[] = [
  ['an amount that is not the sum', change({ 3: u(12901) })],
  ['21 products', change({ 3: u(2100), 5: many(21) })],
  ['no product', change({ 3: u(0), 5: a() })],
  ['one sku twice', change({ 3: u(25800), 5: a(item, item) })],
  ['a sku of 25 bytes', change({ 5: a(a(t('x'.repeat(25)), u(1), u(12900))) })],
  ['an empty sku', change({ 5: a(a(t(''), u(1), u(12900))) })],
  ['quantity 0', change({ 3: u(0), 5: a(a(t('LIP-01'), u(0), u(12900))) })],
  ['quantity 10000', change({ 3: u(10000), 5: a(a(t('LIP-01'), u(10000), u(1))) })],
  ['an item of two elements', change({ 5: a(a(t('LIP-01'), u(1))) })],
  ['an item that is a number', change({ 5: a(u(1)) })],
  ['deadline 0', change({ 6: u(0) })],
  ['deadline 60001', change({ 6: u(60001) })],
  ['entry mode 2', change({ 2: u(2) })],
  ['entry mode 9', change({ 2: u(9) })],
  ['an empty identifier', change({ 1: t('') })],
  ['an identifier of 513 bytes', change({ 1: t('7'.repeat(513)) })],
  ['an identifier that is a number', change({ 1: u(7) })],
  ['mode 2', change({ 7: u(2) })],
  ['currency 0', change({ 4: u(0) })],
  ['currency 1000', change({ 4: u(1000) })],
  ['a negative amount', change({ 3: neg(-1) })],
  ['an amount beyond 2^53', change({ 3: u(2 ** 60) })],
  ['an empty promotion code', change({ 10: t('') })],
  ['a second factor of 65 bytes', change({ 11: t('1'.repeat(65)) })],
  ...[1, 2, 3, 4, 5, 6, 7].map((key) => [`key ${key} missing`, without(key)] as const),
];
for (const [what, body] of fieldErrors) {
  bad(`PAY with ${what}`, 'request', request(2, body), 70);
}
bad('PAY stored without a device time', 'request', request(2, m(payBody), 2), 70);
const structureErrors: readonly (readonly [string, Buffer])[] = [
  ['an unknown key below 64', change({ 12: u(0) })],
  ['an unknown key, which outranks a wrong amount', change({ 3: u(1), 63: u(0) })],
  ['key 1 twice', Buffer.concat([raw('a801'), t('1'), tail])],
  ['keys out of order', Buffer.concat([raw('a8'), tail, raw('0600')])],
  ['a negative key', Buffer.concat([raw('a82000'), tail])],
  ['a text key', Buffer.concat([raw('a8617800'), tail])],
  ['a byte after the map', Buffer.concat([m(payBody), raw('00')])],
  ['a map that ends early', m(payBody).subarray(0, -1)],
  ['an array for a body', a(u(1))],
  ['no body', Buffer.alloc(0)],
  ['a number one byte too long', change({ 2: raw('1803') })],
  ['a number two bytes too long', change({ 2: raw('190003') })],
  ['a number four bytes too long', change({ 3: raw('1a00003264') })],
  ['a number eight bytes too long', change({ 3: raw('1b0000000000003264') })],
  ['a length too long', change({ 1: raw('780137') })],
  ['text that is not UTF-8', change({ 1: raw('62c3c3') })],
  ['text with a surrogate', change({ 1: raw('63eda080') })],
  ['a tag', change({ 3: raw('c1193264') })],
  ['a float', change({ 3: raw('f90000') })],
  ['undefined', change({ 64: raw('f7') })],
  ['simple value 32', change({ 64: raw('f820') })],
  ['an indefinite array', change({ 5: Buffer.concat([raw('9f'), item, raw('ff')]) })],
  ['an extension nested four deep', change({ 64: a(a(a())) })],
  ['an extension with a key twice', change({ 64: raw('a201000100') })],
  ['a text that claims 4 GiB', change({ 64: raw('7affffffff') })],
  ['an array that claims 2^64 elements', change({ 64: raw('9bffffffffffffffff') })],
  ['a reserved head', change({ 64: raw('1c') })],
];
for (const [what, body] of structureErrors) {
  bad(`PAY with ${what}`, 'request', request(2, body), 64);
}

// --- CONFIRM, REVERSE, STATUS, REFUND, CATALOGUE
const about = (fields: object): object => ({ paymentSequence: 6, ...fields });
good('CONFIRM', 'request', request(3, m({ 1: u(6) })), { op: 'confirm', ...about({}) });
good('CONFIRM in part', 'request', request(3, m({ 1: u(6), 2: u(100), 3: u(0) })), {
  op: 'confirm',
  ...about({ amountMinor: 100, paymentKeyVersion: 0 }),
});
good('REVERSE', 'request', request(4, m({ 1: u(6), 2: u(1) })), {
  op: 'reverse',
  ...about({ reason: 1 }),
});
good(
  'REVERSE across key versions, of a higher number',
  'request',
  request(4, m({ 1: u(9), 2: u(4), 3: u(0) })),
  {
    op: 'reverse',
    paymentSequence: 9,
    paymentKeyVersion: 0,
    reason: 4,
  },
);
good('STATUS', 'request', request(5, m({ 1: u(6) })), { op: 'status', ...about({}) });
good('REFUND of all that is left', 'request', request(6, m({ 1: u(6) })), {
  op: 'refund',
  ...about({}),
});
good('REFUND in part', 'request', request(6, m({ 1: u(6), 2: u(500) })), {
  op: 'refund',
  ...about({ amountMinor: 500 }),
});
good('CATALOGUE from the start', 'request', request(8, m({ 1: u(0) })), {
  op: 'catalogue',
  knownVersion: 0,
});
good('CATALOGUE, a further page', 'request', request(8, m({ 1: u(3), 2: b('ff00') })), {
  op: 'catalogue',
  knownVersion: 3,
  cursor: bytes('ff00'),
});
bad('REVERSE of itself', 'request', request(4, m({ 1: u(7), 2: u(1) })), 70);
bad(
  'REVERSE of itself, its key version spelt out',
  'request',
  request(4, m({ 1: u(7), 2: u(1), 3: u(1) })),
  70,
);
bad('REVERSE for reason 5', 'request', request(4, m({ 1: u(6), 2: u(5) })), 70);
bad('REVERSE without a reason', 'request', request(4, m({ 1: u(6) })), 70);
bad('CONFIRM of amount 0', 'request', request(3, m({ 1: u(6), 2: u(0) })), 70);
bad('CONFIRM about nothing', 'request', request(3, m({ 2: u(1) })), 70);
bad('CONFIRM with STORED', 'request', request(3, m({ 1: u(6) }), 2), 70);
bad('CONFIRM with key 4', 'request', request(3, m({ 1: u(6), 4: u(1) })), 64);
bad('STATUS with key 2', 'request', request(5, m({ 1: u(6), 2: u(1) })), 64);
bad('STATUS about key version 256', 'request', request(5, m({ 1: u(6), 3: u(256) })), 70);
bad('CATALOGUE without a version', 'request', request(8, m({ 2: b('00') })), 70);
bad(
  'CATALOGUE with a cursor of 33 bytes',
  'request',
  request(8, m({ 1: u(0), 2: b('00'.repeat(33)) })),
  70,
);
bad('CATALOGUE with key 3', 'request', request(8, m({ 1: u(0), 3: u(0) })), 64);
bad('a request of type 9', 'request', request(9, m({ 1: u(6) })), 64);

// --- Replies
const reply = (type: number, body: Buffer, sequence = 7): Sent => ({
  type,
  body,
  key: 'reply',
  sequence,
});
const tagged = (code: number, fields: Record<number, Buffer> = {}): Buffer =>
  m({ 0: b(payTag), 1: u(code), ...fields });
const answer = (code: number, fields: object = {}): object => ({
  requestTag: bytes(payTag),
  code: CODES[code],
  ...fields,
});
good(
  'reply of the worked example',
  'reply',
  reply(0x82, tagged(0, { 2: t('A1B2C3'), 3: u(1790000000), 4: u(12900) })),
  answer(0, { authorisation: 'A1B2C3', serverTimeS: 1790000000, amountMinor: 12900 }),
);
for (const code of Object.keys(CODES).map(Number)) {
  good(
    `PAY answered ${code}`,
    'reply',
    reply(0x82, tagged(code, { 3: u(1790000000) })),
    answer(code, { serverTimeS: 1790000000 }),
  );
}
good(
  'PAY reply with every field',
  'reply',
  reply(
    0x82,
    tagged(0, {
      2: t('000001'),
      3: u(1),
      4: u(5),
      5: u(900),
      6: u(100),
      7: t('감사합니다'),
      8: t('김*'),
      9: u(1790003600),
    }),
  ),
  answer(0, {
    authorisation: '000001',
    serverTimeS: 1,
    amountMinor: 5,
    holdExpiresInS: 900,
    retryAfterMs: 100,
    text: '감사합니다',
    maskedName: '김*',
    detail: 1790003600,
  }),
);
good('CONFIRM reply', 'reply', reply(0x83, tagged(0)), answer(0));
good('REVERSE reply', 'reply', reply(0x84, tagged(0, { 3: u(2) })), answer(0, { serverTimeS: 2 }));
const STATES = [
  'not_found',
  'in_progress',
  'held',
  'posted',
  'voided',
  'expired',
  'declined',
  'partly_refunded',
  'refunded',
];
STATES.forEach((state, number) => {
  good(
    `STATUS reply: ${state}`,
    'reply',
    reply(0x85, tagged(0, { 13: u(number) })),
    answer(0, { state }),
  );
});
good(
  'STATUS reply of a declined PAY',
  'reply',
  reply(0x85, tagged(0, { 2: t('A1B2C3'), 13: u(6), 14: u(6) })),
  answer(0, { authorisation: 'A1B2C3', state: 'declined', paymentCode: 'insufficient_funds' }),
);
good(
  'REFUND reply',
  'reply',
  reply(0x86, tagged(0, { 4: u(500) })),
  answer(0, { amountMinor: 500 }),
);
const product = a(t('LIP-01'), t('립스틱'), u(12900), u(1), u(0));
good(
  'CATALOGUE reply with a further page',
  'reply',
  reply(
    0x88,
    tagged(0, {
      4: u(410),
      10: u(42),
      11: a(product, a(t('X'), t(''), u(0), u(0), u(1790003600))),
      12: b('0102'),
    }),
  ),
  answer(0, {
    catalogue: {
      version: 42,
      currency: 410,
      nextCursor: bytes('0102'),
      items: [
        { sku: 'LIP-01', name: '립스틱', unitPriceMinor: 12900, openNow: true, nextChangeS: 0 },
        { sku: 'X', name: '', unitPriceMinor: 0, openNow: false, nextChangeS: 1790003600 },
      ],
    },
  }),
);
good(
  'CATALOGUE reply, empty and last',
  'reply',
  reply(0x88, tagged(0, { 4: u(410), 10: u(1), 11: a() })),
  answer(0, { catalogue: { version: 1, currency: 410, items: [] } }),
);
good('reply with a final code of a later version', 'reply', reply(0x82, tagged(63)), answer(16), {
  oneWay: true,
});
good(
  'reply with a passing code of a later version',
  'reply',
  reply(0x82, tagged(200)),
  answer(192),
  { oneWay: true },
);
bad('reply with an unknown code that says nothing', 'reply', reply(0x82, tagged(100)), 70);
bad('reply with code 256', 'reply', reply(0x82, tagged(256)), 70);
bad('reply without a code', 'reply', reply(0x82, m({ 0: b(payTag) })), 70);
bad('reply without the tag of its request', 'reply', reply(0x82, m({ 1: u(0) })), 70);
bad('reply with 7 bytes of tag', 'reply', reply(0x82, m({ 0: b('00'.repeat(7)), 1: u(0) })), 70);
bad('CONFIRM reply with an amount', 'reply', reply(0x83, tagged(0, { 4: u(1) })), 64);
bad('PAY reply with key 15', 'reply', reply(0x82, tagged(0, { 15: u(1) })), 64);
bad(
  'PAY reply with key 34, which is key 2 modulo 32',
  'reply',
  reply(0x82, tagged(0, { 34: t('A1B2C3') })),
  64,
);
bad('CATALOGUE reply with half a page', 'reply', reply(0x88, tagged(0, { 10: u(1) })), 70);
bad(
  'CATALOGUE reply with an item that is a number',
  'reply',
  reply(0x88, tagged(0, { 4: u(410), 10: u(1), 11: a(u(1)) })),
  70,
);
bad('STATUS reply of state 9', 'reply', reply(0x85, tagged(0, { 13: u(9) })), 70);
bad('reply of type 89', 'reply', reply(0x89, m({})), 64);

// --- Unknown keys, wrong types and STORED on every other type
bad('WELCOME with key 6', 'welcome', down(0x81, m({ 1: b(NONCE), 6: u(1) })), 64);
bad('BUSY with key 3', 'busy', down(0x8e, m({ 3: u(1) })), 64);
bad('GOAWAY with key 2', 'goaway', down(0x8f, m({ 2: u(1) })), 64);
bad('GOAWAY with extensions only', 'goaway', down(0x8f, m({ 64: u(1) })), 70);
bad('FAULT with key 3', 'fault', down(0x8d, m({ 3: u(1) })), 64);
good(
  'FAULT with a code of a later version',
  'fault',
  down(0x8d, m({ 1: u(99) })),
  { code: 'internal' },
  { oneWay: true },
);
bad('PING with STORED', 'ping', { ...up(7, Buffer.alloc(0)), flags: 2 }, 70);
bad('HELLO in the place of a PING', 'ping', up(1, Buffer.alloc(0)), 64);
bad('HELLO whose nonce is a text', 'hello', up(1, m({ ...helloBody, 1: t('12345678') })), 70);
bad('HELLO whose clock offset is a text', 'hello', up(1, m({ ...helloBody, 7: t('1') })), 70);
bad(
  'HELLO whose clock offset is beyond 32 bits',
  'hello',
  up(1, m({ ...helloBody, 7: neg(-4294967296) })),
  70,
);
good('STATUS reply that tells no state', 'reply', reply(0x85, tagged(67)), answer(67));
bad('reply of type 89 with a key', 'reply', reply(0x89, tagged(0)), 64);
const extended: readonly (readonly [string, string, boolean])[] = [
  ['byte string', '1840 43010203', true],
  ['byte string that ends early', '1840 43010203'.slice(0, -2), false],
  ['number that ends early', '1840 1901', false],
  ['map and simple values', '1840 a301f402f503f6', true],
  ['map with a text key', '1840 a1616101', false],
  ['text that is not UTF-8', '1840 61ff', false],
];
for (const [what, hex, isGood] of extended) {
  const body = Buffer.concat([raw('a20106'), raw(hex.replaceAll(' ', ''))]);
  if (isGood) {
    good(
      `STATUS extended by a ${what}`,
      'request',
      request(5, body),
      { op: 'status', ...about({}) },
      { oneWay: true },
    );
  } else {
    bad(`STATUS extended by a ${what}`, 'request', request(5, body), 64);
  }
}
const wide = (...keys: string[]): Buffer =>
  Buffer.concat([head(5, 1 + keys.length), raw('0106'), ...keys.map((key) => raw(`1b${key}00`))]);
good(
  'STATUS with keys that a double cannot tell apart',
  'request',
  request(5, wide('0020000000000000', '0020000000000001', 'fffffffffffffffe', 'ffffffffffffffff')),
  { op: 'status', ...about({}) },
  { oneWay: true },
);
bad(
  'STATUS with such keys out of order',
  'request',
  request(5, wide('0020000000000001', '0020000000000000')),
  64,
);
bad(
  'STATUS with such a key twice',
  'request',
  request(5, wide('0020000000000000', '0020000000000000')),
  64,
);

// --- Framing: bytes that no frame can be cut from.
const framing = (name: string, hex: string, refused: 64 | 65): void => {
  vectors.push({ name, kind: 'framing', key: 'none', hex, refused });
};
framing('first byte is not C5', `c4${'00'.repeat(30)}`, 64);
framing('version 2', 'c520003501000003e9', 65);
framing('version 0', 'c500003501000003e9', 65);
framing('reserved flag bit 2', 'c514003501000003e9', 64);
framing('reserved flag bit 3', 'c518003501000003e9', 64);
framing('length 17', 'c5100011070000', 64);
framing('length 0', 'c5100000', 64);
framing('length 1021', 'c51003fd070000', 64);
framing('length 65535', 'c510ffff', 64);

const file = {
  terminal: TERMINAL,
  keyVersion: KEY_VERSION,
  linkMaster: LINK_MASTER.toString('hex'),
  messageMaster: MESSAGE_MASTER.toString('hex'),
  linkKey: linkKey.toString('hex'),
  messageKey: messageKey.toString('hex'),
  vectors,
};
writeFileSync(OUT, `${JSON.stringify(file, undefined, 2)}\n`);
