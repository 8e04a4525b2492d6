/** Brings to rest what is due, page by page, within one invocation's time. */
import { expireEach } from '#core/expire-holds.ts';
import type { Clock, ExpiryStore } from '#core/ports.ts';
import { type ResolveDeps, resolvePending } from '#core/resolve-pending.ts';

/** Holds per page: one page is read at once and booked one after another. */
export const PAGE_MAX = 100;
/** Pages per run: the next run, a minute later, goes on. */
export const PAGES_MAX = 20;
/** Milliseconds of work after which no further page is begun: well below the function's timeout. */
export const SWEEP_MS_MAX = 15_000;

/** Resolves with the number of payments that came to rest: holds expired, and provider payments with nothing left to prove. */
export const sweep = async (
  deps: { readonly store: ExpiryStore; readonly clock: Clock },
  providers?: ResolveDeps,
): Promise<number> => {
  const endMs = deps.clock.nowMs() + SWEEP_MS_MAX;
  let total = 0;
  for (let page = 0; page < PAGES_MAX && deps.clock.nowMs() < endMs; page += 1) {
    const due = await deps.store.readDue(Math.floor(deps.clock.nowMs() / 1000), PAGE_MAX);
    const carried = due.filter(({ payment }) => payment?.provider !== undefined);
    // A hold that cannot expire keeps no provider's payment, nor the other way round.
    const ended = await Promise.allSettled([
      expireEach(deps, due),
      providers === undefined ? 0 : resolvePending(providers, carried, endMs),
    ]);
    for (const result of ended) {
      if (result.status === 'rejected') {
        throw result.reason;
      }
      total += result.value;
    }
    if (due.length < PAGE_MAX) {
      break;
    }
  }
  return total;
};
