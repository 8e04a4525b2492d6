/** Who is told: what happens to a payment over a real socket arrives as webhooks that a receiver of its own can verify. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { textOf } from '../support/counting-dynamodb.ts';
import { TYPE } from '../support/foreign-terminal.ts';
import { openShop, type Shop } from './support/shop.ts';

/** Milliseconds until what runs behind a payment must have shown. */
const SOON = { timeout: 30_000, interval: 100 };

interface Told {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly payment: { readonly sequence: number };
    readonly [name: string]: unknown;
  };
}

let shop: Shop;
const webhooks: { readonly headers: Record<string, string>; readonly body: string }[] = [];
/** How many more are refused, as by a receiver that is being deployed. */
let refusals = 0;
const receiver = createServer((request, response) => {
  textOf(request).then((body) => {
    if (refusals > 0) {
      refusals -= 1;
      response.writeHead(503).end();
      return;
    }
    webhooks.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(204).end();
  }, response.destroy.bind(response));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  const { port } = receiver.address() as AddressInfo;
  shop = await openShop({ webhook: `http://127.0.0.1:${port}/hooks` });
});
afterAll(async () => {
  await shop.close();
  receiver.closeAllConnections();
  receiver.close();
});

/** Every distinct event of a payment so far, in the order of its revisions; each verified by the reference library. */
const toldOf = (sequence: number): readonly Told[] => {
  const library = new Webhook(shop.webhookSecret);
  const events = webhooks.map(({ headers, body }) => {
    const event = library.verify(body, headers) as Told;
    expect(headers['webhook-id']).toBe(event.id);
    return event;
  });
  const mine = events.filter(({ data }) => data.payment?.sequence === sequence);
  return [...new Map(mine.map((event) => [event.id, event])).values()].sort(
    (a, b) => Number(a.data.revision) - Number(b.data.revision),
  );
};
const typesOf = (sequence: number): readonly string[] => toldOf(sequence).map(({ type }) => type);

it('tells a sale, then its REVERSE, with what was charged and given back', async () => {
  const sequence = shop.till.nextSequence();
  const sold = await shop.till.ask(shop.till.payFrame(shop.sale(), sequence));
  expect(sold.code).toBe(0);
  await vi.waitFor(() => expect(typesOf(sequence)).toEqual(['payment.posted']), SOON);
  const reason = [[2, 1]] as const;
  const voided = await shop.till.ask(shop.till.followUp(TYPE.reverse, sequence, reason));
  expect(voided.code).toBe(0);
  await vi.waitFor(
    () => expect(typesOf(sequence)).toEqual(['payment.posted', 'payment.voided']),
    SOON,
  );
  const { unitPriceMinor } = shop.open;
  expect(toldOf(sequence)[0]?.data).toMatchObject({
    payment: { terminal: shop.keys.terminal, keyVersion: shop.keys.keyVersion, sequence },
    amountMinor: unitPriceMinor,
    postedMinor: unitPriceMinor,
    currency: 410,
    user: shop.rich,
    code: 'approved',
  });
});

it('tells a refusal, and a repeat of it only once', async () => {
  const sequence = shop.till.nextSequence();
  const frame = shop.till.payFrame(shop.closedSale(), sequence);
  const first = await shop.till.ask(frame);
  expect((await shop.till.ask(frame)).code).toBe(first.code);
  await vi.waitFor(() => expect(typesOf(sequence)).toEqual(['payment.declined']), SOON);
});

it('tells again what a receiver did not take, with the same id', async () => {
  refusals = 1;
  const sequence = shop.till.nextSequence();
  await shop.till.ask(shop.till.payFrame(shop.sale(), sequence));
  await vi.waitFor(() => expect(typesOf(sequence)).toEqual(['payment.posted']), SOON);
  expect(refusals).toBe(0);
});

it('has told nothing that names a person', () => {
  const { identifier } = shop.sale();
  expect(webhooks.length).toBeGreaterThan(4);
  expect(webhooks.map(({ body }) => body).join('')).not.toContain(identifier);
});
