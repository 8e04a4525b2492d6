/** The pages of the console: every one of them for every role and language, and what each form does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamodbPaymentStore } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { createDynamodbSeed } from '#adapters/dynamodb/seed.ts';
import { ROLES } from '#functions/admin-api/access/roles.ts';
import { PAGES } from '#functions/admin-api/console/page-table.ts';
import { applyProjection } from '#functions/projector/apply-projection.ts';
import type { RequestKey } from '#protocol/request.ts';
import { type AdminWorld, startAdminWorld } from '#test/support/admin-world.ts';
import { type Visitor, visitAs } from '#test/support/console-visitor.ts';
import { payRecord } from '#test/support/pay-record.ts';
import { createWorld, icCard, NOON_S, pay, seedWorld } from '#test/support/payment-world.ts';

let admin: AdminWorld;
let alice: Visitor;
let bob: Visitor;
let key: RequestKey;

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const add = (path: string, body: object) => admin.ask('POST', `/v1/${path}`, { body });

beforeAll(async () => {
  admin = await startAdminWorld();
  admin.nowMs = NOON_S * 1000;
  alice = visitAs(admin);
  bob = visitAs(admin, { subject: 'bob' });
  await seedWorld(createDynamodbSeed(admin.access), 10_000_000);
  await add('merchants', {
    id: 'm-1',
    name: 'Rose <b>&</b> Co',
    status: 'open',
    zone: 'Asia/Seoul',
    refundAloneMinor: 70,
  });
  await add('regions', { id: 'KR', currency: 410, zone: 'Asia/Seoul' });
  await add('products', { id: 'LIP-01', name: 'Lipstick', basePriceMinor: { KR: 100 } });
  await add('windows', {
    id: 'day',
    weekly: [{ days: EVERY_DAY, from: '09:00', to: '21:00' }],
    exceptions: [{ date: '2026-12-25', hours: [] }],
  });
  await add('price-lists', { id: 'night', currency: 410, pricesMinor: { 'LIP-01': 90 } });
  await add('promotions', {
    id: 'spring',
    off: { ppm: 100_000 },
    by: 'automatic',
    currency: 410,
    budget: { of: 'spend', max: 1_000 },
  });
  await add('terminals', {
    id: 7,
    merchant: 'm-1',
    region: 'KR',
    label: '<script>alert(1)</script>',
  });
  await add('users', { id: 'eve', name: 'Eve', locale: 'en-GB', currency: 410 });
  await add('webhooks', {
    id: 'shop',
    url: 'https://shop.example/hooks',
    description: 'Shop',
    enabled: true,
  });
  await createWorld(createDynamodbPaymentStore(admin.access)).ask(1, pay());
  key = { terminal: 1001, keyVersion: 1, sequence: 1 };
  await project();
});
afterAll(() => admin.stop());

const project = async () => {
  const record = await createDynamodbPaymentStore(admin.access).readRecord(key);
  if (record !== undefined) {
    await applyProjection(admin.access, { record, atS: NOON_S, drawnAtS: NOON_S });
  }
};

/** One address of every page. */
const ADDRESSES: Readonly<Record<string, string>> = {
  'payments/{name}': 'payments/1001-1-1',
  'terminals/{id}': 'terminals/7',
  'products/{id}': 'products/LIP-01',
  'windows/{id}': 'windows/day',
  'price-lists/{id}': 'price-lists/night',
  'promotions/{id}': 'promotions/spring',
  'merchants/{id}': 'merchants/m-1',
  'regions/{id}': 'regions/KR',
  'users/{id}': 'users/eve',
  'webhooks/{id}': 'webhooks/shop',
};
const addresses = [
  ...PAGES.map(({ path }) => ADDRESSES[path] ?? path),
  'settlements?merchant=m-1',
  'cases?state=closed',
  ...[
    'users',
    'terminals',
    'products',
    'windows',
    'price-lists',
    'promotions',
    'merchants',
    'webhooks',
  ].map((section) => `${section}/_new`),
];

describe('every page', () => {
  it.each(addresses)(
    '%s is there for every role, in every language, with every word',
    async (address) => {
      for (const roles of ROLES.map((role) => [role])) {
        for (const language of ['en', 'ko', 'zh']) {
          const { status, html, headers } = await visitAs(admin, { roles, language }).get(address);
          expect([address, roles, language, status]).toEqual([address, roles, language, 200]);
          expect(html).toContain(`<html lang="${language}">`);
          expect(html).not.toMatch(/undefined|NaN|\[object|<script>alert|<b>&/);
          expect(html.match(/<h1>/g)).toHaveLength(1);
          const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
          expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
          expect(headers.get('content-security-policy')).toContain("script-src 'self'");
          expect(headers.get('cache-control')).toBe('no-store');
        }
      }
    },
  );

  it('says so where there is nothing, in the language of the reader', async () => {
    for (const address of ['payments/9-9-9', 'terminals/99', 'products/none', 'nowhere']) {
      const { status, html } = await visitAs(admin, { language: 'ko' }).get(address);
      expect([address, status]).toEqual([address, 404]);
      expect(html).toContain('없습니다');
    }
  });

  it('tells what a filter cannot be, and keeps what was typed', async () => {
    const { status, html } = await alice.get('payments?terminal=x&user=rich');
    expect(status).toBe(200);
    expect(html).toContain('query.terminal');
    expect(html).toContain('value="x"');
  });
});

describe('a form', () => {
  const stored = async (path: string) => (await admin.ask('GET', `/v1/${path}`)).body;

  it('adds a product with prices in major units', async () => {
    const sent = await alice.send('products/_new', 'products/_new', {
      id: 'TINT-1',
      name: 'Lip tint',
      'basePriceMinor.KR': '15,500',
    });
    expect([sent.status, sent.location]).toEqual([303, 'products?done=saved']);
    expect(await stored('products/TINT-1')).toMatchObject({
      name: 'Lip tint',
      basePriceMinor: { KR: 15_500 },
      version: 1,
    });
    expect((await alice.get('products?done=saved')).html).toContain('role="status"');
  });

  it('tells which field is wrong, and keeps what was typed', async () => {
    const sent = await alice.send('products/_new', 'products/_new', {
      id: 'TINT 2',
      name: 'Kept',
      'basePriceMinor.KR': 'much',
    });
    expect(sent.status).toBe(400);
    expect(sent.html).toContain('value="Kept"');
    expect(sent.html).toContain('value="much"');
    expect(sent.html.match(/aria-invalid="true"/g)).toHaveLength(2);
  });

  it('keeps what it does not show', async () => {
    await alice.send('windows/day', 'windows/day', {
      'week.0.to': '22:00',
      'quota.units': '5',
      'quota.per': 'day',
    });
    expect(await stored('windows/day')).toMatchObject({
      weekly: [{ days: EVERY_DAY, from: '09:00', to: '22:00' }],
      exceptions: [{ date: '2026-12-25', hours: [] }],
      quota: { units: 5, per: 'day' },
      version: 2,
    });
  });

  it('adds hours to a week, and takes them away', async () => {
    await alice.send('windows/day', 'windows/day', {
      'week.1.days': ['5', '6'],
      'week.1.from': '22:00',
      'week.1.to': '02:00',
    });
    expect((await stored('windows/day')).weekly[1]).toEqual({
      days: [5, 6],
      from: '22:00',
      to: '02:00',
    });
    await alice.send('windows/day', 'windows/day', {
      'week.1.days': [],
      'week.1.from': '',
      'week.1.to': '',
    });
    expect((await stored('windows/day')).weekly).toHaveLength(1);
  });

  it('keeps the hours that it has no row for', async () => {
    const weekly = Array.from({ length: 13 }, (_, at) => ({
      days: [1],
      from: `${String(at).padStart(2, '0')}:00`,
      to: `${String(at).padStart(2, '0')}:30`,
    }));
    await add('windows', { id: 'many', weekly });
    await alice.send('windows/many', 'windows/many', { 'week.11.to': '11:45' });
    const after = (await stored('windows/many')).weekly;
    expect(after).toEqual(
      weekly.map((hours, at) => (at === 11 ? { ...hours, to: '11:45' } : hours)),
    );
  });

  it('refuses hours that are none, beside them', async () => {
    const { status, html } = await alice.send('windows/day', 'windows/day', {
      'week.0.from': '25:00',
    });
    expect(status).toBe(400);
    expect(html).toContain('weekly[0].from');
  });

  it('is refused where somebody was faster', async () => {
    const { html } = await alice.get('merchants/m-1');
    const [, version = ''] = /name="_version" value="(\d+)"/.exec(html) ?? [];
    await bob.send('merchants/m-1', 'merchants/m-1', { 'fee.ppm': '2.5' });
    const late = await alice.send('merchants/m-1', 'merchants/m-1', {
      name: 'Late',
      _version: version,
    });
    expect(late.status).toBe(412);
    expect(late.html).toContain('value="Late"');
    expect(await stored('merchants/m-1')).toMatchObject({
      fee: { ppm: 25_000 },
      refundAloneMinor: 70,
    });
  });

  it('sent twice does it once', async () => {
    const { html } = await alice.get('merchants/_new');
    const [, _key = ''] = /name="_key" value="([^"]+)"/.exec(html) ?? [];
    const fields = { _key, id: 'm-2', name: 'Two', status: 'open', zone: 'UTC' };
    for (let times = 1; times <= 2; times += 1) {
      expect((await alice.post('merchants/_new', fields)).location).toBe('merchants?done=saved');
    }
    const { body } = await admin.ask('GET', '/v1/audit?day=2026-11-23');
    const made = body.items.filter(
      ({ subject }: { subject: string }) => subject === 'merchant/m-2',
    );
    expect(made).toHaveLength(1);
  });

  it('edits prices of a list line by line', async () => {
    await alice.send('price-lists/night', 'price-lists/night', {
      pricesMinor: 'LIP-01 80\nTINT-1, 15000',
      'scope.groups': 'airport\nmall',
    });
    expect(await stored('price-lists/night')).toMatchObject({
      currency: 410,
      pricesMinor: { 'LIP-01': 80, 'TINT-1': 15_000 },
      scope: { groups: ['airport', 'mall'] },
    });
  });

  it('changes the tax of a region, in percent', async () => {
    await alice.send('regions/KR', 'regions/KR', {
      'tax.prices': 'inclusive',
      'tax.rounding': 'total',
      'tax.ratesPpm': 'standard 10\nfood 2.5',
    });
    expect(await stored('regions/KR')).toMatchObject({
      currency: 410,
      tax: {
        prices: 'inclusive',
        rounding: 'total',
        ratesPpm: { standard: 100_000, food: 25_000 },
      },
    });
    expect((await alice.get('regions/KR')).html).toContain('food 2.5\nstandard 10');
  });

  it('removes a window', async () => {
    await add('windows', { id: 'gone', weekly: [] });
    expect((await alice.send('windows/gone', 'windows/gone/remove')).location).toBe(
      'windows?done=removed',
    );
    expect((await admin.ask('GET', '/v1/windows/gone')).status).toBe(404);
  });

  it('changes a live promotion with two people only', async () => {
    const sent = await alice.send('promotions/spring', 'promotions/spring', { 'off.ppm': '20' });
    expect(sent.location).toBe('approvals?done=asked');
    expect((await stored('promotions/spring')).off).toEqual({ ppm: 100_000 });
    const { html } = await alice.get('approvals');
    expect(html).not.toContain('/approve"');
    const [, id = ''] = /approvals\/([^/"]+)\/reject/.exec(html) ?? [];
    expect((await bob.send('approvals', `approvals/${id}/approve`)).location).toBe(
      'approvals?done=approved',
    );
    expect((await stored('promotions/spring')).off).toEqual({ ppm: 200_000 });
  });

  it('sets up a terminal, and shows its code once with a picture of it', async () => {
    const { html } = await alice.get('terminals/_new');
    const [, _key = ''] = /name="_key" value="([^"]+)"/.exec(html) ?? [];
    const fields = { _key, id: '2001', merchant: 'm-1', region: 'KR', label: 'Lobby' };
    const made = await alice.post('terminals/_new', fields);
    expect(made.status).toBe(200);
    const [, code = ''] = /class="code"><code>([^<]+)</.exec(made.html) ?? [];
    expect(code.length).toBeGreaterThan(20);
    expect(made.html).toContain('<svg');
    expect(made.html).toContain('AT+QIOPEN=1,0,&quot;TCP&quot;,&quot;pay.example&quot;,7010,0,0');
    expect((await alice.post('terminals/_new', fields)).html).not.toContain(code);
  });

  it('stops and starts a terminal, and gives it new keys', async () => {
    await alice.send('terminals/7', 'terminals/7/suspend');
    expect(await stored('terminals/7')).toMatchObject({ status: 'suspended' });
    await alice.send('terminals/7', 'terminals/7/resume');
    await alice.send('terminals/7', 'terminals/7/rotate');
    await alice.send('terminals/7', 'terminals/7', { label: 'Hall', transports: ['tls', 'psk'] });
    expect(await stored('terminals/7')).toMatchObject({
      status: 'active',
      keyVersion: 2,
      label: 'Hall',
      transports: ['tls', 'psk'],
    });
    expect((await alice.send('terminals/7', 'terminals/7/retire')).location).toBe(
      'approvals?done=asked',
    );
  });

  it('gives money back, up to what one person may', async () => {
    const little = { amount: '30', reason: 'broken cap' };
    const sent = await alice.send('payments/1001-1-1', 'payments/1001-1-1/refund', little);
    expect(sent.location).toBe('payments/1001-1-1?done=refunded');
    await project();
    const { html } = await alice.get('payments/1001-1-1');
    expect(html).toContain('partly refunded');
    const rest = await alice.send('payments/1001-1-1', 'payments/1001-1-1/refund', {
      reason: 'all of it',
    });
    expect(rest.location).toBe('approvals?done=asked');
    const wrong = await alice.send('payments/1001-1-1', 'payments/1001-1-1/refund', {
      amount: '1.5',
      reason: 'x',
    });
    expect(wrong.status).toBe(400);
    expect(wrong.html).toContain('value="1.5"');
  });

  it('tops up an account, once per form', async () => {
    const { html } = await alice.get('users/eve');
    const [, _key = ''] =
      /top-up"[^>]*><input type="hidden" name="_key" value="([^"]+)"/.exec(html) ?? [];
    for (let times = 1; times <= 2; times += 1) {
      const sent = await alice.post('users/eve/top-up', {
        _key,
        currency: '410',
        amount: '5000',
        reference: 'till 1',
      });
      expect(sent.location).toBe('users/eve?done=posted');
    }
    const { accounts } = await stored('users/eve/accounts');
    expect(accounts).toMatchObject([{ currency: 410, balanceMinor: 5_000 }]);
    await alice.send('users/eve', 'users/eve/block');
    expect(await stored('users/eve')).toMatchObject({ status: 'blocked' });
  });

  it('adds, changes and removes who is told', async () => {
    const added = await alice.send('webhooks/_new', 'webhooks/_new', {
      id: 'books',
      url: 'https://books.example/',
      description: 'Books',
      types: ['case.opened'],
    });
    expect(added.location).toBe('webhooks?done=saved');
    expect(await stored('webhooks/books')).toEqual({
      id: 'books',
      url: 'https://books.example/',
      description: 'Books',
      enabled: true,
      types: ['case.opened'],
      version: 1,
    });
    await alice.send('webhooks/books', 'webhooks/books', { enabled: 'false' });
    expect(await stored('webhooks/books')).toMatchObject({ enabled: false, version: 2 });
    const plain = await alice.send('webhooks/books', 'webhooks/books', {
      url: 'http://books.example/',
    });
    expect(plain.status).toBe(400);
    await alice.send('webhooks/books', 'webhooks/books/remove');
    expect((await admin.ask('GET', '/v1/webhooks/books')).status).toBe(404);
  });
});

describe('a customer', () => {
  it('is entered, given something to pay with, and found by it; what it is stands nowhere', async () => {
    const made = await alice.send('users/_new', 'users/_new', {
      id: 'ann',
      name: 'Annabel',
      locale: 'en-GB',
      currency: '410',
    });
    expect(made.location).toBe('users/ann?done=saved');
    const identifier = icCard('00000000042');
    const shows = { identifier, entryMode: '7' };
    const given = await alice.send('users/ann', 'users/ann/identifiers', shows);
    expect(given.location).toBe('users/ann?done=saved');
    const { html } = await alice.get('users/ann');
    expect(html).not.toContain(identifier);
    expect(html).toContain('ic.card');
    const found = await alice.send('find-user', 'find-user', shows);
    expect(found.location).toBe('users/ann?done=found');
    const other = await alice.send('find-user', 'find-user', {
      ...shows,
      identifier: icCard('00000000043'),
    });
    expect(other.status).toBe(404);
    expect(other.html).not.toContain(icCard('00000000043'));
    expect((await alice.send('users/ann', 'users/ann/identifiers', shows)).status).toBe(409);
    expect(
      (
        await alice.send('users/_new', 'users/_new', {
          id: 'ann',
          name: 'x',
          locale: 'ko',
          currency: '410',
        })
      ).status,
    ).toBe(409);
  });
});

describe('a terminal that may have been copied', () => {
  it('is told on the page of terminals, for two days', async () => {
    expect((await alice.get('terminals')).html).not.toContain('copied');
    const drawn = (decidedAtS: number, sequence: number) =>
      applyProjection(admin.access, {
        record: payRecord(
          sequence,
          { merchant: 'm-9' },
          { decidedAtS, evidence: { contested: true } },
        ),
        atS: decidedAtS,
        drawnAtS: decidedAtS,
      });
    await drawn(NOON_S, 900);
    await drawn(NOON_S - 86_400, 899);
    await drawn(NOON_S - 2 * 86_400, 898);
    const { html } = await alice.get('terminals');
    expect(html.match(/two connections at once/g)).toHaveLength(2);
    const { body } = await admin.ask('GET', '/v1/suspicions');
    expect(body.items).toMatchObject([
      { terminal: 1001, reason: 'two_connections', sequence: 900 },
    ]);
    expect((await admin.ask('GET', '/v1/suspicions?day=2026-11-20')).body.items).toEqual([]);
  });

  it('has its old keys retired by two people, and its frames captured', async () => {
    const at = 'terminals/7';
    expect((await alice.send(at, `${at}/retire-keys`)).location).toBe('approvals?done=asked');
    expect((await alice.send(at, `${at}/capture`)).location).toBe('terminals/7?done=saved');
  });
});

describe('a settlement', () => {
  it('is a file with the figures of the API', async () => {
    const { body } = await admin.ask(
      'GET',
      '/v1/merchants/m-1/settlement?from=2026-11-20&to=2026-11-24',
    );
    const { status, html, headers } = await alice.get(
      'settlements.csv?merchant=m-1&from=2026-11-20&to=2026-11-24',
    );
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain(
      'settlement-m-1-2026-11-20-2026-11-24.csv',
    );
    const [head = '', ...lines] = html.trimEnd().split('\r\n');
    const names = head.split(',');
    const rows = lines.map((line) =>
      Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])),
    );
    expect(rows.map(({ day, payableMinor }) => [day, Number(payableMinor)])).toEqual(
      body.days.map(({ day, figures }: { day: string; figures: { payableMinor: number } }) => [
        day,
        figures.payableMinor,
      ]),
    );
    expect(rows).toHaveLength(1);
  });

  it('is paid out once per id, never above what is owed', async () => {
    const page = 'settlements?merchant=m-1&from=2026-11-20&to=2026-11-24';
    const much = await alice.send(page, 'settlements/payout', { amount: '5000000' });
    expect(much.status).toBe(422);
    expect(much.html).toContain('value="5000000"');
    const { html } = await alice.get(page);
    const [, owed = ''] = /name="amount"[^>]* value="(\d+)"/.exec(html) ?? [];
    const sent = await alice.send(page, 'settlements/payout');
    expect(sent.location).toContain('done=posted');
    const { body } = await admin.ask(
      'GET',
      '/v1/merchants/m-1/settlement?from=2026-11-20&to=2026-11-24',
    );
    expect(body.balances).toMatchObject([{ paidMinor: Number(owed), owedMinor: 0 }]);
  });
});

describe('what is happening now', () => {
  it('is told as figures, and as parts of the page that are renewed', async () => {
    const { status, html } = await alice.get('live.json');
    expect(status).toBe(200);
    const { series, parts } = JSON.parse(html) as {
      series: number[][];
      parts: Record<string, string>;
    };
    expect(series.map((numbers) => numbers.length)).toEqual([60, 60, 60]);
    expect(Object.keys(parts)).toEqual(['figures', 'terminals', 'latest']);
    expect(parts.latest).toContain('payments/1001-1-1');
  });
});
