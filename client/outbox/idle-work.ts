/** What a terminal does while nobody buys: delivers what waits in order, one in flight, and keeps its connection. */
import type { CodeName } from '#protocol/codes.ts';
import { backOffMs } from '../back-off.ts';
import type { Lane } from '../lane.ts';
import type { Clock, Random, Timers } from '../ports.ts';
import type { RequestAsker } from '../request-asker.ts';
import * as timings from '../timings.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { Outbox } from './file-outbox.ts';
import type { OpenRequest } from './outbox-log.ts';

export interface IdleWorkOptions {
  readonly outbox: Outbox;
  readonly asker: RequestAsker;
  readonly lane: Lane;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly answerMs: () => number;
  /** Puts the REVERSE of an open payment in its place. */
  readonly reverse: (payment: OpenRequest) => OpenRequest;
  /** Before a request that waited is asked again. */
  readonly onDelivering?: (() => void) | undefined;
  readonly onDelivered?: ((request: OpenRequest, delivery: Delivery) => void) | undefined;
}

/** How long to pause before the next step, unless woken. */
interface Step {
  readonly pauseMs: number;
}

export class IdleWork {
  readonly #options: IdleWorkOptions;
  /** Sent in this run or an earlier one: the rest goes out without REPEAT once. */
  readonly #sent: Set<number>;
  /** Payments whose number names something else at the server: reversing them could undo another sale. */
  readonly #leftAlone = new Set<number>();
  #failures = 0;
  #lastAliveMs: number;
  #running = false;
  #wake = new AbortController();

  constructor(options: IdleWorkOptions) {
    this.#options = options;
    this.#sent = new Set(options.outbox.open.map(({ sequence }) => sequence));
    this.#lastAliveMs = options.clock.nowMs();
  }

  start(): void {
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
  }

  stop(): void {
    this.#running = false;
    this.#options.lane.stopBackground();
    this.wake();
  }

  /** Goes on at once, as after a first failure. */
  wake(): void {
    this.#failures = 0;
    this.#lastAliveMs = this.#options.clock.nowMs();
    this.#wake.abort();
  }

  /** Keeps a payment that was stopped with a code of its counter from being reversed until the operator has looked. */
  leaveAlone(sequence: number, code: CodeName): void {
    if (code === 'conflict' || code === 'sequence_too_old') {
      this.#leftAlone.add(sequence);
    }
  }

  async #run(): Promise<void> {
    while (this.#running) {
      this.#wake = new AbortController();
      const step = await this.#options.lane.background((signal) => this.#step(signal));
      const pauseMs = step?.pauseMs ?? timings.RECONNECT_MS;
      if (this.#running && pauseMs > 0) {
        await this.#options.timers.sleep(pauseMs, this.#wake.signal);
      }
    }
  }

  async #step(signal: AbortSignal): Promise<Step> {
    const first = this.#options.outbox.open.find(({ sequence }) => !this.#leftAlone.has(sequence));
    if (first !== undefined) {
      return await this.#deliver(first, signal);
    }
    const { link } = this.#options.asker;
    return link.mode === 'session' ? await this.#keepAlive(signal) : this.#hangUp();
  }

  async #deliver(first: OpenRequest, signal: AbortSignal): Promise<Step> {
    const { outbox, asker, answerMs, onDelivering, onDelivered } = this.#options;
    onDelivering?.();
    const request = first.kind === 'pay' ? this.#options.reverse(first) : first;
    const delivery = await deliver(asker, outbox, {
      request,
      answerMs: answerMs(),
      sentBefore: this.#sent.has(request.sequence),
      signal,
    });
    this.#sent.add(request.sequence);
    onDelivered?.(request, delivery);
    if (delivery.kind === 'settled') {
      this.#sent.delete(request.sequence);
      this.#failures = 0;
      this.#lastAliveMs = this.#options.clock.nowMs();
      return { pauseMs: 0 };
    }
    return this.#failed(timings.BACKOFF_MS, signal);
  }

  async #keepAlive(signal: AbortSignal): Promise<Step> {
    const { clock, asker } = this.#options;
    const dueMs = this.#lastAliveMs + asker.link.heartbeatMs - clock.nowMs();
    if (asker.link.open && dueMs > 0) {
      return { pauseMs: Math.min(dueMs, timings.STANDING_LOOK_MS) };
    }
    if (!(await asker.link.ping(signal))) {
      return this.#failed(timings.STANDING_BACKOFF_MS, signal);
    }
    this.#failures = 0;
    this.#lastAliveMs = clock.nowMs();
    return { pauseMs: Math.min(asker.link.heartbeatMs, timings.STANDING_LOOK_MS) };
  }

  #hangUp(): Step {
    const { clock, asker } = this.#options;
    const lingerMs = this.#lastAliveMs + timings.LINGER_MS - clock.nowMs();
    if (asker.link.open && lingerMs > 0) {
      return { pauseMs: lingerMs };
    }
    asker.link.drop();
    return { pauseMs: timings.STANDING_LOOK_MS };
  }

  #failed(table: readonly number[], signal: AbortSignal): Step {
    if (signal.aborted) {
      // A customer came: nothing failed.
      return { pauseMs: timings.RECONNECT_MS };
    }
    const pauseMs = backOffMs(table, this.#failures, this.#options.random);
    this.#failures += 1;
    return { pauseMs };
  }
}
