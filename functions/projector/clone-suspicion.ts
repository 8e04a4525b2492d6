/** Whether a number that a terminal drew says that another device draws from the same counter. Pure. */

/** Numbers by which a new request may be below the highest seen: more than a terminal draws while queue and stream deliver out of order. */
export const SEQUENCE_BEHIND_MAX = 100;
/** Seconds by which the newest change of a terminal may be later than a request that is judged: beyond that it was delivered late, and proves nothing. */
export const DISORDER_S_MAX = 60;

/** One suspicion of a sequence regression; nothing is suspended by it. */
export const isSequenceRegression = (
  drawn: { readonly sequence: number; readonly decidedAtS: number },
  seen: { readonly highest: number; readonly atS: number },
): boolean =>
  seen.highest - drawn.sequence > SEQUENCE_BEHIND_MAX &&
  seen.atS - drawn.decidedAtS <= DISORDER_S_MAX;
