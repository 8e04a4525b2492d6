/** Asks one request until it is answered: connects, sends, repeats with the same bytes, obeys BUSY and GOAWAY. */
import { CODES, type CodeName } from '#protocol/codes.ts';
import { frameSequence, isStored } from '#protocol/cp1/frame.ts';
import type { MessageKeys } from '#protocol/cp1/keys.ts';
import type { Reply } from '#protocol/reply.ts';
import { acceptReply, repeated } from './accept-reply.ts';
import { TIMED_OUT } from './ports.ts';
import { StandingLink, type StandingLinkOptions } from './standing-link.ts';
import type { LinkEvent, TerminalLink } from './terminal-link.ts';
import * as timings from './timings.ts';

/** Unsigned FAULTs in a row after which the terminal stops: the keys are wrong, or someone plays. */
const UNSIGNED_FAULTS_MAX = 3;

export interface AskerOptions extends StandingLinkOptions {
  readonly messageKeys: MessageKeys;
}

export type Answer =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'stopped'; readonly code: CodeName }
  | { readonly kind: 'silent'; readonly sent: boolean };

export interface Ask {
  readonly frame: Uint8Array;
  /** From the first sending on. */
  readonly answerMs: number;
  /** For getting the first connection; CONNECT_MS where absent. */
  readonly connectMs?: number;
  /** Sent in an earlier round or run. */
  readonly sentBefore: boolean;
  /** Ends the asking; what was sent stays sent. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the asking only while nothing was sent: a customer who walks away. */
  readonly unsentSignal?: AbortSignal | undefined;
}

interface Patience {
  readonly untilMs: number;
  readonly signal: AbortSignal | undefined;
}
type Fault = LinkEvent & { readonly kind: 'fault' };

const silence = (sendings: readonly boolean[]): Answer => ({
  kind: 'silent',
  sent: sendings.includes(true),
});
const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

export class RequestAsker {
  readonly #options: AskerOptions;
  readonly link: StandingLink;
  #unsignedFaults = 0;
  #leaveAfterMs: number | undefined;
  readonly #silences = new WeakMap<TerminalLink, number>();

  constructor(options: AskerOptions) {
    this.#options = options;
    this.link = new StandingLink(options);
  }

  /** Sends, and sends again with the same bytes, until an accepted final answer or the time is up. */
  async ask(asked: Ask): Promise<Answer> {
    const { frame, answerMs, connectMs = timings.CONNECT_MS, sentBefore } = asked;
    const { clock, messageKeys, onStep } = this.#options;
    let sent = false;
    let untilMs = clock.nowMs() + connectMs;
    let signal = asked.signal ?? asked.unsentSignal;
    const over = (): boolean => clock.nowMs() >= untilMs || isAborted(signal);
    while (!over()) {
      const link = await this.#reach(frame, { untilMs, signal });
      if (over()) {
        // A copy that is sent now could be booked after the terminal gave up.
        break;
      }
      if (link === undefined) {
        await this.#pause(timings.RECONNECT_MS, { untilMs, signal });
        continue;
      }
      const again = sent || sentBefore;
      link.send(again ? repeated(messageKeys, frame) : frame);
      onStep?.(sent ? 'sent_again' : 'sent');
      if (!sent) {
        sent = true;
        signal = asked.signal;
        untilMs = clock.nowMs() + answerMs;
      }
      const answer = await this.#await(link, frame, { untilMs, signal });
      if (answer !== undefined) {
        return answer;
      }
    }
    // A PAY of an earlier run counts as sent; a fresh one does only if it left.
    return silence([sent, sentBefore]);
  }

  /** A connection on which this frame may be sent. */
  async #reach(
    frame: Uint8Array,
    { untilMs, signal }: Patience,
  ): Promise<TerminalLink | undefined> {
    if (!this.link.open) {
      this.#leaveAfterMs = undefined;
    }
    const link = await this.link.connected(untilMs, signal);
    if (link !== undefined && isStored(frame) && !(await this.link.tellClock(link, signal))) {
      this.link.drop();
      return undefined;
    }
    return link;
  }

  /** Undefined: ask again. */
  async #await(
    link: TerminalLink,
    frame: Uint8Array,
    { untilMs, signal }: Patience,
  ): Promise<Answer | undefined> {
    const { clock } = this.#options;
    // The first silence is asked again on the same connection, the second on a new one.
    const resendAtMs = Math.min(clock.nowMs() + timings.RESEND_MS, untilMs);
    for (;;) {
      const event = await link.next(Math.max(0, resendAtMs - clock.nowMs()), signal);
      if (event === TIMED_OUT && isAborted(signal)) {
        return undefined;
      }
      if (event === TIMED_OUT) {
        this.link.trouble = 'no answer from the bridge';
        this.#giveUpAfterSecondSilence(link);
        return undefined;
      }
      const answer = await this.#judge(event, frame, { untilMs, signal });
      if (answer !== 'wait') {
        return answer;
      }
    }
  }

  #giveUpAfterSecondSilence(link: TerminalLink): void {
    const silences = (this.#silences.get(link) ?? 0) + 1;
    this.#silences.set(link, silences);
    if (silences > 1) {
      this.link.drop();
    }
  }

  async #judge(
    event: LinkEvent,
    frame: Uint8Array,
    patience: Patience,
  ): Promise<Answer | 'wait' | undefined> {
    switch (event.kind) {
      case 'reply':
        return await this.#judgeReply(event.frame, frame, patience);
      case 'busy':
        if (event.sequence !== frameSequence(frame)) {
          return 'wait';
        }
        this.#options.onStep?.('busy');
        this.link.trouble = 'the system is busy';
        await this.#pause(event.retryAfterMs, patience);
        return undefined;
      case 'goaway':
        // What is open is finished on this connection; the next request goes out on a new one.
        this.#leaveAfterMs = event.reconnectAfterMs;
        return 'wait';
      case 'fault':
        return (event.sequence ?? frameSequence(frame)) === frameSequence(frame)
          ? await this.#judgeFault(event, patience)
          : 'wait';
      case 'closed':
        this.link.trouble = event.reason;
        this.link.drop();
        await this.#pause(this.#leaveAfterMs ?? timings.RECONNECT_MS, patience);
        this.#leaveAfterMs = undefined;
        return undefined;
      case 'welcome':
      case 'pong':
        return 'wait';
    }
  }

  async #judgeReply(
    reply: Uint8Array,
    frame: Uint8Array,
    patience: Patience,
  ): Promise<Answer | 'wait' | undefined> {
    const accepted = acceptReply(this.#options.messageKeys, frame, reply);
    if (accepted === undefined) {
      return 'wait';
    }
    this.#unsignedFaults = 0;
    switch (CODES[accepted.code].class) {
      case 'final':
      case 'bytes':
        this.#options.onStep?.('answered');
        return { kind: 'reply', reply: accepted };
      case 'silent':
        return { kind: 'stopped', code: accepted.code };
      case 'undecided':
        this.link.trouble = `the system has not decided yet (${accepted.code})`;
        await this.#pause(accepted.retryAfterMs ?? timings.UNDECIDED_MS, patience);
        return undefined;
    }
  }

  async #judgeFault({ code, signed }: Fault, patience: Patience): Promise<Answer | undefined> {
    this.link.trouble = `the bridge refused the connection (${code})`;
    if (signed && CODES[code].class !== 'undecided') {
      return { kind: 'stopped', code };
    }
    if (!signed) {
      this.#unsignedFaults += 1;
    }
    if (this.#unsignedFaults >= UNSIGNED_FAULTS_MAX) {
      this.#unsignedFaults = 0;
      return { kind: 'stopped', code };
    }
    this.link.drop();
    await this.#pause(timings.RECONNECT_MS, patience);
    return undefined;
  }

  async #pause(ms: number, { untilMs, signal }: Patience): Promise<void> {
    const { clock, timers } = this.#options;
    const pauseMs = Math.min(ms, timings.PAUSE_MS_MAX, untilMs - clock.nowMs());
    if (pauseMs > 0) {
      await timers.sleep(pauseMs, signal);
    }
  }
}
