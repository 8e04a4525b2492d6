import { describe, expect, it } from 'vitest';
import { createAdminApp } from '#functions/admin-api/app.ts';

const TOKEN = 'a'.repeat(64);
const app = createAdminApp({
  token: TOKEN,
  log: () => undefined,
  reader: {
    readTerminal: async (id) => {
      if (id === 500) {
        throw new Error('inside');
      }
      return id === 1001
        ? {
            id,
            status: 'active',
            merchant: 'm1',
            region: 'KR',
            keyVersionMin: 0,
            sequenceFloors: {},
          }
        : undefined;
    },
    readRecord: async (key) =>
      key.sequence === 404
        ? undefined
        : {
            key,
            op: 'pay',
            code: 'approved',
            decidedAtS: 1,
            lines: [],
            answer: new Uint8Array([1]),
            digest: new Uint8Array([2]),
          },
    readAccounts: async (user) =>
      user === 'u1'
        ? [{ user, currency: 410, status: 'active', balanceMinor: 100, heldMinor: 0 }]
        : [],
  },
});
const get = (path: string, token = TOKEN) =>
  app.request(path, { headers: { authorization: `Bearer ${token}` } });

describe('the admin API', () => {
  it.each(['/v1/terminals/1001', '/v1/payments/1001/1/7', '/v1/users/u1/accounts', '/v1/nothing'])(
    'refuses %s without the token',
    async (path) => {
      for (const response of [await app.request(path), await get(path, `${TOKEN.slice(1)}b`)]) {
        expect(response.status).toBe(401);
        expect(response.headers.get('content-type')).toBe('application/problem+json');
      }
    },
  );

  it('shows a terminal, and 404 or 400 for what is none', async () => {
    expect(await (await get('/v1/terminals/1001')).json()).toMatchObject({
      id: 1001,
      region: 'KR',
    });
    expect((await get('/v1/terminals/1002')).status).toBe(404);
    expect((await get('/v1/terminals/4294967296')).status).toBe(400);
    expect((await get('/v1/payments/1001/256/7')).status).toBe(400);
  });

  it('shows the accounts of a user, none for one it does not know', async () => {
    expect(await (await get('/v1/users/u1/accounts')).json()).toEqual({
      accounts: [{ user: 'u1', currency: 410, status: 'active', balanceMinor: 100, heldMinor: 0 }],
    });
    expect(await (await get('/v1/users/u2/accounts')).json()).toEqual({ accounts: [] });
  });

  it.each([
    [400, 'The request is not valid.', '/v1/payments/1001/1/4294967296'],
    [400, 'The request is not valid.', '/v1/payments/0/1/1'],
    [400, 'The request is not valid.', '/v1/payments/1001/1/01'],
    [400, 'The request is not valid.', `/v1/users/${'u'.repeat(65)}/accounts`],
    [400, 'The request is not valid.', '/v1/users/u%231/accounts'],
    [404, 'There is nothing here.', '/v1/payments/1001/1/404'],
    [404, 'There is nothing here.', '/v1/terminals/4294967295'],
    [404, 'There is nothing here.', '/v1/nothing'],
    [500, 'Something failed on our side.', '/v1/terminals/500'],
  ])('answers %i as a problem, "%s", to %s', async (status, title, path) => {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json',
    ]);
    expect(await response.json()).toEqual({ type: 'about:blank', title, status });
  });

  it('takes the largest numbers and the longest id of a user', async () => {
    for (const path of [
      '/v1/payments/4294967295/255/4294967295',
      '/v1/payments/1/0/0',
      `/v1/users/${'u'.repeat(64)}/accounts`,
    ]) {
      expect((await get(path)).status).toBe(200);
    }
  });

  it('lets nothing behind the token be cached, and says what kind it wants', async () => {
    expect((await get('/v1/terminals/1001')).headers.get('cache-control')).toBe('no-store');
    const refused = await app.request('/v1/terminals/1001');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(refused.headers.get('cache-control')).toBe('no-store');
  });

  it('shows a payment without digest and answer', async () => {
    const view = await (await get('/v1/payments/1001/1/7')).json();
    expect(view).toEqual({
      key: { terminal: 1001, keyVersion: 1, sequence: 7 },
      op: 'pay',
      code: 'approved',
      decidedAtS: 1,
      lines: [],
    });
  });

  it('tells nothing from inside when it fails', async () => {
    const response = await get('/v1/terminals/500');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('inside');
  });

  it('answers health and the page to anyone', async () => {
    expect(await (await app.request('/health')).json()).toEqual({ status: 'ok' });
    expect((await app.request('/')).status).toBe(200);
  });

  it.each([
    ['/', 'ko-KR,ko;q=0.9', 'ko'],
    ['/', 'fr, ZH-hans;q=0.5', 'zh'],
    ['/?lang=en', 'ko', 'en'],
    ['/?lang=xx', '', 'en'],
  ])('writes %s in the language of the reader: %s', async (path, accepted, language) => {
    const response = await app.request(path, { headers: { 'accept-language': accepted } });
    expect(response.headers.get('vary')).toBe('accept-language');
    expect(await response.text()).toContain(`<html lang="${language}">`);
  });

  it('lets a browser load and run nothing', async () => {
    const page = await (await app.request('/')).text();
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|https?:|@import|url\(/);
  });
});
