/** The same payments for every codec: what a terminal asks, and what it is answered. */
import type { Reply } from '#protocol/reply.ts';
import type { PayRequest, RequestKey } from '#protocol/request.ts';

export interface Exchange {
  readonly key: RequestKey;
  readonly pay: PayRequest;
  readonly reply: Reply;
}

/** So many that neither a branch predictor nor a cache of strings knows the next one. */
const EXCHANGES = 64;
const TERMINAL_FIRST = 1001;
const DECIDED_AT_S = 1_790_000_000;

const itemsOf = (index: number): PayRequest['items'] =>
  Array.from({ length: 1 + (index % 3) }, (_, at) => ({
    sku: `LIP-${String(index).padStart(2, '0')}-${at}`,
    quantity: 1 + (at % 2),
    unitPriceMinor: 4_900 + 1_000 * index,
  }));

const exchange = (index: number): Exchange => {
  const items = itemsOf(index);
  const amountMinor = items.reduce((sum, item) => sum + item.quantity * item.unitPriceMinor, 0);
  return {
    key: { terminal: TERMINAL_FIRST + index, keyVersion: 1, sequence: 7 + 301 * index },
    pay: {
      op: 'pay',
      identifier: `7000000000000000${String(1_000 + index)}`,
      entryMode: 3,
      amountMinor,
      currency: 410,
      items,
      deadlineMs: 20_000,
      mode: 'sale',
    },
    reply: {
      code: 'approved',
      authorisation: `A${String(10_000 + index)}`,
      serverTimeS: DECIDED_AT_S + index,
      amountMinor,
      // A name as a Korean screen shows it: not ASCII, as in real life.
      maskedName: index % 2 === 0 ? '김*민' : 'M. K**',
    },
  };
};

/** Payments of one to three products. */
export const EXCHANGE_LIST: readonly Exchange[] = Array.from({ length: EXCHANGES }, (_, index) =>
  exchange(index),
);

/** What a codec takes in and gives back, bytes to bytes, for message `index`. */
export type RoundTrip = (index: number) => void;
