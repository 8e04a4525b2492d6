import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import {
  itemBytes,
  RECORD_BYTES_MAX,
  recordFromItem,
  recordItem,
} from '#adapters/dynamodb/record-item.ts';
import { settle } from '#adapters/dynamodb/settle.ts';
import { EVIDENCE_BYTES_MAX } from '#core/evidence.ts';
import type { Payment, ProviderTask, RequestRecord } from '#core/records.ts';
import { AMOUNT_MINOR_MAX, TIME_S_MAX, U32_MAX } from '#protocol/limits.ts';

const LARGEST = { terminal: U32_MAX, keyVersion: 255, sequence: U32_MAX };
const LATEST_MS = TIME_S_MAX * 1000;
const NAME = 'x'.repeat(32);
const TASKS: readonly ProviderTask[] = [
  { what: 'charge', asked: 0 },
  { what: 'drop', asked: 20, code: 'already_voided' },
  { what: 'expire', asked: 1 },
  { what: 'reverse', asked: 2, by: LARGEST },
  { what: 'refund', asked: 3, by: LARGEST, amountMinor: AMOUNT_MINOR_MAX },
];
const payment = (open?: ProviderTask): Payment => ({
  state: open?.what === 'charge' ? 'in_progress' : 'partly_refunded',
  revision: 999,
  amountMinor: AMOUNT_MINOR_MAX,
  postedMinor: AMOUNT_MINOR_MAX,
  refundedMinor: AMOUNT_MINOR_MAX,
  currency: 999,
  user: '',
  merchant: NAME,
  dueS: TIME_S_MAX,
  provider: {
    name: NAME,
    holdS: 86_400,
    lateAfterMs: LATEST_MS,
    sentAtMs: LATEST_MS,
    ...(open === undefined ? {} : { open }),
  },
});
const recordOf = (paid: Payment): RequestRecord => ({
  key: LARGEST,
  op: 'pay',
  digest: new Uint8Array(32).fill(7),
  code: 'in_progress',
  decidedAtS: TIME_S_MAX,
  lines: [],
  payment: paid,
});

test.each(TASKS)(
  'a PAY with a task at its provider is read back as it was written: $what',
  (task) => {
    const record = recordOf(payment(task));
    expect(recordFromItem(recordItem(record))).toEqual(record);
  },
);

test('a PAY with nothing open, never sent, or no hold is read back as well', () => {
  const { holdS: _sale, sentAtMs: _never, ...part } = payment().provider ?? never();
  for (const provider of [part, { ...part, holdS: 5 }, { ...part, sentAtMs: 6 }]) {
    const record = recordOf({ ...payment(), provider });
    expect(recordFromItem(recordItem(record))).toEqual(record);
  }
});
const never = (): never => {
  throw new Error('there is a provider');
};

test('a task that nobody here wrote is an error', () => {
  const item = recordItem(recordOf(payment(TASKS[1])));
  for (const [name, value] of Object.entries({ w: { S: '?' }, c: { N: '63' } })) {
    const broken = { ...item, pv: { M: { ...item.pv?.M, [name]: value } } };
    expect(() => recordFromItem(broken)).toThrow('unknown task');
  }
});

test('the largest record of a PAY that a provider carries is one write unit', () => {
  for (const task of TASKS) {
    const record: RequestRecord = {
      ...recordOf(payment(task)),
      answer: new Uint8Array(220),
      authorisation: 'ABC123',
      lines: [
        { account: `provider:${NAME}`, amountMinor: -AMOUNT_MINOR_MAX },
        { account: `merchant:${NAME}`, amountMinor: AMOUNT_MINOR_MAX },
      ],
      evidence: {
        identifierKind: 'unionpay.code',
        entryMode: 3,
        items: ['x'.repeat(EVIDENCE_BYTES_MAX)],
      },
    };
    expect(itemBytes(recordItem(record))).toBeLessThanOrEqual(RECORD_BYTES_MAX);
  }
});

describe('a settlement', () => {
  const settlement = { payment: { key: LARGEST, from: 1, to: payment() } };
  const failing = (error: unknown) => ({
    client: { send: () => Promise.reject(error) } as unknown as DynamoDBClient,
    table: 't',
  });

  test('that another was faster than, or that may have been written, is none', async () => {
    const message = 'condition';
    const lost = new ConditionalCheckFailedException({ message, $metadata: {} });
    const slow = Object.assign(new Error('slow'), { name: 'TimeoutError' });
    expect(await settle(failing(lost), settlement)).toBe(false);
    expect(await settle(failing(slow), settlement)).toBe(false);
  });

  test('that DynamoDB refuses as such is an error', async () => {
    const wrong = Object.assign(new Error('wrong'), { name: 'ValidationException' });
    await expect(settle(failing(wrong), settlement)).rejects.toBe(wrong);
  });
});
