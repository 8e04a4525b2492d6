/** 200 terminals charge one user at once who has money for 120 of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Till } from '../support/till.ts';
import { openShop, type Shop } from './support/shop.ts';

const PAYMENTS = 200;
const AFFORDABLE = 120;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ terminals: PAYMENTS });
});
afterAll(async () => {
  await shop.close();
});

it('approves exactly as many payments as the money covers, and the ledger sums to zero', async () => {
  await shop.leave(shop.rich, shop.open.unitPriceMinor * AFFORDABLE);
  const tills = shop.terminals.slice(0, PAYMENTS).map((keys) => new Till(shop.bridge, keys, 10));
  await Promise.all(tills.map((till) => till.line()));
  const answers = await Promise.all(
    tills.map((till) =>
      till.askUntilAnswered(till.payFrame({ ...shop.sale(), deadlineMs: 60_000 })),
    ),
  );
  for (const till of tills) {
    till.hangUp();
  }
  const count = (code: number): number => answers.filter((answer) => answer.code === code).length;
  expect([count(0), count(6)]).toEqual([AFFORDABLE, PAYMENTS - AFFORDABLE]);
  expect(await shop.balanceOf(shop.rich)).toBe(0);
  expect(await shop.auditProblems()).toEqual([]);
});
