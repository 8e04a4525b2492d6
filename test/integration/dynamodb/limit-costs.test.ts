/** What limits add to a payment in calls and units (docs/payment-costs.md). */
import { expect, test } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import { countedDynamodb } from '../../support/counted-dynamodb.ts';
import { createWorld, KRW, NOON_S, pay, seedWorld, TERMINAL } from '../../support/payment-world.ts';

const counted = countedDynamodb();
const never = (): never => {
  throw new Error('nothing is there');
};
const operations = (): readonly string[] => counted.takeCalls().map(({ operation }) => operation);

test('a user with limits costs one attempt more, a terminal with limits no call', async () => {
  const access = await counted.freshTable();
  const seed = createDynamodbSeed(access);
  await seedWorld(seed);
  const limits = { zone: 'Asia/Seoul', perDayCount: 2 };
  await seed.putTerminal({ ...TERMINAL, limits });
  const world = createWorld(createDynamodbPaymentStore(access));
  counted.takeCalls();
  expect((await world.ask(1, pay())).code).toBe('approved');
  expect(operations()).toEqual(['BatchGetItem', 'TransactWriteItems']);
  await seed.setUserLimits('rich', KRW, limits);
  counted.takeCalls();
  expect((await world.ask(2, pay())).code).toBe('approved');
  expect(operations()).toEqual(['BatchGetItem', 'TransactWriteItems', 'TransactWriteItems']);
});

test('what the projector has counted is what the next payment is held to', async () => {
  const access = await counted.freshTable();
  const seed = createDynamodbSeed(access);
  await seedWorld(seed);
  await seed.putTerminal({
    ...TERMINAL,
    merchantStatus: 'open',
    zone: 'Asia/Seoul',
    limits: {
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
  counted.takeCalls();
  await applyProjection(access, { record: record ?? never(), atS: NOON_S });
  expect(operations()).toEqual([
    ...['UpdateItem', 'UpdateItem', 'BatchGetItem', 'TransactWriteItems'],
    ...['PutItem', 'PutItem', 'PutItem', 'PutItem'],
  ]);
  expect((await world.ask(3, pay())).code).toBe('frequency_exceeded');
  await seed.putTerminal({ ...TERMINAL, merchantStatus: 'closed' });
  expect((await world.ask(4, pay())).code).toBe('merchant_closed');
});
