/** What the contracts run against on DynamoDB. */
import { readLedgerFacts } from '#adapters/dynamodb/audit.ts';
import { createCaseStore } from '#adapters/dynamodb/case-store.ts';
import {
  createDynamodbPaymentStore,
  type TableAccess,
} from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createLedgerStore } from '#adapters/dynamodb/ledger-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import type { StoreUnderTest } from './contracts/payment-store.ts';

export const dynamodbUnderTest = (access: TableAccess): StoreUnderTest => ({
  store: createDynamodbPaymentStore(access),
  seed: createDynamodbSeed(access),
  cases: createCaseStore(access),
  ledger: createLedgerStore(access),
  count: async () => {
    const { records } = await readLedgerFacts(access);
    for (const record of records) {
      await applyProjection(access, { record, atS: record.decidedAtS });
    }
  },
  readLedger: () => readLedgerFacts(access),
});
