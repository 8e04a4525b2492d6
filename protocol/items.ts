/** What the items of a PAY must be together, in every dialect. */
import type { Item } from './request.ts';

/** Sum of the items. Products beyond 2^53 are inexact, but then far above any amount that passes. */
export const totalOf = (items: readonly Item[]): number => {
  let total = 0;
  for (const item of items) {
    total += item.quantity * item.unitPriceMinor;
  }
  return total;
};

/** Whether a sku comes more than once. */
export const repeatsSku = (items: readonly Item[]): boolean =>
  new Set(items.map(({ sku }) => sku)).size < items.length;
