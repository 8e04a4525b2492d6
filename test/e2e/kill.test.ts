/** SIGKILL of a function sandbox, of the bridge, and of the whole system while 500 payments are under way. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Till } from '../support/till.ts';
import { openShop, type Shop } from './support/shop.ts';

const TILLS = 50;
const SALES_EACH = 10;
/** Answers after which the blow falls: early enough that most sales are still to come. */
const BLOW_AFTER = 60;

let shop: Shop;
beforeEach(async () => {
  shop = await openShop({ terminals: TILLS });
});
afterEach(async () => {
  await shop.close();
});

/** Every till sells its share one after another; `blow` is struck once, in the middle. */
const sellThrough = async (blow: () => Promise<void>): Promise<readonly number[]> => {
  let answered = 0;
  let struck: Promise<void> | undefined;
  const sellAll = async (till: Till): Promise<number[]> => {
    const codes: number[] = [];
    for (let sale = 0; sale < SALES_EACH; sale += 1) {
      const frame = till.payFrame({ ...shop.sale(), deadlineMs: 60_000 });
      codes.push((await till.askUntilAnswered(frame)).code);
      answered += 1;
      if (answered === BLOW_AFTER) {
        struck = blow();
      }
    }
    till.hangUp();
    return codes;
  };
  const tills = shop.terminals.slice(0, TILLS).map((keys) => new Till(shop.bridge, keys, 10));
  const codes = (await Promise.all(tills.map(sellAll))).flat();
  expect(struck).toBeDefined();
  await struck;
  return codes;
};

const blows: readonly [string, () => Promise<void>][] = [
  ['a function sandbox', () => shop.killSandbox()],
  ['the bridge', () => shop.killBridge()],
  ['the whole system', () => shop.killAndRestart()],
];

describe('SIGKILL', () => {
  for (const [what, blow] of blows) {
    it(`of ${what} loses no answer, charges nothing twice, and the sums hold`, async () => {
      const before = await shop.balanceOf(shop.rich);
      const codes = await sellThrough(blow);
      // A system that starts again sells once to itself, for the price of the open product.
      const approved = codes.filter((code) => code === 0).length + shop.restarts();
      expect(codes).toHaveLength(TILLS * SALES_EACH);
      expect(codes.filter((code) => code !== 0 && code !== 17)).toEqual([]);
      expect(before - (await shop.balanceOf(shop.rich))).toBe(approved * shop.open.unitPriceMinor);
      expect(await shop.auditProblems()).toEqual([]);
    });
  }
});
