/** One try: what each answer means, and what is sent. */
import { describe, expect, it } from 'vitest';
import { type DeliveryDeps, deliverWebhook, type Sent } from '#core/deliver-webhook.ts';
import type { Endpoint } from '#core/endpoints.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { WEBHOOK_TRIES_MAX } from '#protocol/limits.ts';

const DELIVERY = { endpoint: 'shop', id: 'evt_1', body: '{}' };
const SHOP: Endpoint = { id: 'shop', url: 'https://shop.test/a', description: '', enabled: true };
const NOW_S = 1_790_000_000;

const rig = (sent: Sent, change: Partial<DeliveryDeps> = {}) => {
  const posted: Parameters<DeliveryDeps['sender']['post']>[0][] = [];
  const gone: object[] = [];
  const deps: DeliveryDeps = {
    endpoints: async () => [SHOP],
    keysOf: async () => [new Uint8Array(24)],
    disableGone: async (endpoint) => void gone.push(endpoint),
    sender: {
      post: async (webhook) => {
        posted.push(webhook);
        return sent;
      },
    },
    crypto: pureCrypto,
    clock: { nowMs: () => NOW_S * 1000 + 999 },
    random: { below: () => 0 },
    ...change,
  };
  return { posted, gone, deliver: (tries = 1) => deliverWebhook(deps, DELIVERY, tries) };
};
const answered = (status: number): Sent => ({ kind: 'answered', status });

describe('a try', () => {
  it('sends the body as it stands, with the three headers of its own time', async () => {
    const { posted, deliver } = rig(answered(204));
    expect(await deliver()).toEqual({ outcome: 'delivered', status: 204 });
    expect(posted).toEqual([
      {
        url: SHOP.url,
        body: '{}',
        headers: {
          'webhook-id': 'evt_1',
          'webhook-timestamp': String(NOW_S),
          'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
        },
      },
    ]);
  });

  it.each([
    [199, 'failed'],
    [200, 'delivered'],
    [299, 'delivered'],
    [300, 'failed'],
    [301, 'failed'],
    [404, 'failed'],
    [409, 'failed'],
    [410, 'gone'],
    [411, 'failed'],
    [500, 'failed'],
  ])('that is answered %i is %s', async (status, outcome) => {
    const { gone, deliver } = rig(answered(status));
    expect(await deliver()).toMatchObject({ outcome, status });
    expect(gone).toHaveLength(status === 410 ? 1 : 0);
  });

  it('that failed is told when to come again, and why', async () => {
    expect(await rig(answered(500)).deliver(2)).toEqual({
      outcome: 'failed',
      reason: 'status',
      status: 500,
      retryAfterS: 60,
    });
    expect(await rig({ kind: 'failed', reason: 'timed_out' }).deliver()).toEqual({
      outcome: 'failed',
      reason: 'timed_out',
      retryAfterS: 5,
    });
  });

  it('that was the last comes no more', async () => {
    expect(await rig(answered(500)).deliver(WEBHOOK_TRIES_MAX)).toMatchObject({
      retryAfterS: undefined,
    });
  });

  it('disables the address that is gone, not one that has come in its place', async () => {
    const { gone, deliver } = rig(answered(410));
    await deliver();
    expect(gone).toEqual([{ id: 'shop', url: SHOP.url, atS: NOW_S }]);
  });

  it.each([
    ['is no more', []],
    ['is disabled', [{ ...SHOP, enabled: false }]],
  ])('is not made where the endpoint %s', async (_what, endpoints) => {
    const { posted, deliver } = rig(answered(200), { endpoints: async () => endpoints });
    expect(await deliver()).toEqual({ outcome: 'dropped' });
    expect(posted).toEqual([]);
  });

  it('is never made unsigned: without a secret it waits for one', async () => {
    const { posted, deliver } = rig(answered(200), { keysOf: async () => undefined });
    expect(await deliver()).toEqual({
      outcome: 'failed',
      reason: 'secret_missing',
      retryAfterS: 5,
    });
    expect(posted).toEqual([]);
  });

  it('rejects where our own table cannot be read', async () => {
    const { deliver } = rig(answered(200), { endpoints: () => Promise.reject(new Error('away')) });
    await expect(deliver()).rejects.toThrow('away');
  });
});
