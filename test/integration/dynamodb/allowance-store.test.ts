import { afterAll, beforeAll } from 'vitest';
import { readLedgerFacts } from '#adapters/dynamodb/audit.ts';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { allowanceStoreContract } from '../../support/contracts/allowance-store.ts';
import { type Dynoxide, startDynoxide } from '../../support/dynoxide.ts';

let dynoxide: Dynoxide;
let tables = 0;

beforeAll(async () => {
  dynoxide = await startDynoxide();
});
afterAll(() => dynoxide.stop());

allowanceStoreContract(async () => {
  tables += 1;
  const access = {
    client: dynoxide.client,
    table: await dynoxide.createTable(`allowances-${tables}`),
  };
  return {
    store: createDynamodbPaymentStore(access),
    seed: createDynamodbSeed(access),
    readLedger: () => readLedgerFacts(access),
  };
});
