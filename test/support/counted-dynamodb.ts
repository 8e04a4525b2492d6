/** A stand-in of DynamoDB for one test file, behind the proxy that counts calls and units. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import {
  type CountedCall,
  type CountingDynamodb,
  startCountingDynamodb,
} from './counting-dynamodb.ts';
import { type Dynoxide, startDynoxide } from './dynoxide.ts';

export interface CountedDynamodb {
  freshTable(): Promise<TableAccess>;
  /** Calls since it was last asked. */
  takeCalls(): readonly CountedCall[];
  /** The same as text, each operation with its units. */
  costs(): readonly string[];
}

/** Started before the tests of the file, stopped after them. */
export const countedDynamodb = (): CountedDynamodb => {
  let dynoxide: Dynoxide;
  let counting: CountingDynamodb;
  let client: DynamoDBClient;
  let tables = 0;
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
  return {
    freshTable: async () => {
      tables += 1;
      return { client, table: await dynoxide.createTable(`counted-${tables}`) };
    },
    takeCalls: () => counting.takeCalls(),
    costs: () =>
      counting.takeCalls().map(({ operation, capacityUnits }) => `${operation} ${capacityUnits}`),
  };
};
