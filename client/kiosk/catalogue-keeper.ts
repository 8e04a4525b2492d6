/** Keeps the catalogue fresh: at the start, after a change of an opening has passed, when a refusal says so, and hourly. */
import { backOffMs } from '../back-off.ts';
import { type AskPage, type Catalogue, isOutdated, readCatalogue } from '../content/catalogue.ts';
import type { CatalogueCache } from '../content/catalogue-cache.ts';
import type { Clock, Random, Timers } from '../ports.ts';

/** A question whose answer is "the same" costs about 120 bytes: 3 KB a day. */
export const CATALOGUE_MS = 3_600_000;
/** Pauses after a try without an answer, before jitter; the last one repeats. */
const RETRY_BACKOFF_MS: readonly number[] = [2_000, 5_000, 15_000, 60_000];
/** How often it is looked whether an opening has passed. */
const LOOK_MS = 1_000;

export interface CatalogueKeeperOptions {
  readonly ask: AskPage;
  readonly cache: CatalogueCache;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly onCatalogue: (catalogue: Catalogue) => void;
  /** A product has opened or closed by the clock. */
  readonly onPassed: () => void;
}

export class CatalogueKeeper {
  readonly #options: CatalogueKeeperOptions;
  #known: Catalogue | undefined;
  #dueMs = 0;
  #forget = false;
  #failures = 0;
  #running = false;
  #passed = false;

  constructor(options: CatalogueKeeperOptions) {
    this.#options = options;
    this.#known = options.cache.load();
  }

  /** From disk until the first answer. */
  get known(): Catalogue | undefined {
    return this.#known;
  }

  start(): void {
    this.#running = true;
    void this.#run();
  }

  stop(): void {
    this.#running = false;
  }

  /** Asks soon, and takes the whole answer even where its version is the one that is known. */
  renew(): void {
    this.#forget = true;
    this.#dueMs = 0;
  }

  async #run(): Promise<void> {
    const { clock, timers } = this.#options;
    while (this.#running) {
      this.#lookAtClock();
      if (clock.nowMs() >= this.#dueMs) {
        await this.#read();
      }
      await timers.sleep(LOOK_MS);
    }
  }

  #lookAtClock(): void {
    const nowS = Math.floor(this.#options.clock.nowMs() / 1000);
    const passed = this.#known !== undefined && isOutdated(this.#known, nowS);
    if (passed && !this.#passed) {
      this.renew();
      this.#options.onPassed();
    }
    this.#passed = passed;
  }

  async #read(): Promise<void> {
    const { ask, cache, clock, random, onCatalogue } = this.#options;
    const renewing = this.#forget;
    const catalogue = await readCatalogue(ask, renewing ? undefined : this.#known);
    if (catalogue === undefined) {
      this.#dueMs = clock.nowMs() + backOffMs(RETRY_BACKOFF_MS, this.#failures, random);
      this.#failures += 1;
      return;
    }
    this.#failures = 0;
    this.#forget = false;
    this.#dueMs = clock.nowMs() + CATALOGUE_MS;
    if (catalogue !== this.#known) {
      this.#known = catalogue;
      this.#passed = false;
      cache.save(catalogue);
      onCatalogue(catalogue);
    }
  }
}
