/** From what the customer chose to the request that goes over the air. */
import type { EntryMode, Item, PayRequest } from '#protocol/request.ts';

export interface Sale {
  /** As read from the customer. */
  readonly identifier: string;
  readonly entryMode: EntryMode;
  readonly items: readonly Item[];
  /** ISO 4217 number. */
  readonly currency: number;
  readonly secondFactor?: string;
  /** As the customer typed it. */
  readonly promotionCode?: string;
}

/** The deadline is the terminal's to add. Items of one sku are put together, since no sku may come twice. */
export const payRequestOf = (sale: Sale): Omit<PayRequest, 'deadlineMs'> => {
  const bySku = new Map<string, Item>();
  for (const item of sale.items) {
    const quantity = (bySku.get(item.sku)?.quantity ?? 0) + item.quantity;
    bySku.set(item.sku, { ...item, quantity });
  }
  const items = [...bySku.values()];
  return {
    op: 'pay',
    identifier: sale.identifier,
    entryMode: sale.entryMode,
    amountMinor: items.reduce((sum, item) => sum + item.quantity * item.unitPriceMinor, 0),
    currency: sale.currency,
    items,
    mode: 'sale',
    ...(sale.secondFactor === undefined ? {} : { secondFactor: sale.secondFactor }),
    ...(sale.promotionCode === undefined ? {} : { promotionCode: sale.promotionCode }),
  };
};
