/** What deploys beside `pay`, each bundle against a table: janitor and projector. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordItem } from '#adapters/dynamodb/record-item.ts';
import { readSales } from '#adapters/dynamodb/sales-items.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { type BundleName, buildBundles } from '#infra/bundles.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';
import { payRecord, SOLD_AT_S } from '#test/support/pay-record.ts';
import { type SecretsStandIn, startSecretsStandIn } from '#test/support/secrets-stand-in.ts';

const TABLE = 'background';

type Handler = (event: object, context?: object) => Promise<unknown>;

describe('a bundle beside pay', () => {
  const dist = mkdtempSync(join(tmpdir(), 'background-'));
  let dynamodb: Dynoxide;
  let secrets: SecretsStandIn;
  beforeAll(async () => {
    [dynamodb, secrets] = await Promise.all([
      startDynoxide(),
      startSecretsStandIn({}),
      buildBundles(['janitor', 'projector', 'auditor'], dist),
    ]);
    await dynamodb.createTable(TABLE);
    const seed = createDynamodbSeed({ client: dynamodb.client, table: TABLE });
    await seed.putTerminal({
      id: 1001,
      status: 'active',
      merchant: 'm-1',
      region: 'KR',
      keyVersionMin: 1,
      sequenceFloors: { 1: 5 },
    });
    await seed.putUser({
      user: 'u-1',
      name: 'Test',
      locale: 'ko-KR',
      currency: 410,
      balanceMinor: 1_000,
      atS: 1,
    });
    for (const [name, value] of Object.entries({
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
      TABLE_NAME: TABLE,
    })) {
      vi.stubEnv(name, value);
    }
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([dynamodb.stop(), secrets.stop()]);
    rmSync(dist, { recursive: true, force: true });
  });

  const load = async (name: BundleName): Promise<Handler> => {
    const bundle = pathToFileURL(join(dist, name, 'index.mjs')).href;
    return ((await import(/* @vite-ignore */ bundle)) as { readonly handler: Handler }).handler;
  };
  const rowOf = async (pk: string, sk: string) => {
    const key = { pk: { S: pk }, sk: { S: sk } };
    const { Item } = await dynamodb.client.send(
      new GetItemCommand({ TableName: TABLE, Key: key, ConsistentRead: true }),
    );
    return Item;
  };

  it('of the auditor proves the books, and tells whoever invokes it', async () => {
    const auditor = await load('auditor');
    expect(await auditor({})).toEqual({
      violations: [],
      records: 0,
      entries: 1,
      owners: 1,
      busy: 0,
    });
  });

  it('of the janitor gives back the money of a hold that is due, once', async () => {
    const hold = {
      pk: { S: 'P#1001#1#7' },
      sk: { S: 'REC' },
      op: { S: 'pay' },
      cd: { N: '0' },
      at: { N: '1000' },
      st: { S: 'h' },
      rv: { N: '1' },
      am: { N: '300' },
      po: { N: '0' },
      rf: { N: '0' },
      pc: { N: '410' },
      us: { S: 'u-2' },
      me: { S: 'm-1' },
      dueS: { N: '1300' },
      dueShard: { S: 'DUE#0' },
    };
    const account = {
      pk: { S: 'U#u-2' },
      sk: { S: 'ACCT#410' },
      user: { S: 'u-2' },
      currency: { N: '410' },
      status: { S: 'active' },
      balance: { N: '700' },
      held: { N: '300' },
      version: { N: '1' },
    };
    for (const Item of [hold, account]) {
      await dynamodb.client.send(new PutItemCommand({ TableName: TABLE, Item }));
    }
    const janitor = await load('janitor');
    await janitor({});
    await janitor({});
    expect(await rowOf('P#1001#1#7', 'REC')).toMatchObject({ st: { S: 'e' }, rv: { N: '2' } });
    expect(await rowOf('P#1001#1#7', 'REC')).not.toHaveProperty('dueShard');
    expect(await rowOf('U#u-2', 'ACCT#410')).toMatchObject({
      balance: { N: '1000' },
      held: { N: '0' },
    });
  });

  it('of the projector counts what was booked, and stops at a change that fails', async () => {
    const change = (number: number, image: object) => ({
      eventID: `e${number}`,
      dynamodb: {
        ApproximateCreationDateTime: SOLD_AT_S,
        SequenceNumber: String(number),
        NewImage: image,
      },
    });
    const sale = (number: number) => {
      const { dg: _digest, ...image } = recordItem(payRecord(number));
      return { ...image, dg: { B: 'AAAA' } };
    };
    const projector = await load('projector');
    const Records = [
      change(11, sale(11)),
      change(12, { pk: { S: 'U#u-1' }, sk: { S: 'PROFILE' } }),
      change(13, { ...sale(13), po: { N: 'no number' } }),
      change(14, sale(14)),
    ];
    const net = async (): Promise<number> => {
      const access = { client: dynamodb.client, table: TABLE };
      const bucket = { of: 'merchant', id: 'm-1', currency: 410, day: '2026-09-21' } as const;
      return (await readSales(access, bucket)).netMinor;
    };
    expect(await projector({ Records })).toEqual({
      batchItemFailures: [{ itemIdentifier: '13' }],
    });
    expect(await projector({ Records: Records.slice(3) })).toEqual({ batchItemFailures: [] });
    expect(await net()).toBe(200);
  });
});
