import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminalFromItem } from '#adapters/dynamodb/entity-items.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { itemKey } from '#adapters/dynamodb/table.ts';
import { type EnrolDeps, enrolTerminal } from '#functions/enrol/enrol-terminal.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { type AdminWorld, START_MS, startAdminWorld } from '#test/support/admin-world.ts';

let world: AdminWorld;
let enrol: EnrolDeps;
beforeAll(async () => {
  world = await startAdminWorld();
  // The masters of the worked example in docs/protocol.md.
  const bytes = (from: number) => Uint8Array.from({ length: 32 }, (_, at) => from + at);
  enrol = {
    access: world.access,
    clock: { nowMs: () => world.nowMs },
    crypto: pureCrypto,
    linkMaster: bytes(0x00),
    messageMaster: bytes(0x20),
  };
  await world.ask('POST', '/v1/merchants', {
    body: { id: 'm-1', name: 'Rose Ltd', status: 'open', zone: 'Asia/Seoul' },
  });
});
afterAll(() => world.stop());

const ask = (method: string, path: string, asking = {}) => world.ask(method, path, asking);
const add = (id: number, more = {}) =>
  ask('POST', '/v1/terminals', { body: { id, merchant: 'm-1', region: 'KR', ...more } });
const rowOf = async (id: number) => {
  const { Item } = await world.access.client.send(
    new GetItemCommand({ TableName: world.access.table, Key: { ...itemKey.terminal(id) } }),
  );
  return Item === undefined ? undefined : terminalFromItem(Item);
};
/** What two people agree on. */
const both = async (path: string, body?: unknown) => {
  const asked = await ask('POST', path, { subject: 'sec-1', roles: ['security'], body });
  expect(asked.status).toBe(202);
  return ask('POST', `/v1/approvals/${asked.body.approval.id}/approve`, {
    subject: 'sec-2',
    roles: ['security'],
  });
};

describe('a terminal that is set up', () => {
  it('is in the row that payments read, and its keys are given out once, for its code', async () => {
    const { status, body } = await add(1001, { label: 'Lobby', providers: ['kakaopay'] });
    expect(status).toBe(201);
    expect(body.terminal).toMatchObject({ id: 1001, status: 'active', keyVersion: 1, version: 1 });
    expect(body.enrolment.code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]$/);
    expect(body.enrolment.expiresAtS).toBe(START_MS / 1000 + 900);
    expect(await rowOf(1001)).toEqual({
      id: 1001,
      status: 'active',
      merchant: 'm-1',
      region: 'KR',
      keyVersionMin: 0,
      sequenceFloors: {},
      zone: 'Asia/Seoul',
      merchantStatus: 'open',
      providers: ['kakaopay'],
    });
    const code = body.enrolment.code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
    expect(await enrolTerminal(enrol, { terminal: 1001, code })).toEqual({
      terminal: 1001,
      keyVersion: 1,
      // Of docs/protocol.md.
      linkKey: 'b2e9c99e47dc6e3217b1282dc16ced96338720a5d05e4a059aac4fa59222b5be',
      messageKey: '283b60fa7d76d8086ba481b5bcc72cd8d6802e82034e885850081a78e2b1534e',
    });
    expect(await enrolTerminal(enrol, { terminal: 1001, code })).toBeUndefined();
  });

  it('tells the code once: not in the table, and not when it is asked for again', async () => {
    const asking = { key: 'add-1002', body: { id: 1002, merchant: 'm-1', region: 'KR' } };
    const first = await ask('POST', '/v1/terminals', asking);
    const again = await ask('POST', '/v1/terminals', asking);
    expect(again.body.enrolment).toEqual({
      keyVersion: 1,
      expiresAtS: first.body.enrolment.expiresAtS,
    });
    expect(again.body.terminal).toEqual(first.body.terminal);
    const plain = first.body.enrolment.code.replaceAll('-', '');
    expect(JSON.stringify(await world.everyItem())).not.toContain(plain);
    expect(JSON.stringify(await world.everyItem())).not.toContain(first.body.enrolment.code);
  });

  it('has a number of its own, and a merchant that exists', async () => {
    await add(1003);
    expect((await add(1003)).body.code).toBe('already_exists');
    const refused = await add(1004, { merchant: 'nobody' });
    expect([refused.status, refused.body.code, refused.body.errors[0].field]).toEqual([
      422,
      'reference_unknown',
      'merchant',
    ]);
    expect(await rowOf(1004)).toBeUndefined();
    for (const id of [0, 4_294_967_296, 1.5]) {
      expect((await add(id)).status).toBe(400);
    }
    expect((await add(4_294_967_295)).status).toBe(201);
  });
});

describe('an enrolment code', () => {
  const codeOf = async (id: number): Promise<string> => (await add(id)).body.enrolment.code;
  const tryCode = (terminal: number, code: string) => enrolTerminal(enrol, { terminal, code });

  it('is good for 15 minutes', async () => {
    const [early, late] = [await codeOf(2001), await codeOf(2002)];
    world.nowMs = START_MS + 899_999;
    expect(await tryCode(2001, early)).toBeDefined();
    world.nowMs = START_MS + 900_000;
    expect(await tryCode(2002, late)).toBeUndefined();
    world.nowMs = START_MS;
  });

  it('is good for five tries, right ones included', async () => {
    const [code, other] = [await codeOf(2003), await codeOf(2004)];
    for (let tries = 0; tries < 4; tries += 1) {
      expect(await tryCode(2003, other)).toBeUndefined();
      expect(await tryCode(2004, code)).toBeUndefined();
    }
    expect(await tryCode(2003, code)).toBeDefined();
    expect(await tryCode(2004, code)).toBeUndefined();
    expect(await tryCode(2004, other)).toBeUndefined();
  });

  it('gives its keys to one of ten that try it at once', async () => {
    const code = await codeOf(2005);
    const given = await Promise.all(
      Array.from({ length: 10 }, () => tryCode(2005, code).catch(() => undefined)),
    );
    expect(given.filter((keys) => keys !== undefined)).toHaveLength(1);
  });

  it('is worth nothing for another terminal, once a new one is made, or where there is none', async () => {
    const code = await codeOf(2006);
    await codeOf(2007);
    expect(await tryCode(2007, code)).toBeUndefined();
    const { body } = await ask('POST', '/v1/terminals/2006/enrolment');
    expect(await tryCode(2006, code)).toBeUndefined();
    expect(await tryCode(2006, body.enrolment.code)).toMatchObject({ keyVersion: 1 });
    expect(await tryCode(2999, code)).toBeUndefined();
    expect(await tryCode(2006, 'abc')).toBeUndefined();
  });

  it('leaves a trail', async () => {
    const code = await codeOf(2008);
    // Entries of one millisecond have no order: the code is used in the next.
    world.nowMs = START_MS + 1;
    await tryCode(2008, code);
    world.nowMs = START_MS;
    const { body } = await ask('GET', '/v1/audit?day=2026-03-02&limit=100');
    expect(
      body.items.filter(({ subject }: { subject: string }) => subject === 'terminal/2008'),
    ).toMatchObject([
      { actor: 'enrolment', operation: 'enrol', detail: { keyVersion: 1 } },
      { actor: 'alice', operation: 'terminals.add' },
    ]);
  });
});

describe('a terminal in service', () => {
  it('is suspended and resumed, and says no to either twice', async () => {
    await add(3001);
    for (const [verb, status] of [
      ['suspend', 'suspended'],
      ['resume', 'active'],
    ] as const) {
      expect((await ask('POST', `/v1/terminals/3001/${verb}`)).body.status).toBe(status);
      expect((await rowOf(3001))?.status).toBe(status);
      const again = await ask('POST', `/v1/terminals/3001/${verb}`);
      expect([again.status, again.body.code]).toEqual([409, 'state_conflict']);
    }
  });

  it('is changed without losing what archiving keeps in its row', async () => {
    await add(3002, { label: 'Old', storedSales: { amountMinorMax: 5_000, ageSMax: 3_600 } });
    await createDynamodbSeed(world.access).putTerminal({
      ...(await rowOf(3002)),
      sequenceFloors: { 1: 77 },
    } as never);
    const { status } = await ask('PUT', '/v1/terminals/3002', {
      ifMatch: '"1"',
      body: { merchant: 'm-1', region: 'CN', limits: { perDayCount: 9 } },
    });
    expect(status).toBe(200);
    expect(await rowOf(3002)).toEqual({
      id: 3002,
      status: 'active',
      merchant: 'm-1',
      region: 'CN',
      keyVersionMin: 0,
      sequenceFloors: { 1: 77 },
      zone: 'Asia/Seoul',
      merchantStatus: 'open',
      limits: { perDayCount: 9 },
    });
  });

  it('gets a new key version while the old one stays good, which is then retired by two people', async () => {
    await add(3003);
    const { body } = await ask('POST', '/v1/terminals/3003/rotate');
    expect([body.terminal.keyVersion, body.enrolment.keyVersion]).toEqual([2, 2]);
    expect((await rowOf(3003))?.keyVersionMin).toBe(0);
    const keys = await enrolTerminal(enrol, { terminal: 3003, code: body.enrolment.code });
    expect(keys?.keyVersion).toBe(2);
    for (const below of [0, 3]) {
      const refused = await both('/v1/terminals/3003/retire-keys', {
        below: below + (below === 0 ? 1 : 0),
      });
      expect([below, refused.status < 300]).toEqual([below, below === 0]);
    }
    const retired = await both('/v1/terminals/3003/retire-keys', { below: 2 });
    expect(retired.body.result).toMatchObject({ keyVersionMin: 2 });
    expect((await rowOf(3003))?.keyVersionMin).toBe(2);
  });

  it('is retired for good by two people, with all its keys', async () => {
    await add(3004);
    expect((await both('/v1/terminals/3004/retire')).status).toBe(201);
    expect(await rowOf(3004)).toMatchObject({ status: 'suspended', keyVersionMin: 2 });
    for (const path of ['rotate', 'enrolment', 'resume']) {
      const { status, body } = await ask('POST', `/v1/terminals/3004/${path}`);
      expect([path, status, body.code]).toEqual([path, 409, 'state_conflict']);
    }
  });

  it('is listed in order of its number, with its place, and shown with when it was heard of', async () => {
    await add(9, { label: 'Nine' });
    await add(10);
    const { body } = await ask('GET', '/v1/terminals?limit=2');
    expect(body.items.map(({ id }: { id: number }) => id)).toEqual([9, 10]);
    const one = await ask('GET', '/v1/terminals/9');
    expect(one.body).toMatchObject({ label: 'Nine', seen: {} });
    expect(one.headers.get('etag')).toBe('"1"');
    expect((await ask('GET', '/v1/terminals/11')).status).toBe(404);
    expect((await ask('GET', '/v1/terminals/4294967296')).status).toBe(400);
  });
});

describe('a merchant that changes', () => {
  it('reaches the rows of all its terminals, page after page, and those that moved away not', async () => {
    for (const id of ['m-2', 'm-3']) {
      await ask('POST', '/v1/merchants', {
        body: { id, name: id, status: 'open', zone: 'Asia/Seoul' },
      });
    }
    const ids = Array.from({ length: 60 }, (_, at) => 5_000 + at);
    for (const id of ids) {
      await add(id, { merchant: 'm-2' });
    }
    await ask('PUT', '/v1/terminals/5059', {
      ifMatch: '"1"',
      body: { merchant: 'm-3', region: 'KR' },
    });
    const { body } = await ask('PUT', '/v1/merchants/m-2', {
      ifMatch: '"1"',
      body: {
        name: 'm-2',
        status: 'closed',
        zone: 'Asia/Shanghai',
        limits: { perDayMinor: 1_000 },
      },
    });
    expect(body.version).toBe(2);
    expect(world.woken).toEqual(['merchant.m-2']);
    await world.compile();
    expect(await rowOf(5_000)).toMatchObject({
      zone: 'Asia/Shanghai',
      merchantStatus: 'closed',
      limits: { merchant: { perDayMinor: 1_000 } },
    });
    expect((await rowOf(5_058))?.merchantStatus).toBe('closed');
    expect((await rowOf(5_059))?.merchantStatus).toBe('open');
    const state = await ask('GET', '/v1/compilations');
    expect(state.body.items).toMatchObject([{ id: 'merchant.m-2', upToDate: true, handled: 59 }]);
  });
});
