/** What the contracts run against on DynamoDB. */
import { readLedgerFacts } from '#adapters/dynamodb/audit.ts';
import { createCaseStore } from '#adapters/dynamodb/case-store.ts';
import {
  createDynamodbPaymentStore,
  type TableAccess,
} from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import type { StoreUnderTest } from './contracts/payment-store.ts';

export const dynamodbUnderTest = (access: TableAccess): StoreUnderTest => ({
  store: createDynamodbPaymentStore(access),
  seed: createDynamodbSeed(access),
  cases: createCaseStore(access),
  readLedger: () => readLedgerFacts(access),
});
