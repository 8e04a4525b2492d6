/** What a payment with a provider's code costs in calls and write units (docs/payment-costs.md). */
import { beforeEach, expect, test } from 'vitest';
import { countedDynamodb } from '../../support/counted-dynamodb.ts';
import { dynamodbUnderTest } from '../../support/dynamodb-under-test.ts';
import { codePay, createProviderWorld, type ProviderWorld } from '../../support/provider-world.ts';

const counted = countedDynamodb();
const { costs } = counted;
let rig: ProviderWorld;
beforeEach(async () => {
  rig = await createProviderWorld(dynamodbUnderTest(await counted.freshTable()));
  counted.takeCalls();
});

/* A record is one unit, twofold in a transaction. Its entry in the index of what is due is one more for each time that it is put or deleted. */

test('a sale is one read and four writes of one item each', async () => {
  expect((await rig.world.ask(1, codePay())).code).toBe('approved');
  expect(costs()).toEqual([
    'BatchGetItem 2',
    // Pending, with its place in the index: 1 + 1.
    'PutItem 2',
    // Sent, asked about later: 1 + 1 + 1.
    'UpdateItem 3',
    // Approved, out of the index: 1 + 1.
    'UpdateItem 2',
    // The answer.
    'UpdateItem 1',
  ]);
});

test('a duplicate writes nothing', async () => {
  await rig.world.ask(1, codePay());
  costs();
  await rig.world.ask(1, codePay());
  expect(costs()).toEqual(['BatchGetItem 2', 'PutItem 0']);
});

test('a refund is two transactions of two items, a question and an answer', async () => {
  await rig.world.ask(1, codePay());
  costs();
  const refund = { op: 'refund', paymentSequence: 1 } as const;
  expect((await rig.world.ask(2, refund)).code).toBe('approved');
  expect(costs()).toEqual([
    'BatchGetItem 2',
    // Both records, the PAY with its place in the index: 2 + 2 + 1.
    'TransactWriteItems 5',
    'GetItem 1',
    'UpdateItem 3',
    'TransactWriteItems 5',
    'GetItem 1',
    'UpdateItem 1',
  ]);
});
