/** What the customer wants: quantities by sku, within what one PAY can carry. */
import { AMOUNT_MINOR_MAX, ITEMS_MAX } from '#protocol/limits.ts';
import type { CatalogueItem } from '#protocol/reply.ts';
import type { Item } from '#protocol/request.ts';

/** Pieces of one product that a person carries away from a kiosk. */
export const PIECES_MAX = 99;

/** By sku, at least one each. */
export type Basket = ReadonlyMap<string, number>;
export const EMPTY_BASKET: Basket = new Map();

export interface BasketLine {
  readonly item: CatalogueItem;
  readonly quantity: number;
  readonly totalMinor: number;
}

/** As it was where a limit of the basket is reached. */
export const addToBasket = (
  basket: Basket,
  { sku, unitPriceMinor }: CatalogueItem,
  items: readonly CatalogueItem[],
): Basket => {
  const quantity = basket.get(sku) ?? 0;
  const tooMany = quantity >= PIECES_MAX || (quantity === 0 && basket.size >= ITEMS_MAX);
  const tooMuch = totalOf(linesOf(basket, items)) + unitPriceMinor > AMOUNT_MINOR_MAX;
  return tooMany || tooMuch ? basket : new Map(basket).set(sku, quantity + 1);
};

export const takeFromBasket = (basket: Basket, sku: string): Basket => {
  const quantity = (basket.get(sku) ?? 0) - 1;
  const less = new Map(basket);
  if (quantity > 0) {
    less.set(sku, quantity);
  } else {
    less.delete(sku);
  }
  return less;
};

/** In the order of the catalogue; what the catalogue does not have any more is not in it. */
export const linesOf = (basket: Basket, items: readonly CatalogueItem[]): readonly BasketLine[] =>
  items.flatMap((item) => {
    const quantity = basket.get(item.sku) ?? 0;
    return quantity === 0 ? [] : [{ item, quantity, totalMinor: quantity * item.unitPriceMinor }];
  });

export const totalOf = (lines: readonly BasketLine[]): number =>
  lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0);

export const itemsOf = (lines: readonly BasketLine[]): readonly Item[] =>
  lines.map(({ item: { sku, unitPriceMinor }, quantity }) => ({ sku, quantity, unitPriceMinor }));
