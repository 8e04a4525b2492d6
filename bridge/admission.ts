/** Whether a request may go on its way now: room, in the order of mercy, and a queue that takes it. */
import type { Random } from '#core/ports.ts';
import type { Operation } from '#protocol/request.ts';
import { Breaker } from './breaker.ts';
import type { CounterName, Counters } from './counters.ts';
import {
  BREAKER_RETRY_MS,
  BUSY_RETRY_MS,
  ENQUIRY_SHARE,
  PAYMENT_SHARE,
  REVERSAL_SHARE,
  type RetryMs,
} from './limits.ts';
import type { BridgeLog } from './log.ts';

export interface AdmissionSettings {
  /** Requests without an answer. */
  readonly pendingMax: number;
  /** Requests that the queue has not taken yet. */
  readonly outboxMax: number;
}

/** Why not: the counter of that, and after how long to ask again. */
export interface Refused {
  readonly counter: CounterName;
  readonly retryAfterMs: number;
}

/** Of the room for requests, how much an operation may find taken: reversal before payment before enquiry. */
const shareOf = (op: Operation | undefined): number => {
  if (op === 'reverse') {
    return REVERSAL_SHARE;
  }
  return op === 'status' || op === 'catalogue' ? ENQUIRY_SHARE : PAYMENT_SHARE;
};

export class Admission {
  readonly #random: Random;
  readonly #counters: Counters;
  readonly #log: BridgeLog;
  readonly #settings: AdmissionSettings;
  readonly #breaker = new Breaker();
  #accepting = true;
  /** Requests on their way into the queue. */
  #leaving = 0;

  constructor(
    deps: {
      readonly random: Random;
      readonly counters: Counters;
      readonly log: BridgeLog;
    },
    settings: AdmissionSettings,
  ) {
    this.#random = deps.random;
    this.#counters = deps.counters;
    this.#log = deps.log;
    this.#settings = settings;
  }

  get isBreakerOpen(): boolean {
    return this.#breaker.isOpen;
  }

  get leaving(): number {
    return this.#leaving;
  }

  /** From now on nothing is admitted. */
  close(): void {
    this.#accepting = false;
  }

  /** Undefined where one more request may join `pending` others. */
  refuses(op: Operation | undefined, pending: number, nowMs: number): Refused | undefined {
    if (!this.#accepting) {
      return this.#refused('busy_draining', BUSY_RETRY_MS);
    }
    const { pendingMax, outboxMax } = this.#settings;
    const share = shareOf(op);
    if (pending >= Math.ceil(pendingMax * share) || this.#leaving >= Math.ceil(outboxMax * share)) {
      return this.#refused('busy_full', BUSY_RETRY_MS);
    }
    return this.#breaker.admits(nowMs)
      ? undefined
      : this.#refused('busy_breaker', BREAKER_RETRY_MS);
  }

  /** When to ask again after a request that was admitted got stuck. */
  retryAfterMs(): number {
    return this.#delay(BUSY_RETRY_MS);
  }

  /** A request goes to the queue; exactly one of `sent` and `failed` follows, `late` at most once before it. */
  leave(): void {
    this.#leaving += 1;
  }

  /** `wasLate`: that it is too late has been counted already. */
  sent(wasLate: boolean, nowMs: number): void {
    this.#leaving -= 1;
    if (!wasLate) {
      this.#breaker.succeeded(nowMs);
    }
  }

  failed(wasLate: boolean, nowMs: number): void {
    this.#leaving -= 1;
    if (!wasLate) {
      this.late(nowMs);
    }
  }

  /** The queue did not take a request in time: as bad as a failure. */
  late(nowMs: number): void {
    if (this.#breaker.failed(nowMs)) {
      this.#counters.breaker_opened += 1;
      this.#log.write('error', 'breaker_opened');
    }
  }

  #refused(counter: CounterName, retry: RetryMs): Refused {
    return { counter, retryAfterMs: this.#delay(retry) };
  }

  #delay({ least, span }: RetryMs): number {
    return least + this.#random.below(span);
  }
}
