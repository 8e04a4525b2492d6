/** What operators' requests run in, each bundle that deploys against a table: the API, the enrolment, the compiler. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { type BundleName, buildBundles } from '#infra/bundles.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';
import { startTestQueues, type TestQueues } from '#test/support/fauxqs.ts';
import { type SecretsStandIn, startSecretsStandIn } from '#test/support/secrets-stand-in.ts';
import { CLIENT, createForge, POOL } from '#test/support/token-forge.ts';

const TABLE = 'operators';
const KEY = 'a1'.repeat(32);

type Handler = (event: object, context?: object) => Promise<unknown>;
interface Result {
  readonly statusCode: number;
  readonly body: string;
}

describe('a bundle for operators', () => {
  const dist = mkdtempSync(join(tmpdir(), 'operators-'));
  const forge = createForge();
  let dynamodb: Dynoxide;
  let secrets: SecretsStandIn;
  let queues: TestQueues;
  beforeAll(async () => {
    [dynamodb, secrets, queues] = await Promise.all([
      startDynoxide(),
      startSecretsStandIn({
        identifier: JSON.stringify({ pepper: KEY, codeMaster: KEY }),
        link: JSON.stringify({ current: KEY }),
        message: JSON.stringify({ current: KEY }),
      }),
      startTestQueues(),
      buildBundles(['admin-api', 'enrol', 'compiler'], dist),
    ]);
    await dynamodb.createTable(TABLE);
    await createDynamodbSeed({ client: dynamodb.client, table: TABLE }).putUser({
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
      IDENTIFIER_SECRET_ARN: 'identifier',
      LINK_SECRET_ARN: 'link',
      MESSAGE_SECRET_ARN: 'message',
      COMPILE_QUEUE_URL: queues.create('compile'),
      USER_POOL_ID: POOL,
      USER_POOL_CLIENT_ID: CLIENT,
      TOKEN_KEYS: forge.jwks,
      SIGN_IN_URL: 'https://sign-in.example',
      CONSOLE_URL: 'https://api.example/prod/console/',
      BRIDGE_ADDRESS: 'bridge.example:7010',
    })) {
      vi.stubEnv(name, value);
    }
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([dynamodb.stop(), secrets.stop(), queues.stop()]);
    rmSync(dist, { recursive: true, force: true });
  });

  const load = async (name: BundleName): Promise<Handler> => {
    const bundle = pathToFileURL(join(dist, name, 'index.mjs')).href;
    return ((await import(/* @vite-ignore */ bundle)) as { readonly handler: Handler }).handler;
  };
  const call = async (
    name: BundleName,
    [method, path, body]: readonly [string, string, object?],
    token: string = forge.token({ 'cognito:groups': ['operator', 'viewer'] }),
  ) => {
    const handler = await load(name);
    const { statusCode, body: text } = (await handler(
      {
        httpMethod: method,
        path,
        resource: '/{proxy+}',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `${method}-${path.replaceAll('/', '-')}`,
        },
        multiValueHeaders: {},
        queryStringParameters: null,
        body: body === undefined ? null : Buffer.from(JSON.stringify(body)).toString('base64'),
        isBase64Encoded: body !== undefined,
        requestContext: { domainName: 'localhost' },
      },
      {},
    )) as Result;
    return { status: statusCode, body: JSON.parse(text) };
  };

  it('of the API reads for whoever has a token of the pool, and for nobody else', async () => {
    const path = '/v1/users/u-1/accounts';
    const { status, body } = await call('admin-api', ['GET', path]);
    expect([status, body.accounts[0]]).toMatchObject([200, { balanceMinor: 1_000 }]);
    expect((await call('admin-api', ['GET', path], forge.strange())).status).toBe(401);
    expect((await call('admin-api', ['GET', path], forge.token({ client_id: 'x' }))).status).toBe(
      401,
    );
  });

  it('of the API serves the console below its stage, with script and sheet from beside it', async () => {
    const handler = await load('admin-api');
    const get = async (path: string, cookie = '') =>
      (await handler(
        {
          httpMethod: 'GET',
          path,
          resource: '/{proxy+}',
          headers: { host: 'api.example', cookie },
          multiValueHeaders: { host: ['api.example'], cookie: [cookie] },
          queryStringParameters: null,
          body: null,
          isBase64Encoded: false,
          requestContext: { domainName: 'api.example', path: `/prod${path}` },
        },
        {},
      )) as Result & { readonly multiValueHeaders: Readonly<Record<string, readonly string[]>> };
    const header = (answer: Awaited<ReturnType<typeof get>>, name: string) =>
      answer.multiValueHeaders[name] ?? [];
    const welcome = await get('/console/');
    expect([welcome.statusCode, welcome.body.includes('<base href="/prod/console/">')]).toEqual([
      200,
      true,
    ]);
    for (const [, asset = ''] of welcome.body.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)) {
      const served = await get(`/console/${asset}`);
      expect([asset, served.statusCode, served.body.length > 1_000]).toEqual([asset, 200, true]);
    }
    const begun = await get('/console/sign-in');
    expect(begun.statusCode).toBe(302);
    const [location = ''] = header(begun, 'location');
    expect(new URL(location).searchParams.get('redirect_uri')).toBe(
      'https://api.example/prod/console/signed-in',
    );
    expect(header(begun, 'set-cookie')[0]).toMatch(
      /Path=\/prod\/console\/; HttpOnly; Secure; SameSite=Lax/,
    );
    const token = forge.token({ 'cognito:groups': ['viewer'] });
    const list = await get('/console/merchants', `cosmopay_session=${token}`);
    expect([list.statusCode, list.body.includes('<nav class="sections"')]).toEqual([200, true]);
    expect(header(await get('/'), 'location')).toEqual(['/prod/console/']);
  });

  it('of the API writes, the enrolment gives keys out for its code, and the compiler is woken', async () => {
    const merchant = { id: 'm-1', name: 'Rose Ltd', status: 'open', zone: 'Asia/Seoul' };
    expect((await call('admin-api', ['POST', '/v1/merchants', merchant])).status).toBe(201);
    const added = await call('admin-api', [
      'POST',
      '/v1/terminals',
      { id: 1001, merchant: 'm-1', region: 'KR' },
    ]);
    expect(added.status).toBe(201);
    const { code } = added.body.enrolment;
    const enrol = (body: object) => call('enrol', ['POST', '/enrol', body]);
    expect((await enrol({ terminal: 1001, code: 'wrong' })).body.code).toBe('enrolment_refused');
    const given = await enrol({ terminal: 1001, code });
    expect([given.status, given.body]).toMatchObject([200, { terminal: 1001, keyVersion: 1 }]);
    expect(given.body.messageKey).toMatch(/^[0-9a-f]{64}$/);
    expect((await enrol({ terminal: 1001, code })).status).toBe(403);
    for (const bad of [
      {},
      { terminal: 0, code },
      { terminal: 1001, code, more: 1 },
      { terminal: 1001, code: 'x'.repeat(65) },
    ]) {
      expect((await enrol(bad)).status).toBe(400);
    }
  });

  it('of the compiler takes what is wanted from its queue and by its schedule', async () => {
    const compiler = await load('compiler');
    const record = { messageId: '1', body: JSON.stringify({ v: 1, id: 'merchant.m-1' }) };
    expect(await compiler({ Records: [record] })).toEqual({ batchItemFailures: [] });
    expect(await compiler({ Records: [{ messageId: '2', body: '{' }] })).toEqual({
      batchItemFailures: [],
    });
    expect(await compiler({ source: 'aws.events' })).toBeUndefined();
  });
});
