/** The terminal's one connection: dialled when it is needed, signed on, and what WELCOME told of clock and heartbeat. */
import type { Duplex } from 'node:stream';
import type { LinkKeys } from '#protocol/cp1/keys.ts';
import type { ConnectionMode, Welcome } from '#protocol/cp1/link-codec.ts';
import { NONCE_BYTES } from '#protocol/limits.ts';
import type { RequestKey } from '#protocol/request.ts';
import type { OnStep } from './content/sale-step.ts';
import type { Outbox } from './outbox/file-outbox.ts';
import { type Clock, type Random, TIMED_OUT, type Timers, withDeadline } from './ports.ts';
import { type OnAir, TerminalLink } from './terminal-link.ts';
import * as timings from './timings.ts';

export interface StandingLinkOptions {
  readonly terminal: number;
  readonly keyVersion: number;
  readonly linkKeys: LinkKeys;
  readonly firmware: string;
  /** Family of the modem, for HELLO; '' while it is not known. */
  readonly modem: () => string;
  readonly locale: string;
  readonly mode: ConnectionMode;
  readonly outbox: Outbox;
  /** A new connection to the bridge; its rejection's message is shown to the operator. */
  readonly dial: () => Promise<Duplex>;
  /** 0 .. 31, 99 unknown, for HELLO. */
  readonly signal: () => number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Steps of the sale as they happen, for the screen. */
  readonly onStep?: OnStep;
  readonly onAir?: OnAir;
}

export class StandingLink {
  readonly #options: StandingLinkOptions;
  #link: TerminalLink | undefined;
  /** Outlives the request that it was begun for: a link may take longer to open than T1. */
  #dialing: Promise<Duplex> | undefined;
  #mode: ConnectionMode;
  #offsetS: number | undefined;
  #heartbeatS: number = timings.HEARTBEAT_S;
  /** What went wrong last, for the operator. */
  trouble = '';

  constructor(options: StandingLinkOptions) {
    this.#options = options;
    this.#mode = options.mode;
  }

  /** As WELCOME advised it last; before that as set. */
  get mode(): ConnectionMode {
    return this.#mode;
  }

  get heartbeatMs(): number {
    return this.#heartbeatS * 1000;
  }

  /** Signed on, and not known to be broken. */
  get online(): boolean {
    return this.#link?.welcomed === true && !this.#link.closed;
  }

  /** A connection that may take the next request. */
  get open(): boolean {
    return this.#link !== undefined && !this.#link.closed && !this.#link.leaving;
  }

  close(): void {
    this.drop();
    this.#dialing?.then(
      (stream) => stream.destroy(),
      () => undefined,
    );
    this.#dialing = undefined;
  }

  drop(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  key(sequence: number): RequestKey {
    const { terminal, keyVersion } = this.#options;
    return { terminal, keyVersion, sequence };
  }

  /** The open connection, or a new one; undefined where there is none within the time. */
  async connected(untilMs: number, signal?: AbortSignal): Promise<TerminalLink | undefined> {
    if (this.open) {
      return this.#link;
    }
    this.drop();
    const { clock, dial, timers } = this.#options;
    try {
      this.#dialing ??= dial();
      const waitMs = Math.max(0, untilMs - clock.nowMs());
      const stream = await withDeadline(timers, waitMs, this.#dialing, signal);
      if (stream === TIMED_OUT) {
        this.#letGo(this.#dialing);
        this.trouble = 'no connection in time';
        return undefined;
      }
      this.#dialing = undefined;
      if (stream.destroyed) {
        this.trouble = 'the connection broke while nobody used it';
        return undefined;
      }
      this.#options.onStep?.('connected');
      this.#link = this.#signedOnTo(stream);
      return this.#link;
    } catch (error) {
      this.#dialing = undefined;
      this.trouble = error instanceof Error ? error.message : 'no connection';
      this.#options.onStep?.('no_connection');
      return undefined;
    }
  }

  /** PING; true once PONG has come. Connects first where it must. */
  async ping(signal?: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    const stopped = (): boolean => signal?.aborted === true;
    const link = await this.connected(clock.nowMs() + timings.CONNECT_MS, signal);
    if (link === undefined || stopped()) {
      return false;
    }
    link.ping();
    const alive = await this.#awaitKind(link, 'pong', timings.PONG_MS, signal);
    if (!alive && !stopped()) {
      this.trouble = 'no answer from the bridge';
      this.drop();
    }
    return alive;
  }

  /**
   * Before a stored sale: the bridge must know by how much this clock is off, since the sale is judged by its device time.
   * False where WELCOME does not come.
   */
  async tellClock(link: TerminalLink, signal?: AbortSignal): Promise<boolean> {
    if (this.#offsetS === undefined) {
      link.signOn();
      if (!(await this.#awaitKind(link, 'welcome', timings.WELCOME_MS, signal))) {
        return false;
      }
    }
    const offsetS = this.#offsetS ?? 0;
    if (Math.abs(offsetS - (link.toldOffsetS ?? 0)) > timings.CLOCK_DRIFT_S) {
      link.signOn(offsetS);
    }
    return true;
  }

  async #awaitKind(
    link: TerminalLink,
    kind: 'pong' | 'welcome',
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const { clock } = this.#options;
    const untilMs = clock.nowMs() + waitMs;
    for (;;) {
      const event = await link.next(Math.max(0, untilMs - clock.nowMs()), signal);
      if (event === TIMED_OUT) {
        return false;
      }
      if (event.kind === kind) {
        return true;
      }
      if (event.kind === 'closed' || event.kind === 'fault') {
        this.trouble = event.kind === 'closed' ? event.reason : `the bridge says ${event.code}`;
        return false;
      }
    }
  }

  /** It may fail before anybody looks at it again; that is the next request's news. */
  #letGo(dialing: Promise<Duplex>): void {
    dialing.then(
      (late) => late.on('error', () => undefined),
      () => undefined,
    );
  }

  #signedOnTo(stream: Duplex): TerminalLink {
    const { random, outbox, linkKeys, timers, firmware, locale } = this.#options;
    const nonce = Uint8Array.from({ length: NONCE_BYTES }, () => random.below(256));
    const offset = this.#offsetS === undefined ? {} : { clockOffsetS: this.#offsetS };
    return new TerminalLink({
      stream,
      keys: linkKeys,
      hello: {
        nonce,
        firmware,
        modem: this.#options.modem(),
        signal: this.#options.signal(),
        mode: this.#mode,
        locale,
        ...offset,
      },
      helloKey: this.key(outbox.lastSequence),
      timers,
      onWelcome: (welcome) => this.#take(welcome),
      onAir: (direction, bytes) => this.#options.onAir?.(direction, bytes),
    });
  }

  #take({ serverTimeS, heartbeatS, mode }: Welcome): void {
    this.trouble = '';
    this.#heartbeatS = heartbeatS;
    this.#mode = mode;
    this.#offsetS = Math.round(this.#options.clock.nowMs() / 1000) - serverTimeS;
    this.#options.onStep?.('signed_on');
  }
}
