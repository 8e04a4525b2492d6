/** Counts what one payment costs at DynamoDB: calls and write units, of the real store through the real SDK. */
import {
  CreateTableCommand,
  DynamoDBClient,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { TABLE_SCHEMA } from '#adapters/dynamodb/table.ts';
import { nodeCrypto } from '#adapters/node/node-crypto.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import { hasMod37Check } from '#core/check-digits.ts';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import type { ProcessDeps } from '#core/inbound.ts';
import { processRequest } from '#core/process-request.ts';
import { clearedTag, requestDigest } from '#protocol/cp1/frame.ts';
import { deriveMessageKeys } from '#protocol/cp1/keys.ts';
import { encodeReply } from '#protocol/cp1/reply-codec.ts';
import { decodeRequest, encodeRequest } from '#protocol/cp1/request-codec.ts';
import type { PayRequest } from '#protocol/request.ts';
import { type StandIn, startDynamodbStandIn } from './stand-in.ts';

const TABLE = 'bench';
const TERMINAL = 1001;
const REGION = 'KR';
const CURRENCY = 410;
const PRICE = 12_900;
const USER = 'user-bench';
const BALANCE = 1_000_000_000;
const SKUS = ['LIP-01', 'LIP-02', 'LIP-03'];
const KEY_BYTES = 32;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

export interface StoreCount {
  readonly payments: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** A card token with its check character. */
const cardToken = (): string => {
  const body = 'BENCH000001';
  const check = [...ALPHABET].find((character) => hasMod37Check(body + character));
  return `IC${body}${check}`;
};

interface Capacity {
  readonly WriteCapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly CapacityUnits?: number;
}

const isWrite = (name: string): boolean => /Transact|Put|Update/.test(name);

class Meter {
  readonly calls: Record<string, number> = {};
  writeUnits = 0;
  readUnits = 0;
  counting = false;

  count(name: string, consumed: Capacity | readonly Capacity[] | undefined): void {
    if (!this.counting) {
      return;
    }
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    for (const one of consumed === undefined ? [] : ([consumed].flat() as readonly Capacity[])) {
      const all = one.CapacityUnits ?? 0;
      this.writeUnits += one.WriteCapacityUnits ?? (isWrite(name) ? all : 0);
      this.readUnits += one.ReadCapacityUnits ?? (isWrite(name) ? 0 : all);
    }
  }
}

/** A client that asks DynamoDB what every call consumed. */
const meteredClient = (endpoint: string, meter: Meter): DynamoDBClient => {
  const client = new DynamoDBClient({
    endpoint,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as TransactWriteItemsCommandInput;
      const result = await next({
        ...args,
        input: { ...input, ReturnConsumedCapacity: 'TOTAL' },
      } as typeof args);
      const output = result.output as { readonly ConsumedCapacity?: Capacity };
      meter.count(context.commandName ?? 'unknown', output.ConsumedCapacity);
      return result;
    },
    { step: 'initialize', name: 'meter' },
  );
  return client;
};

const seed = async (client: DynamoDBClient, hash: string): Promise<void> => {
  await client.send(new CreateTableCommand({ TableName: TABLE, ...TABLE_SCHEMA }));
  const store = createDynamodbSeed({ client, table: TABLE });
  await store.putTerminal({
    id: TERMINAL,
    status: 'active',
    merchant: 'M-1',
    region: REGION,
    keyVersionMin: 0,
    sequenceFloors: {},
  });
  await store.putUser({
    user: USER,
    name: 'Bench',
    locale: 'ko-KR',
    currency: CURRENCY,
    balanceMinor: BALANCE,
    atS: 1,
  });
  await store.putIdentifier(hash, {
    user: USER,
    maskedName: 'B***h',
    locale: 'ko-KR',
    kind: 'ic.card',
    entryModes: [1, 5, 7],
    failures: 0,
  });
  for (const sku of SKUS) {
    await store.putSheet({
      sku,
      region: REGION,
      name: `Lipstick ${sku}`,
      version: 1,
      unitPriceMinor: PRICE,
      currency: CURRENCY,
      windows: [],
    });
  }
};

const payOf = (products: number): PayRequest => ({
  op: 'pay',
  identifier: cardToken(),
  entryMode: 7,
  amountMinor: PRICE * products,
  currency: CURRENCY,
  items: SKUS.slice(0, products).map((sku) => ({ sku, quantity: 1, unitPriceMinor: PRICE })),
  deadlineMs: 20_000,
  mode: 'sale',
});

/** One approved sale, from the bytes of the frame on; throws unless it is approved. */
const pay = async (deps: ProcessDeps, sequence: number): Promise<void> => {
  const keys = deriveMessageKeys(nodeCrypto, new Uint8Array(KEY_BYTES), TERMINAL, 1);
  const key = { terminal: TERMINAL, keyVersion: 1, sequence };
  const frame = encodeRequest(key, {}, payOf(1 + (sequence % SKUS.length)), keys.request);
  const decoded = decodeRequest(frame);
  if (!decoded.ok) {
    throw new Error(`The frame was refused: ${decoded.reason}.`);
  }
  const { code } = await processRequest(deps, {
    key,
    digest: requestDigest(nodeCrypto, frame),
    request: decoded.value,
    stored: false,
    receivedAtMs: deps.clock.nowMs(),
    region: REGION,
    hello: { locale: 'ko-KR' },
    encode: (reply) => encodeReply(frame, clearedTag(frame, keys.request), reply, keys.reply),
  });
  if (code !== 'approved') {
    throw new Error(`A payment was not approved: ${code}.`);
  }
};

const countOn = async (standIn: StandIn, payments: number): Promise<StoreCount> => {
  const meter = new Meter();
  const client = meteredClient(standIn.url, meter);
  const secret = new Uint8Array(KEY_BYTES);
  const identifiers = createIdentifierHasher({
    crypto: nodeCrypto,
    pepper: secret,
    codeMaster: secret,
  });
  await seed(client, identifiers.identifier('ic.card', cardToken()));
  const deps: ProcessDeps = {
    store: createDynamodbPaymentStore({ client, table: TABLE }),
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    identifiers,
  };
  meter.counting = true;
  for (let sequence = 1; sequence <= payments; sequence += 1) {
    await pay(deps, sequence);
  }
  client.destroy();
  const { calls, writeUnits, readUnits } = meter;
  return { payments, calls, writeUnits, readUnits };
};

/** Approved sales of one to three products in turn. */
export const countStore = async (payments: number): Promise<StoreCount> => {
  const standIn = await startDynamodbStandIn();
  try {
    return await countOn(standIn, payments);
  } finally {
    standIn.close();
  }
};
