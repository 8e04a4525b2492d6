/** What deploys as publisher and as deliveries, under the local Lambda runtime, with queues, a table and a receiver that verifies. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEndpointStore } from '#adapters/dynamodb/endpoint-store.ts';
import type { EndpointStore } from '#core/endpoints.ts';
import { type BundleName, buildBundles } from '#infra/bundles.ts';
import { FunctionPool } from '#local/lambda/function-pool.ts';
import { toRecord } from '#local/mappings/queue-mapping.ts';
import { textOf } from '#test/support/counting-dynamodb.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';
import { startTestQueues, type TestQueues } from '#test/support/fauxqs.ts';
import { type SecretsStandIn, startSecretsStandIn } from '#test/support/secrets-stand-in.ts';
import { recordChange, streamRecord } from '#test/support/stream-changes.ts';

const TABLE = 'events';
const NEW = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const OLD = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const DONE = { batchItemFailures: [] };

interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

describe('publisher and deliveries', () => {
  const dist = mkdtempSync(join(tmpdir(), 'events-'));
  const received: Received[] = [];
  const output: string[] = [];
  const pools: FunctionPool[] = [];
  const queues: Record<string, string> = {};
  let sqs: SQSClient;
  let stand: { dynamodb: Dynoxide; fauxqs: TestQueues; secrets: SecretsStandIn };
  let endpoints: EndpointStore;
  let receiver = '';
  /** `/<status>` is answered with that status. */
  const server = createServer((request, response) => {
    textOf(request).then((body) => {
      const path = request.url ?? '';
      received.push({ path, headers: request.headers as Record<string, string>, body });
      response.writeHead(Number(path.slice(1))).end();
    }, response.destroy.bind(response));
  });

  const start = (name: BundleName, environment: Readonly<Record<string, string>>): FunctionPool => {
    const settings = {
      name,
      arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
      folder: join(dist, name),
      handler: 'index.handler',
      timeoutMs: 30_000,
      memoryMb: 512,
      environment: {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL_DYNAMODB: stand.dynamodb.endpoint,
        AWS_ENDPOINT_URL_SQS: stand.fauxqs.endpoint,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: stand.secrets.endpoint,
        TABLE_NAME: TABLE,
        EVENTS_QUEUE_URL: queues.events ?? '',
        PARKING_QUEUE_URL: queues.parking ?? '',
        WEBHOOK_SECRET_ARN: 'webhooks',
        WEBHOOK_REACH: 'local',
        ...environment,
      },
    };
    const pool = new FunctionPool(settings, {
      concurrencyMax: 1,
      onOutput: (text) => output.push(text),
    });
    pools.push(pool);
    return pool;
  };

  beforeAll(async () => {
    const [dynamodb, fauxqs, secrets] = await Promise.all([
      startDynoxide(),
      startTestQueues(),
      startSecretsStandIn({ webhooks: JSON.stringify({ shop: [NEW, OLD], gone: [NEW] }) }),
      buildBundles(['publisher', 'webhooks'], dist),
      new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      }),
    ]);
    stand = { dynamodb, fauxqs, secrets };
    receiver = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await dynamodb.createTable(TABLE);
    endpoints = createEndpointStore({ client: dynamodb.client, table: TABLE });
    fauxqs.create('dead');
    const redrive = {
      deadLetterTargetArn: 'arn:aws:sqs:eu-central-1:000000000000:dead',
      maxReceiveCount: 1,
    };
    queues.events = fauxqs.create('events', { RedrivePolicy: JSON.stringify(redrive) });
    queues.parking = fauxqs.create('parking');
    sqs = new SQSClient({ endpoint: fauxqs.endpoint });
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    sqs.destroy();
    server.closeAllConnections();
    server.close();
    await Promise.all([stand.dynamodb.stop(), stand.fauxqs.stop(), stand.secrets.stop()]);
    rmSync(dist, { recursive: true, force: true });
  });

  const sale = (sequence: number) =>
    recordChange(sequence, {
      key: { terminal: 1001, keyVersion: 1, sequence },
      op: 'pay',
      code: 'approved',
      decidedAtS: 1_790_000_000,
      digest: new Uint8Array(32),
      answer: new Uint8Array(60),
      lines: [],
      payment: {
        state: 'posted',
        revision: 0,
        amountMinor: 100,
        postedMinor: 100,
        refundedMinor: 0,
        currency: 410,
        user: 'u-1',
        merchant: 'm-1',
      },
    });
  /** Takes what is in the queue and hands it over as a mapping would, as the given try. */
  const deliver = async (webhooks: FunctionPool, tries?: number): Promise<SQSBatchResponse> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queues.events,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    const Records = Messages.map((message) => {
      const attributes = {
        ...message.Attributes,
        ...(tries === undefined ? {} : { ApproximateReceiveCount: String(tries) }),
      };
      const where = { queueArn: 'arn:aws:sqs:eu-central-1:000000000000:events' };
      return toRecord({ ...message, Attributes: attributes }, { ...where, region: 'eu-central-1' });
    });
    const response = (await webhooks.invoke({ Records })) as SQSBatchResponse;
    const failed = response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    for (const { MessageId = '', ReceiptHandle } of Messages) {
      if (!failed.includes(MessageId)) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queues.events, ReceiptHandle }));
      }
    }
    return response;
  };
  const verified = (secret: string, { body, headers }: Received): unknown =>
    new Webhook(secret).verify(body, headers);

  it('tell a sale to its endpoint, signed with both secrets while they rotate', async () => {
    await endpoints.put({ id: 'shop', url: `${receiver}/204`, description: '', enabled: true });
    const publisher = start('publisher', {});
    expect(await publisher.invoke({ Records: [sale(7)] })).toEqual(DONE);
    expect(await deliver(start('webhooks', {}))).toEqual(DONE);
    const [webhook] = received.splice(0) as [Received];
    const event = { id: 'evt_1001_1_7_0', type: 'payment.posted' };
    expect(verified(NEW, webhook)).toMatchObject(event);
    expect(verified(OLD, webhook)).toMatchObject(event);
    expect(webhook.headers['webhook-id']).toBe(event.id);
  });

  it('send the same id and bytes where the stream is replayed', async () => {
    const [publisher, webhooks] = pools as [FunctionPool, FunctionPool];
    await publisher.invoke({ Records: [sale(8)] });
    await publisher.invoke({ Records: [sale(8)] });
    expect(await deliver(webhooks)).toEqual(DONE);
    const [first, second] = received.splice(0) as [Received, Received];
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
  });

  it('hide what failed until its next try, and give it up to the dead letters after the last', async () => {
    await endpoints.put({ id: 'shop', url: `${receiver}/500`, description: '', enabled: true });
    const publisher = start('publisher', {});
    const webhooks = start('webhooks', {});
    await publisher.invoke({ Records: [sale(9)] });
    await expect(deliver(webhooks)).resolves.toMatchObject({ batchItemFailures: [{}] });
    expect([stand.fauxqs.inFlight('events'), stand.fauxqs.bodies('events').length]).toEqual([1, 0]);

    await publisher.invoke({ Records: [sale(10)] });
    await expect(deliver(webhooks, 10)).resolves.toMatchObject({ batchItemFailures: [{}] });
    await deliver(webhooks);
    const dead = stand.fauxqs.bodies('dead').map((body) => JSON.parse(body).id);
    expect(dead).toContain('evt_1001_1_10_0');
    expect(received.splice(0).map(({ path }) => path)).toEqual(['/500', '/500']);
  });

  it('disable an endpoint that is gone, and tell it nothing more', async () => {
    await endpoints.put({ id: 'shop', url: `${receiver}/204`, description: '', enabled: false });
    await endpoints.put({ id: 'gone', url: `${receiver}/410`, description: '', enabled: true });
    const publisher = start('publisher', {});
    await publisher.invoke({ Records: [sale(11)] });
    expect(await deliver(start('webhooks', {}))).toEqual(DONE);
    expect((await endpoints.list()).find(({ id }) => id === 'gone')).toMatchObject({
      enabled: false,
      goneAtS: expect.any(Number),
    });
    await publisher.invoke({ Records: [sale(12)] });
    expect(await deliver(start('webhooks', {}))).toEqual(DONE);
    expect(received.splice(0).map(({ path }) => path)).toEqual(['/410']);
  });

  it('refuse this machine as it is deployed', async () => {
    await endpoints.put({ id: 'shop', url: `${receiver}/204`, description: '', enabled: true });
    await start('publisher', {}).invoke({ Records: [sale(13)] });
    const webhooks = start('webhooks', { WEBHOOK_REACH: 'public' });
    await expect(deliver(webhooks)).resolves.toMatchObject({ batchItemFailures: [{}] });
    expect(received).toEqual([]);
    expect(output.join('')).toContain('url_refused');
  });

  it('put aside a change that cannot be read', async () => {
    const [publisher] = pools as [FunctionPool];
    const after = { pk: { S: 'P#1001#1#14' }, sk: { S: 'REC' }, st: { S: '?' } };
    expect(await publisher.invoke({ Records: [streamRecord({ number: 1, after })] })).toEqual(DONE);
    expect(stand.fauxqs.bodies('parking').map((body) => JSON.parse(body))).toMatchObject([
      { v: 1, reason: 'event_unreadable', change: { Records: [{ eventID: 'change-1' }] } },
    ]);
  });

  it('name the change that failed where the queue is gone', async () => {
    stand.fauxqs.drop('events');
    const [publisher] = pools as [FunctionPool];
    expect(await publisher.invoke({ Records: [sale(15)] })).toEqual({
      batchItemFailures: [{ itemIdentifier: '15' }],
    });
  });

  it('have written no secret and no address into a log', () => {
    expect(output.length).toBeGreaterThan(5);
    expect(output.join('')).not.toMatch(/whsec_|127\.0\.0\.1|u-1/);
  });
});
