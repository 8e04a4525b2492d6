import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { OutageError } from '#core/outage.ts';
import { createAdminApp } from '#functions/admin-api/app.ts';
import { reads } from '#functions/admin-api/http/operation.ts';
import { consoleUnderTest } from '#test/support/console-under-test.ts';

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
  console: consoleUnderTest(),
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

  it('answers health to anyone, and sends browsers to the console', async () => {
    expect(await (await app.request('/health')).json()).toEqual({ status: 'ok' });
    const response = await app.request('/');
    expect([response.status, response.headers.get('location')]).toEqual([302, '/console/']);
  });
});
