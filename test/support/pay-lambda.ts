/** The bundle of `pay` that deploys, between stand-ins for DynamoDB, SQS and Secrets Manager. */
import { hkdfSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { buildBundles } from '#infra/bundles.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { type CountingDynamodb, startCountingDynamodb } from './counting-dynamodb.ts';
import { type Dynoxide, startDynoxide } from './dynoxide.ts';
import { startTestQueues, type TestQueues } from './fauxqs.ts';
import { ForeignCodec, type ForeignKeys, type Purchase } from './foreign-terminal.ts';
import { icCard } from './payment-world.ts';
import { startSecretsStandIn } from './secrets-stand-in.ts';

const MESSAGE_MASTER = Buffer.alloc(32, 0x22);
const PEPPER = Buffer.alloc(32, 0x33);
const CODE_MASTER = Buffer.alloc(32, 0x44);
export const FENCE = 5;
/** More than every test here spends. */
const OPENING_MINOR = 1_000_000;
const CARD = icCard('00000000001');

/** One lipstick at its price. */
export const SALE: Purchase = {
  identifier: CARD,
  entryMode: 7,
  currency: 410,
  sku: 'LIP-01',
  unitPriceMinor: 12_900,
};

/** What a bridge reads from its reply queue. */
export interface QueuedReply {
  readonly v: number;
  readonly fence: number;
  readonly corr: string;
  readonly kind: string;
  readonly frame?: string;
  readonly code?: number;
  readonly sequence?: number;
}

export interface PayLambda {
  readonly handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly codec: ForeignCodec;
  readonly dynamodb: Dynoxide;
  readonly calls: CountingDynamodb;
  readonly queues: TestQueues;
  readonly table: string;
  stop(): Promise<void>;
}

/** Keys of terminal 1001, key version 1, derived with Node's own HKDF. */
export const foreignKeys = (master: Buffer = MESSAGE_MASTER): ForeignKeys => {
  const info = Buffer.concat([Buffer.from('cp1 message'), Buffer.from('000003e901', 'hex')]);
  const messageKey = Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), info, 32));
  return {
    terminal: 1001,
    keyVersion: 1,
    linkKey: '00'.repeat(32),
    messageKey: messageKey.toString('hex'),
  };
};

/** Builds and loads the bundle; slots 0 and 1 have queues `reply-0` and `reply-1`. */
export const startPayLambda = async ({
  wechatUrl,
}: {
  /** Where the provider of WeChat codes is; its key is `key-1`. */
  readonly wechatUrl?: string;
} = {}): Promise<PayLambda> => {
  const dist = mkdtempSync(join(tmpdir(), 'pay-'));
  const [dynamodb, queues, secrets] = await Promise.all([
    startDynoxide(),
    startTestQueues(),
    startSecretsStandIn({
      message: JSON.stringify({ current: MESSAGE_MASTER.toString('hex') }),
      identifier: JSON.stringify({
        pepper: PEPPER.toString('hex'),
        codeMaster: CODE_MASTER.toString('hex'),
      }),
      providers: JSON.stringify({ wechat: 'key-1' }),
    }),
    buildBundles(['pay'], dist),
  ]);
  const table = await dynamodb.createTable('pay-bundle');
  await seed(dynamodb, table);
  const calls = await startCountingDynamodb(dynamodb.endpoint);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: calls.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    TABLE_NAME: table,
    REQUEST_QUEUE_URL: queues.create('requests'),
    PARKING_QUEUE_URL: queues.create('parking'),
    REPLY_QUEUE_URLS: JSON.stringify([queues.create('reply-0'), queues.create('reply-1')]),
    MESSAGE_SECRET_ARN: 'message',
    IDENTIFIER_SECRET_ARN: 'identifier',
    HOLD_SECONDS: '300',
    ...(wechatUrl === undefined
      ? {}
      : {
          PROVIDERS: JSON.stringify({ wechat: { adapter: 'http-acquirer', url: wechatUrl } }),
          PROVIDER_SECRET_ARN: 'providers',
        }),
  });
  const bundle = pathToFileURL(join(dist, 'pay/index.mjs')).href;
  const { handler } = (await import(/* @vite-ignore */ bundle)) as Pick<PayLambda, 'handler'>;
  return {
    handler,
    codec: new ForeignCodec(foreignKeys()),
    dynamodb,
    calls,
    queues,
    table,
    stop: async () => {
      await Promise.all([calls.stop(), queues.stop(), secrets.stop()]);
      await dynamodb.stop();
      rmSync(dist, { recursive: true, force: true });
    },
  };
};

const seed = async ({ client }: Dynoxide, table: string): Promise<void> => {
  const store = createDynamodbSeed({ client, table });
  const hasher = createIdentifierHasher({
    crypto: pureCrypto,
    pepper: PEPPER,
    codeMaster: CODE_MASTER,
  });
  await store.putTerminal({
    id: 1001,
    status: 'active',
    merchant: 'm-1',
    region: 'KR',
    keyVersionMin: 1,
    sequenceFloors: {},
    providers: ['wechat'],
  });
  await store.putUser({
    user: 'u-1',
    name: 'Test',
    locale: 'ko-KR',
    currency: 410,
    balanceMinor: OPENING_MINOR,
    atS: 1,
  });
  await store.putIdentifier(hasher.identifier('ic.card', CARD), {
    user: 'u-1',
    maskedName: 'T**',
    locale: 'ko-KR',
    kind: 'ic.card',
    entryModes: [5, 7],
    failures: 0,
  });
  await store.putSheet({
    sku: 'LIP-01',
    region: 'KR',
    name: 'Lipstick',
    version: 1,
    unitPriceMinor: 12_900,
    currency: 410,
    windows: [],
  });
};

/** A message as Lambda hands it over; `corr` finds its reply again. */
export const recordOf = (
  frame: Uint8Array,
  {
    corr = randomUUID(),
    slot = 0,
    ageMs = 0,
  }: { readonly corr?: string; readonly slot?: number; readonly ageMs?: number } = {},
): SQSRecord => {
  const nowMs = Date.now();
  return textRecord(
    JSON.stringify({
      v: 1,
      slot,
      fence: FENCE,
      corr,
      dialect: 'cp1',
      terminal: 1001,
      region: 'KR',
      receivedAtMs: nowMs,
      hello: { locale: 'ko-KR' },
      frame: Buffer.from(frame).toString('base64'),
    }),
    nowMs - ageMs,
  );
};

/** A message with any body. */
export const textRecord = (body: string, sentAtMs: number = Date.now()): SQSRecord => ({
  messageId: randomUUID(),
  receiptHandle: randomUUID(),
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(sentAtMs),
    SenderId: 'bridge',
    ApproximateFirstReceiveTimestamp: String(sentAtMs),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:requests',
  awsRegion: 'eu-central-1',
});
