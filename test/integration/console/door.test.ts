/** Coming in: nothing without a session, a sign-in that only the browser that began it can end, and no change from elsewhere. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROLES } from '#functions/admin-api/access/roles.ts';
import { createAdminApp } from '#functions/admin-api/app.ts';
import { createAssets } from '#functions/admin-api/console/assets.ts';
import { ACTIONS, PAGES } from '#functions/admin-api/console/page-table.ts';
import { OPERATIONS } from '#functions/admin-api/operations.ts';
import { type AdminWorld, startAdminWorld } from '#test/support/admin-world.ts';
import { consoleUnderTest } from '#test/support/console-under-test.ts';
import { visitAs } from '#test/support/console-visitor.ts';

let admin: AdminWorld;
beforeAll(async () => {
  admin = await startAdminWorld();
});
afterAll(() => admin.stop());

const filled = (path: string): string => `/console/${path.replaceAll(/\{\w+\}/g, 'x')}`;

describe('without a session', () => {
  it.each(PAGES.map(({ path }) => path))('%s offers to sign in, and nothing else', async (path) => {
    const response = await admin.app.request(filled(path));
    expect(response.status).toBe(path === '' ? 200 : 401);
    const page = await response.text();
    expect(page).toContain('href="sign-in"');
    expect(page).not.toContain('<table');
  });

  it.each(ACTIONS.map(({ path }) => path))('%s changes nothing', async (path) => {
    const before = await admin.everyItem();
    const response = await admin.app.request(filled(path), {
      method: 'POST',
      headers: { host: 'console.example', origin: 'http://console.example' },
    });
    expect(response.status).toBe(401);
    expect(await admin.everyItem()).toEqual(before);
  });

  it.each([
    ['a token of another key', () => admin.forge.strange()],
    ['a token that ended', () => admin.forge.token({ exp: 1 })],
    ['an id token', () => admin.forge.token({ token_use: 'id' })],
    ['no token', () => 'x'],
  ])('is whoever has %s', async (_what, token) => {
    const response = await admin.app.request('/console/payments', {
      headers: { cookie: `cosmopay_session=${token()}` },
    });
    expect(response.status).toBe(401);
  });
});

describe('a change', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['nowhere', { origin: 'null' }],
    ['a program that says nothing of it', { origin: '' }],
  ])('that comes from %s is not made', async (_where, headers) => {
    const before = await admin.everyItem();
    const sent = await visitAs(admin).post(
      'merchants/_new',
      { _key: 'key-00000001', id: 'm-1', name: 'M', status: 'open', zone: 'UTC' },
      headers,
    );
    expect(sent.status).toBe(403);
    expect(await admin.everyItem()).toEqual(before);
  });

  it('without a key or of another role is not made', async () => {
    const fields = { id: 'm-1', name: 'M', status: 'open', zone: 'UTC' };
    expect((await visitAs(admin).post('merchants/_new', fields)).status).toBe(400);
    const viewer = visitAs(admin, { roles: ['viewer'] });
    expect((await viewer.post('merchants/_new', { ...fields, _key: 'key-00000002' })).status).toBe(
      403,
    );
    expect((await admin.ask('GET', '/v1/merchants/m-1')).status).toBe(404);
  });
});

describe('a sign-in', () => {
  /** What the pool was asked, and answers. */
  let asked: URLSearchParams[];
  let answer: () => Response | Promise<Response>;
  let app: ReturnType<typeof createAdminApp>;
  beforeEach(() => {
    asked = [];
    answer = () =>
      Response.json({
        access_token: admin.forge.token({ sub: 'alice', 'cognito:groups': ROLES }),
        expires_in: 3600,
      });
    app = createAdminApp({
      deps: {
        clock: { nowMs: () => admin.nowMs },
        randomBytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)),
        access: admin.access,
      } as never,
      verify: async (token) =>
        token.startsWith('eyJ') ? { subject: 'alice', roles: ROLES } : undefined,
      operations: OPERATIONS,
      log: () => undefined,
      console: consoleUnderTest({
        assets: createAssets('script', 'sheet'),
        fetch: (async (url: string, init: RequestInit) => {
          expect(url).toBe('http://sign-in.example/oauth2/token');
          asked.push(new URLSearchParams(String(init.body)));
          return answer();
        }) as never,
      }),
    });
  });
  const cookieOf = (response: Response): string =>
    response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  const begin = async () => {
    const response = await app.request('/console/sign-in');
    const to = new URL(response.headers.get('location') ?? '');
    return { to, cookie: cookieOf(response), cookies: response.headers.getSetCookie() };
  };
  const end = (query: Readonly<Record<string, string>>, cookie: string) =>
    app.request(`/console/signed-in?${new URLSearchParams(query).toString()}`, {
      headers: { cookie },
    });

  it('goes to the pool and back, proves who began it, and keeps the token from scripts', async () => {
    const { to, cookie, cookies } = await begin();
    const query = Object.fromEntries(to.searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: 'http://console.example/console/signed-in',
      scope: 'openid',
      code_challenge_method: 'S256',
    });
    expect(cookies[0]).toMatch(/HttpOnly/);
    const response = await end({ code: 'c-1', state: query.state ?? '' }, cookie);
    expect([response.status, response.headers.get('location')]).toEqual([302, '/console/']);
    const [sent] = asked;
    expect(sent?.get('code')).toBe('c-1');
    expect(
      createHash('sha256')
        .update(sent?.get('code_verifier') ?? '')
        .digest('base64url'),
    ).toBe(query.code_challenge);
    const session = response.headers
      .getSetCookie()
      .find((one) => one.startsWith('cosmopay_session='));
    expect(session).toMatch(/Max-Age=3600; Path=\/console\/; HttpOnly; SameSite=Lax/);
    const page = await app.request('/console/merchants', {
      headers: { cookie: cookieOf(response) },
    });
    expect(page.status).toBe(200);
  });

  it.each([
    ['another state', (state: string) => ({ code: 'c-1', state: `${state}x` }), true],
    ['no code', (state: string) => ({ state }), true],
    ['another browser', (state: string) => ({ code: 'c-1', state }), false],
  ])('with %s asks for no token', async (_what, queryOf, keepsCookie) => {
    const { to, cookie } = await begin();
    const response = await end(
      queryOf(to.searchParams.get('state') ?? '') as never,
      keepsCookie ? cookie : '',
    );
    expect(response.status).toBe(401);
    expect(asked).toEqual([]);
    expect(cookieOf(response)).not.toContain('cosmopay_session=e');
  });

  it.each([
    ['refuses the code', () => Response.json({ error: 'invalid_grant' }, { status: 400 })],
    ['gives a token that is none', () => Response.json({ access_token: 'x', expires_in: 60 })],
    ['answers nonsense', () => new Response('<html>')],
    ['is down', () => new Response('', { status: 503 })],
    ['is not there', () => Promise.reject(new Error('inside'))],
  ])('that the pool %s is begun anew', async (_what, answered) => {
    answer = answered;
    const { to, cookie } = await begin();
    const response = await end({ code: 'c-1', state: to.searchParams.get('state') ?? '' }, cookie);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('inside');
    expect(cookieOf(response)).not.toContain('cosmopay_session=e');
  });

  it('ends with the session, here and at the pool', async () => {
    const response = await app.request('/console/sign-out', {
      method: 'POST',
      headers: {
        host: 'console.example',
        origin: 'http://console.example',
        cookie: 'cosmopay_session=eyJ',
      },
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toContain(
      'http://sign-in.example/logout?client_id=client-1',
    );
    expect(response.headers.getSetCookie()[0]).toMatch(/^cosmopay_session=; Max-Age=0/);
    const elsewhere = await app.request('/console/sign-out', { method: 'POST' });
    expect(elsewhere.status).toBe(403);
  });

  it('has script and sheet under names that change with them, kept for long', async () => {
    const { script, sheet, find } = createAssets('script', 'sheet');
    for (const name of [script, sheet]) {
      const response = await app.request(`/console/${name}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toContain('immutable');
    }
    expect(createAssets('script 2', 'sheet').script).not.toBe(script);
    expect(find('constructor')).toBeUndefined();
    expect((await app.request('/console/assets/none.js')).status).toBe(404);
  });
});
