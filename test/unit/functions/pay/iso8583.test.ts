/** ISO 8583 from envelope to answer: the foreign terminal asks, the books say what became of it. */
import { hkdfSync } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { DEADLINE_MS_DEFAULT } from '#core/deadline.ts';
import { createLog } from '#functions/json-log.ts';
import { type BatchDeps, handleBatch } from '#functions/pay/handle-batch.ts';
import { createTerminalKeys } from '#functions/pay/terminal-keys.ts';
import { cp1Codec } from '#protocol/cp1/codec.ts';
import type { Dialect, ReplyEnvelope } from '#protocol/envelope.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { createIso8583Codec } from '#protocol/iso8583/codec.ts';
import {
  type ForeignFields,
  type ForeignPreset,
  foreignBinding,
  foreignKey,
  foreignObject,
  foreignRead,
  foreignSigned,
  isForeignSigned,
} from '#test/support/foreign-iso8583.ts';
import { ForeignCodec } from '#test/support/foreign-terminal.ts';
import { hasher, NOON_S, RICH_CARD, seedWorld, TERMINAL } from '#test/support/payment-world.ts';

const MASTER = Buffer.alloc(32, 7);
const INFO = Buffer.concat([Buffer.from('cp1 message'), Buffer.from('000003e901', 'hex')]);
const messageKey = Buffer.from(hkdfSync('sha256', MASTER, Buffer.alloc(0), INFO, 32));
const KEYS = { linkKey: Buffer.alloc(32), messageKey };
const cp1 = new ForeignCodec({
  terminal: 1001,
  keyVersion: 1,
  linkKey: '00'.repeat(32),
  messageKey: messageKey.toString('hex'),
});
const IDS: Readonly<Record<ForeignPreset, number>> = {
  'iso87-binary': 1,
  'iso87-ascii': 2,
  'cup-pos': 3,
};
const PRESETS = Object.keys(IDS) as readonly ForeignPreset[];

let store: ReturnType<typeof createMemoryPaymentStore>;
let nowMs: number;
let replies: ReplyEnvelope[];
let lines: string;
let deps: BatchDeps;
beforeEach(async () => {
  store = createMemoryPaymentStore();
  await seedWorld(store);
  nowMs = NOON_S * 1000;
  replies = [];
  lines = '';
  const clock = { nowMs: () => nowMs };
  deps = {
    crypto: pureCrypto,
    clock,
    log: createLog((line) => {
      lines += line;
    }),
    codecs: { cp1: cp1Codec, iso8583: createIso8583Codec(nodeTextCodec) },
    keys: createTerminalKeys(pureCrypto, [MASTER]),
    replies: {
      has: () => true,
      send: async (_, reply) => {
        replies.push(reply);
        return 'sent';
      },
    },
    park: async () => undefined,
    retryIn: async () => undefined,
    process: {
      store,
      clock,
      timers: { sleep: async () => undefined },
      random: { below: () => 0 },
      identifiers: hasher,
    },
  };
});

/** What the function says to a frame that a bridge had at `receivedAtMs`. */
const send = async (
  dialect: Dialect,
  frame: Buffer,
  receivedAtMs = nowMs,
): Promise<ReplyEnvelope> => {
  const body = JSON.stringify({
    ...{ v: 1, slot: 0, fence: 1, corr: 'c', dialect, terminal: 1001, region: 'KR' },
    ...{ receivedAtMs, hello: { locale: 'zh-CN' }, frame: frame.toString('base64') },
  });
  const attributes = { SentTimestamp: String(nowMs), ApproximateReceiveCount: '1' };
  const record = { messageId: 'm', body, receiptHandle: 'r', attributes } as SQSRecord;
  await handleBatch(deps, { Records: [record] });
  const reply = replies.at(-1);
  if (reply === undefined) {
    throw new Error(`no reply: ${lines}`);
  }
  return reply;
};

const ask = async (
  preset: ForeignPreset,
  mti: string,
  fields: ForeignFields,
  { receivedAtMs = nowMs } = {},
) => {
  const key = foreignKey.request(KEYS, preset);
  const request = foreignSigned(preset, mti, fields, key);
  const reply = await send(
    'iso8583',
    Buffer.concat([Buffer.of(IDS[preset]), request]),
    receivedAtMs,
  );
  const answer = Buffer.from(reply.kind === 'frame' ? reply.frame : []).subarray(1);
  const replyKey = foreignKey.reply(KEYS, preset);
  expect(isForeignSigned(preset, answer, replyKey, foreignBinding(preset, request, key))).toBe(
    true,
  );
  return { ...foreignRead(preset, answer), answer };
};

const base = (preset: ForeignPreset, stan: number): ForeignFields => ({
  11: String(stan).padStart(6, '0'),
  41: '00001001',
  53: '0000000000000001',
  60: preset === 'cup-pos' ? '22000001000' : '000001',
});
const sale = (preset: ForeignPreset, stan = 7, change: ForeignFields = {}): ForeignFields => ({
  ...base(preset, stan),
  3: '000000',
  4: '000000000100',
  22: '071',
  49: '410',
  [preset === 'cup-pos' ? 62 : 48]: Buffer.concat([
    foreignObject('01', RICH_CARD),
    foreignObject('02', '0001000000000100LIP-01'),
  ]),
  ...change,
});
const balance = (): number =>
  store.readLedgerFacts().accounts.find(({ user }) => user === 'rich')?.balanceMinor ?? -1;

describe.each(PRESETS)('a terminal that speaks %s', (preset) => {
  it('buys once, and hears the same bytes to every copy', async () => {
    const first = await ask(preset, '0200', sale(preset));
    expect(first).toMatchObject({
      mti: '0210',
      fields: { 39: '00', 11: '000007', 4: '000000000100' },
    });
    expect(first.fields[38]).toMatch(/^[0-9A-Z]{6}$/);
    nowMs += 60_000;
    const again = await ask(preset, '0200', sale(preset));
    expect(again.answer).toEqual(first.answer);
    // A repeat is another message with the same answer, bound to the same first sending.
    const repeat = await ask(preset, '0201', sale(preset));
    expect(repeat.answer).toEqual(first.answer);
    expect(balance()).toBe(900);
    expect(store.audit().violations).toEqual([]);
    expect(lines).not.toContain(RICH_CARD);
  });

  it('reads the line for its customer in its own character set', async () => {
    const { answer } = await ask(preset, '0200', sale(preset));
    const [gbk, utf8] = [Buffer.from('d0bbd0bb', 'hex'), Buffer.from('谢谢')];
    expect([answer.includes(gbk), answer.includes(utf8)]).toEqual(
      preset === 'cup-pos' ? [true, false] : [false, true],
    );
  });

  it('takes a sale back under its own number, again and again', async () => {
    await ask(preset, '0200', sale(preset));
    const back = await ask(preset, '0400', sale(preset));
    expect(back).toMatchObject({ mti: '0410', fields: { 39: '00' } });
    const repeat = await ask(preset, '0401', sale(preset));
    expect(repeat.answer).toEqual(back.answer);
    expect((await ask(preset, '0420', base(preset, 7))).fields[39]).toBe('94');
    expect(balance()).toBe(1_000);
    expect(store.audit().violations).toEqual([]);
  });

  it('takes back what has not arrived yet, so that it never charges', async () => {
    expect((await ask(preset, '0420', base(preset, 7))).fields[39]).toBe('00');
    expect((await ask(preset, '0200', sale(preset))).fields[39]).toBe('94');
    expect(balance()).toBe(1_000);
  });

  it('holds, confirms a part, refunds a part, asks, and closes its batch', async () => {
    const named = { 61: preset === 'cup-pos' ? '0000010000071123' : '000001000007' };
    const about = (stan: number, change: ForeignFields = {}) => ({
      ...base(preset, stan),
      ...named,
      ...change,
    });
    expect((await ask(preset, '0100', sale(preset))).mti).toBe('0110');
    const confirmed = await ask(preset, '0220', about(8, { 4: '000000000080' }));
    expect(confirmed).toMatchObject({ mti: '0230', fields: { 39: '00' } });
    const refund = about(9, { 3: '200000', 4: '000000000030' });
    expect((await ask(preset, '0200', refund)).fields).toMatchObject({
      39: '00',
      4: '000000000030',
    });
    const status = await ask(preset, '0600', about(10, { 3: '380000' }));
    expect(status).toMatchObject({ mti: '0610', fields: { 39: '00' } });
    expect(status.answer.includes('250017')).toBe(true);
    const totals = (sales: string, refunds: string): ForeignFields =>
      preset === 'cup-pos'
        ? { 48: `${sales.padStart(12, '0')}001${refunds.padStart(12, '0')}001${'0'.repeat(32)}` }
        : {
            ...{ 74: '0000000001', 76: '0000000001' },
            ...{ 86: refunds.padStart(16, '0'), 88: sales.padStart(16, '0') },
          };
    const verdict = async (stan: number, fields: ForeignFields): Promise<string | undefined> => {
      const answer = await ask(preset, '0500', { ...base(preset, stan), ...fields });
      expect(answer.mti).toBe('0510');
      return preset === 'cup-pos' ? answer.fields[48]?.charAt(30) : answer.fields[66];
    };
    expect(await verdict(11, totals('80', '30'))).toBe('1');
    expect(await verdict(12, totals('80', '31'))).toBe('2');
    expect(balance()).toBe(950);
    expect(store.audit().violations).toEqual([]);
  });

  it('may be late by the deadline of its settings, or else of the system', async () => {
    const late = async (stan: number, ms: number): Promise<string | undefined> => {
      const { fields } = await ask(preset, '0200', sale(preset, stan), {
        receivedAtMs: nowMs - ms,
      });
      return fields[39];
    };
    expect(await late(1, DEADLINE_MS_DEFAULT)).toBe('00');
    expect(await late(2, DEADLINE_MS_DEFAULT + 1)).toBe('68');
    await store.putTerminal({ ...TERMINAL, deadlineMs: 5_000 });
    expect(await late(3, 5_000)).toBe('00');
    expect(await late(4, 5_001)).toBe('68');
  });

  it('hears which field is at fault', async () => {
    const { fields, answer } = await ask(preset, '0200', sale(preset, 7, { 22: '021' }));
    expect(fields).toMatchObject({ 39: '30' });
    expect(answer.includes('DE 22')).toBe(true);
  });
});

describe('a number that another dialect has used', () => {
  const [preset] = PRESETS as readonly [ForeignPreset];

  it('is found by STATUS, and is a conflict for a sale', async () => {
    await ask(preset, '0200', sale(preset));
    const status = cp1.encode(5, 1_000_050, new Map([[1, 1_000_007]]));
    const reply = await send('cp1', status);
    const body = Buffer.from(reply.kind === 'frame' ? reply.frame : []);
    expect(body.includes(Buffer.from('0d03', 'hex'))).toBe(true);
    const reverse = cp1.encode(
      4,
      1_000_051,
      new Map([
        [1, 1_000_007],
        [2, 1],
      ]),
    );
    await send('cp1', reverse);
    expect(balance()).toBe(1_000);
    expect((await ask(preset, '0200', sale(preset, 8))).fields[39]).toBe('00');
    const other = await ask('iso87-ascii', '0200', sale('iso87-ascii', 8));
    expect(other.fields[39]).toBe('94');
    expect(balance()).toBe(900);
  });
});

describe('a frame that is signed with another key', () => {
  it('is answered by a fault only', async () => {
    const frame = foreignSigned('cup-pos', '0200', sale('cup-pos'), Buffer.alloc(32));
    const reply = await send('iso8583', Buffer.concat([Buffer.of(3), frame]));
    expect(reply).toMatchObject({ kind: 'fault', code: 66, sequence: 1_000_007 });
    expect(balance()).toBe(1_000);
  });

  it('is one that was signed for another preset', async () => {
    const key = foreignKey.request(KEYS, 'cup-pos');
    const frame = foreignSigned('iso87-binary', '0200', sale('iso87-binary'), key);
    const reply = await send('iso8583', Buffer.concat([Buffer.of(1), frame]));
    expect(reply.kind).toBe('fault');
  });
});
