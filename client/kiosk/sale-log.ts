/** The latest sales with what they cost on the air, for the service view. It holds no identifier. */
import { type AirCount, airSince } from '../air-meter.ts';
import type { SaleOutcome } from '../terminal.ts';

/** Sales that the service view shows. */
export const SALES_SHOWN_MAX = 20;

/** `stored`: sold while offline. */
export type SaleResult = SaleOutcome | { readonly kind: 'stored' };

export interface SaleReport {
  readonly atMs: number;
  readonly ms: number;
  readonly amountMinor: number;
  readonly currency: number;
  readonly result: SaleResult;
  readonly air: AirCount;
}

export class SaleLog {
  readonly #air: () => AirCount;
  readonly #nowMs: () => number;
  #reports: readonly SaleReport[] = [];

  constructor(air: () => AirCount, nowMs: () => number) {
    this.#air = air;
    this.#nowMs = nowMs;
  }

  /** Newest first. */
  get reports(): readonly SaleReport[] {
    return this.#reports;
  }

  /** Counts from now until the function returned is called. */
  begin(amountMinor: number, currency: number): (result: SaleResult) => SaleReport {
    const atMs = this.#nowMs();
    const before = this.#air();
    return (result) => {
      const ms = this.#nowMs() - atMs;
      const air = airSince(this.#air(), before);
      const report = { atMs, ms, amountMinor, currency, result, air };
      this.#reports = [report, ...this.#reports].slice(0, SALES_SHOWN_MAX);
      return report;
    };
  }
}
