/** A batch of deliveries: each done or left in the queue until its next try, and nothing of an endpoint's address in a log. */
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Sent } from '#core/deliver-webhook.ts';
import { encodeDelivery } from '#functions/delivery-message.ts';
import { createLog } from '#functions/json-log.ts';
import { type BatchDeps, handleDeliveries } from '#functions/webhooks/handle-deliveries.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { WEBHOOK_TRIES_MAX } from '#protocol/limits.ts';
import { textRecord } from '#test/support/pay-lambda.ts';

const URL = 'https://shop.test/hooks?token=SENSITIVE';

const message = (id: string, tries = 1, body?: string): SQSRecord => {
  const record = textRecord(body ?? encodeDelivery({ endpoint: 'shop', id, body: '{}' }));
  return {
    ...record,
    messageId: id,
    receiptHandle: `handle-${id}`,
    attributes: { ...record.attributes, ApproximateReceiveCount: String(tries) },
  };
};

const rig = (answer: (id: string) => Sent, change: Partial<BatchDeps> = {}) => {
  const hidden: [string, number][] = [];
  const lines: string[] = [];
  const deps: BatchDeps = {
    endpoints: async () => [{ id: 'shop', url: URL, description: '', enabled: true }],
    keysOf: async () => [new Uint8Array(24)],
    disableGone: async () => undefined,
    sender: { post: async ({ headers }) => answer(headers['webhook-id'] ?? '') },
    crypto: pureCrypto,
    clock: { nowMs: () => 0 },
    random: { below: () => 0 },
    log: createLog((line) => lines.push(line)),
    retryIn: async (handle, seconds) => void hidden.push([handle, seconds]),
    ...change,
  };
  return {
    hidden,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    handle: (...Records: SQSRecord[]) => handleDeliveries(deps, { Records }),
  };
};
const answered = (status: number): Sent => ({ kind: 'answered', status });

describe('a batch', () => {
  it('acknowledges what was delivered, and hides the rest until its next try', async () => {
    const { handle, hidden } = rig((id) => answered(id === 'b' ? 503 : 200));
    expect(await handle(message('a'), message('b', 3), message('c'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'b' }],
    });
    expect(hidden).toEqual([['handle-b', 300]]);
  });

  it('gives the last try up to the dead letters at once', async () => {
    const { handle, hidden, logged } = rig(() => answered(500));
    await handle(message('a', WEBHOOK_TRIES_MAX));
    expect(hidden).toEqual([['handle-a', 0]]);
    expect(logged()).toEqual([
      {
        level: 'error',
        event: 'webhook',
        outcome: 'given_up',
        reason: 'status',
        ms: 0,
        count: WEBHOOK_TRIES_MAX,
        status: 500,
        endpoint: 'shop',
        id: 'a',
      },
    ]);
  });

  it('leaves what it cannot read to the dead letters, without waiting', async () => {
    const { handle, hidden, logged } = rig(() => answered(200));
    expect(await handle(message('a', 1, 'SENSITIVE'), message('b'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    });
    expect(hidden).toEqual([['handle-a', 0]]);
    expect(logged()[0]).toMatchObject({ outcome: 'given_up', reason: 'message_malformed' });
    expect(JSON.stringify(logged())).not.toContain('SENSITIVE');
  });

  it('keeps to the schedule where our own table is away', async () => {
    const { handle, hidden, logged } = rig(() => answered(200), {
      endpoints: () => Promise.reject(new TypeError(`cannot reach ${URL}`)),
    });
    expect((await handle(message('a', 2))).batchItemFailures).toHaveLength(1);
    expect(hidden).toEqual([['handle-a', 60]]);
    expect(logged()).toMatchObject([{ outcome: 'failed', reason: 'outage', error: 'TypeError' }]);
    expect(JSON.stringify(logged())).not.toContain('SENSITIVE');
  });

  it('still names what failed where hiding it fails too', async () => {
    const { handle, logged } = rig(() => answered(500), {
      retryIn: () => Promise.reject(new Error('away')),
    });
    expect((await handle(message('a'))).batchItemFailures).toEqual([{ itemIdentifier: 'a' }]);
    expect(logged().map(({ event }) => event)).toEqual(['webhook', 'retry_not_set']);
  });

  it('logs endpoint and event, never the address', async () => {
    const { handle, logged } = rig(() => answered(410));
    expect(await handle(message('a'))).toEqual({ batchItemFailures: [] });
    expect(logged()).toEqual([
      {
        level: 'warn',
        event: 'webhook',
        outcome: 'gone',
        ms: 0,
        count: 1,
        status: 410,
        endpoint: 'shop',
        id: 'a',
      },
    ]);
  });
});
