/** What deploys as `pay` and as the janitor, with a provider that answers over HTTP. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditLedger, readLedgerFacts } from '#adapters/dynamodb/audit.ts';
import { buildBundles } from '#infra/bundles.ts';
import { textOf } from '#test/support/counting-dynamodb.ts';
import { payBody, TYPE } from '#test/support/foreign-terminal.ts';
import {
  type PayLambda,
  type QueuedReply,
  recordOf,
  SALE,
  startPayLambda,
} from '#test/support/pay-lambda.ts';

const CODE = '130000000000000001';
const CHARGE = { amount: SALE.unitPriceMinor, currency: 410 };

describe('pay and the janitor with a provider', () => {
  const dist = mkdtempSync(join(tmpdir(), 'provider-'));
  const asked: { readonly line: string; readonly key: unknown; readonly body: unknown }[] = [];
  /** What the provider says next. */
  let says: object = {};
  const provider = createServer((request, response) => {
    textOf(request).then((text) => {
      asked.push({
        line: `${request.method} ${request.url}`,
        key: request.headers.authorization,
        body: text === '' ? undefined : JSON.parse(text),
      });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(says));
    }, response.destroy.bind(response));
  });
  let lambda: PayLambda;
  let janitor: () => Promise<void>;
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      provider.listen(0, '127.0.0.1', resolve);
    });
    const { port } = provider.address() as AddressInfo;
    lambda = await startPayLambda({ wechatUrl: `http://127.0.0.1:${port}` });
    await buildBundles(['janitor'], dist);
    const bundle = pathToFileURL(join(dist, 'janitor/index.mjs')).href;
    ({ handler: janitor } = (await import(/* @vite-ignore */ bundle)) as {
      readonly handler: () => Promise<void>;
    });
  });
  afterAll(async () => {
    provider.closeAllConnections();
    provider.close();
    await lambda.stop();
    rmSync(dist, { recursive: true, force: true });
  });

  let corr = 0;
  const ask = async (
    sequence: number,
  ): Promise<{ readonly code: number; readonly bytes: Buffer }> => {
    corr += 1;
    const body = payBody({ ...SALE, identifier: CODE, entryMode: 3 });
    const frame = lambda.codec.encode(TYPE.pay, sequence, body);
    await lambda.handler({ Records: [recordOf(frame, { corr: `c-${corr}` })] });
    const reply = lambda.queues
      .bodies('reply-0')
      .map((text) => JSON.parse(text) as QueuedReply)
      .find((each) => each.corr === `c-${corr}`);
    const bytes = Buffer.from(reply?.frame ?? '', 'base64');
    return { code: Number(lambda.codec.decode(bytes).body.get(1)), bytes };
  };

  it('charge a sale at the provider, with its key and K', async () => {
    says = { key: '1001-1-1', ...CHARGE, status: 'paid', reference: 'r-1' };
    expect((await ask(1)).code).toBe(0);
    expect(asked.splice(0)).toEqual([
      {
        line: 'POST /v1/charges',
        key: expect.stringContaining('key-1'),
        body: expect.objectContaining({ key: '1001-1-1', code: CODE, ...CHARGE }),
      },
    ]);
  });

  it('answer 129 until the janitor has asked, and then the same for ever', async () => {
    says = { key: '1001-1-2', currency: 410, status: 'pending', ask_again_ms: 60_000 };
    expect((await ask(2)).code).toBe(129);
    expect((await ask(2)).code).toBe(129);
    expect(asked.splice(0).map(({ line }) => line)).toEqual(['POST /v1/charges']);
    says = { key: '1001-1-2', ...CHARGE, status: 'paid', reference: 'r-2' };
    await lambda.dynamodb.client.send(
      new UpdateItemCommand({
        TableName: lambda.table,
        Key: { pk: { S: 'P#1001#1#2' }, sk: { S: 'REC' } },
        UpdateExpression: 'SET dueS = :past',
        ExpressionAttributeValues: { ':past': { N: '1' } },
      }),
    );
    await janitor();
    expect(asked.splice(0).map(({ line }) => line)).toEqual(['GET /v1/charges/1001-1-2']);
    const first = await ask(2);
    expect(first.code).toBe(0);
    expect((await ask(2)).bytes).toEqual(first.bytes);
    expect(asked).toEqual([]);
  });

  it('leave books that agree, and nothing of the code in the table', async () => {
    const access = { client: lambda.dynamodb.client, table: lambda.table };
    expect((await auditLedger(access)).violations).toEqual([]);
    const { records } = await readLedgerFacts(access);
    expect(records).toHaveLength(2);
    const { lines } = records[0] ?? { lines: [] };
    expect(lines).toEqual([
      { account: 'provider:wechat', amountMinor: -SALE.unitPriceMinor },
      { account: 'merchant:m-1', amountMinor: SALE.unitPriceMinor },
    ]);
    expect(JSON.stringify(records)).not.toContain(CODE);
  });
});
