/** Asks one request until it is answered: connects, sends, repeats with the same bytes, obeys BUSY and GOAWAY. */
import type { Duplex } from 'node:stream';
import { CODES, type CodeName } from '#protocol/codes.ts';
import { frameSequence } from '#protocol/cp1/frame.ts';
import type { LinkKeys, MessageKeys } from '#protocol/cp1/keys.ts';
import { NONCE_BYTES } from '#protocol/limits.ts';
import type { Reply } from '#protocol/reply.ts';
import type { RequestKey } from '#protocol/request.ts';
import { acceptReply, repeated } from './accept-reply.ts';
import type { Outbox } from './outbox/file-outbox.ts';
import { type Clock, type Random, TIMED_OUT, type Timers, withDeadline } from './ports.ts';
import { type LinkEvent, TerminalLink } from './terminal-link.ts';
import * as timings from './timings.ts';

/** Unsigned FAULTs in a row after which the terminal stops: the keys are wrong, or someone plays. */
const UNSIGNED_FAULTS_MAX = 3;

export interface TerminalOptions {
  readonly terminal: number;
  readonly keyVersion: number;
  readonly linkKeys: LinkKeys;
  readonly messageKeys: MessageKeys;
  readonly firmware: string;
  readonly modem: string;
  readonly locale: string;
  readonly mode: 'session' | 'on_demand';
  readonly outbox: Outbox;
  /** A new connection to the bridge; its rejection's message is shown to the operator. */
  readonly dial: () => Promise<Duplex>;
  /** 0 .. 31, 99 unknown, for HELLO. */
  readonly signal: () => number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Steps of the sale as they happen, for the screen. Names no identifier. */
  readonly onStep?: (step: string) => void;
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
}

export class RequestAsker {
  readonly #options: TerminalOptions;
  #link: TerminalLink | undefined;
  /** Outlives the request that it was begun for: a link may take longer to open than T1. */
  #dialing: Promise<Duplex> | undefined;
  #trouble = '';
  #unsignedFaults = 0;
  #leaveAfterMs: number | undefined;
  readonly #silences = new WeakMap<TerminalLink, number>();

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  /** What went wrong last, for the operator. */
  get trouble(): string {
    return this.#trouble;
  }

  close(): void {
    this.#drop();
    this.#dialing?.then(
      (stream) => stream.destroy(),
      () => undefined,
    );
    this.#dialing = undefined;
  }

  #drop(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  /** Sends, and sends again with the same bytes, until an accepted final answer or the time is up. */
  async ask({ frame, answerMs, connectMs = timings.CONNECT_MS, sentBefore }: Ask): Promise<Answer> {
    const { clock, timers, messageKeys } = this.#options;
    let sent = false;
    let untilMs = clock.nowMs() + connectMs;
    while (clock.nowMs() < untilMs) {
      const link = await this.#connected(untilMs);
      if (clock.nowMs() >= untilMs) {
        // A copy that is sent now could be booked after the terminal gave up.
        break;
      }
      if (link === undefined) {
        await timers.sleep(Math.min(timings.RECONNECT_MS, untilMs - clock.nowMs()));
        continue;
      }
      const again = sent || sentBefore;
      link.send(again ? repeated(messageKeys, frame) : frame);
      this.step(sent ? 'request sent again' : 'request sent');
      if (!sent) {
        sent = true;
        untilMs = clock.nowMs() + answerMs;
      }
      const answer = await this.#await(link, frame, untilMs);
      if (answer !== undefined) {
        return answer;
      }
    }
    // A PAY of an earlier run counts as sent; a fresh one does only if it left.
    return { kind: 'silent', sent: sent || sentBefore };
  }

  /** Undefined: ask again. */
  async #await(
    link: TerminalLink,
    frame: Uint8Array,
    untilMs: number,
  ): Promise<Answer | undefined> {
    const { clock } = this.#options;
    // The first silence is asked again on the same connection, the second on a new one.
    const resendAtMs = Math.min(clock.nowMs() + timings.RESEND_MS, untilMs);
    for (;;) {
      const event = await link.next(Math.max(0, resendAtMs - clock.nowMs()));
      if (event === TIMED_OUT) {
        this.#trouble = 'no answer from the bridge';
        this.#giveUpAfterSecondSilence(link);
        return undefined;
      }
      const answer = await this.#judge(event, frame, untilMs);
      if (answer !== 'wait') {
        return answer;
      }
    }
  }

  #giveUpAfterSecondSilence(link: TerminalLink): void {
    const silences = (this.#silences.get(link) ?? 0) + 1;
    this.#silences.set(link, silences);
    if (silences > 1) {
      this.#drop();
    }
  }

  async #judge(
    event: LinkEvent,
    frame: Uint8Array,
    untilMs: number,
  ): Promise<Answer | 'wait' | undefined> {
    switch (event.kind) {
      case 'reply':
        return await this.#judgeReply(event.frame, frame, untilMs);
      case 'busy':
        if (event.sequence !== frameSequence(frame)) {
          return 'wait';
        }
        this.step('the system is busy');
        this.#trouble = 'the system is busy';
        await this.#pause(event.retryAfterMs, untilMs);
        return undefined;
      case 'goaway':
        // What is open is finished on this connection; the next request goes out on a new one.
        this.#leaveAfterMs = event.reconnectAfterMs;
        return 'wait';
      case 'fault':
        return (event.sequence ?? frameSequence(frame)) === frameSequence(frame)
          ? await this.#judgeFault(event.code, event.signed, untilMs)
          : 'wait';
      case 'closed':
        this.#trouble = event.reason;
        this.#drop();
        await this.#pause(this.#leaveAfterMs ?? timings.RECONNECT_MS, untilMs);
        this.#leaveAfterMs = undefined;
        return undefined;
    }
  }

  async #judgeReply(
    reply: Uint8Array,
    frame: Uint8Array,
    untilMs: number,
  ): Promise<Answer | 'wait' | undefined> {
    const accepted = acceptReply(this.#options.messageKeys, frame, reply);
    if (accepted === undefined) {
      return 'wait';
    }
    this.#unsignedFaults = 0;
    switch (CODES[accepted.code].class) {
      case 'final':
      case 'bytes':
        this.step('answer accepted');
        return { kind: 'reply', reply: accepted };
      case 'silent':
        return { kind: 'stopped', code: accepted.code };
      case 'undecided':
        this.#trouble = `the system has not decided yet (${accepted.code})`;
        await this.#pause(accepted.retryAfterMs ?? timings.UNDECIDED_MS, untilMs);
        return undefined;
    }
  }

  async #judgeFault(code: CodeName, signed: boolean, untilMs: number): Promise<Answer | undefined> {
    this.#trouble = `the bridge refused the connection (${code})`;
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
    this.#drop();
    await this.#pause(timings.RECONNECT_MS, untilMs);
    return undefined;
  }

  async #pause(ms: number, untilMs: number): Promise<void> {
    const { clock, timers } = this.#options;
    const pauseMs = Math.min(ms, timings.PAUSE_MS_MAX, untilMs - clock.nowMs());
    if (pauseMs > 0) {
      await timers.sleep(pauseMs);
    }
  }

  /** Undefined: no connection within the time. */
  async #connected(untilMs: number): Promise<TerminalLink | undefined> {
    if (this.#link !== undefined && !this.#link.closed && !this.#link.leaving) {
      return this.#link;
    }
    this.#drop();
    this.#leaveAfterMs = undefined;
    const { clock, dial, timers, linkKeys, outbox, random } = this.#options;
    try {
      this.#dialing ??= dial();
      const stream = await withDeadline(timers, untilMs - clock.nowMs(), this.#dialing);
      if (stream === TIMED_OUT) {
        // It may fail before anybody looks at it again; that is the next request's news.
        this.#dialing.then(
          (late) => late.on('error', () => undefined),
          () => undefined,
        );
        this.#trouble = 'no connection in time';
        return undefined;
      }
      this.#dialing = undefined;
      if (stream.destroyed) {
        this.#trouble = 'the connection broke while nobody used it';
        return undefined;
      }
      this.step('connected');
      const nonce = Uint8Array.from({ length: NONCE_BYTES }, () => random.below(256));
      const { firmware, modem, locale, mode, signal } = this.#options;
      this.#link = new TerminalLink({
        stream,
        keys: linkKeys,
        hello: { nonce, firmware, modem, signal: signal(), mode, locale },
        helloKey: this.key(outbox.lastSequence),
        timers,
        onWelcome: () => this.step('signed on'),
      });
      return this.#link;
    } catch (error) {
      this.#dialing = undefined;
      this.#trouble = error instanceof Error ? error.message : 'no connection';
      this.step('no connection yet');
      return undefined;
    }
  }

  key(sequence: number): RequestKey {
    const { terminal, keyVersion } = this.#options;
    return { terminal, keyVersion, sequence };
  }

  step(step: string): void {
    this.#options.onStep?.(step);
  }
}
