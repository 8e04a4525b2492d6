/** The reply slot of this bridge: leased, renewed, and given up for good once it is lost. */
import type { Random } from '#core/ports.ts';
import { LEASE_MS, LEASE_RENEW_MS } from './limits.ts';
import type { LeaseStore, Ticker } from './ports.ts';

export interface SlotLease {
  readonly slot: number;
  readonly fence: number;
  /** Stops renewing and gives the slot back; never rejects. */
  release(): Promise<void>;
}

/** Tries every slot once, from a random one on; undefined where none is free. */
export const acquireSlot = async (deps: {
  readonly leases: LeaseStore;
  readonly random: Random;
  readonly owner: string;
  readonly slots: number;
}): Promise<{ readonly slot: number; readonly fence: number } | undefined> => {
  const first = deps.random.below(deps.slots);
  for (let i = 0; i < deps.slots; i += 1) {
    const slot = (first + i) % deps.slots;
    const lease = await deps.leases.acquire(slot, deps.owner);
    if (lease) {
      return { slot, fence: lease.fence };
    }
  }
  return undefined;
};

/**
 * Renews the lease of a slot every LEASE_RENEW_MS. Calls `lost` once: when it belongs to another, or when it could not
 * be renewed for LEASE_MS, since another may own it from then on.
 */
export const keepSlot = (
  deps: {
    readonly leases: LeaseStore;
    readonly ticker: Ticker;
    readonly owner: string;
    readonly lost: () => void;
  },
  held: { readonly slot: number; readonly fence: number; readonly sinceMs: number },
): SlotLease => {
  let goodUntilMs = held.sinceMs + LEASE_MS;
  let state: 'held' | 'lost' | 'released' = 'held';
  let renewing = false;

  const lose = (): void => {
    if (state === 'held') {
      state = 'lost';
      stop();
      deps.lost();
    }
  };
  const renew = async (): Promise<void> => {
    const startedMs = deps.ticker.nowMs();
    try {
      if (await deps.leases.renew(held.slot, deps.owner, held.fence)) {
        goodUntilMs = startedMs + LEASE_MS;
      } else {
        lose();
      }
    } catch {
      // Not known: tried again at the next tick, until the lease has run out.
    } finally {
      renewing = false;
    }
  };
  const stop = deps.ticker.every(LEASE_RENEW_MS, () => {
    if (deps.ticker.nowMs() >= goodUntilMs) {
      lose();
    } else if (!renewing) {
      renewing = true;
      void renew();
    }
  });

  return {
    slot: held.slot,
    fence: held.fence,
    async release(): Promise<void> {
      stop();
      if (state === 'held') {
        state = 'released';
        // A lease that cannot be given back runs out by itself.
        await deps.leases.release(held.slot, deps.owner, held.fence).catch(() => undefined);
      }
    },
  };
};
