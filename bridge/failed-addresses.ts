/** Failed tags per address: counted, not punished, since thousands of honest modems share a carrier's address. */
import { ADDRESSES_MAX } from './limits.ts';

export interface FailedAddresses {
  count(address: string): void;
  /** Addresses remembered. */
  readonly size: number;
  /** Failures of the address that has most. */
  readonly worst: number;
}

/** Remembers at most ADDRESSES_MAX addresses; the one that was new first goes first. */
export const createFailedAddresses = (): FailedAddresses => {
  const failures = new Map<string, number>();
  return {
    count(address): void {
      const before = failures.get(address);
      const oldest =
        before === undefined && failures.size >= ADDRESSES_MAX ? failures.keys().next() : undefined;
      if (oldest && !oldest.done) {
        failures.delete(oldest.value);
      }
      failures.set(address, (before ?? 0) + 1);
    },
    get size(): number {
      return failures.size;
    },
    get worst(): number {
      let worst = 0;
      for (const count of failures.values()) {
        worst = Math.max(worst, count);
      }
      return worst;
    },
  };
};
