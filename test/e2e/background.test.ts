/** What nobody asks for: the janitor gives back what was never confirmed, and the projector keeps its totals. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TYPE } from '../support/foreign-terminal.ts';
import { merchantDay, openShop, type Shop } from './support/shop.ts';

const HOLD_S = 1;
/** Milliseconds until what runs behind a payment must have shown. */
const SOON = { timeout: 20_000, interval: 100 };
/** The state of a payment in the answer to STATUS, as the protocol page has it. */
const EXPIRED = 5;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    environment: { COSMOPAY_HOLD_SECONDS: String(HOLD_S), COSMOPAY_SCHEDULE_SECONDS: '1' },
  });
});
afterAll(async () => {
  await shop.close();
});

/** Of all shards. */
const soldOn = async (day: string): Promise<{ net: number; changes: number }> => {
  const shards = Array.from({ length: 8 }, (_, shard) => shop.row(`M#M-COSMO#${shard}`, day));
  let [net, changes] = [0, 0];
  for (const row of await Promise.all(shards)) {
    net += Number(row.netMinor ?? 0);
    changes += Number(row.changes ?? 0);
  }
  return { net, changes };
};

it("adds a sale to its merchant's day and remembers when the terminal was last seen", async () => {
  const begunS = Math.floor(Date.now() / 1000) - 1;
  const day = `DAY#${merchantDay()}#410`;
  // The system's own first sale is counted behind the scenes too: it has to be there before the sum is taken.
  await vi.waitFor(async () => {
    expect((await soldOn(day)).changes).toBe(1);
  }, SOON);
  const { net: earned } = await soldOn(day);
  const sequence = shop.till.nextSequence();
  expect((await shop.till.ask(shop.till.payFrame(shop.sale(), sequence))).code).toBe(0);
  await vi.waitFor(async () => {
    expect(await soldOn(day)).toEqual({ net: earned + shop.open.unitPriceMinor, changes: 2 });
    const seen = await shop.row(`T#${shop.keys.terminal}`, 'SEEN');
    expect(seen[`seq${shop.keys.keyVersion}`]).toBe(sequence);
    expect(seen.at).toBeGreaterThanOrEqual(begunS);
  }, SOON);
  expect(await shop.auditProblems()).toEqual([]);
});

it('expires a hold that nobody confirms, and a CONFIRM that comes later charges once', async () => {
  const before = await shop.balanceOf(shop.rich);
  const sequence = shop.till.nextSequence();
  const held = await shop.till.ask(shop.till.payFrame({ ...shop.sale(), hold: true }, sequence));
  expect(held.code).toBe(0);
  await vi.waitFor(async () => {
    const status = await shop.till.ask(shop.till.followUp(TYPE.status, sequence));
    expect(status.body.get(13)).toBe(EXPIRED);
  }, SOON);
  expect([await shop.balanceOf(shop.rich), await shop.heldOf(shop.rich)]).toEqual([before, 0]);
  const late = await shop.till.ask(shop.till.followUp(TYPE.confirm, sequence));
  expect(late.code).toBe(0);
  expect(await shop.balanceOf(shop.rich)).toBe(before - shop.open.unitPriceMinor);
  expect(await shop.auditProblems()).toEqual([]);
});

it('proves its books by npm run audit, and says where somebody has edited them', async () => {
  await vi.waitFor(async () => {
    expect(await shop.audit()).toMatchObject({
      code: 0,
      output: expect.stringMatching(/\d+ records, \d+ entries, .*\nThe books are right\.\n$/),
    });
  }, SOON);
  const balance = await shop.balanceOf(shop.rich);
  await shop.plant(`U#${shop.rich}`, 'ACCT#410', 'balance', balance + 1);
  const wrong = await shop.audit();
  expect(wrong.code).toBe(1);
  expect(wrong.output).toContain(
    `figure: wallet:${shop.rich}/410 is ${balance + 1}, its lines sum to ${balance}\n`,
  );
  expect(wrong.output).toContain('The books are WRONG: 1 violations');
});
