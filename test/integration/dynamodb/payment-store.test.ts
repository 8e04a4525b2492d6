import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAnswerReader } from '#adapters/dynamodb/answer-reader.ts';
import { auditLedger, readLedgerFacts } from '#adapters/dynamodb/audit.ts';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createLeaseStore } from '#adapters/dynamodb/lease-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { createTerminalReader } from '#adapters/dynamodb/terminal-reader.ts';
import { operatorCaseContract } from '../../support/contracts/operator-case.ts';
import {
  paymentStoreContract,
  type StoreUnderTest,
} from '../../support/contracts/payment-store.ts';
import { paymentStoreAttacks } from '../../support/contracts/payment-store-attacks.ts';
import { postingContract } from '../../support/contracts/posting.ts';
import { statusContract } from '../../support/contracts/status.ts';
import { storedSalesContract } from '../../support/contracts/stored-sales.ts';
import { dynamodbUnderTest } from '../../support/dynamodb-under-test.ts';
import { type Dynoxide, startDynoxide } from '../../support/dynoxide.ts';
import { createWorld, digestOf, pay, seedWorld, TERMINAL } from '../../support/payment-world.ts';

let dynoxide: Dynoxide;
let tables = 0;
const freshTable = async () => {
  tables += 1;
  return { client: dynoxide.client, table: await dynoxide.createTable(`table-${tables}`) };
};

beforeAll(async () => {
  dynoxide = await startDynoxide();
});
afterAll(() => dynoxide.stop());

const create = async (): Promise<StoreUnderTest> => dynamodbUnderTest(await freshTable());
paymentStoreContract(create);
paymentStoreAttacks(create);
operatorCaseContract(create);
postingContract(create);
statusContract(create);
storedSalesContract(create);

test('of 200 payments at once by a user with money for 120 approves exactly 120', async () => {
  const access = await freshTable();
  await seedWorld(createDynamodbSeed(access), 12_000);
  const world = createWorld(createDynamodbPaymentStore(access));
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) => world.ask(at + 1, pay())),
  );
  expect(answers.filter(({ code }) => code === 'approved')).toHaveLength(120);
  expect(answers.filter(({ code }) => code === 'insufficient_funds')).toHaveLength(80);
  const { accounts } = await readLedgerFacts(access);
  expect(accounts.find(({ user }) => user === 'rich')).toMatchObject({
    balanceMinor: 0,
    heldMinor: 0,
  });
  expect((await auditLedger(access)).violations).toEqual([]);
});

test('gives the bridge the stored answer with its digest, and the region of a terminal', async () => {
  const access = await freshTable();
  await seedWorld(createDynamodbSeed(access));
  const world = createWorld(createDynamodbPaymentStore(access));
  const key = { terminal: 1001, keyVersion: 1, sequence: 1 };
  const { readAnswer } = createAnswerReader(access);
  expect(await readAnswer(key)).toBeUndefined();
  const { answer } = await world.ask(1, pay());
  const stored = await readAnswer(key);
  expect([...(stored?.answer ?? [])]).toEqual([...answer]);
  expect([...(stored?.digest ?? [])]).toEqual([...digestOf(pay())]);
  const { readTerminal } = createTerminalReader(access);
  expect(await readTerminal(1001)).toEqual(TERMINAL);
  expect(await readTerminal(7)).toBeUndefined();
});

test('leases a slot to one owner at a time, with a fence that only grows', async () => {
  let nowMs = 1_000_000;
  const leases = createLeaseStore({ ...(await freshTable()), clock: { nowMs: () => nowMs } });
  expect(await leases.acquire(0, 'a')).toEqual({ fence: 1 });
  expect(await leases.acquire(0, 'b')).toBeUndefined();
  expect(await leases.renew(0, 'a', 1)).toBe(true);
  nowMs += 30_000;
  expect(await leases.acquire(0, 'b')).toBeUndefined();
  nowMs += 1;
  expect(await leases.acquire(0, 'b')).toEqual({ fence: 2 });
  expect(await leases.renew(0, 'a', 1)).toBe(false);
  await leases.release(0, 'a', 1);
  expect(await leases.acquire(0, 'c')).toBeUndefined();
  await leases.release(0, 'b', 2);
  expect(await leases.acquire(0, 'c')).toEqual({ fence: 3 });
});
