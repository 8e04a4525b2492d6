import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import type { Terminal } from '#core/records.ts';
import { createAdminReader } from '#functions/admin-api/admin-reader.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';

const TERMINAL: Terminal = {
  id: 1001,
  status: 'suspended',
  merchant: 'm-1',
  region: 'KR',
  keyVersionMin: 1,
  sequenceFloors: {},
};
const USER = { name: 'Test', locale: 'ko-KR', atS: 1 };

describe('the reader of the admin API', () => {
  let dynamodb: Dynoxide;
  beforeAll(async () => {
    dynamodb = await startDynoxide();
  });
  afterAll(() => dynamodb.stop());

  const prepare = async (table: string) => {
    const access = { client: dynamodb.client, table: await dynamodb.createTable(table) };
    return { seed: createDynamodbSeed(access), reader: createAdminReader(access), access };
  };

  it('reads a terminal, and undefined where there is none', async () => {
    const { seed, reader } = await prepare('terminals');
    await seed.putTerminal(TERMINAL);
    expect(await reader.readTerminal(1001)).toEqual(TERMINAL);
    expect(await reader.readTerminal(1002)).toBeUndefined();
  });

  it('reads every account of one user, and nobody else\u2019s', async () => {
    const { seed, reader } = await prepare('accounts');
    await seed.putUser({ ...USER, user: 'u-1', currency: 410, balanceMinor: 1_000 });
    await seed.putUser({ ...USER, user: 'u-1', currency: 156, balanceMinor: 5 });
    await seed.putUser({ ...USER, user: 'u-10', currency: 410, balanceMinor: 7 });
    const rest = { user: 'u-1', status: 'active', heldMinor: 0, version: 0 };
    expect(await reader.readAccounts('u-1')).toEqual([
      { ...rest, currency: 156, balanceMinor: 5 },
      { ...rest, currency: 410, balanceMinor: 1_000 },
    ]);
    expect(await reader.readAccounts('u-2')).toEqual([]);
  });

  it('reads a record, and undefined where there is none', async () => {
    const { reader, access } = await prepare('records');
    const key = { terminal: 1001, keyVersion: 1, sequence: 7 };
    await createDynamodbPaymentStore(access).book({
      record: {
        key,
        op: 'pay',
        code: 'sold_out',
        decidedAtS: 1,
        lines: [],
        digest: new Uint8Array(32),
        answer: new Uint8Array(8),
      },
    });
    expect(await reader.readRecord(key)).toMatchObject({ key, op: 'pay', code: 'sold_out' });
    expect(await reader.readRecord({ ...key, sequence: 8 })).toBeUndefined();
  });
});
