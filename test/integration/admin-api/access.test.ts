import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '#functions/admin-api/access/roles.ts';
import { OPERATIONS } from '#functions/admin-api/operations.ts';
import { type AdminWorld, startAdminWorld } from '#test/support/admin-world.ts';
import { MATRIX } from '#test/support/role-matrix.ts';
import { POOL } from '#test/support/token-forge.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdminWorld();
});
afterAll(() => world.stop());

/** A path with something of the right form in it. */
const pathOf = (path: string): string =>
  path
    .replace('{terminal}/{keyVersion}/{sequence}', '1/1/1')
    .replace('{currency}', '410')
    .replace('{identifier}', '0123456789abcdef')
    .replace('/approvals/{id}', '/approvals/1-0123456789ab')
    .replaceAll(/\{\w+\}/g, '1');

describe('every operation', () => {
  it('is in the matrix of roles, and nothing else is', () => {
    expect(Object.keys(MATRIX).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
  });

  it.each(OPERATIONS.map(({ id, method, path }) => [id, method, path] as const))(
    '%s lets in those whom the matrix names, and answers the others 403',
    async (id, method, path) => {
      for (const role of ROLES) {
        const { status, body } = await world.ask(method.toUpperCase(), pathOf(path), {
          roles: [role],
        });
        const allowed = MATRIX[id]?.includes(role) ?? false;
        expect([role, status === 403 && body.code === 'role_required']).toEqual([role, !allowed]);
        expect(status).not.toBe(401);
      }
    },
  );

  it('answers 403 to somebody without a role, and to a role that there is not', async () => {
    for (const roles of [[], ['admin'], ['Viewer']]) {
      const { status, body } = await world.ask('GET', '/v1/terminals', { roles: roles as never });
      expect([status, body.code]).toEqual([403, 'role_required']);
      expect(body.roles).toEqual(ROLES);
    }
  });

  it('answers 401 without a token, whatever the path', async () => {
    for (const { method, path } of OPERATIONS) {
      const response = await world.app.request(pathOf(path), { method: method.toUpperCase() });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    expect((await world.app.request('/v1/nothing')).status).toBe(401);
    expect((await world.app.request('/v1/terminals', { method: 'PATCH' })).status).toBe(401);
  });
});

describe('a token', () => {
  const statusOf = async (token: string, scheme = 'Bearer'): Promise<number> => {
    const response = await world.app.request('/v1/terminals', {
      headers: { authorization: `${scheme} ${token}` },
    });
    return response.status;
  };

  it('opens where it is right', async () => {
    expect(await statusOf(world.forge.token())).toBe(200);
  });

  const nowS = Math.floor(Date.now() / 1000);
  it.each([
    ['has no signature and says so (alg none)', () => world.forge.unsigned()],
    ['is signed by HMAC with the public key', () => world.forge.hmacWithPublicKey()],
    ['is signed by another key', () => world.forge.strange()],
    ['is signed with RS384', () => world.forge.token({}, { alg: 'RS384' })],
    ['names a key that the pool does not have', () => world.forge.token({}, { kid: 'key-2' })],
    ['names no key', () => world.forge.token({}, { kid: undefined })],
    ['has expired', () => world.forge.token({ exp: nowS - 1 })],
    ['is not valid yet', () => world.forge.token({ nbf: nowS + 600 })],
    [
      'is of another pool',
      () =>
        world.forge.token({
          iss: `https://cognito-idp.ap-northeast-2.amazonaws.com/${POOL.replace('1', '2')}`,
        }),
    ],
    ['is of another client', () => world.forge.token({ client_id: 'client-2' })],
    [
      'is an id token',
      () => world.forge.token({ token_use: 'id', aud: 'client-1', client_id: undefined }),
    ],
    [
      'has its claims changed',
      () => {
        const [header, , signature] = world.forge.token().split('.');
        const [, claims] = world.forge.strange({ 'cognito:groups': ['security'] }).split('.');
        return `${header}.${claims}.${signature}`;
      },
    ],
    ['is no token', () => 'abc'],
    ['is empty', () => ''],
    ['is longer than any token', () => `${world.forge.token()}${'A'.repeat(8_192)}`],
  ])('is refused where it %s', async (_, token) => {
    expect(await statusOf(token())).toBe(401);
  });

  it('is refused under another scheme', async () => {
    expect(await statusOf(world.forge.token(), 'Basic')).toBe(401);
    expect(await statusOf(world.forge.token(), 'bearer')).toBe(401);
  });
});

describe('what needs no token', () => {
  it('is health, the way in, the API document and the problems', async () => {
    for (const path of ['/health', '/console/', '/openapi.json', '/problems/not_found']) {
      expect((await world.app.request(path)).status).toBe(200);
    }
    expect((await world.app.request('/problems/nothing')).status).toBe(404);
    expect((await world.app.request('/problems/toString')).status).toBe(404);
  });
});
