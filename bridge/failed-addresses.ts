/** Failed tags per address: who guesses is kept out for a while. Honest modems share addresses, so the bound is generous. */
import { ADDRESSES_MAX, FAILED_WINDOW_MS } from './limits.ts';

export interface FailedAddresses {
  /** True where this failure has shut the address out. */
  count(address: string): boolean;
  isShutOut(address: string): boolean;
  /** Addresses remembered. */
  readonly size: number;
  /** Failures of the address that has most, within its last window. */
  readonly worst: number;
}

interface Failures {
  count: number;
  sinceMs: number;
  shutOutUntilMs: number;
}

/**
 * `perWindowMax` failures within FAILED_WINDOW_MS shut an address out for `shutOutMs`. Remembers at most ADDRESSES_MAX
 * addresses; the one that was new first goes first.
 */
export const createFailedAddresses = (deps: {
  readonly nowMs: () => number;
  readonly perWindowMax: number;
  readonly shutOutMs: number;
}): FailedAddresses => {
  const failures = new Map<string, Failures>();
  const remembered = (address: string): Failures => {
    const known = failures.get(address);
    if (known) {
      return known;
    }
    const oldest = failures.size >= ADDRESSES_MAX ? failures.keys().next() : undefined;
    if (oldest && !oldest.done) {
      failures.delete(oldest.value);
    }
    const fresh: Failures = { count: 0, sinceMs: deps.nowMs(), shutOutUntilMs: 0 };
    failures.set(address, fresh);
    return fresh;
  };
  return {
    count(address): boolean {
      const nowMs = deps.nowMs();
      const entry = remembered(address);
      if (nowMs - entry.sinceMs >= FAILED_WINDOW_MS) {
        entry.count = 0;
        entry.sinceMs = nowMs;
      }
      entry.count += 1;
      if (entry.count < deps.perWindowMax) {
        return false;
      }
      entry.shutOutUntilMs = nowMs + deps.shutOutMs;
      return entry.count === deps.perWindowMax;
    },
    isShutOut: (address) => (failures.get(address)?.shutOutUntilMs ?? 0) > deps.nowMs(),
    get size(): number {
      return failures.size;
    },
    get worst(): number {
      let worst = 0;
      for (const { count } of failures.values()) {
        worst = Math.max(worst, count);
      }
      return worst;
    },
  };
};
