/** Regions of terminals, read at HELLO and remembered for a minute; it never keeps WELCOME waiting. */
import type { Counters } from './counters.ts';
import { REGION_ENTRIES_MAX, REGION_READS_MAX, REGION_TTL_MS } from './limits.ts';
import type { TerminalReader } from './ports.ts';

export interface RegionCache {
  /** The region if it is known; otherwise undefined, and `later` is told once: '' where it cannot be read. */
  region(terminal: number, later: (region: string) => void): string | undefined;
  readonly size: number;
}

/** Bounded by REGION_ENTRIES_MAX terminals and REGION_READS_MAX reads at a time. */
export const createRegionCache = (deps: {
  readonly terminals: TerminalReader;
  readonly nowMs: () => number;
  readonly counters: Counters;
}): RegionCache => {
  const known = new Map<number, { readonly region: string; readonly untilMs: number }>();
  const waiting = new Map<number, ((region: string) => void)[]>();

  const remember = (terminal: number, region: string): void => {
    known.delete(terminal);
    const oldest = known.size >= REGION_ENTRIES_MAX ? known.keys().next() : undefined;
    if (oldest && !oldest.done) {
      known.delete(oldest.value);
    }
    known.set(terminal, { region, untilMs: deps.nowMs() + REGION_TTL_MS });
  };

  const settle = (terminal: number, region: string): void => {
    const told = waiting.get(terminal) ?? [];
    waiting.delete(terminal);
    for (const tell of told) {
      tell(region);
    }
  };

  const read = async (terminal: number): Promise<void> => {
    try {
      const region = (await deps.terminals.readTerminal(terminal))?.region ?? '';
      remember(terminal, region);
      settle(terminal, region);
    } catch {
      // The function reads the terminal anyway: without a region a payment is slower, not wrong.
      deps.counters.region_failed += 1;
      settle(terminal, '');
    }
  };

  return {
    region(terminal, later): string | undefined {
      const entry = known.get(terminal);
      if (entry && entry.untilMs > deps.nowMs()) {
        return entry.region;
      }
      const others = waiting.get(terminal);
      if (others) {
        others.push(later);
        return undefined;
      }
      if (waiting.size >= REGION_READS_MAX) {
        deps.counters.region_failed += 1;
        return '';
      }
      waiting.set(terminal, [later]);
      void read(terminal);
      return undefined;
    },
    get size(): number {
      return known.size;
    },
  };
};
