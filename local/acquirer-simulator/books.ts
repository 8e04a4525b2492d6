/** The simulator's own books: charges by key, refunds by theirs, each at most once. In memory: an acquirer of a demo. */
import type { Clock } from '#core/ports.ts';
import {
  type Answer,
  type Charge,
  type ChargeRequest,
  digestOf,
  failure,
  ok,
  openCharge,
  type RefundRequest,
  refund,
  refunded,
  ripen,
  tell,
  tombstone,
} from './charge.ts';

/** Charges that are kept: a demo makes hundreds, and memory is bounded. */
export const CHARGES_MAX = 100_000;

export interface Books {
  charge(request: ChargeRequest): Answer;
  find(key: string): Answer;
  cancel(key: string): Answer;
  refund(key: string, request: RefundRequest): Answer;
  /** From now on it can be refunded and no longer cancelled. */
  settle(key: string): Answer;
  /** What the customers have paid and not got back, minor units: all charges together. */
  takenMinor(): number;
  /** Charges that took money, given back since or not. */
  paidCount(): number;
}

/** Empty books. */
export const createBooks = (clock: Clock): Books => {
  const charges = new Map<string, Charge>();
  /** Digests of the one-time codes that were spent. */
  const spent = new Set<string>();
  let references = 0;
  const nextReference = (): string => {
    references += 1;
    return `sim-${references}`;
  };

  return {
    charge: (request) => {
      const known = charges.get(request.key);
      if (known !== undefined) {
        // A tombstone refuses every charge that comes after it.
        return known.digest === '' || known.digest === digestOf(JSON.stringify(request))
          ? tell(known)
          : failure(409, 'conflict');
      }
      if (charges.size >= CHARGES_MAX) {
        return failure(429, 'rate_limited');
      }
      const code = digestOf(request.code);
      const charge = openCharge(request, {
        reference: nextReference(),
        isUsed: spent.has(code),
        nowMs: clock.nowMs(),
      });
      charges.set(request.key, charge);
      if (charge.status !== 'declined') {
        spent.add(code);
      }
      return tell(charge);
    },
    find: (key) => {
      const charge = charges.get(key);
      if (charge === undefined) {
        return failure(404, 'charge_not_found');
      }
      ripen(charge, clock.nowMs());
      return tell(charge);
    },
    cancel: (key) => {
      const charge = charges.get(key);
      if (charge === undefined) {
        charges.set(key, tombstone(key));
        return ok({ key, status: 'cancelled' });
      }
      const isFinal = charge.settled || charge.refunds.size > 0;
      if (charge.status === 'paid' && isFinal) {
        return failure(409, 'not_cancellable');
      }
      charge.status = 'cancelled';
      return ok({ key, status: 'cancelled' });
    },
    refund: (key, request) => {
      const charge = charges.get(key);
      return charge === undefined
        ? failure(404, 'charge_not_found')
        : refund(charge, request, nextReference);
    },
    settle: (key) => {
      const charge = charges.get(key);
      if (charge === undefined) {
        return failure(404, 'charge_not_found');
      }
      charge.settled = true;
      return tell(charge);
    },
    takenMinor: () => {
      let sum = 0;
      for (const charge of charges.values()) {
        sum += charge.status === 'paid' ? charge.amount - refunded(charge) : 0;
      }
      return sum;
    },
    paidCount: () => [...charges.values()].filter(({ tookMoney }) => tookMoney).length,
  };
};
