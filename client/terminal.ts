/** The terminal: one sale from its first byte to an outcome that is certain, or said to be uncertain. */
import type { CodeName } from '#protocol/codes.ts';
import { encodeRequest } from '#protocol/cp1/request-codec.ts';
import type { CataloguePage, Reply } from '#protocol/reply.ts';
import type { CatalogueRequest, CommonRequest, PayRequest } from '#protocol/request.ts';
import { backOffMs } from './back-off.ts';
import type { OnStep } from './content/sale-step.ts';
import { Lane } from './lane.ts';
import { deliver } from './outbox/deliver.ts';
import { IdleWork, type IdleWorkOptions } from './outbox/idle-work.ts';
import type { OpenRequest } from './outbox/outbox-log.ts';
import { type AskerOptions, RequestAsker } from './request-asker.ts';
import * as timings from './timings.ts';

export interface TerminalOptions extends AskerOptions {
  /** What the terminal did with the outbox while nobody bought. */
  readonly onDelivering?: IdleWorkOptions['onDelivering'];
  readonly onDelivered?: IdleWorkOptions['onDelivered'];
}

export type SaleOutcome =
  | { readonly kind: 'answered'; readonly reply: Reply; readonly via: 'reply' | 'status' }
  /** Certain: no money moved, or it was given back. */
  | { readonly kind: 'reversed' }
  /** Certain: the request never left the terminal. */
  | { readonly kind: 'not_sent'; readonly trouble: string }
  /** Not known yet; the outbox keeps the REVERSE with this number, and goes on asking. */
  | { readonly kind: 'unknown'; readonly sequence: number; readonly trouble: string }
  /** The operator must look: keys, clock or counter of this terminal are wrong. */
  | { readonly kind: 'stopped'; readonly code: CodeName };

/** A PAY as the shop has it: deadline and device time are the terminal's to add. */
export type PaySale = Omit<PayRequest, 'deadlineMs' | 'deviceTimeS'>;

export class Terminal {
  readonly #options: TerminalOptions;
  readonly #asker: RequestAsker;
  readonly #lane: Lane;
  readonly #idle: IdleWork;
  /** Somebody waits: only their steps are told, not those of what is delivered meanwhile. */
  #watched = false;

  constructor(given: TerminalOptions) {
    const onStep: OnStep = (step) => {
      if (this.#watched) {
        given.onStep?.(step);
      }
    };
    const options = { ...given, onStep };
    this.#options = options;
    this.#asker = new RequestAsker(options);
    this.#lane = new Lane(options.timers);
    this.#idle = new IdleWork({
      ...options,
      lane: this.#lane,
      asker: this.#asker,
      answerMs: () => this.answerMs,
      reverse: (payment) => this.#reverseOf(payment),
    });
  }

  /** T1 of this terminal's mode. */
  get answerMs(): number {
    return this.#asker.link.mode === 'session'
      ? timings.ANSWER_MS_SESSION
      : timings.ANSWER_MS_ON_DEMAND;
  }

  /** Signed on, and not known to be broken. */
  get online(): boolean {
    return this.#asker.link.online;
  }

  /** What went wrong last, for the operator. */
  get trouble(): string {
    return this.#asker.link.trouble;
  }

  /** Keeps a standing connection and delivers what waits, until `close`. */
  start(): void {
    this.#idle.start();
  }

  /** What waits is tried now rather than at the end of its pause. */
  wake(): void {
    this.#idle.wake();
  }

  /**
   * One sale at a time; throws OutboxError while an earlier payment is open. Reverses for at most `reverseMs`.
   * `unsent` gives up as long as nothing has left the terminal.
   */
  async pay(sale: PaySale, reverseMs: number, unsent?: AbortSignal): Promise<SaleOutcome> {
    try {
      return await this.#watch(() => this.#pay(sale, reverseMs, unsent));
    } finally {
      this.#idle.wake();
    }
  }

  /** Keeps a sale that is made while offline, goods being handed out; returns its number once it is on disk. */
  store(sale: PaySale): number {
    const { outbox, messageKeys, clock } = this.#options;
    const deviceTimeS = Math.floor(clock.nowMs() / 1000);
    const request = { ...sale, deviceTimeS, deadlineMs: 1 };
    const { sequence } = outbox.store((number) =>
      encodeRequest(this.#key(number), { stored: true }, request, messageKeys.request),
    );
    this.#idle.wake();
    return sequence;
  }

  /** One page of the catalogue; undefined where no answer comes within the time of a STATUS. */
  async readCatalogue(request: Omit<CatalogueRequest, 'op'>): Promise<CataloguePage | undefined> {
    return await this.#lane.background(async (signal) => {
      const answer = await this.#read({ op: 'catalogue', ...request }, signal);
      return answer?.catalogue;
    });
  }

  /** Ends what an earlier run left open: payments that nobody got goods for are reversed. Undefined: there was nothing. */
  async settlePending(reverseMs: number): Promise<SaleOutcome | undefined> {
    return await this.#watch(async () => {
      const { outbox, clock } = this.#options;
      const untilMs = clock.nowMs() + reverseMs;
      let outcome: SaleOutcome | undefined;
      for (const request of outbox.open) {
        const fresh = request.kind === 'pay';
        const kept = fresh ? this.#reverseOf(request) : request;
        outcome = await this.#deliver(kept, { untilMs, sentBefore: !fresh });
        if (outcome.kind !== 'reversed') {
          return outcome;
        }
      }
      return outcome;
    });
  }

  /** Leaves the outbox open. */
  close(): void {
    this.#idle.stop();
    this.#asker.link.close();
  }

  #watch<T>(task: () => Promise<T>): Promise<T> {
    return this.#lane.urgent(async () => {
      this.#watched = true;
      try {
        return await task();
      } finally {
        this.#watched = false;
      }
    });
  }

  async #pay(sale: PaySale, reverseMs: number, unsentSignal?: AbortSignal): Promise<SaleOutcome> {
    const { outbox, messageKeys, clock } = this.#options;
    const { answerMs } = this;
    const deadlineMs = answerMs - timings.DEADLINE_MARGIN_MS;
    const payment = outbox.begin((sequence) =>
      encodeRequest(this.#key(sequence), {}, { ...sale, deadlineMs }, messageKeys.request),
    );
    this.#options.onStep?.('kept');
    const { frame, sequence } = payment;
    const answer = await this.#asker.ask({ frame, answerMs, sentBefore: false, unsentSignal });
    if (answer.kind === 'reply') {
      outbox.settle(sequence);
      return { kind: 'answered', reply: answer.reply, via: 'reply' };
    }
    if (answer.kind === 'stopped') {
      this.#idle.leaveAlone(sequence, answer.code);
      return answer;
    }
    if (!answer.sent) {
      outbox.settle(sequence);
      return { kind: 'not_sent', trouble: this.trouble };
    }
    const status = await this.#askStatus(sequence);
    if (status !== undefined) {
      outbox.settle(sequence);
      return status;
    }
    const untilMs = clock.nowMs() + reverseMs;
    return await this.#deliver(this.#reverseOf(payment), { untilMs, sentBefore: false });
  }

  async #askStatus(paymentSequence: number): Promise<SaleOutcome | undefined> {
    this.#options.onStep?.('asking_status');
    const reply = await this.#read({ op: 'status', paymentSequence });
    if (reply === undefined) {
      return undefined;
    }
    const { state, paymentCode } = reply;
    const approved = (state === 'posted' || state === 'held') && paymentCode === 'approved';
    const declined = state === 'declined' && paymentCode !== undefined;
    if (!approved && !declined) {
      return undefined;
    }
    return {
      kind: 'answered',
      reply: { ...reply, code: approved ? 'approved' : paymentCode },
      via: 'status',
    };
  }

  /** A request that is not kept: its answer is for this moment only. */
  async #read(request: CommonRequest, signal?: AbortSignal): Promise<Reply | undefined> {
    const { outbox, messageKeys } = this.#options;
    const answer = await this.#asker.ask({
      frame: encodeRequest(this.#key(outbox.reserve()), {}, request, messageKeys.request),
      answerMs: timings.STATUS_MS,
      sentBefore: false,
      signal,
    });
    return answer.kind === 'reply' ? answer.reply : undefined;
  }

  #reverseOf({ sequence: paymentSequence }: OpenRequest): OpenRequest {
    const { outbox, messageKeys } = this.#options;
    return outbox.reverse(paymentSequence, (sequence) =>
      encodeRequest(
        this.#key(sequence),
        {},
        { op: 'reverse', paymentSequence, reason: 1 },
        messageKeys.request,
      ),
    );
  }

  /** Asks until answered or the time is up; what is left stays in the outbox. */
  async #deliver(
    request: OpenRequest,
    { untilMs, sentBefore }: { readonly untilMs: number; readonly sentBefore: boolean },
  ): Promise<SaleOutcome> {
    const { outbox, clock, timers, random } = this.#options;
    for (let round = 0; ; round += 1) {
      if (request.kind === 'reverse') {
        this.#options.onStep?.('reversing');
      }
      const delivery = await deliver(this.#asker, outbox, {
        request,
        answerMs: this.answerMs,
        connectMs: Math.min(timings.CONNECT_MS, untilMs - clock.nowMs()),
        sentBefore: sentBefore || round > 0,
      });
      if (delivery.kind === 'stopped') {
        return delivery;
      }
      if (delivery.kind === 'settled') {
        return { kind: 'reversed' };
      }
      const pauseMs = backOffMs(timings.BACKOFF_MS, round, random);
      if (clock.nowMs() + pauseMs >= untilMs) {
        return { kind: 'unknown', sequence: request.sequence, trouble: this.trouble };
      }
      await timers.sleep(pauseMs);
    }
  }

  #key(sequence: number): ReturnType<RequestAsker['link']['key']> {
    return this.#asker.link.key(sequence);
  }
}
