/** The bundle that deploys, as the process that it will be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { buildBundles } from '#infra/bundles.ts';
import { BridgeChild } from '#test/support/bridge-child.ts';
import { keysOf, LINK_MASTER } from '#test/support/bridge-rig.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';
import { startTestQueues, type TestQueues } from '#test/support/fauxqs.ts';
import { ForeignTerminal, TYPE } from '#test/support/foreign-terminal.ts';
import { TERMINAL } from '#test/support/payment-world.ts';
import { dialTls, otherCertificate, serverCertificate } from '#test/support/tls-clients.ts';

/** Captured frames, up and down, that fill whatever lies between the process and a reader of its log. */
const CAPTURED = [2_001, 2_002, 2_003, 2_004, 2_005, 2_006, 2_007, 2_008];
const PINGS = 250;
const FAR_FUTURE_S = 4_102_444_800;

describe('the process of the bridge', () => {
  const dist = mkdtempSync(join(tmpdir(), 'bridge-process-'));
  let dynamo: Dynoxide;
  let queues: TestQueues;
  let environment: Readonly<Record<string, string>>;
  const children: BridgeChild[] = [];

  beforeAll(async () => {
    [dynamo, queues] = await Promise.all([startDynoxide(), startTestQueues()]);
    await buildBundles(['bridge'], dist);
    await dynamo.createTable('bridge-process');
    environment = {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_ENDPOINT_URL_SQS: queues.endpoint,
      BIND_HOST: '127.0.0.1',
      BRIDGE_PORT: '0',
      HEALTH_PORT: '0',
      TABLE_NAME: 'bridge-process',
      REQUEST_QUEUE_URL: queues.create('requests'),
      REPLY_QUEUE_URLS: JSON.stringify([queues.create('replies')]),
      LINK_MASTER: JSON.stringify({ current: LINK_MASTER.toString('hex') }),
    };
  });
  afterEach(async () => {
    for (const { child, exit } of children.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
    await setLeaseEnd(0);
  });
  afterAll(async () => {
    await Promise.all([dynamo.stop(), queues.stop()]);
    rmSync(dist, { recursive: true });
  });

  const start = (extra: Readonly<Record<string, string>> = {}): BridgeChild => {
    const bridge = new BridgeChild(join(dist, 'bridge/index.mjs'), { ...environment, ...extra });
    children.push(bridge);
    return bridge;
  };
  const leaseEnd = async (): Promise<number> => {
    const { Item } = await dynamo.client.send(
      new GetItemCommand({ TableName: 'bridge-process', Key: { ...itemKey.lease(0) } }),
    );
    return Number(Item?.untilMs?.N);
  };
  const setLeaseEnd = async (untilMs: number): Promise<void> => {
    await dynamo.client.send(
      new UpdateItemCommand({
        TableName: 'bridge-process',
        Key: { ...itemKey.lease(0) },
        UpdateExpression: 'SET untilMs = :until',
        ExpressionAttributeValues: { ':until': { N: String(untilMs) } },
      }),
    );
  };

  it('sends its terminals away at SIGTERM, gives the slot back and exits with 0', async () => {
    const bridge = start({ DRAIN_MS: '0' });
    const { port = 0, fence = 0 } = await bridge.logged('listening');
    expect(await leaseEnd()).toBeGreaterThan(0);
    const t = await ForeignTerminal.signOn({ host: '127.0.0.1', port }, keysOf());
    const pay = t.codec.encode(TYPE.pay, 7, new Map([[1, 5]]));
    t.send(pay);
    while (queues.bodies('requests').length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(JSON.parse(queues.bodies('requests')[0] ?? '')).toMatchObject({
      ...{ slot: 0, fence, terminal: 1001 },
      frame: pay.toString('base64'),
    });
    bridge.child.kill('SIGTERM');
    expect((await t.next())?.type).toBe(TYPE.busy);
    expect((await t.next())?.type).toBe(TYPE.goaway);
    expect(await t.next()).toBeUndefined();
    expect(await bridge.exit).toBe(0);
    expect(await leaseEnd()).toBe(0);
    const next = start();
    expect((await next.logged('listening')).fence).toBe(fence + 1);
  });

  it('stops at once at the second SIGTERM, and still gives the slot back', async () => {
    const bridge = start({ DRAIN_MS: '115000' });
    const { port = 0 } = await bridge.logged('listening');
    const t = await ForeignTerminal.signOn({ host: '127.0.0.1', port }, keysOf());
    bridge.child.kill('SIGTERM');
    await bridge.logged('draining');
    bridge.child.kill('SIGTERM');
    await bridge.logged('stopping_now');
    expect(await bridge.exit).toBe(0);
    expect(await leaseEnd()).toBe(0);
    t.close();
  });

  it('leaves its lease to run out when it is killed: until then its slot is nobody else’s', async () => {
    const bridge = start();
    const { fence = 0 } = await bridge.logged('listening');
    bridge.child.kill('SIGKILL');
    expect(await bridge.exit).toBe('SIGKILL');
    expect(await leaseEnd()).toBeGreaterThan(0);
    const next = start();
    await next.logged('no_slot_free');
    // The lease ended, and clocks may differ, long ago.
    await setLeaseEnd(1);
    expect(await next.logged('listening')).toMatchObject({ slot: 0, fence: fence + 1 });
  });

  it('answers, and goes down, though nobody reads its log', async () => {
    const bridge = start({ DRAIN_MS: '0', FRAMES_PER_MINUTE: '0' });
    const { port = 0 } = await bridge.logged('listening');
    const seed = createDynamodbSeed({ client: dynamo.client, table: 'bridge-process' });
    bridge.stopReading();
    for (const terminal of CAPTURED) {
      await seed.putTerminal({ ...TERMINAL, id: terminal, captureUntilS: FAR_FUTURE_S });
      const t = await ForeignTerminal.signOn({ host: '127.0.0.1', port }, keysOf(terminal));
      for (let ping = 1; ping <= PINGS; ping += 1) {
        t.send(t.codec.encode(TYPE.ping, ping, new Map()));
        expect((await t.next())?.type).toBe(TYPE.pong);
      }
      t.close();
    }
    bridge.child.kill('SIGTERM');
    expect(await bridge.exit).toBe('SIGKILL');
    expect(await leaseEnd()).toBe(0);
  });

  it('takes a new certificate at SIGHUP, without a restart, and keeps the old where the new is none', async () => {
    const file = join(dist, 'tls.json');
    const put = (material: unknown): void => writeFileSync(file, JSON.stringify(material));
    put(serverCertificate);
    const bridge = start({ TLS_FILE: file });
    const { port = 0 } = await bridge.logged('listening');
    const at = { host: '127.0.0.1', port };
    (await dialTls(at, { ca: serverCertificate.certificate })).destroy();
    put({ certificate: 'none', key: 'none' });
    bridge.child.kill('SIGHUP');
    await bridge.logged('tls_not_reloaded');
    (await dialTls(at, { ca: serverCertificate.certificate })).destroy();
    put(otherCertificate);
    bridge.child.kill('SIGHUP');
    await bridge.logged('tls_reloaded');
    (await dialTls(at, { ca: otherCertificate.certificate })).destroy();
  });
});
