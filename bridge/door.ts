/** Who may come in: bounds on connections before anything is known of them but their address. */
import type { Counters } from './counters.ts';
import type { FailedAddresses } from './failed-addresses.ts';
import type { BridgeLog } from './log.ts';

export interface DoorSettings {
  readonly connectionsMax: number;
  /** Connections of one address that have not signed on. */
  readonly strangersPerAddressMax: number;
  /** Resident bytes of the process beyond which nobody new comes in. */
  readonly memoryBytesMax: number;
}

export class Door {
  readonly #counters: Counters;
  readonly #failed: FailedAddresses;
  readonly #log: BridgeLog;
  readonly #settings: DoorSettings;
  /** Connections that have not signed on, by address: no more entries than connections. */
  readonly #strangers = new Map<string, number>();
  #isMemoryShort = false;

  constructor(
    deps: {
      readonly counters: Counters;
      readonly failed: FailedAddresses;
      readonly log: BridgeLog;
    },
    settings: DoorSettings,
  ) {
    this.#counters = deps.counters;
    this.#failed = deps.failed;
    this.#log = deps.log;
    this.#settings = settings;
  }

  /** Addresses with connections that have not signed on. */
  get size(): number {
    return this.#strangers.size;
  }

  /** Whether one more from `address` may come in beside `open` connections; counts why not. */
  admits(address: string, open: number): boolean {
    const reason = this.#refusal(address, open);
    if (reason) {
      this.#counters[reason] += 1;
      this.#log.write('warn', 'connection_refused', { reason });
    }
    return reason === undefined;
  }

  /** One has come in. */
  entered(address: string): void {
    this.#strangers.set(address, (this.#strangers.get(address) ?? 0) + 1);
  }

  /** One has signed on, or is gone without. */
  settled(address: string): void {
    const left = (this.#strangers.get(address) ?? 1) - 1;
    if (left === 0) {
      this.#strangers.delete(address);
    } else {
      this.#strangers.set(address, left);
    }
  }

  /** A look at the process, now and then. */
  memory(residentBytes: number): void {
    this.#isMemoryShort = residentBytes > this.#settings.memoryBytesMax;
  }

  #refusal(address: string, open: number) {
    if (open >= this.#settings.connectionsMax) {
      return 'connections_over_limit';
    }
    if (this.#isMemoryShort) {
      return 'connections_over_memory';
    }
    if (this.#failed.isShutOut(address)) {
      return 'connections_shut_out';
    }
    const strangers = this.#strangers.get(address) ?? 0;
    return strangers >= this.#settings.strangersPerAddressMax
      ? 'connections_per_address'
      : undefined;
  }
}
