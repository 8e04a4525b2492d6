/** A rotation of the pepper on DynamoDB: what it costs while it lasts, and that a code is spent once through it. */
import { createHash, createHmac } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { createIdentifierHasher, type IdentifierHasher } from '#core/identifier-hasher.ts';
import { generateCode } from '#core/one-time-code.ts';
import type { PayRequest } from '#protocol/request.ts';
import { type CountingDynamodb, startCountingDynamodb } from '../../support/counting-dynamodb.ts';
import { type Dynoxide, startDynoxide } from '../../support/dynoxide.ts';
import {
  createWorld,
  HANDLE,
  NOON_S,
  pay,
  hasher as seeded,
  seedWorld,
} from '../../support/payment-world.ts';

const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(32).fill(9);
const withPeppers = (pepper: Uint8Array, previousPepper?: Uint8Array): IdentifierHasher =>
  createIdentifierHasher({
    crypto: {
      sha256: (data) => createHash('sha256').update(data).digest(),
      hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
      macKey: () => {
        throw new Error('no frames in these tests');
      },
    },
    pepper,
    codeMaster: new Uint8Array(32).fill(2),
    ...(previousPepper === undefined ? {} : { previousPepper }),
  });

let dynoxide: Dynoxide;
let proxy: CountingDynamodb;
let client: DynamoDBClient;
let table: string;
beforeAll(async () => {
  dynoxide = await startDynoxide();
  table = await dynoxide.createTable('pepper');
  proxy = await startCountingDynamodb(dynoxide.endpoint);
  client = new DynamoDBClient({
    region: 'eu-central-1',
    endpoint: proxy.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await seedWorld(createDynamodbSeed({ client, table }));
});
afterAll(async () => {
  client.destroy();
  await proxy.stop();
  await dynoxide.stop();
});

let sequence = 0;
const ask = async (identifiers: IdentifierHasher, request: PayRequest) => {
  const world = createWorld(createDynamodbPaymentStore({ client, table }));
  Object.assign(world.deps, { identifiers });
  sequence += 1;
  proxy.takeCalls();
  const { code } = await world.ask(sequence, request);
  const [read, ...more] = proxy.takeCalls();
  const requested = read?.input.RequestItems as Record<string, { readonly Keys: unknown[] }>;
  return {
    code,
    operations: [read?.operation, ...more.map(({ operation }) => operation)],
    keysRead: requested[table]?.Keys.length,
  };
};

test('a plain payment reads one key more while a rotation lasts, and never another call', async () => {
  const plain = await ask(withPeppers(OLD), pay());
  expect(plain.code).toBe('approved');
  expect(plain.operations).toEqual(['BatchGetItem', 'TransactWriteItems']);
  const rotating = await ask(withPeppers(NEW, OLD), pay());
  expect(rotating).toEqual({ ...plain, keysRead: (plain.keysRead ?? NaN) + 1 });
  // A pepper that is named twice is one key: no batch may ask for one twice.
  expect(await ask(withPeppers(OLD, OLD), pay())).toEqual(plain);
});

test('a one-time code spent before the turn is spent after it', async () => {
  const identifier = generateCode(seeded, { handle: HANDLE, codeVersion: 1, atS: NOON_S });
  const code = pay({ identifier, entryMode: 3 });
  expect((await ask(withPeppers(OLD), code)).code).toBe('approved');
  expect((await ask(withPeppers(NEW, OLD), code)).code).toBe('identifier_used');
});
