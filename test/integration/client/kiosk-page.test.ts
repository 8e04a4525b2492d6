/** The kiosk's process over real sockets: what its page's server gives and refuses, and a sale through a virtual modem. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STREAMS_MAX } from '#client/kiosk/event-streams.ts';
import { ACTION_BYTES_MAX } from '#client/kiosk/parse-action.ts';
import { TYPE } from '../../support/foreign-terminal.ts';
import { EventReader, touch } from '../../support/kiosk/event-reader.ts';
import { buildPage, type KioskRig, startKioskRig } from '../../support/kiosk/kiosk-rig.ts';

let page: Awaited<ReturnType<typeof buildPage>>;
let rig: KioskRig;
beforeAll(async () => {
  page = await buildPage();
  rig = await startKioskRig(page.folder, ({ bridge }) => {
    bridge.catalogue = [['LIP-01', 'Lipstick rose', 12_900, 1, 0]];
  });
});
afterAll(async () => {
  await rig.close();
  page.remove();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** Any request that a browser would not send as it is. */
const ask = (
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, rig.kiosk.url),
      { method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        text(response).then(
          (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
          reject,
        );
      },
    );
    asked.on('error', reject);
    asked.end(options.body);
  });
const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = json): Promise<Answer> =>
  ask('/actions', { method: 'POST', headers, body });

describe('the page', () => {
  it('is three files, of this machine only, with a policy that lets nothing else in', async () => {
    expect(rig.kiosk.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    for (const path of ['/', '/app.js', '/app.css']) {
      const { status, headers, body } = await ask(path);
      expect(status, path).toBe(200);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(body, path).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    }
    expect((await ask('/nothing')).status).toBe(404);
    expect((await ask('/', { method: 'PUT' })).status).toBe(405);
  });

  it.each([
    ['another name', { host: 'shop.example' }],
    ['another site', { origin: 'https://evil.example' }],
  ])('is refused to %s', async (_who, headers) => {
    expect((await ask('/', { headers })).status).toBe(403);
    expect((await post('{"type":"empty"}', { ...json, ...headers })).status).toBe(403);
  });

  it.each([
    ['no JSON', '{"type"', 400],
    ['no action', '{"type":"refund"}', 400],
    ['an action without its field', '{"type":"add"}', 400],
    ['an entry mode that is none', '{"type":"identify","text":"1","entryMode":4}', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    [
      'as much as an action may have',
      `{"type":"empty","x":"${'x'.repeat(ACTION_BYTES_MAX - 23)}"}`,
      204,
    ],
    ['a byte more', `{"type":"empty","x":"${'x'.repeat(ACTION_BYTES_MAX - 22)}"}`, 413],
  ])('refuses %s', async (_what, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  it('takes no form of another site', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('type=empty', form)).status).toBe(415);
  });

  it(`serves ${STREAMS_MAX} pages at once, and not one more`, async () => {
    const readers = Array.from(
      { length: STREAMS_MAX },
      () => new EventReader(`${rig.kiosk.url}service/events`),
    );
    await Promise.all(readers.map((reader) => reader.until(() => reader.events.length > 0)));
    expect((await ask('/service/events')).status).toBe(503);
    for (const reader of readers) {
      reader.close();
    }
  });
});

describe('a sale at the page', () => {
  it('goes through modem and bridge, tells its steps and what it cost, and never who paid', async () => {
    const { url } = rig.kiosk;
    const shop = new EventReader(`${url}events`);
    const service = new EventReader(`${url}service/events`);
    await shop.until(() => shop.newest('view')?.products.length === 1);
    await touch(url, { type: 'add', sku: 'LIP-01' });
    await touch(url, { type: 'checkout' });
    await touch(url, { type: 'card', index: 0 });
    await shop.until(() => shop.newest('view')?.screen.kind === 'outcome');
    expect(shop.newest('view')?.screen).toMatchObject({ tone: 'paid', mayRetry: false });
    const paid = rig.tcp.bridge.requests.find(({ type }) => type === TYPE.pay);
    expect(paid?.body.get(1)).toBe('IC00000CARD1');
    await service.until(() => service.newest('service')?.sales.length === 1);
    const [sale] = service.newest('service')?.sales ?? [];
    // The frames as they were: their bytes are what crossed the air.
    const up = rig.tcp.bridge.codec.encode(TYPE.pay, paid?.sequence ?? 0, paid?.body ?? new Map());
    expect(sale?.bytes).toMatch(new RegExp(`^${up.length} \\+ [1-9]\\d*$`));
    expect(sale?.cost).toMatch(/^\$0\.0001/);
    const told = JSON.stringify([shop.events, service.events]);
    expect(told).toContain('AT+CIPSEND');
    expect(told).not.toContain('IC00000CARD1');
    shop.close();
    service.close();
  });
});
