import { describe, expect, test } from 'vitest';
import { fromAttribute, numberOf, textOf, toAttribute } from '#adapters/dynamodb/attributes.ts';
import { identifierItem, terminalFromItem, terminalItem } from '#adapters/dynamodb/entity-items.ts';
import { isAmbiguous } from '#adapters/dynamodb/failure.ts';
import { itemBytes, recordFromItem, recordItem } from '#adapters/dynamodb/record-item.ts';
import { DUE_SHARDS, dueShard } from '#adapters/dynamodb/table.ts';
import { nodeCrypto } from '#adapters/node/node-crypto.ts';
import type { Payment, RecordedState, RequestRecord, Terminal } from '#core/records.ts';
import { clearedTag } from '#protocol/cp1/frame.ts';
import { encodeReply } from '#protocol/cp1/reply-codec.ts';
import { encodeRequest } from '#protocol/cp1/request-codec.ts';
import { AMOUNT_MINOR_MAX, CUSTOMER_TEXT_BYTES_MAX, TIME_S_MAX } from '#protocol/limits.ts';
import { pay, TERMINAL } from '../../../support/payment-world.ts';

const MAC_KEY = nodeCrypto.macKey(new Uint8Array(32).fill(1));

const RECORD: RequestRecord = {
  key: { terminal: 4_294_967_295, keyVersion: 255, sequence: 4_294_967_295 },
  op: 'pay',
  digest: new Uint8Array(32).fill(7),
  answer: new Uint8Array(200).fill(8),
  code: 'approved',
  decidedAtS: 1_795_402_800,
  authorisation: 'ABC123',
  lines: [
    { account: 'wallet:u', amountMinor: -100 },
    { account: 'merchant:m', amountMinor: 100 },
  ],
  currency: 410,
  evidence: { identifierKind: 'ic.card', entryMode: 7, judgedAtS: 1, itemsDigest: 'ff' },
};
const FLAGS = ['stored', 'over_limit', 'outside_window', 'price_mismatch'] as const;
const payment = (state: RecordedState): Payment => ({
  state,
  revision: 3,
  amountMinor: 100,
  postedMinor: 80,
  refundedMinor: 30,
  currency: 410,
  user: 'u',
  merchant: 'm',
  ...(state === 'held' ? { dueS: 9 } : {}),
});
const STATES = [
  'held',
  'posted',
  'voided',
  'expired',
  'declined',
  'partly_refunded',
  'refunded',
  'in_progress',
] as const;

test.each(STATES)('a PAY that is %s is read back as it was written', (state) => {
  const record = { ...RECORD, payment: payment(state) };
  expect(recordFromItem(recordItem(record))).toEqual(record);
});

test('flags of a stored sale are one letter each, and read back in their order', () => {
  const record = { ...RECORD, evidence: { entryMode: 7, flags: FLAGS } } as const;
  expect(recordItem(record).fl).toEqual({ S: 'slwp' });
  expect(recordFromItem(recordItem(record))).toEqual(record);
  const sale = { ...RECORD, evidence: { flags: ['stored'] } } as const;
  expect(recordFromItem(recordItem(sale))).toEqual(sale);
});

test('what a payment is split into, and what it took of a budget, is read back as it was written', () => {
  const taken = [
    { id: 'promotion:p/budget', shard: 3, amount: 40, max: 125, spends: true },
    { id: 'promotion:p/user/u', shard: 0, amount: 1, max: 1 },
  ] as const;
  const shares = { region: 'KR', taxMinor: 9, feeMinor: 2, discountMinor: 40 };
  const evidence = { promotion: 'p@2', catalogueVersion: 4_294_967_296 };
  for (const each of [shares, { ...shares, promotion: 'p' }]) {
    const record = { ...RECORD, evidence, payment: { ...payment('posted'), shares: each, taken } };
    expect(recordFromItem(recordItem(record))).toEqual(record);
  }
});

test.each<readonly [string, Partial<Terminal>]>([
  ['no limits', {}],
  ['an open merchant', { merchantStatus: 'open' }],
  ['a closed merchant', { merchantStatus: 'closed' }],
  ['a deadline of its own', { deadlineMs: 30_000 }],
  ['a zone', { zone: 'Asia/Seoul' }],
  ['a group and a fee', { group: 'airport', merchantFee: { ppm: 25_000, fixedMinor: 3 } }],
  ['a fee in parts alone', { merchantFee: { ppm: 25_000 } }],
  [
    'every limit',
    {
      storedSales: { amountMinorMax: 100, ageSMax: 60, perDayCount: 3 },
      limits: {
        perPaymentMinor: 1,
        perDayMinor: 2,
        perDayCount: 3,
        byEntryMode: { 1: { perPaymentMinor: 4 }, 7: { perPaymentMinor: 5 } },
        merchant: { perPaymentMinor: 6, perDayMinor: 7, perDayCount: 8 },
      },
    },
  ],
])('a terminal with %s is read back as it was written', (_what, change) => {
  expect(terminalFromItem(terminalItem({ ...TERMINAL, ...change }))).toEqual({
    ...TERMINAL,
    ...change,
  });
});

test('a record without a payment keeps the currency of its lines', () => {
  expect(recordFromItem(recordItem(RECORD))).toEqual(RECORD);
});

test('only a PAY that is held is in the index of what is due, in one of its shards', () => {
  expect(recordItem({ ...RECORD, payment: payment('held') })).toMatchObject({
    dueS: { N: '9' },
    dueShard: { S: dueShard(RECORD.key) },
  });
  expect(recordItem({ ...RECORD, payment: payment('posted') }).dueS).toBeUndefined();
  const shards = Array.from({ length: 20 }, (_, sequence) => dueShard({ ...RECORD.key, sequence }));
  expect(new Set(shards).size).toBe(DUE_SHARDS);
});

describe('an item that nobody here wrote', () => {
  const item = recordItem({ ...RECORD, payment: payment('held') });
  test.each([
    ['an unknown state', { ...item, st: { S: '?' } }],
    ['an unknown code', { ...item, cd: { N: '63' } }],
    ['an unknown flag', { ...item, fl: { S: 's?' } }],
    ['no code', { ...item, cd: { S: 'x' } }],
    ['a key of another kind', { ...item, pk: { S: 'P#1#2' } }],
    ['no operation', { ...item, op: { N: '1' } }],
  ])('is an error: %s', (_what, broken) => {
    expect(() => recordFromItem(broken)).toThrow();
  });
  test('is an error where an attribute is of a kind that is never written', () => {
    expect(() => fromAttribute({ NULL: true })).toThrow('never written');
    expect(() => textOf({}, 'op')).toThrow('op');
    expect(() => numberOf({}, 'cd')).toThrow('cd');
  });
});

test.each([true, 'text', 7, [1, 'a'], { a: { b: [false] } }, new Uint8Array([1])])(
  'what is written is what is read (%j)',
  (value) => {
    expect(fromAttribute(toAttribute(value))).toEqual(value);
  },
);

test('an identifier always has the count that its guesses are bounded by', () => {
  const entry = {
    user: 'u',
    maskedName: 'U',
    locale: 'ko',
    kind: 'phone',
    entryModes: [1],
  } as const;
  expect(identifierItem('00', { ...entry, failures: 0 }).failures).toEqual({ N: '0' });
});

test('the longest answer of a PAY is no longer than the 220 bytes that records are measured with', () => {
  const frame = encodeRequest(RECORD.key, {}, pay(), MAC_KEY);
  const answer = encodeReply(
    frame,
    clearedTag(frame, MAC_KEY),
    {
      code: 'approved',
      authorisation: 'ABC123',
      serverTimeS: TIME_S_MAX,
      amountMinor: AMOUNT_MINOR_MAX,
      holdExpiresInS: 604_800,
      text: 'x'.repeat(CUSTOMER_TEXT_BYTES_MAX),
      maskedName: 'x'.repeat(64),
    },
    MAC_KEY,
  );
  expect(answer.length).toBeLessThanOrEqual(220);
});

test('bytes are counted as DynamoDB bills them', () => {
  expect(itemBytes({ ab: { S: '\u00e9' } })).toBe(2 + 2);
  expect(itemBytes({ a: { N: '12345' } })).toBe(1 + 4);
  expect(itemBytes({ a: { B: new Uint8Array(9) } })).toBe(1 + 9);
  expect(itemBytes({ a: { BOOL: true } })).toBe(1 + 1);
  expect(itemBytes({ a: { L: [{ S: 'xy' }] } })).toBe(1 + 3 + 1 + 2);
  expect(itemBytes({ a: { M: { b: { S: 'x' } } } })).toBe(1 + 3 + 1 + 1 + 1);
});

describe('whether a failed call may have happened, or is worth another', () => {
  const named = (name: string, fields: object = {}): Error =>
    Object.assign(new Error('x'), { name, ...fields });
  test.each([
    named('TransactionConflictException'),
    named('TimeoutError'),
    named('Error', { code: 'EAI_AGAIN' }),
    named('Error', { code: 'EPIPE' }),
    named('Unknown', { $metadata: { httpStatusCode: 500 } }),
  ])('yes: %s', (error) => {
    expect(isAmbiguous(error)).toBe(true);
  });
  test.each([
    named('ValidationException', { $metadata: { httpStatusCode: 499 } }),
    named('ResourceNotFoundException'),
    named('TypeError', { code: 'ERR_INVALID_ARG_TYPE' }),
    named('Error', { code: 7 }),
    'TimeoutError',
  ])('no: %s', (error) => {
    expect(isAmbiguous(error)).toBe(false);
  });
});
