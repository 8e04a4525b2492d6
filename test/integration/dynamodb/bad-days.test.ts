import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditLedger, readLedgerFacts } from '#adapters/dynamodb/audit.ts';
import { BATCH_READ_ROUNDS_MAX } from '#adapters/dynamodb/batch-read.ts';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { itemBytes, RECORD_BYTES_MAX, recordItem } from '#adapters/dynamodb/record-item.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { CONFLICT_TRIES_MAX } from '#core/answering.ts';
import { expireHolds } from '#core/expire-holds.ts';
import { type Dynoxide, startDynoxide } from '../../support/dynoxide.ts';
import {
  AMBIGUOUS_ERRORS,
  cancelled,
  createFaultyDynamodb,
  type FaultyDynamodb,
  transactionConflict,
} from '../../support/faulty-dynamodb.ts';
import { createWorld, pay, seedWorld, type World } from '../../support/payment-world.ts';

let dynoxide: Dynoxide;
let tables = 0;
let faulty: FaultyDynamodb;
let table: string;
let world: World;
beforeAll(async () => {
  dynoxide = await startDynoxide();
  faulty = createFaultyDynamodb({
    endpoint: dynoxide.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  faulty.client.destroy();
  await dynoxide.stop();
});
beforeEach(async () => {
  tables += 1;
  table = await dynoxide.createTable(`table-${tables}`);
  await seedWorld(createDynamodbSeed({ client: dynoxide.client, table }));
  world = createWorld(createDynamodbPaymentStore({ client: faulty.client, table }));
  faulty.calls.splice(0);
  faulty.faults.splice(0);
});

const balance = async (): Promise<readonly (number | undefined)[]> => {
  const { accounts } = await readLedgerFacts({ client: dynoxide.client, table });
  const account = accounts.find(({ user }) => user === 'rich');
  return [account?.balanceMinor, account?.heldMinor];
};
const booksAreRight = async (): Promise<void> => {
  const audit = await auditLedger({ client: dynoxide.client, table });
  expect(audit.violations).toEqual([]);
};

describe.each(Object.entries(AMBIGUOUS_ERRORS))('after %s', (_name, error) => {
  test.each([
    ['that was not booked', false],
    ['that was booked', true],
  ])('a sale %s is charged once, and its answer stays', async (_which, applied) => {
    faulty.faults.push({ command: 'TransactWriteItems', applied, error });
    const first = await world.ask(1, pay());
    expect(first).toMatchObject({ code: 'approved', replayed: applied });
    expect([...(await world.ask(1, pay())).answer]).toEqual([...first.answer]);
    expect(await balance()).toEqual([900, 0]);
    await booksAreRight();
  });
  test('a decline is stored once, a tombstone claimed once', async () => {
    faulty.faults.push({ command: 'PutItem', applied: true, error });
    const closed = pay({ entryMode: 3 });
    expect(await world.ask(1, closed)).toMatchObject({ code: 'not_permitted', replayed: true });
    await world.ask(3, { op: 'reverse', paymentSequence: 2, reason: 1 });
    faulty.faults.push({ command: 'UpdateItem', applied: true, error });
    const claimed = world.ask(2, pay());
    await expect(claimed).rejects.toBeInstanceOf(Error);
    expect((await world.ask(2, pay())).code).toBe('already_voided');
    expect((await world.ask(2, pay({ deadlineMs: 7 }))).code).toBe('conflict');
  });
});

const HOLD = pay({ mode: 'hold' });
describe.each([0, 1, 2])('a conflict on item %i of a transaction', (at) => {
  test('is booked again: PAY, CONFIRM and REVERSE each move their money once', async () => {
    const conflict = (size: number) =>
      faulty.faults.push({
        command: 'TransactWriteItems',
        applied: false,
        error: () => transactionConflict(at, size),
      });
    conflict(2);
    expect((await world.ask(1, HOLD)).code).toBe('approved');
    conflict(3);
    expect((await world.ask(2, { op: 'confirm', paymentSequence: 1 })).code).toBe('approved');
    conflict(3);
    expect((await world.ask(3, { op: 'reverse', paymentSequence: 1, reason: 3 })).code).toBe(
      'approved',
    );
    expect(world.slept).toHaveLength(3);
    expect(await balance()).toEqual([1_000, 0]);
    await booksAreRight();
  });
});

test('gives up after the most attempts without a charge, and one fewer is enough', async () => {
  const conflicts = (times: number) =>
    faulty.faults.push(
      ...Array.from({ length: times }, () => ({
        command: 'TransactWriteItems',
        applied: false,
        error: () => transactionConflict(0, 2),
      })),
    );
  conflicts(CONFLICT_TRIES_MAX);
  await expect(world.ask(1, pay())).rejects.toMatchObject({ code: 'store_contended' });
  expect(await balance()).toEqual([1_000, 0]);
  conflicts(CONFLICT_TRIES_MAX - 1);
  expect((await world.ask(1, pay())).code).toBe('approved');
  expect(await balance()).toEqual([900, 0]);
});

test('is too late, and moves nothing, where the conflict outlasts the deadline', async () => {
  faulty.faults.push({
    command: 'TransactWriteItems',
    applied: false,
    error: () => {
      world.nowMs += 20_001;
      return transactionConflict(1, 2);
    },
  });
  expect((await world.ask(1, pay())).code).toBe('too_late');
  expect(await balance()).toEqual([1_000, 0]);
});

describe('what a batch read leaves unprocessed', () => {
  const leave = (rounds: number) =>
    faulty.faults.push(
      ...Array.from({ length: rounds }, () => ({
        command: 'BatchGetItem',
        applied: true,
        change: (_output: object, input: object) => ({
          Responses: {},
          UnprocessedKeys: 'RequestItems' in input ? input.RequestItems : {},
        }),
      })),
    );
  test('is asked for again, and decided on when it is complete', async () => {
    leave(BATCH_READ_ROUNDS_MAX - 1);
    expect((await world.ask(1, pay())).code).toBe('approved');
  });
  test('is an outage after the most rounds: nothing is decided on a part', async () => {
    leave(BATCH_READ_ROUNDS_MAX);
    await expect(world.ask(1, pay())).rejects.toMatchObject({ code: 'store_contended' });
    expect(await balance()).toEqual([1_000, 0]);
  });
});

test('throws what no later delivery heals', async () => {
  const error = () => Object.assign(new Error('injected'), { name: 'ValidationException' });
  faulty.faults.push({ command: 'TransactWriteItems', applied: false, error });
  await expect(world.ask(1, pay())).rejects.toThrow('injected');
  faulty.faults.push({ command: 'BatchGetItem', applied: false, error });
  await expect(world.ask(1, pay())).rejects.toThrow('injected');
  faulty.faults.push({
    command: 'BatchGetItem',
    applied: false,
    error: () => Object.assign(new Error('injected'), { name: 'TimeoutError' }),
  });
  await expect(world.ask(1, pay())).rejects.toMatchObject({ code: 'store_unavailable' });
});

test('a plain sale is one read and one transaction of two items for four write units', async () => {
  await world.ask(1, pay());
  expect(faulty.calls.map(({ command }) => command)).toEqual([
    'BatchGetItem',
    'TransactWriteItems',
  ]);
  const [, write] = faulty.calls;
  expect(write?.input).toMatchObject({ TransactItems: [expect.anything(), expect.anything()] });
  expect(write?.units).toBe(4);
  const { records } = await readLedgerFacts({ client: dynoxide.client, table });
  for (const record of records) {
    expect(itemBytes(recordItem(record))).toBeLessThanOrEqual(RECORD_BYTES_MAX);
  }
});

test.each([
  ['a conflict', () => transactionConflict(0, 3)],
  ['a time-out', () => Object.assign(new Error('injected'), { name: 'TimeoutError' })],
])(
  'a hold whose expiry meets %s is left to the next run, and expires once',
  async (_name, error) => {
    await world.ask(1, HOLD);
    world.nowMs += 900_000;
    const sweep = () =>
      expireHolds(
        {
          store: createDynamodbPaymentStore({ client: faulty.client, table }),
          clock: world.deps.clock,
        },
        10,
      );
    faulty.faults.push({ command: 'TransactWriteItems', applied: false, error });
    expect(await sweep()).toEqual({ expired: 0 });
    expect(await balance()).toEqual([900, 100]);
    expect(await sweep()).toEqual({ expired: 1 });
    expect(await balance()).toEqual([1_000, 0]);
    await booksAreRight();
  },
);

test('a hold whose account lacks the money is an error, and nothing moves', async () => {
  await world.ask(1, HOLD);
  world.nowMs += 900_000;
  const { user, currency } = { user: 'rich', currency: 410 };
  await dynoxide.client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { ...itemKey.account(user, currency) },
      UpdateExpression: 'SET held = :none',
      ExpressionAttributeValues: { ':none': { N: '99' } },
    }),
  );
  const store = createDynamodbPaymentStore({ client: faulty.client, table });
  await expect(expireHolds({ store, clock: world.deps.clock }, 10)).rejects.toThrow(
    'does not have what a hold of it says',
  );
  expect(await balance()).toEqual([900, 99]);
});

test('what the janitor is not allowed is an error, and no hold that stays for ever', async () => {
  await world.ask(1, HOLD);
  world.nowMs += 900_000;
  faulty.faults.push({
    command: 'TransactWriteItems',
    applied: false,
    error: () => Object.assign(new Error('injected'), { name: 'AccessDeniedException' }),
  });
  const store = createDynamodbPaymentStore({ client: faulty.client, table });
  await expect(expireHolds({ store, clock: world.deps.clock }, 10)).rejects.toThrow('injected');
});

test('a transaction that DynamoDB calls invalid is an error, and no conflict to repeat', async () => {
  faulty.faults.push({
    command: 'TransactWriteItems',
    applied: false,
    error: () => cancelled(['None', 'ValidationError']),
  });
  await expect(world.ask(1, pay())).rejects.toThrow('refuses the account');
  expect(world.slept).toEqual([]);
});
