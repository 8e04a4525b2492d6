/** The latest sales with what they cost on the air, for the service view. It holds no identifier. */
import type { Reply } from '#protocol/reply.ts';
import { type AirCount, airSince, NO_AIR } from '../air-meter.ts';
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
  /** Of a sale that was kept for later. */
  readonly sequence?: number;
}

export class SaleLog {
  readonly #air: () => AirCount;
  readonly #nowMs: () => number;
  #reports: readonly SaleReport[] = [];
  #mark: AirCount = NO_AIR;

  constructor(air: () => AirCount, nowMs: () => number) {
    this.#air = air;
    this.#nowMs = nowMs;
  }

  /** Newest first. */
  get reports(): readonly SaleReport[] {
    return this.#reports;
  }

  /** What waited goes out now: its bytes count from here. */
  delivering(): void {
    this.#mark = this.#air();
  }

  /** The answer to a sale that was kept for later, and what its delivery took. */
  delivered(sequence: number, reply: Reply): void {
    const air = airSince(this.#air(), this.#mark);
    this.#reports = this.#reports.map((report) =>
      report.sequence === sequence
        ? { ...report, result: { kind: 'answered', reply, via: 'reply' }, air }
        : report,
    );
  }

  /** Counts from now until the function returned is called; `sequence` where the sale is kept for later. */
  begin(
    amountMinor: number,
    currency: number,
  ): (result: SaleResult, sequence?: number) => SaleReport {
    const atMs = this.#nowMs();
    const before = this.#air();
    return (result, sequence) => {
      const ms = this.#nowMs() - atMs;
      const air = airSince(this.#air(), before);
      const kept = sequence === undefined ? {} : { sequence };
      const report = { atMs, ms, amountMinor, currency, result, air, ...kept };
      this.#reports = [report, ...this.#reports].slice(0, SALES_SHOWN_MAX);
      return report;
    };
  }
}
