/** How often a terminal may send: above it, its connection is read more slowly, and TCP slows the sender. */
import { RATE_DEBT_MAX_MS } from './limits.ts';
import type { Session } from './session.ts';

export interface FrameRateSettings {
  /** Frames of one terminal; 0: any number. */
  readonly framesPerMinute: number;
  /** Frames that may come at once after a rest. */
  readonly framesBurst: number;
}

const MINUTE_MS = 60_000;

/**
 * One number per session, the time by which what it has sent would have been sent evenly (GCRA, ATM Forum TM 4.1). A
 * terminal that reconnects keeps it: `kept` holds those that are still ahead of the clock, which is a few seconds' worth.
 */
export class FrameRates {
  readonly #spacingMs: number;
  readonly #toleranceMs: number;
  readonly #keptMax: number;
  readonly #kept = new Map<number, number>();

  /** `keptMax`: terminals that left within the last seconds and are remembered. */
  constructor({ framesPerMinute, framesBurst }: FrameRateSettings, keptMax: number) {
    this.#spacingMs = framesPerMinute === 0 ? 0 : MINUTE_MS / framesPerMinute;
    this.#toleranceMs = this.#spacingMs * (framesBurst - 1);
    this.#keptMax = keptMax;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Milliseconds until the session may send its next frame; 0: it may now. */
  waitMs({ evenlyAtMs }: Session, nowMs: number): number {
    return this.#spacingMs === 0 ? 0 : Math.max(0, evenlyAtMs - this.#toleranceMs - nowMs);
  }

  /** The session has sent a frame. */
  count(session: Session, nowMs: number): void {
    const evenlyAtMs = Math.max(session.evenlyAtMs, nowMs) + this.#spacingMs;
    session.evenlyAtMs = Math.min(evenlyAtMs, nowMs + this.#toleranceMs + RATE_DEBT_MAX_MS);
  }

  /** The session signs on for a terminal, which may have been here a moment ago. */
  resume(session: Session, terminal: number): void {
    session.evenlyAtMs = Math.max(session.evenlyAtMs, this.#kept.get(terminal) ?? 0);
    this.#kept.delete(terminal);
  }

  /** The session leaves its terminal. */
  keep({ terminal, evenlyAtMs }: Session, nowMs: number): void {
    for (const [other, atMs] of this.#kept) {
      if (atMs > nowMs && this.#kept.size < this.#keptMax) {
        break;
      }
      this.#kept.delete(other);
    }
    if (evenlyAtMs > nowMs) {
      this.#kept.delete(terminal);
      this.#kept.set(terminal, evenlyAtMs);
    }
  }
}
