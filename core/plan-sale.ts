/** What an approved sale takes of counted rights, and which promotion pays a part of it. */

import type { RequestKey } from '#protocol/request.ts';
import { planTakes, type Seen, type Take } from './allowances.ts';
import type { Offer, PayApproval } from './pay-case.ts';
import type { StoredFlag, TakenAllowance } from './records.ts';

export interface Plan {
  readonly taken: readonly TakenAllowance[];
  /** Absent: the user pays all of it. */
  readonly offer?: Offer;
  /** Rules that a stored sale is accepted against. */
  readonly flags: readonly StoredFlag[];
}

/** The code to refuse with where a window has too little left, or every promotion that there must be one of. Goods of a stored sale are gone: it takes of no window that is sold out. */
export const planSale = (
  { takes, flags = [], sale }: PayApproval,
  {
    key,
    seen,
    stored,
  }: { readonly key: RequestKey; readonly seen: Seen; readonly stored: boolean },
): Plan | Take['refusal'] => {
  const units = planTakes(takes, key, seen);
  const isOver = typeof units === 'string';
  if (isOver && !stored) {
    return units;
  }
  const taken = isOver ? [] : units;
  const plan: Plan = { taken, flags: isOver ? [...flags, 'over_limit'] : flags };
  for (const offer of sale.offers) {
    const spent = planTakes(offer.takes, key, seen, taken.length);
    if (typeof spent !== 'string') {
      return { ...plan, taken: [...taken, ...spent], offer };
    }
  }
  return sale.needsOffer ? 'promotion_invalid' : plan;
};
