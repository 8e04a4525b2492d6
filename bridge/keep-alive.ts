/** Learns from connections that died unseen how often a terminal should speak, and advises it at WELCOME. Pure. */
import type { WelcomeFacts } from '#protocol/dialect.ts';
import {
  DEATHS_BEFORE_ON_DEMAND,
  HEARTBEAT_LEAST_S,
  HEARTBEAT_RAISE_S,
  PREFIX_DEATHS,
  PREFIX_SURVIVALS,
  PREFIXES_MAX,
  SILENCE_SHARE,
  TERMINAL_ENTRIES_MAX,
  TERMINAL_SURVIVALS,
} from './limits.ts';

export type KeepAliveAdvice = Pick<WelcomeFacts, 'heartbeatS' | 'mode'>;

/** What is believed about one terminal or one network; there is none where nothing ever died. */
interface Estimate {
  heartbeatS: number;
  /** Deaths since the heartbeat changed last. */
  deaths: number;
  survivals: number;
  /** Deaths at the shortest heartbeat. */
  hopeless: number;
}

/** Networks of a carrier share their fate: /24 of an IPv4 address, /48 of an IPv6 one. */
export const prefixOf = (address: string): string => {
  const ipv4 = /(\d+\.\d+\.\d+)\.\d+$/.exec(address)?.[1];
  return ipv4 ?? address.split(':').slice(0, 3).join(':');
};

/** Estimates by key, no more than `entriesMax`: the one that died longest ago goes first. */
class Estimates<Key> {
  readonly #estimates = new Map<Key, Estimate>();
  readonly #mostS: number;
  readonly #entriesMax: number;
  /** Deaths that halve a heartbeat, and survivals that raise it. */
  readonly #deathsToLower: number;
  readonly #survivalsToRaise: number;

  constructor(
    mostS: number,
    bounds: {
      readonly entriesMax: number;
      readonly deathsToLower: number;
      readonly survivalsToRaise: number;
    },
  ) {
    this.#mostS = mostS;
    this.#entriesMax = bounds.entriesMax;
    this.#deathsToLower = bounds.deathsToLower;
    this.#survivalsToRaise = bounds.survivalsToRaise;
  }

  get size(): number {
    return this.#estimates.size;
  }

  get(key: Key): Estimate | undefined {
    return this.#estimates.get(key);
  }

  died(key: Key): void {
    const estimate = this.#remembered(key);
    estimate.survivals = 0;
    estimate.deaths += 1;
    if (estimate.deaths < this.#deathsToLower) {
      return;
    }
    estimate.deaths = 0;
    if (estimate.heartbeatS <= HEARTBEAT_LEAST_S) {
      estimate.hopeless += 1;
    }
    estimate.heartbeatS = Math.max(HEARTBEAT_LEAST_S, Math.floor(estimate.heartbeatS / 2));
  }

  survived(key: Key): void {
    const estimate = this.#estimates.get(key);
    if (!estimate) {
      return;
    }
    estimate.survivals += 1;
    if (estimate.survivals < this.#survivalsToRaise) {
      return;
    }
    estimate.survivals = 0;
    estimate.deaths = 0;
    estimate.hopeless = 0;
    estimate.heartbeatS += HEARTBEAT_RAISE_S;
    if (estimate.heartbeatS >= this.#mostS) {
      this.#estimates.delete(key);
    }
  }

  #remembered(key: Key): Estimate {
    const known = this.#estimates.get(key);
    this.#estimates.delete(key);
    const oldest =
      this.#estimates.size >= this.#entriesMax ? this.#estimates.keys().next() : undefined;
    if (oldest && !oldest.done) {
      this.#estimates.delete(oldest.value);
    }
    const estimate = known ?? { heartbeatS: this.#mostS, deaths: 0, survivals: 0, hopeless: 0 };
    this.#estimates.set(key, estimate);
    return estimate;
  }
}

export class KeepAlive {
  readonly #mostS: number;
  readonly #terminals: Estimates<number>;
  readonly #prefixes: Estimates<string>;

  /** `heartbeatS`: what is advised where nothing is known, and the most that ever is. */
  constructor(heartbeatS: number) {
    this.#mostS = heartbeatS;
    this.#terminals = new Estimates(heartbeatS, {
      entriesMax: TERMINAL_ENTRIES_MAX,
      deathsToLower: 1,
      survivalsToRaise: TERMINAL_SURVIVALS,
    });
    this.#prefixes = new Estimates(heartbeatS, {
      entriesMax: PREFIXES_MAX,
      deathsToLower: PREFIX_DEATHS,
      survivalsToRaise: PREFIX_SURVIVALS,
    });
  }

  /** Terminals and networks that something is known of. */
  get size(): number {
    return this.#terminals.size + this.#prefixes.size;
  }

  /** The shorter of what suits the terminal and its network; `on_demand` where even the shortest does not help. */
  advice(terminal: number, address: string): KeepAliveAdvice {
    const own = this.#terminals.get(terminal);
    // No network is known of in most fleets: its prefix need not be found.
    const shared = this.#prefixes.size > 0 ? this.#prefixes.get(prefixOf(address)) : undefined;
    const heartbeatS = Math.min(
      this.#mostS,
      own?.heartbeatS ?? this.#mostS,
      shared?.heartbeatS ?? this.#mostS,
    );
    return (own?.hopeless ?? 0) >= DEATHS_BEFORE_ON_DEMAND
      ? { heartbeatS, mode: 'on_demand' }
      : { heartbeatS };
  }

  /**
   * A connection turned out to be dead after a silence. One that was shorter than the heartbeat tells nothing: a terminal
   * that lost its power is as silent. True where it told something.
   */
  died(terminal: number, address: string, silentS: number, advisedS: number): boolean {
    if (silentS < advisedS * SILENCE_SHARE) {
      return false;
    }
    this.#terminals.died(terminal);
    this.#prefixes.died(prefixOf(address));
    return true;
  }

  /** Bytes came after a silence about as long as the heartbeat. */
  survived(terminal: number, address: string): void {
    this.#terminals.survived(terminal);
    this.#prefixes.survived(prefixOf(address));
  }
}
