/** The terminal: one sale from its first byte to an outcome that is certain, or said to be uncertain. */
import type { CodeName } from '#protocol/codes.ts';
import { encodeRequest } from '#protocol/cp1/request-codec.ts';
import type { Reply } from '#protocol/reply.ts';
import type { PayRequest } from '#protocol/request.ts';
import { RequestAsker, type TerminalOptions } from './request-asker.ts';
import * as timings from './timings.ts';

export type SaleOutcome =
  | { readonly kind: 'answered'; readonly reply: Reply; readonly via: 'reply' | 'status' }
  /** Certain: no money moved, or it was given back. */
  | { readonly kind: 'reversed' }
  /** Certain: the request never left the terminal. */
  | { readonly kind: 'not_sent'; readonly trouble: string }
  /** Not known yet; the outbox keeps it, and `settlePending` goes on asking. */
  | { readonly kind: 'unknown'; readonly trouble: string }
  /** The operator must look: keys, clock or counter of this terminal are wrong. */
  | { readonly kind: 'stopped'; readonly code: CodeName };

export class Terminal {
  readonly #options: TerminalOptions;
  readonly #asker: RequestAsker;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#asker = new RequestAsker(options);
  }

  /** T1 of this terminal's mode. */
  get answerMs(): number {
    return this.#options.mode === 'session'
      ? timings.ANSWER_MS_SESSION
      : timings.ANSWER_MS_ON_DEMAND;
  }

  /** One sale at a time; throws OutboxError while an earlier one is pending. Reverses for at most `reverseMs`. */
  async pay(request: Omit<PayRequest, 'deadlineMs'>, reverseMs: number): Promise<SaleOutcome> {
    const { outbox, messageKeys } = this.#options;
    const deadlineMs = this.answerMs - timings.DEADLINE_MARGIN_MS;
    const pending = outbox.begin((sequence) =>
      encodeRequest(this.#asker.key(sequence), {}, { ...request, deadlineMs }, messageKeys.request),
    );
    this.#asker.step('request kept on disk');
    const { frame, sequence } = pending;
    const answer = await this.#asker.ask({ frame, answerMs: this.answerMs, sentBefore: false });
    if (answer.kind === 'reply') {
      outbox.settle();
      return { kind: 'answered', reply: answer.reply, via: 'reply' };
    }
    if (answer.kind === 'stopped') {
      return answer;
    }
    if (!answer.sent) {
      outbox.settle();
      return { kind: 'not_sent', trouble: this.#asker.trouble };
    }
    const status = await this.#askStatus(sequence);
    if (status !== undefined) {
      outbox.settle();
      return status;
    }
    return await this.#reverse(reverseMs);
  }

  /** Ends what an earlier run left pending: nobody got goods for it, so it is reversed. Undefined: nothing was. */
  async settlePending(reverseMs: number): Promise<SaleOutcome | undefined> {
    return this.#options.outbox.pending === undefined ? undefined : await this.#reverse(reverseMs);
  }

  /** Leaves the outbox open. */
  close(): void {
    this.#asker.close();
  }

  async #askStatus(paymentSequence: number): Promise<SaleOutcome | undefined> {
    const { outbox, messageKeys } = this.#options;
    const frame = encodeRequest(
      this.#asker.key(outbox.reserve()),
      {},
      { op: 'status', paymentSequence },
      messageKeys.request,
    );
    this.#asker.step('no answer yet: asking what became of it');
    const answer = await this.#asker.ask({ frame, answerMs: timings.STATUS_MS, sentBefore: false });
    if (answer.kind !== 'reply') {
      return undefined;
    }
    const { state, paymentCode } = answer.reply;
    const approved = (state === 'posted' || state === 'held') && paymentCode === 'approved';
    const declined = state === 'declined' && paymentCode !== undefined;
    if (!approved && !declined) {
      return undefined;
    }
    return {
      kind: 'answered',
      reply: { ...answer.reply, code: approved ? 'approved' : paymentCode },
      via: 'status',
    };
  }

  /** Asks until answered or the time is up; what is left stays in the outbox. */
  async #reverse(reverseMs: number): Promise<SaleOutcome> {
    const { outbox, clock, timers, messageKeys } = this.#options;
    const untilMs = clock.nowMs() + reverseMs;
    const fresh = outbox.pending?.kind === 'pay';
    const pending = fresh
      ? outbox.reverse((sequence, paymentSequence) =>
          encodeRequest(
            this.#asker.key(sequence),
            {},
            { op: 'reverse', paymentSequence, reason: 1 },
            messageKeys.request,
          ),
        )
      : outbox.pending;
    if (pending === undefined) {
      return { kind: 'reversed' };
    }
    for (let round = 0; ; round += 1) {
      this.#asker.step('taking the payment back');
      const { frame } = pending;
      const sentBefore = !fresh || round > 0;
      const connectMs = Math.min(timings.CONNECT_MS, untilMs - clock.nowMs());
      const answer = await this.#asker.ask({
        frame,
        answerMs: this.answerMs,
        connectMs,
        sentBefore,
      });
      if (answer.kind === 'stopped') {
        return answer;
      }
      if (answer.kind === 'reply') {
        if (answer.reply.code !== 'approved') {
          return { kind: 'stopped', code: answer.reply.code };
        }
        outbox.settle();
        return { kind: 'reversed' };
      }
      const last = timings.REVERSE_BACKOFF_MS.length - 1;
      const pauseMs = timings.REVERSE_BACKOFF_MS[Math.min(round, last)] ?? 0;
      if (clock.nowMs() + pauseMs >= untilMs) {
        return { kind: 'unknown', trouble: this.#asker.trouble };
      }
      await timers.sleep(pauseMs);
    }
  }
}
