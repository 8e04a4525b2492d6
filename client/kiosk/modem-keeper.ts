/** Keeps a modem running: opens it, brings it up, notices that it died, and begins anew with growing pauses. */
import type { Duplex } from 'node:stream';
import { AtError } from '../at/at-error.ts';
import { FAMILIES } from '../at/families.ts';
import type { ModemReport } from '../at/modem-driver.ts';
import { backOffMs } from '../back-off.ts';
import { createModemDialer } from '../modem-dialer.ts';
import type { OpenModem } from '../open-modem.ts';
import type { Clock, Random, Timers } from '../ports.ts';

/** How often the signal is read; it is a question on the serial line, nothing on the air. */
export const SIGNAL_MS = 15_000;
/** Pauses before a modem that failed is opened again, before jitter; the last one repeats. */
export const REOPEN_BACKOFF_MS: readonly number[] = [2_000, 5_000, 15_000, 60_000];
/** Codes after which the port has to be opened anew. */
const DEAD: ReadonlySet<string> = new Set(['port_closed', 'port_missing', 'modem_silent']);

export type ModemState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly report: ModemReport }
  | { readonly kind: 'down'; readonly trouble: string }
  /** Switched off by hand. */
  | { readonly kind: 'off' };

export interface ModemKeeperOptions {
  /** Opens the port anew. */
  readonly open: () => Promise<Pick<OpenModem, 'driver'>>;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly onChange: (state: ModemState) => void;
}

export class ModemKeeper {
  readonly #options: ModemKeeperOptions;
  #state: ModemState = { kind: 'starting' };
  #modem: Pick<OpenModem, 'driver'> | undefined;
  #dial: (() => Promise<Duplex>) | undefined;
  #wanted = false;
  #running: Promise<void> = Promise.resolve();
  #wake = new AbortController();

  constructor(options: ModemKeeperOptions) {
    this.#options = options;
  }

  get state(): ModemState {
    return this.#state;
  }

  /** As people name it; '' while no modem is ready. */
  get family(): string {
    return this.#state.kind === 'ready' ? FAMILIES[this.#state.report.family].title : '';
  }

  /** 0 .. 31, 99 unknown. */
  get signal(): number {
    return this.#state.kind === 'ready' ? this.#state.report.signal : 99;
  }

  start(): void {
    if (!this.#wanted) {
      this.#wanted = true;
      this.#running = this.#running.then(() => this.#run());
    }
  }

  /** Shuts the modem down; idempotent. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#wake.abort();
    // What it is being asked just now ends with its port.
    await this.#modem?.driver.shutDown();
    await this.#running;
    this.#become({ kind: 'off' });
  }

  /** A connection, or the modem's own words on why there is none. */
  readonly dial = async (): Promise<Duplex> => {
    if (this.#dial === undefined) {
      throw new Error(this.#state.kind === 'down' ? this.#state.trouble : 'the modem is not ready');
    }
    try {
      return await this.#dial();
    } catch (error) {
      this.#noteDeath(error);
      throw error;
    }
  };

  async #run(): Promise<void> {
    for (let failures = 0; this.#wanted; failures += 1) {
      this.#wake = new AbortController();
      if (await this.#runOnce()) {
        failures = 0;
      }
      if (this.#wanted) {
        const pauseMs = backOffMs(REOPEN_BACKOFF_MS, failures, this.#options.random);
        await this.#options.timers.sleep(pauseMs, this.#wake.signal);
      }
    }
  }

  /** From opening to the end; true where it was ready in between. */
  async #runOnce(): Promise<boolean> {
    this.#become({ kind: 'starting' });
    let ready = false;
    try {
      this.#modem = await this.#options.open();
      const { driver } = this.#modem;
      let report = await driver.bringUp();
      ready = true;
      const { timers, host, port } = this.#options;
      const onReport = (again: ModemReport): void => {
        report = again;
        this.#become({ kind: 'ready', report });
      };
      this.#dial = createModemDialer({ driver, timers, host, port, onReport });
      this.#become({ kind: 'ready', report });
      while (this.#alive()) {
        await timers.sleep(SIGNAL_MS, this.#wake.signal);
        if (this.#alive()) {
          report = { ...report, signal: await driver.signal() };
          this.#become({ kind: 'ready', report });
        }
      }
    } catch (error) {
      this.#become({ kind: 'down', trouble: wordsOf(error) });
    }
    this.#dial = undefined;
    await this.#modem?.driver.shutDown();
    this.#modem = undefined;
    return ready;
  }

  #alive(): boolean {
    return this.#wanted && this.#state.kind === 'ready';
  }

  #noteDeath(error: unknown): void {
    if (error instanceof AtError && DEAD.has(error.code) && this.#state.kind === 'ready') {
      this.#become({ kind: 'down', trouble: wordsOf(error) });
      this.#wake.abort();
      this.#wake = new AbortController();
    }
  }

  #become(state: ModemState): void {
    this.#state = state;
    this.#options.onChange(state);
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'the modem failed';
