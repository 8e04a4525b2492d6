/** The basket: what one PAY can carry, and not a piece more. */
import { describe, expect, it } from 'vitest';
import {
  addToBasket,
  type Basket,
  EMPTY_BASKET,
  itemsOf,
  linesOf,
  PIECES_MAX,
  takeFromBasket,
  totalOf,
} from '#client/content/basket.ts';
import { AMOUNT_MINOR_MAX, ITEMS_MAX } from '#protocol/limits.ts';
import type { CatalogueItem } from '#protocol/reply.ts';

const item = (sku: string, unitPriceMinor = 100): CatalogueItem => ({
  sku,
  name: sku,
  unitPriceMinor,
  openNow: true,
  nextChangeS: 0,
});
const fill = (items: readonly CatalogueItem[]): Basket =>
  items.reduce((basket, each) => addToBasket(basket, each, items), EMPTY_BASKET);

describe('the basket', () => {
  it('counts pieces, totals and lines in the order of the catalogue', () => {
    const items = [item('A', 300), item('B', 50)];
    const [a, b] = items as [CatalogueItem, CatalogueItem];
    const basket = [b, a, b].reduce((all, each) => addToBasket(all, each, items), EMPTY_BASKET);
    const lines = linesOf(basket, items);
    expect(lines.map(({ quantity, totalMinor }) => [quantity, totalMinor])).toEqual([
      [1, 300],
      [2, 100],
    ]);
    expect(totalOf(lines)).toBe(400);
    expect(itemsOf(lines)).toEqual([
      { sku: 'A', quantity: 1, unitPriceMinor: 300 },
      { sku: 'B', quantity: 2, unitPriceMinor: 50 },
    ]);
  });

  it('lets go of one piece at a time, and of the line with the last', () => {
    const items = [item('A')];
    const two = fill([...items, ...items]);
    const one = takeFromBasket(two, 'A');
    expect([...one]).toEqual([['A', 1]]);
    expect([...takeFromBasket(one, 'A')]).toEqual([]);
    expect([...takeFromBasket(one, 'B')]).toEqual([['A', 1]]);
  });

  it(`takes ${ITEMS_MAX} products, and more pieces of those only`, () => {
    const items = Array.from({ length: ITEMS_MAX + 1 }, (_, at) => item(`S${at}`));
    const full = fill(items);
    expect(full.size).toBe(ITEMS_MAX);
    expect(addToBasket(full, item('S0'), items).get('S0')).toBe(2);
  });

  it(`takes ${PIECES_MAX} pieces of one product`, () => {
    const items = [item('A')];
    const full = fill(Array.from({ length: PIECES_MAX + 1 }, () => item('A')));
    expect(full.get('A')).toBe(PIECES_MAX);
    expect(addToBasket(full, item('A'), items)).toBe(full);
  });

  it('takes an amount of twelve digits, and not one more', () => {
    const items = [item('A', AMOUNT_MINOR_MAX - 1), item('B', 1), item('C', 2)];
    const basket = fill(items);
    expect([...basket.keys()]).toEqual(['A', 'B']);
  });

  it('shows nothing of what is not sold any more', () => {
    expect(linesOf(new Map([['OLD', 2]]), [item('A')])).toEqual([]);
  });
});
