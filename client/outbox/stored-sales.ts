/** How much a terminal may sell while it is offline: the merchant carries the risk until the bank of the system has answered. */
import { decodeRequest } from '#protocol/cp1/request-codec.ts';
import type { OpenRequest } from './outbox-log.ts';

/** Stored sales that wait at most: as other terminals have it, and a quarter of a megabyte. */
export const STORED_COUNT_MAX = 500;
/** Seconds that the oldest may wait before no more are taken: the server refuses older ones (7 days). */
export const STORED_AGE_S_MAX: number = 7 * 86_400;

export interface StoredLimits {
  readonly countMax: number;
  /** Of one sale, minor units. */
  readonly amountMinorMax: number;
  /** Of all that wait, minor units. */
  readonly totalMinorMax: number;
  readonly ageSMax: number;
}

/** Which limit forbids a further stored sale. */
export type StoredRefusal = 'stored_amount' | 'stored_count' | 'stored_total' | 'stored_age';

export interface StoredSale {
  readonly sequence: number;
  readonly amountMinor: number;
  readonly currency: number;
  /** Device clock, unix seconds. */
  readonly soldAtS: number;
}

/** What waits, read from the kept bytes themselves. */
export const storedSales = (open: readonly OpenRequest[]): readonly StoredSale[] =>
  open.flatMap(({ kind, sequence, frame }) => {
    const request = kind === 'stored' ? decodeRequest(frame) : undefined;
    if (request?.ok !== true || request.value.op !== 'pay') {
      return [];
    }
    const { amountMinor, currency, deviceTimeS = 0 } = request.value;
    return [{ sequence, amountMinor, currency, soldAtS: deviceTimeS }];
  });

/** Undefined: one more sale of `amountMinor` may be stored at `nowS`. Every limit may be reached, not passed. */
export const refuseStored = (
  waiting: readonly StoredSale[],
  { amountMinor, nowS }: { readonly amountMinor: number; readonly nowS: number },
  limits: StoredLimits,
): StoredRefusal | undefined => {
  if (amountMinor > limits.amountMinorMax) {
    return 'stored_amount';
  }
  if (waiting.length >= limits.countMax) {
    return 'stored_count';
  }
  const totalMinor = waiting.reduce((sum, sale) => sum + sale.amountMinor, amountMinor);
  if (totalMinor > limits.totalMinorMax) {
    return 'stored_total';
  }
  const oldestS = Math.min(nowS, ...waiting.map(({ soldAtS }) => soldAtS));
  return nowS - oldestS > limits.ageSMax ? 'stored_age' : undefined;
};
