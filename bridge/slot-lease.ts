/** The reply slot of this bridge: leased, renewed, and given up for good once it is lost. */
import type { Random } from '#core/ports.ts';
import { LEASE_MS } from '#protocol/limits.ts';
import { LEASE_RENEW_MS, LEASE_ROUND_MS, LEASE_ROUNDS_MAX } from './limits.ts';
import type { BridgeLog } from './log.ts';
import type { LeaseStore, Ticker } from './ports.ts';

export interface SlotLease {
  readonly slot: number;
  readonly fence: number;
  /** Stops renewing and gives the slot back; never rejects. */
  release(): Promise<void>;
}

interface SlotSeeker {
  readonly leases: LeaseStore;
  readonly random: Random;
  readonly ticker: Ticker;
  readonly log: BridgeLog;
  readonly owner: string;
  readonly slots: number;
}

/** A lease just acquired; `sinceMs` is the monotonic time before the call that acquired it. */
export interface HeldSlot {
  readonly slot: number;
  readonly fence: number;
  readonly sinceMs: number;
}

/** Goes round all slots every LEASE_ROUND_MS until one is free; rejects where none is in LEASE_ROUNDS_MAX rounds. */
export const waitForSlot = async (deps: SlotSeeker): Promise<HeldSlot> => {
  for (let round = 1; round <= LEASE_ROUNDS_MAX; round += 1) {
    const held = await acquireSlot(deps);
    if (held) {
      deps.log.write('info', 'slot_leased', { slot: held.slot, fence: held.fence });
      return held;
    }
    deps.log.write('warn', 'no_slot_free', { slots: deps.slots });
    await pause(deps.ticker, LEASE_ROUND_MS);
  }
  throw new Error('no reply slot is free: more bridges run than the pool has queues for');
};

/** Tries every slot once, from a random one on; undefined where none is free. */
const acquireSlot = async (deps: SlotSeeker): Promise<HeldSlot | undefined> => {
  const first = deps.random.below(deps.slots);
  for (let i = 0; i < deps.slots; i += 1) {
    const slot = (first + i) % deps.slots;
    const sinceMs = deps.ticker.nowMs();
    const lease = await deps.leases.acquire(slot, deps.owner);
    if (lease) {
      return { slot, fence: lease.fence, sinceMs };
    }
  }
  return undefined;
};

const pause = (ticker: Ticker, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const stop = ticker.every(ms, () => {
      stop();
      resolve();
    });
  });

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
  held: HeldSlot,
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
