import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { type AdminWorld, startAdminWorld } from '#test/support/admin-world.ts';
import { icCard } from '#test/support/payment-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdminWorld();
  for (const id of ['u-1', 'u-2']) {
    await world.ask('POST', '/v1/users', {
      body: { id, name: '홍길동', locale: 'ko-KR', currency: 410 },
    });
  }
});
afterAll(() => world.stop());

const ask = (method: string, path: string, body?: unknown, more = {}) =>
  world.ask(method, path, { ...(body === undefined ? {} : { body }), ...more });
const CARD = icCard('00000000777');
const entriesOf = async (hash: string) => {
  const store = createDynamodbPaymentStore(world.access);
  const { identifiers } = await store.readPayFacts({
    terminal: 1,
    identifiers: [hash],
    skus: [],
    region: 'KR',
  });
  return identifiers[0];
};
const hasher = createIdentifierHasher({
  crypto: pureCrypto,
  pepper: new Uint8Array(32).fill(0x33),
  codeMaster: new Uint8Array(32).fill(0x44),
});

describe('a user', () => {
  it('has an empty account, and a name that is masked before it is kept', async () => {
    const { body } = await ask('GET', '/v1/users/u-1');
    expect(body).toMatchObject({ id: 'u-1', name: '홍**', status: 'active', currencies: [410] });
    const accounts = await ask('GET', '/v1/users/u-1/accounts');
    expect(accounts.body.accounts).toMatchObject([
      { currency: 410, balanceMinor: 0, heldMinor: 0, status: 'active' },
    ]);
    expect(JSON.stringify(await world.everyItem())).not.toContain('길동');
    expect(
      (await ask('POST', '/v1/users', { id: 'u-1', name: 'x', locale: 'en', currency: 156 })).body
        .code,
    ).toBe('already_exists');
  });

  it('is blocked and unblocked with all accounts', async () => {
    await ask('POST', '/v1/users/u-2/accounts', { currency: 156 });
    await ask('POST', '/v1/users/u-2/block');
    const statuses = async () =>
      (await ask('GET', '/v1/users/u-2/accounts')).body.accounts.map(
        ({ status }: { status: string }) => status,
      );
    expect(await statuses()).toEqual(['blocked', 'blocked']);
    expect((await ask('POST', '/v1/users/u-2/block')).body.code).toBe('state_conflict');
    await ask('POST', '/v1/users/u-2/unblock');
    expect(await statuses()).toEqual(['active', 'active']);
    expect((await ask('POST', '/v1/users/u-2/accounts', { currency: 156 })).status).toBe(409);
  });

  it('is bounded per account, and without bounds again', async () => {
    const path = '/v1/users/u-1/accounts/410/limits';
    const limits = { zone: 'Asia/Seoul', perDayMinor: 10_000 };
    expect((await ask('PUT', path, limits)).status).toBe(200);
    const account = async () => (await ask('GET', '/v1/users/u-1/accounts')).body.accounts[0];
    expect(await account()).toMatchObject({ limits, version: 1 });
    await ask('PUT', path, {});
    expect(await account()).not.toHaveProperty('limits');
    expect((await ask('PUT', path, { perDayMinor: 1 })).status).toBe(400);
    expect((await ask('PUT', '/v1/users/u-1/accounts/840/limits', limits)).status).toBe(404);
  });

  it('keeps its money when name and language change', async () => {
    const changed = await ask(
      'PUT',
      '/v1/users/u-1',
      { name: 'Kim', locale: 'en-GB' },
      { ifMatch: '"1"' },
    );
    expect(changed.body).toMatchObject({ name: 'K**', locale: 'en-GB', version: 2 });
  });
});

describe('an identifier', () => {
  it('leads to its user by its keyed hash, and stands nowhere in clear', async () => {
    const added = await ask('POST', '/v1/users/u-1/identifiers', {
      identifier: CARD,
      entryMode: 7,
      regions: ['KR'],
      validToS: 2_000_000_000,
    });
    expect(added.status).toBe(201);
    expect(added.body).toEqual({
      id: hasher.identifier('ic.card', CARD).slice(0, 16),
      kind: 'ic.card',
      shown: `…${CARD.slice(-4)}`,
    });
    expect(await entriesOf(hasher.identifier('ic.card', CARD))).toEqual({
      user: 'u-1',
      maskedName: 'K**',
      locale: 'en-GB',
      kind: 'ic.card',
      entryModes: [1, 5, 7],
      regions: ['KR'],
      failures: 0,
      validToS: 2_000_000_000,
    });
    expect((await ask('GET', '/v1/users/u-1/identifiers')).body.items).toEqual([added.body]);
    const kept = JSON.stringify(await world.everyItem());
    expect(kept).not.toContain(CARD);
    expect(kept).not.toContain(CARD.slice(2, 13));
  });

  it('belongs to one user, and is found with it alone', async () => {
    const again = await ask('POST', '/v1/users/u-2/identifiers', {
      identifier: CARD,
      entryMode: 7,
    });
    expect([again.status, again.body.code]).toEqual([409, 'already_exists']);
    const found = await ask('POST', '/v1/identifiers/find', { identifier: CARD, entryMode: 5 });
    expect(found.body).toMatchObject({ user: 'u-1', kind: 'ic.card', failures: 0 });
    const other = await ask('POST', '/v1/identifiers/find', {
      identifier: icCard('00000000778'),
      entryMode: 5,
    });
    expect(other.status).toBe(404);
  });

  it.each([
    ['a card number', { identifier: '4111111111111111', entryMode: 1 }, 'identifier'],
    ['one of a provider', { identifier: '130123456789012345', entryMode: 3 }, 'identifier'],
    ['nothing known', { identifier: 'hello', entryMode: 1 }, 'identifier'],
    [
      'a phone without a second factor',
      { identifier: '+821012345678', entryMode: 1 },
      'secondFactor',
    ],
    ['another entry mode', { identifier: CARD, entryMode: 2 }, 'entryMode'],
  ])('is refused where it is %s', async (_, body, field) => {
    const { status, body: refused } = await ask('POST', '/v1/users/u-1/identifiers', body);
    expect([status, refused.code, refused.errors[0].field]).toEqual([
      400,
      'request_invalid',
      field,
    ]);
  });

  it('of a phone needs its second factor, which is kept as a keyed hash', async () => {
    const phone = '+821012345678';
    await ask('POST', '/v1/users/u-2/identifiers', {
      identifier: '+82 10-1234-5678',
      entryMode: 1,
      secondFactor: '4711',
    });
    expect(await entriesOf(hasher.identifier('phone', phone))).toMatchObject({
      user: 'u-2',
      secondFactor: hasher.secondFactor('phone', phone, '4711'),
    });
    const kept = JSON.stringify(await world.everyItem());
    expect(kept).not.toContain('1012345678');
    expect(kept).not.toContain('"4711"');
  });

  it('is unlocked, and taken away from its own user only', async () => {
    const [{ id }] = (await ask('GET', '/v1/users/u-2/identifiers')).body.items;
    expect((await ask('POST', `/v1/users/u-2/identifiers/${id}/unlock`)).status).toBe(200);
    expect((await ask('DELETE', `/v1/users/u-1/identifiers/${id}`)).status).toBe(404);
    expect((await ask('DELETE', `/v1/users/u-2/identifiers/${id}`)).status).toBe(200);
    expect(await entriesOf(hasher.identifier('phone', '+821012345678'))).toBeUndefined();
    expect((await ask('GET', '/v1/users/u-2/identifiers')).body.items).toEqual([]);
  });

  it('of an app is told once, and makes codes that lead to the user', async () => {
    const given = await ask('POST', '/v1/users/u-2/app', undefined, { key: 'app-of-u-2' });
    const { handle, secret, codeVersion } = given.body;
    expect([handle, secret]).toEqual([
      expect.stringMatching(/^\d{9}$/),
      Buffer.from(hasher.oneTimeSecret(handle, 1)).toString('hex'),
    ]);
    expect(codeVersion).toBe(1);
    expect(await entriesOf(hasher.identifier('own.code', handle))).toMatchObject({
      user: 'u-2',
      codeVersion: 1,
    });
    const again = await ask('POST', '/v1/users/u-2/app', undefined, { key: 'app-of-u-2' });
    expect(again.body).toEqual({ id: given.body.id, kind: 'own.code', shown: 'app' });
    expect(JSON.stringify(await world.everyItem())).not.toContain(secret);
  });

  it('stays out of the trail', async () => {
    const { body } = await ask('GET', '/v1/audit?day=2026-03-02&limit=100');
    const trail = JSON.stringify(body);
    expect(trail).toContain('identifiers.add');
    for (const secret of [CARD, '821012345678', '4711', '홍길동']) {
      expect(trail).not.toContain(secret);
    }
  });

  it('counts failures in its own row, which unlocking clears', async () => {
    const hash = hasher.identifier('ic.card', CARD);
    await world.access.client.send(
      new (await import('@aws-sdk/client-dynamodb')).UpdateItemCommand({
        TableName: world.access.table,
        Key: { ...itemKey.identifier(hash) },
        UpdateExpression: 'SET failures = :five',
        ExpressionAttributeValues: { ':five': { N: '5' } },
      }),
    );
    await ask('POST', `/v1/users/u-1/identifiers/${hash.slice(0, 16)}/unlock`);
    const { Item } = await world.access.client.send(
      new GetItemCommand({ TableName: world.access.table, Key: { ...itemKey.identifier(hash) } }),
    );
    expect(Item?.failures?.N).toBe('0');
  });
});
