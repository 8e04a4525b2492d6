/** Expires what is due, page by page, within one invocation's time. */
import { expireHolds } from '#core/expire-holds.ts';
import type { Clock, ExpiryStore } from '#core/ports.ts';

/** Holds per page: one page is read at once and booked one after another. */
export const PAGE_MAX = 100;
/** Pages per run: the next run, a minute later, goes on. */
export const PAGES_MAX = 20;
/** Milliseconds of work after which no further page is begun: well below the function's timeout. */
export const SWEEP_MS_MAX = 15_000;

/** Resolves with the number of holds it expired. */
export const sweep = async (deps: {
  readonly store: ExpiryStore;
  readonly clock: Clock;
}): Promise<number> => {
  const endMs = deps.clock.nowMs() + SWEEP_MS_MAX;
  let total = 0;
  for (let page = 0; page < PAGES_MAX && deps.clock.nowMs() < endMs; page += 1) {
    const { expired } = await expireHolds(deps, PAGE_MAX);
    total += expired;
    if (expired < PAGE_MAX) {
      break;
    }
  }
  return total;
};
