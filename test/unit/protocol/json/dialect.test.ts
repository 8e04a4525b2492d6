/** The JSON dialect against a terminal that was written from its page. */
import { describe, expect, it } from 'vitest';
import { fromHex } from '#protocol/bytes.ts';
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import type { OpenedRequest } from '#protocol/dialect.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { jsonCodec } from '#protocol/json/codec.ts';
import { jsonFraming } from '#protocol/json/framing.ts';
import { JSON_LINK_LABELS, JSON_MESSAGE_LABELS } from '#protocol/json/keys.ts';
import { encodeRequest } from '#protocol/json/request-codec.ts';
import type { Reply } from '#protocol/reply.ts';
import type { CommonRequest } from '#protocol/request.ts';
import { vectorFile } from '#test/support/cp1-vectors.ts';
import { ForeignJsonCodec, type JsonFields } from '#test/support/foreign-json.ts';

const { terminal, keyVersion, linkKey, messageKey } = vectorFile;
const foreign = new ForeignJsonCodec({ terminal, keyVersion, linkKey, messageKey });
const hex = (digits: string): Uint8Array => fromHex(digits) ?? new Uint8Array();
const link = linkKeysOf(pureCrypto, hex(linkKey), JSON_LINK_LABELS);
const message = messageKeysOf(pureCrypto, hex(messageKey), JSON_MESSAGE_LABELS);
const bytes = (line: string): Uint8Array => Uint8Array.from(Buffer.from(line.replace(/\n$/, '')));
const lineOf = (op: string, fields: JsonFields = {}, sequence = 7): Uint8Array =>
  bytes(foreign.line(op, sequence, fields));
const told = (line: Uint8Array | undefined): JsonFields =>
  JSON.parse(Buffer.from(line ?? []).toString());

const PAY: JsonFields = {
  identifier: '70000000000000000042',
  entryMode: 3,
  amountMinor: 12_900,
  currency: 410,
  items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 12_900 }],
  deadlineMs: 20_000,
  mode: 'sale',
};
const ABOUT: JsonFields = { paymentSequence: 5 };

const opened = (line: Uint8Array): OpenedRequest => {
  const request = jsonCodec.open(line);
  if ('unopened' in request) {
    throw new Error(request.unopened);
  }
  return request;
};
const decoded = (op: string, fields: JsonFields): unknown => {
  const request = opened(lineOf(op, fields)).decode(0);
  return request.ok ? request.value : request.code;
};

describe('a JSON request', () => {
  const whole: readonly [string, JsonFields][] = [
    ['pay', PAY],
    [
      'pay',
      {
        ...PAY,
        mode: 'hold',
        deviceTimeS: 1_790_000_000,
        catalogueVersion: 3,
        promotionCode: 'SPRING',
        secondFactor: '0000',
      },
    ],
    ['confirm', ABOUT],
    ['confirm', { ...ABOUT, amountMinor: 100, paymentKeyVersion: 2 }],
    ['refund', { ...ABOUT, amountMinor: 1 }],
    ['reverse', { ...ABOUT, reason: 2 }],
    ['reverse', { paymentSequence: 9, paymentKeyVersion: 0, reason: 4 }],
    ['status', ABOUT],
    ['catalogue', { knownVersion: 0 }],
  ];
  for (const [op, fields] of whole) {
    it(`${op} with ${Object.keys(fields).length} fields is what the page says, and is written like that`, () => {
      expect(decoded(op, fields)).toEqual({ op, ...fields });
      const written = encodeRequest(
        { terminal, keyVersion, sequence: 7 },
        {},
        { op, ...fields } as unknown as CommonRequest,
        message.request,
      );
      expect(told(written)).toEqual(foreign.sign(op, 7, fields));
    });
  }

  it('carries a cursor as hexadecimal digits', () => {
    const fields = { knownVersion: 2, cursor: '0a0b' };
    const request = { op: 'catalogue', knownVersion: 2, cursor: Uint8Array.of(10, 11) } as const;
    expect(decoded('catalogue', fields)).toEqual(request);
    const key = { terminal, keyVersion, sequence: 7 };
    const written = encodeRequest(key, {}, request, message.request);
    expect(told(written)).toEqual(foreign.sign('catalogue', 7, fields));
  });

  it('shows K, operation and flags without a key, and verifies under its own key only', () => {
    const stored = { ...PAY, stored: true, deviceTimeS: 1, 'x-note': ['any', { thing: null }] };
    const request = opened(lineOf('pay', stored));
    expect(request).toMatchObject({
      key: { terminal, keyVersion, sequence: 7 },
      keyVersion,
      op: 'pay',
      stored: true,
      labels: JSON_MESSAGE_LABELS,
    });
    expect(request.decode(0).ok).toBe(true);
    expect(request.isSignedWith(message.request)).toBe(true);
    expect(request.isSignedWith(message.reply)).toBe(false);
    expect(opened(lineOf('status', ABOUT)).isSignedWith(link.up)).toBe(false);
    const encoded = encodeRequest(
      { terminal, keyVersion, sequence: 7 },
      { repeat: true, stored: true },
      { op: 'status', paymentSequence: 5 },
      message.request,
    );
    expect(told(encoded)).toMatchObject({ repeat: true, stored: true });
  });

  it('is the same request however it is spaced, ordered, escaped or repeated', () => {
    const signed = foreign.sign('pay', 7, PAY);
    const variants = [
      JSON.stringify(signed),
      `{ ${JSON.stringify({ m: signed.m, repeat: true, ...signed }).slice(1)}`,
      JSON.stringify(Object.fromEntries(Object.entries(signed).reverse())),
      JSON.stringify(signed).replace('LIP', String.raw`\u004c\u0049P`),
    ];
    const digests = variants.map((text) => {
      const request = opened(bytes(text));
      expect(request.isSignedWith(message.request)).toBe(true);
      return Buffer.from(request.digest(pureCrypto)).toString('hex');
    });
    expect(new Set(digests)).toEqual(new Set([ForeignJsonCodec.digest(signed)]));
    const line = bytes(variants[0] ?? '');
    expect(jsonFraming.digest(pureCrypto, line)).toEqual(opened(line).digest(pureCrypto));
  });

  it.each([
    [
      'a bit of the tag',
      (signed: JsonFields) => ({
        ...signed,
        m: `${signed.m}`.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      }),
    ],
    ['the amount', (signed: JsonFields) => ({ ...signed, amountMinor: 1 })],
    ['the terminal', (signed: JsonFields) => ({ ...signed, terminal: terminal + 1 })],
    ['the sequence', (signed: JsonFields) => ({ ...signed, sequence: 8 })],
    ['a field more', (signed: JsonFields) => ({ ...signed, 'x-more': 1 })],
  ])('does not verify with a change of %s', (_, change) => {
    const line = bytes(JSON.stringify(change(foreign.sign('pay', 7, PAY))));
    expect(opened(line).isSignedWith(message.request)).toBe(false);
  });

  const invalid: readonly [string, JsonFields][] = [
    ['pay', { ...PAY, identifier: '' }],
    ['pay', { ...PAY, identifier: '7'.repeat(513) }],
    ['pay', { ...PAY, identifier: 7 }],
    ['pay', { ...PAY, entryMode: 2 }],
    ['pay', { ...PAY, entryMode: '3' }],
    ['pay', { ...PAY, amountMinor: 12_901 }],
    ['pay', { ...PAY, amountMinor: -1 }],
    ['pay', { ...PAY, currency: 0 }],
    ['pay', { ...PAY, currency: 1_000 }],
    ['pay', { ...PAY, deadlineMs: 0 }],
    ['pay', { ...PAY, deadlineMs: 60_001 }],
    ['pay', { ...PAY, mode: 'gift' }],
    ['pay', { ...PAY, items: [] }],
    ['pay', { ...PAY, items: 'LIP-01' }],
    ['pay', { ...PAY, items: ['LIP-01'] }],
    ['pay', { ...PAY, items: [{ sku: 'LIP-01', quantity: 0, unitPriceMinor: 12_900 }] }],
    ['pay', { ...PAY, items: [{ sku: 'x'.repeat(25), quantity: 1, unitPriceMinor: 12_900 }] }],
    [
      'pay',
      {
        ...PAY,
        amountMinor: 2,
        items: Array(2).fill({ sku: 'A', quantity: 1, unitPriceMinor: 1 }),
      },
    ],
    [
      'pay',
      {
        ...PAY,
        amountMinor: 21,
        items: Array.from({ length: 21 }, (_, i) => ({
          sku: `A${i}`,
          quantity: 1,
          unitPriceMinor: 1,
        })),
      },
    ],
    ['pay', { ...PAY, stored: true }],
    ['pay', { ...PAY, promotionCode: '' }],
    ['pay', { ...PAY, secondFactor: 'x'.repeat(65) }],
    ['confirm', { ...ABOUT, amountMinor: 0 }],
    ['confirm', { ...ABOUT, stored: true }],
    ['confirm', {}],
    ['status', { paymentSequence: 4_294_967_296 }],
    ['status', { ...ABOUT, paymentKeyVersion: 256 }],
    ['reverse', ABOUT],
    ['reverse', { ...ABOUT, reason: 5 }],
    ['reverse', { paymentSequence: 7, reason: 1 }],
    ['catalogue', {}],
    ['catalogue', { knownVersion: 0, cursor: 'AB' }],
    ['catalogue', { knownVersion: 0, cursor: 'abc' }],
    ['catalogue', { knownVersion: 0, cursor: '00'.repeat(33) }],
    ['catalogue', { knownVersion: 0, cursor: 1 }],
  ];
  it.each(invalid)('%s is 70 with %j', (op, fields) => {
    expect(decoded(op, fields)).toBe('field_invalid');
  });

  const malformed: readonly [string, JsonFields][] = [
    ['pay', { ...PAY, identifer: 'x' }],
    ['pay', { ...PAY, currency: 0, more: 1 }],
    [
      'pay',
      { ...PAY, items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 12_900, colour: 'red' }] },
    ],
    ['status', { ...ABOUT, reason: 1 }],
    ['catalogue', { knownVersion: 0, paymentSequence: 1 }],
  ];
  it.each(malformed)('%s is 64 with %j', (op, fields) => {
    expect(decoded(op, fields)).toBe('frame_malformed');
  });

  it.each([
    ['not JSON', 'hello'],
    ['not UTF-8', '{"op":"\xff"}'],
    ['no terminal', '{"op":"pay","keyVersion":1,"sequence":1,"m":"0011223344556677"}'],
    ['terminal 0', '{"op":"pay","terminal":0,"keyVersion":1,"sequence":1,"m":"0011223344556677"}'],
    ['no tag', '{"op":"pay","terminal":1,"keyVersion":1,"sequence":1}'],
    ['a short tag', '{"op":"pay","terminal":1,"keyVersion":1,"sequence":1,"m":"00"}'],
    ['no op', '{"terminal":1,"keyVersion":1,"sequence":1,"m":"0011223344556677"}'],
    [
      'repeat 1',
      '{"op":"pay","repeat":1,"terminal":1,"keyVersion":1,"sequence":1,"m":"0011223344556677"}',
    ],
    ['a line that is too long', `{"op":"${'x'.repeat(4_096)}"}`],
  ])('cannot be opened with %s', (_, text) => {
    expect(jsonCodec.open(Uint8Array.from(Buffer.from(text, 'latin1')))).toEqual({
      unopened: 'frame_malformed',
    });
  });

  it('is none under another name', () => {
    expect(jsonCodec.open(lineOf('ping'))).toMatchObject({
      unopened: 'frame_type',
      key: { terminal, keyVersion, sequence: 7 },
    });
  });
});

describe('a JSON reply', () => {
  const answer = (op: string, fields: JsonFields, reply: Reply): JsonFields => {
    const asked = foreign.sign(op, 7, fields);
    const line = opened(bytes(JSON.stringify(asked))).encode(reply, message);
    const said = told(line);
    expect(said.m).toBe(foreign.tagOf(said));
    expect(said.requestTag).toBe(asked.m);
    const { m: _m, requestTag: _tag, ...rest } = said;
    return rest;
  };
  const head = { terminal, keyVersion, sequence: 7 };
  const full: Reply = {
    code: 'approved',
    authorisation: 'A1B2C3',
    serverTimeS: 1_790_000_000,
    amountMinor: 12_900,
    holdExpiresInS: 300,
    retryAfterMs: 1_000,
    text: `감사합니다\n${'x'.repeat(80)}`,
    maskedName: '김*',
    detail: 5,
    state: 'posted',
    paymentCode: 'sold_out',
    catalogue: {
      version: 3,
      currency: 410,
      items: [
        { sku: 'LIP-01', name: 'Lip\tstick', unitPriceMinor: 1, openNow: true, nextChangeS: 0 },
      ],
      nextCursor: Uint8Array.of(1, 2),
    },
  };
  const common = {
    code: 0,
    name: 'approved',
    serverTimeS: 1_790_000_000,
    retryAfterMs: 1_000,
    detail: 5,
    text: `감사합니다 ${'x'.repeat(48)}`,
  };

  it('tells what has a meaning in the answer to its operation, and no more', () => {
    expect(answer('pay', PAY, full)).toEqual({
      ...head,
      ...common,
      op: 'payReply',
      authorisation: 'A1B2C3',
      amountMinor: 12_900,
      holdExpiresInS: 300,
      maskedName: '김*',
    });
    expect(answer('confirm', ABOUT, full)).toEqual({ ...head, ...common, op: 'confirmReply' });
    const reversed = answer('reverse', { ...ABOUT, reason: 1 }, full);
    expect(reversed).toEqual({ ...head, ...common, op: 'reverseReply' });
    const refunded = answer('refund', ABOUT, full);
    expect(refunded).toEqual({ ...head, ...common, op: 'refundReply', amountMinor: 12_900 });
    expect(answer('status', ABOUT, full)).toEqual({
      ...head,
      ...common,
      op: 'statusReply',
      authorisation: 'A1B2C3',
      state: 'posted',
      paymentCode: 11,
      paymentName: 'sold_out',
    });
    expect(answer('catalogue', { knownVersion: 0 }, full)).toEqual({
      ...head,
      ...common,
      op: 'catalogueReply',
      version: 3,
      currency: 410,
      items: [
        { sku: 'LIP-01', name: 'Lip stick', unitPriceMinor: 1, openNow: true, nextChangeS: 0 },
      ],
      nextCursor: '0102',
    });
  });

  it('leaves out what there is not', () => {
    const bare: Reply = { code: 'busy' };
    const none = { ...head, code: 128, name: 'busy' };
    expect(answer('pay', PAY, bare)).toEqual({ ...none, op: 'payReply' });
    expect(answer('status', ABOUT, bare)).toEqual({ ...none, op: 'statusReply' });
    const page = answer('catalogue', { knownVersion: 0 }, bare);
    expect(page).toEqual({ ...none, op: 'catalogueReply' });
    const last = { version: 1, currency: 410, items: [] };
    expect(answer('catalogue', { knownVersion: 0 }, { code: 'approved', catalogue: last })).toEqual(
      { ...head, code: 0, name: 'approved', op: 'catalogueReply', ...last },
    );
  });

  it('is bound to a repeat as to the first copy', () => {
    const first = foreign.sign('pay', 7, PAY);
    const again = bytes(JSON.stringify({ ...first, repeat: true }));
    expect(opened(again).encode(full, message)).toEqual(
      opened(bytes(JSON.stringify(first))).encode(full, message),
    );
  });

  it('fits a line with the largest page that a CP1 frame carries, and is refused beyond', () => {
    const item = { name: '"'.repeat(20), unitPriceMinor: 999_999_999_999, openNow: false };
    const items = Array.from({ length: 20 }, (_, index) => ({
      ...item,
      sku: `"${index}`,
      nextChangeS: 253_402_300_799,
    }));
    const page = (count: number): Reply => ({
      code: 'approved',
      catalogue: { version: 1, currency: 410, items: items.concat(items).slice(0, count) },
    });
    const asked = opened(lineOf('catalogue', { knownVersion: 0 }));
    expect(asked.encode(page(20), message).length).toBeLessThan(4_096);
    expect(() => asked.encode(page(40), message)).toThrow(RangeError);
  });
});

describe('JSON at the bridge', () => {
  const HELLO: JsonFields = {
    nonce: '0102030405060708',
    firmware: '1.0',
    modem: 'SIM800',
    signal: 20,
    mode: 'on_demand',
    locale: 'ko-KR',
    clockOffsetS: -5,
  };
  const hello = lineOf('hello', HELLO, 0);
  const pay = lineOf('pay', PAY);
  const facts = { serverTimeS: 1_790_000_000, heartbeatS: 240 };
  const genuine = (line: Uint8Array | undefined): JsonFields => {
    expect(line?.at(-1)).toBe(10);
    const said = told(line);
    expect(said.m).toBe(foreign.tagOf(said));
    const { m: _m, ...rest } = said;
    return rest;
  };

  it('tells what a line is for', () => {
    const key = { terminal, keyVersion, sequence: 7 };
    expect(jsonFraming.look(pay)).toEqual({ kind: 'request', op: 'pay', key, keyVersion });
    expect(jsonFraming.look(lineOf('ping'))).toEqual({ kind: 'ping', key, keyVersion });
    expect(jsonFraming.look(lineOf('ping', { more: 1 })).kind).toBe('broken');
    expect(jsonFraming.look(hello)).toMatchObject({ kind: 'hello', key: { sequence: 0 } });
    expect(jsonFraming.look(lineOf('dance')).kind).toBe('other');
    expect(jsonFraming.look(bytes('{}'))).toMatchObject({ kind: 'broken', key: { terminal: 0 } });
    expect(() => jsonFraming.digest(pureCrypto, bytes('{}'))).toThrow(/broken/);
  });

  it('checks the link and reads what hello tells', () => {
    expect(jsonFraming.isSignedWith(hello, link.up)).toBe(true);
    expect(jsonFraming.isSignedWith(hello, link.down)).toBe(false);
    expect(jsonFraming.decodeHello(hello, 0)).toEqual({
      ok: true,
      value: { locale: 'ko-KR', clockOffsetS: -5, signal: 20 },
    });
    const short = lineOf('hello', { nonce: '0102030405060708' });
    expect(jsonFraming.decodeHello(short, 0)).toEqual({ ok: true, value: {} });
  });

  it.each([
    ['field_invalid', { ...HELLO, nonce: '01' }],
    ['field_invalid', { locale: 'ko-KR' }],
    ['field_invalid', { ...HELLO, signal: 32 }],
    ['field_invalid', { ...HELLO, mode: 'sometimes' }],
    ['field_invalid', { ...HELLO, locale: '' }],
    ['field_invalid', { ...HELLO, stored: true }],
    ['frame_malformed', { ...HELLO, colour: 'red' }],
  ] as const)('refuses with %s the hello %j', (code, fields) => {
    expect(jsonFraming.decodeHello(lineOf('hello', fields), 0)).toMatchObject({ ok: false, code });
  });

  it('says what only the bridge has to say', () => {
    const head = { terminal, keyVersion };
    expect(genuine(jsonFraming.encodeWelcome(hello, facts, link.down))).toEqual({
      ...{ ...head, op: 'welcome', sequence: 0, nonce: '0102030405060708', mode: 'on_demand' },
      ...{ serverTimeS: 1_790_000_000, heartbeatS: 240, frameBytesMax: 4_096 },
    });
    const bare = lineOf('hello', { nonce: '0102030405060708' });
    const advised = jsonFraming.encodeWelcome(bare, { ...facts, mode: 'on_demand' }, link.down);
    expect(genuine(advised).mode).toBe('on_demand');
    expect(genuine(jsonFraming.encodeWelcome(bare, facts, link.down)).mode).toBe('session');
    expect(genuine(jsonFraming.encodePong(lineOf('ping'), () => facts, link.down))).toEqual({
      ...{ ...head, op: 'pong', sequence: 7, serverTimeS: 1_790_000_000 },
    });
    expect(genuine(jsonFraming.encodeBusy(pay, 2_000, link.down, 9))).toEqual({
      ...{ ...head, keyVersion: 9, op: 'busy', sequence: 7, retryAfterMs: 2_000 },
    });
    const key = { terminal, keyVersion, sequence: 0 };
    expect(genuine(jsonFraming.encodeGoaway(key, 500, link.down))).toEqual({
      ...{ ...head, op: 'goaway', sequence: 0, reconnectAfterMs: 500 },
    });
    const fault = { code: 'mac_invalid', key, frame: pay } as const;
    expect(genuine(jsonFraming.encodeFault(fault, link.down))).toEqual({
      ...{ ...head, op: 'fault', sequence: 7, code: 66, name: 'mac_invalid' },
    });
    const broken = { code: 'frame_malformed', key, frame: bytes('{}') } as const;
    expect(genuine(jsonFraming.encodeFault(broken, link.down))).toMatchObject({ sequence: 0 });
    expect(told(jsonFraming.encodeFault({ code: 'mac_invalid' }, undefined))).toEqual({
      ...{ op: 'fault', terminal: 0, keyVersion: 0, sequence: 0, code: 66, name: 'mac_invalid' },
      m: '0000000000000000',
    });
    expect(told(jsonFraming.encodeFault({ code: 'mac_invalid', key }, undefined)).terminal).toBe(0);
  });

  it('takes for an answer only the reply to that operation and K', () => {
    const reply = (op: string, changes: JsonFields = {}): Uint8Array =>
      bytes(JSON.stringify({ ...foreign.sign(op, 7), ...changes }));
    expect(jsonFraming.isAnswerTo(reply('payReply'), pay)).toBe(true);
    expect(jsonFraming.isAnswerTo(reply('refundReply'), pay)).toBe(false);
    for (const name of ['terminal', 'keyVersion', 'sequence']) {
      expect(jsonFraming.isAnswerTo(reply('payReply', { [name]: 9 }), pay), name).toBe(false);
    }
    expect(jsonFraming.isAnswerTo(bytes('{}'), pay)).toBe(false);
  });

  it('hands requests through as they are, and ends what goes out with a line feed', () => {
    expect(jsonFraming.createReader().next()).toBeUndefined();
    expect(jsonFraming.toEnvelope(pay)).toBe(pay);
    expect(Buffer.from(jsonFraming.fromEnvelope(bytes('{}'), pay)).toString()).toBe('{}\n');
  });
});
