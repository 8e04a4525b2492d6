/** What limits add to a payment in calls and units (docs/payment-costs.md). */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import { type CountingDynamodb, startCountingDynamodb } from '../../support/counting-dynamodb.ts';
import { type Dynoxide, startDynoxide } from '../../support/dynoxide.ts';
import { createWorld, KRW, NOON_S, pay, seedWorld, TERMINAL } from '../../support/payment-world.ts';

let dynoxide: Dynoxide;
let counting: CountingDynamodb;
let client: DynamoDBClient;

beforeAll(async () => {
  dynoxide = await startDynoxide();
  counting = await startCountingDynamodb(dynoxide.endpoint);
  client = new DynamoDBClient({
    endpoint: counting.endpoint,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  client.destroy();
  await counting.stop();
  await dynoxide.stop();
});
const never = (): never => {
  throw new Error('nothing is there');
};
const operations = (): readonly string[] => counting.takeCalls().map(({ operation }) => operation);

test('a user with limits costs one attempt more, a terminal with limits no call', async () => {
  const access = { client, table: await dynoxide.createTable('limit-costs') };
  const seed = createDynamodbSeed(access);
  await seedWorld(seed);
  const limits = { zone: 'Asia/Seoul', perDayCount: 2 };
  await seed.putTerminal({ ...TERMINAL, limits });
  const world = createWorld(createDynamodbPaymentStore(access));
  counting.takeCalls();
  expect((await world.ask(1, pay())).code).toBe('approved');
  expect(operations()).toEqual(['BatchGetItem', 'TransactWriteItems']);
  await seed.setUserLimits('rich', KRW, limits);
  counting.takeCalls();
  expect((await world.ask(2, pay())).code).toBe('approved');
  expect(operations()).toEqual(['BatchGetItem', 'TransactWriteItems', 'TransactWriteItems']);
});

test('what the projector has counted is what the next payment is held to', async () => {
  const access = { client, table: await dynoxide.createTable('limit-projected') };
  const seed = createDynamodbSeed(access);
  await seedWorld(seed);
  await seed.putTerminal({
    ...TERMINAL,
    merchantStatus: 'open',
    limits: {
      zone: 'Asia/Seoul',
      perDayCount: 1,
      byEntryMode: { 1: { perPaymentMinor: 99 } },
      merchant: { perDayMinor: 1_000 },
    },
  });
  const store = createDynamodbPaymentStore(access);
  const world = createWorld(store);
  expect((await world.ask(1, pay({ entryMode: 1 }))).code).toBe('limit_exceeded');
  expect((await world.ask(2, pay())).code).toBe('approved');
  const { record } = await store.readPayment({ terminal: 1001, keyVersion: 1, sequence: 2 });
  counting.takeCalls();
  await applyProjection(access, { record: record ?? never(), atS: NOON_S });
  expect(operations()).toEqual(['UpdateItem', 'UpdateItem', 'BatchGetItem', 'TransactWriteItems']);
  expect((await world.ask(3, pay())).code).toBe('frequency_exceeded');
  await seed.putTerminal({ ...TERMINAL, merchantStatus: 'closed' });
  expect((await world.ask(4, pay())).code).toBe('merchant_closed');
});
