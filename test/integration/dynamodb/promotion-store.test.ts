import { afterAll, beforeAll } from 'vitest';
import { promotionStoreContract } from '../../support/contracts/promotion-store.ts';
import { dynamodbUnderTest } from '../../support/dynamodb-under-test.ts';
import { type Dynoxide, startDynoxide } from '../../support/dynoxide.ts';

let dynoxide: Dynoxide;
let tables = 0;

beforeAll(async () => {
  dynoxide = await startDynoxide();
});
afterAll(() => dynoxide.stop());

promotionStoreContract(async () => {
  tables += 1;
  return dynamodbUnderTest({
    client: dynoxide.client,
    table: await dynoxide.createTable(`promotions-${tables}`),
  });
});
