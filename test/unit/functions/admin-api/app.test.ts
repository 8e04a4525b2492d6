import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { OutageError } from '#core/outage.ts';
import { createAdminApp } from '#functions/admin-api/app.ts';
import { reads } from '#functions/admin-api/http/operation.ts';

const logged: unknown[] = [];
const failing = (id: string, error: Error) =>
  reads({
    id,
    method: 'get',
    path: `/v1/${id}`,
    roles: ['viewer'],
    summary: id,
    answers: z.strictObject({}),
    read: () => Promise.reject(error),
  });
const app = createAdminApp({
  deps: { clock: { nowMs: () => 0 } } as never,
  verify: async (token) =>
    token === 'keys-down'
      ? Promise.reject(new Error('inside'))
      : { subject: 's', roles: ['viewer'] },
  operations: [
    failing('bug', new Error('inside')),
    failing('outage', new OutageError('store_unavailable')),
  ],
  log: (...entry) => logged.push(entry),
});
const get = (path: string, token = 'any') =>
  app.request(path, { headers: { authorization: `Bearer ${token}` } });

describe('the admin API', () => {
  it('tells nothing from inside when it fails, and logs the kind of error alone', async () => {
    for (const [path, token] of [
      ['/v1/bug', 'any'],
      ['/v1/bug', 'keys-down'],
    ] as const) {
      const response = await get(path, token);
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ code: 'internal', type: '/problems/internal' });
      expect(text).not.toContain('inside');
    }
    expect(logged.at(-1)).toEqual(['error', 'admin', { error: 'Error' }]);
  });

  it('says when to repeat what the table could not do just now', async () => {
    const response = await get('/v1/outage');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ code: 'busy' });
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
