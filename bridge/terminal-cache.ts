/** What the table says of terminals, read at HELLO and remembered for a minute; it never keeps WELCOME waiting. */
import type { Counters } from './counters.ts';
import { TERMINAL_ENTRIES_MAX, TERMINAL_READS_MAX, TERMINAL_TTL_MS } from './limits.ts';
import type { TerminalFacts, TerminalReader } from './ports.ts';

/** Of a terminal that cannot be read, or is not provisioned: the function judges it anyway. */
export const UNKNOWN_TERMINAL: TerminalFacts = { region: '' };

export interface TerminalCache {
  /** The facts if they are known; otherwise undefined, and `later` is told once: UNKNOWN_TERMINAL where they cannot be read. */
  facts(terminal: number, later: (facts: TerminalFacts) => void): TerminalFacts | undefined;
  readonly size: number;
}

/** Bounded by TERMINAL_ENTRIES_MAX terminals and TERMINAL_READS_MAX reads at a time. */
export const createTerminalCache = (deps: {
  readonly terminals: TerminalReader;
  readonly nowMs: () => number;
  readonly counters: Counters;
}): TerminalCache => {
  const known = new Map<number, { readonly facts: TerminalFacts; readonly untilMs: number }>();
  const waiting = new Map<number, ((facts: TerminalFacts) => void)[]>();

  const remember = (terminal: number, facts: TerminalFacts): void => {
    known.delete(terminal);
    const oldest = known.size >= TERMINAL_ENTRIES_MAX ? known.keys().next() : undefined;
    if (oldest && !oldest.done) {
      known.delete(oldest.value);
    }
    known.set(terminal, { facts, untilMs: deps.nowMs() + TERMINAL_TTL_MS });
  };

  const settle = (terminal: number, facts: TerminalFacts): void => {
    const told = waiting.get(terminal) ?? [];
    waiting.delete(terminal);
    for (const tell of told) {
      tell(facts);
    }
  };

  const read = async (terminal: number): Promise<void> => {
    try {
      const facts = (await deps.terminals.readTerminal(terminal)) ?? UNKNOWN_TERMINAL;
      remember(terminal, facts);
      settle(terminal, facts);
    } catch {
      // The function reads the terminal anyway: without a region a payment is slower, not wrong.
      deps.counters.region_failed += 1;
      settle(terminal, UNKNOWN_TERMINAL);
    }
  };

  return {
    facts(terminal, later): TerminalFacts | undefined {
      const entry = known.get(terminal);
      if (entry && entry.untilMs > deps.nowMs()) {
        return entry.facts;
      }
      const others = waiting.get(terminal);
      if (others) {
        others.push(later);
        return undefined;
      }
      if (waiting.size >= TERMINAL_READS_MAX) {
        deps.counters.region_failed += 1;
        return UNKNOWN_TERMINAL;
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
