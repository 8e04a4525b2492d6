/** Everything that the core books can go out, nothing undeclared does, and the documents say what the code does. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { eventOf } from '#core/events.ts';
import type { PaymentStore } from '#core/ports.ts';
import type { RequestRecord } from '#core/records.ts';
import { EVENT_SCHEMAS, encodeEvent } from '#functions/event-schemas.ts';
import { eventPages, writtenPages } from '#test/support/event-pages.ts';
import {
  createWorld,
  NOON_S,
  PHONE,
  PIN,
  pay,
  RICH_CARD,
  seedWorld,
} from '#test/support/payment-world.ts';

/** A store that remembers the changes that it booked. */
const recording = (store: PaymentStore) => {
  const changes: { readonly before?: RequestRecord; readonly after: RequestRecord }[] = [];
  const latest = new Map<string, RequestRecord>();
  const note = (after: RequestRecord): void => {
    const name = JSON.stringify(after.key);
    const before = latest.get(name);
    changes.push({ after, ...(before === undefined ? {} : { before }) });
    latest.set(name, after);
  };
  const book: PaymentStore['book'] = async (booking) => {
    const result = await store.book(booking);
    if (result.outcome === 'booked') {
      const { record, tombstone, payment } = booking;
      const about = payment && latest.get(JSON.stringify(payment.key));
      note(record);
      if (tombstone !== undefined) {
        note(tombstone);
      }
      if (about !== undefined && payment !== undefined) {
        note({ ...about, payment: payment.to });
      }
    }
    return result;
  };
  return { changes, store: { ...store, book } };
};

describe('what the core books', () => {
  it('goes out as declared, with nothing that names a person', async () => {
    const memory = createMemoryPaymentStore();
    await seedWorld(memory);
    const { changes, store } = recording(memory);
    const world = createWorld(store);
    await world.ask(1, pay());
    await world.ask(2, { op: 'refund', paymentSequence: 1, amountMinor: 40 });
    await world.ask(3, { op: 'refund', paymentSequence: 1 });
    await world.ask(4, pay({ mode: 'hold' }));
    await world.ask(5, { op: 'confirm', paymentSequence: 4, amountMinor: 60 });
    await world.ask(6, { op: 'reverse', paymentSequence: 4, reason: 1 });
    await world.ask(8, { op: 'reverse', paymentSequence: 7, reason: 1 });
    await world.ask(9, pay({ identifier: PHONE, entryMode: 1, secondFactor: PIN }));
    await world.ask(10, pay({ identifier: PHONE, entryMode: 1, secondFactor: '0000' }));
    await world.ask(11, pay({ identifier: 'nobody' }));
    await world.ask(12, pay(), { key: { terminal: 9, keyVersion: 1, sequence: 12 } });
    await world.ask(13, pay({ items: [{ sku: 'NONE', quantity: 1, unitPriceMinor: 100 }] }));

    const bodies = changes.flatMap((change) => {
      const event = eventOf({ row: 'record', atS: NOON_S, ...change });
      return event === undefined ? [] : [encodeEvent(event)];
    });
    expect(bodies.map((body) => JSON.parse(body).type)).toEqual([
      'payment.posted',
      'payment.partly_refunded',
      'payment.refunded',
      'payment.held',
      'payment.posted',
      'payment.voided',
      'payment.voided',
      'payment.posted',
      ...Array(4).fill('payment.declined'),
    ]);
    for (const secret of [RICH_CARD, PHONE, PIN, 'nobody', 'Test', 'R**', 'ic.card', 'answer']) {
      expect(bodies.join('')).not.toContain(secret);
    }
  });
});

describe('a schema', () => {
  const event = {
    id: 'evt_1001_1_7_0',
    type: 'terminal.clone_suspected',
    occurredAt: '2026-09-21T14:13:20Z',
    data: { terminal: 1001, reason: 'two_connections', suspectedAt: '2026-09-21T14:13:20Z' },
  } as const;
  const parse = (value: unknown) =>
    z.safeParse(EVENT_SCHEMAS['terminal.clone_suspected'], value).success;

  it('takes what is declared', () => {
    expect(parse(event)).toBe(true);
  });

  it.each([
    ['a field that is not declared', { ...event, extra: 1 }],
    ['one inside', { ...event, data: { ...event.data, identifier: 'x' } }],
    ['another type', { ...event, type: 'payment.posted' }],
    ['an id with a dot, which would blur what is signed', { ...event, id: 'evt_1.2' }],
    ['a time that is none', { ...event, occurredAt: 'now' }],
  ])('refuses %s', (_what, value) => {
    expect(parse(value)).toBe(false);
  });
});

describe('the documents', () => {
  it.each([...eventPages()])('say what the code does: %s', async (path, text) => {
    expect(await readFile(new URL(`../../../docs/${path}`, import.meta.url), 'utf8')).toBe(text);
  });

  it('have no page of an event that is no more', () => {
    expect([...writtenPages()].sort()).toEqual([...eventPages().keys()].sort());
  });

  it('show receivers a check that works', async () => {
    const page = eventPages().get('events.md') ?? '';
    const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const { isGenuine } = await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
    );
    const { webhookHeaders, parseWebhookSecret } = await import('#core/webhook-signature.ts');
    const { pureCrypto } = await import('#protocol/hmac-sha256.ts');
    const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
    const other = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
    const signed = (atS: number) =>
      webhookHeaders(pureCrypto, [parseWebhookSecret(secret) ?? new Uint8Array()], {
        id: 'evt_1',
        body: '{}',
        atS,
      });
    const nowS = Math.floor(Date.now() / 1000);
    expect(isGenuine(signed(nowS), '{}', [other, secret])).toBe(true);
    expect(isGenuine(signed(nowS), '{"a":1}', [secret])).toBe(false);
    expect(isGenuine(signed(nowS), '{}', [other])).toBe(false);
    expect(isGenuine(signed(nowS - 400), '{}', [secret])).toBe(false);
    expect(isGenuine({}, '{}', [secret])).toBe(false);
  });
});
