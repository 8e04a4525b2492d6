import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdminWorld, START_MS, startAdminWorld } from '#test/support/admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdminWorld();
});
afterAll(() => world.stop());

const DAY = '2026-03-02';
const settings = (name: string) => ({ name, status: 'open', zone: 'Asia/Seoul' });
const merchant = (id: string, name = 'Rose Ltd') => ({ id, ...settings(name) });
const add = (body: unknown, asking = {}) => world.ask('POST', '/v1/merchants', { body, ...asking });
const auditOf = async (subject: string) => {
  const { body } = await world.ask('GET', `/v1/audit?day=${DAY}&limit=100`);
  return body.items.filter((entry: { subject: string }) => entry.subject === subject);
};

describe('a write', () => {
  it('needs an idempotency key of the right form', async () => {
    for (const key of [
      null,
      'short',
      'a'.repeat(7),
      'a'.repeat(129),
      'with space',
      'ä'.repeat(8),
    ]) {
      const { status, body } = await add(merchant('m-key'), { key });
      expect([key, status, body.code]).toEqual([key, 400, 'idempotency_key_required']);
    }
    expect((await add(merchant('m-key-min'), { key: 'a'.repeat(8) })).status).toBe(201);
    expect((await add(merchant('m-key-max'), { key: 'b'.repeat(128) })).status).toBe(201);
  });

  it('can be tried: it is checked as a write is, and changes nothing', async () => {
    const dry = { headers: { 'dry-run': 'true' } };
    const before = await world.everyItem();
    const tried = await add(merchant('m-dry'), dry);
    expect([tried.status, tried.body]).toMatchObject([200, { id: 'm-dry', version: 1 }]);
    expect(tried.headers.get('etag')).toBeNull();
    expect((await add({ ...merchant('m-dry'), zone: 'Mars' }, dry)).status).toBe(400);
    expect((await add(merchant('m-dry'), { ...dry, roles: ['viewer'] })).status).toBe(403);
    expect((await add(merchant('m-dry'), { headers: { 'dry-run': 'yes' } })).body.errors).toEqual([
      { field: 'header.Dry-Run', expected: 'true' },
    ]);
    expect(await world.everyItem()).toEqual(before);
    expect((await add(merchant('m-dry'), { key: 'make-m-dry' })).status).toBe(201);
    const change = { ifMatch: '"2"', body: settings('Lily'), ...dry };
    expect((await world.ask('PUT', '/v1/merchants/m-dry', change)).status).toBe(412);
  });

  it('that moves money cannot be tried', async () => {
    const body = { kind: 'top_up', id: 't-1', user: 'u-1', currency: 410, amountMinor: 5 };
    const tried = await world.ask('POST', '/v1/postings', { body, headers: { 'dry-run': 'true' } });
    expect([tried.status, tried.body.errors[0].field]).toEqual([400, 'header.Dry-Run']);
    expect((await world.ask('GET', '/v1/journal/t-1')).status).toBe(404);
  });

  it('is made once, answered alike, and has one entry in the trail, however often it is asked for', async () => {
    const first = await add(merchant('m-1'), { key: 'make-m-1' });
    const again = await add(merchant('m-1'), { key: 'make-m-1' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([
      null,
      'true',
    ]);
    expect(again.headers.get('etag')).toBe('"1"');
    expect(await auditOf('merchant/m-1')).toEqual([
      {
        id: expect.stringMatching(/^\d{13}-[0-9a-f]{12}$/),
        atMs: START_MS,
        actor: 'alice',
        operation: 'merchants.add',
        subject: 'merchant/m-1',
        detail: { version: 1 },
      },
    ]);
  });

  it('is made once by ten that ask at the same time with one key', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => add(merchant('m-race'), { key: 'make-m-race' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(answers.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1);
    expect(await auditOf('merchant/m-race')).toHaveLength(1);
  });

  it('of other content under the same key is refused, and changes nothing', async () => {
    await add(merchant('m-2'), { key: 'make-m-2' });
    for (const body of [merchant('m-3'), merchant('m-2', 'Other')]) {
      const refused = await add(body, { key: 'make-m-2' });
      expect([refused.status, refused.body.code]).toEqual([422, 'idempotency_key_reused']);
    }
    expect((await world.ask('GET', '/v1/merchants/m-3')).status).toBe(404);
    expect((await world.ask('GET', '/v1/merchants/m-2')).body.name).toBe('Rose Ltd');
  });

  it('of another person under the same key is another write', async () => {
    await add(merchant('m-4'), { key: 'shared-key', subject: 'alice' });
    const other = await add(merchant('m-5'), { key: 'shared-key', subject: 'bob' });
    expect([other.status, other.body.id]).toEqual([201, 'm-5']);
  });

  it('that was refused is decided anew under the same key', async () => {
    const early = await world.ask('PUT', '/v1/merchants/m-6', {
      key: 'change-m-6',
      body: settings('Late'),
      ifMatch: '"1"',
    });
    expect(early.status).toBe(404);
    await add(merchant('m-6'));
    const late = await world.ask('PUT', '/v1/merchants/m-6', {
      key: 'change-m-6',
      body: settings('Late'),
      ifMatch: '"1"',
    });
    expect([late.status, late.body.name]).toEqual([200, 'Late']);
  });

  it('is forgotten after a day, and not a second before', async () => {
    await add(merchant('m-7'), { key: 'make-m-7' });
    world.nowMs = START_MS + 86_399_000;
    expect((await add(merchant('m-7'), { key: 'make-m-7' })).status).toBe(201);
    world.nowMs = START_MS + 86_400_000;
    const { status, body } = await add(merchant('m-7'), { key: 'make-m-7' });
    expect([status, body.code]).toEqual([409, 'already_exists']);
    world.nowMs = START_MS;
  });

  it('leaves neither answer nor trail where its change fails', async () => {
    await add(merchant('m-8'));
    const before = (await auditOf('merchant/m-8')).length;
    const { status, body } = await add(merchant('m-8'), { key: 'again-m-8' });
    expect([status, body.code]).toEqual([409, 'already_exists']);
    expect(await auditOf('merchant/m-8')).toHaveLength(before);
  });
});

describe('an edit', () => {
  const change = (id: string, ifMatch: string | undefined, name = 'New') =>
    world.ask('PUT', `/v1/merchants/${id}`, {
      body: settings(name),
      ...(ifMatch === undefined ? {} : { ifMatch }),
    });

  it('needs the version that was read', async () => {
    await add(merchant('e-1'));
    const missing = await change('e-1', undefined);
    expect([missing.status, missing.body.code]).toEqual([428, 'version_required']);
    for (const wrong of ['*', '1', '"0"', '"01"', 'W/"1"', '"2"', '']) {
      const { status, body } = await change('e-1', wrong);
      expect([wrong, status, body.code]).toEqual([wrong, 412, 'version_stale']);
    }
  });

  it('raises the version, which a read gives as ETag', async () => {
    await add(merchant('e-2'));
    const changed = await change('e-2', '"1"');
    expect([changed.body.version, changed.headers.get('etag')]).toEqual([2, '"2"']);
    const read = await world.ask('GET', '/v1/merchants/e-2');
    expect([read.headers.get('etag'), read.body]).toEqual(['"2"', changed.body]);
  });

  it('of two that read the same version loses one with 412, and nothing of the other', async () => {
    await add(merchant('e-3'));
    const both = await Promise.all([change('e-3', '"1"', 'One'), change('e-3', '"1"', 'Two')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const winner = both.find(({ status }) => status === 200);
    expect((await world.ask('GET', '/v1/merchants/e-3')).body).toEqual(winner?.body);
  });
});

describe('a body', () => {
  it('is JSON, and says so', async () => {
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-type': '' }]) {
      const { status, body } = await add(JSON.stringify(merchant('b-1')), { headers });
      expect([status, body.code]).toEqual([415, 'media_type_unsupported']);
    }
    const broken = await add('{"id":');
    expect([broken.status, broken.body.errors]).toEqual([400, [{ field: '', expected: 'JSON' }]]);
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    expect((await add(JSON.stringify(merchant('b-1')), { headers: charset })).status).toBe(201);
  });

  it.each([
    ['an unknown field', { ...merchant('b-2'), extra: 1 }, ''],
    ['a missing one', { ...merchant('b-2'), status: undefined }, 'status'],
    ['another type', { ...merchant('b-2'), name: 7 }, 'name'],
    ['a word that there is not', { ...merchant('b-2'), status: 'shut' }, 'status'],
    ['an id with a slash', { ...merchant('b/2') }, 'id'],
    ['an id of 41 characters', { ...merchant('b'.repeat(41)) }, 'id'],
    ['a zone that there is not', { ...merchant('b-2'), zone: 'Mars/Base' }, 'zone'],
    ['half a unit', { ...merchant('b-2'), limits: { perDayMinor: 0.5 } }, 'limits.perDayMinor'],
    ['a prototype', JSON.parse('{"__proto__": {"status": "open"}, "id": "b-2", "name": "x"}'), ''],
    ['a list', [merchant('b-2')], ''],
    ['nothing', 'null', ''],
  ])('is refused with the field at fault where it has %s', async (_, body, field) => {
    const refused = await add(body);
    expect([refused.status, refused.body.code]).toEqual([400, 'request_invalid']);
    expect(refused.body.errors.map((error: { field: string }) => error.field)).toContain(field);
    expect((await world.ask('GET', '/v1/merchants/b-2')).status).toBe(404);
  });

  it('may have 64 KB, and not a byte more', async () => {
    const filled = (bytes: number): string => {
      const text = JSON.stringify({ ...merchant('b-3'), name: '' });
      return text.replace('"name":""', `"name":"${'x'.repeat(bytes - text.length)}"`);
    };
    const most = await add(filled(65_536));
    expect([most.status, most.body.errors[0].field]).toEqual([400, 'name']);
    const more = await add(filled(65_537));
    expect([more.status, more.body.code]).toEqual([413, 'body_too_large']);
  });
});

describe('a list', () => {
  const ids = Array.from({ length: 7 }, (_, at) => `l-${at}`);
  beforeAll(async () => {
    for (const id of ids) {
      await add(merchant(id));
    }
  });

  it('is paged by a cursor, in order, each row once', async () => {
    const seen: string[] = [];
    let path = '/v1/merchants?limit=3';
    for (let page = 0; page < 20; page += 1) {
      const { body } = await world.ask('GET', path);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      if (body.nextCursor === undefined) {
        break;
      }
      path = `/v1/merchants?limit=3&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen.filter((id) => id.startsWith('l-'))).toEqual(ids);
  });

  it.each(['limit=0', 'limit=101', 'limit=1.5', 'limit=01', 'limit=1&limit=2', 'page=2'])(
    'is refused with %s',
    async (query) => {
      const { status, body } = await world.ask('GET', `/v1/merchants?${query}`);
      expect([status, body.code]).toEqual([400, 'request_invalid']);
      expect(body.errors[0].field).toMatch(/^query\./);
    },
  );

  it('takes no cursor that it did not give: forged, cut, or of another list', async () => {
    const { body } = await world.ask('GET', '/v1/merchants?limit=1');
    const own: string = body.nextCursor;
    const forged = Buffer.from('A#2026-03-02').toString('base64url');
    for (const [path, cursor] of [
      ['/v1/merchants', forged],
      ['/v1/merchants', own.slice(0, 8)],
      ['/v1/merchants', `${own}!`],
      ['/v1/users', own],
    ]) {
      const { status, body: refused } = await world.ask('GET', `${path}?cursor=${cursor}`);
      expect([status, refused.code]).toEqual([400, 'cursor_invalid']);
    }
  });

  it('of the trail is the newest first, page by page', async () => {
    const pages = [];
    let path = `/v1/audit?day=${DAY}&limit=4`;
    for (let page = 0; page < 20; page += 1) {
      const { body } = await world.ask('GET', path);
      pages.push(...body.items.map(({ id }: { id: string }) => id));
      if (body.nextCursor === undefined) {
        break;
      }
      path = `/v1/audit?day=${DAY}&limit=4&cursor=${body.nextCursor}`;
    }
    expect(pages.length).toBeGreaterThan(10);
    expect(pages).toEqual([...pages].sort().reverse());
    expect((await world.ask('GET', '/v1/audit?day=2026-13-1')).status).toBe(400);
  });
});

describe('an error', () => {
  it('is a problem with a code that is documented, and says nothing from inside', async () => {
    const { status, body, headers } = await world.ask('GET', '/v1/merchants/none');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toEqual({
      type: '/problems/not_found',
      title: 'There is nothing here.',
      status: 404,
      code: 'not_found',
    });
    const served = await world.app.request(body.type);
    expect(await served.json()).toMatchObject({ code: 'not_found', status: 404 });
  });

  it('of a path that is no operation is 404 for whoever has a token', async () => {
    const { status, body } = await world.ask('GET', '/v1/nothing');
    expect([status, body.code]).toEqual([404, 'not_found']);
  });
});
