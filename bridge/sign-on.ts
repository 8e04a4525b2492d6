/** Who is signed on: from a valid HELLO, over takeovers, to FAULT, GOAWAY and the end (docs/protocol.md, sections 4 and 8). */
import type { Clock } from '#core/ports.ts';
import type { DialectFraming, FrameLook, WelcomeFacts } from '#protocol/dialect.ts';
import { carveCopy } from '#protocol/slab.ts';
import { Capture } from './capture.ts';
import type { Counters } from './counters.ts';
import type { Door } from './door.ts';
import type { FailedAddresses } from './failed-addresses.ts';
import type { FrameRates } from './frame-rates.ts';
import type { KeepAlive } from './keep-alive.ts';
import { BAD_HELLO_DELAY_MS, TAKEOVER_MS } from './limits.ts';
import type { AuthenticateLink } from './link-authenticator.ts';
import type { BridgeLog } from './log.ts';
import type { TerminalFacts, Ticker } from './ports.ts';
import type { Requests } from './requests.ts';
import type { Session } from './session.ts';
import { type TerminalCache, UNKNOWN_TERMINAL } from './terminal-cache.ts';
import type { TimerWheel } from './timer-wheel.ts';
import { isAllowed } from './transport.ts';
import type { FaultAbout, FaultCode, Wire } from './wire.ts';

const MS_PER_S = 1_000;

export interface SignOnDeps {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly authenticate: AuthenticateLink;
  readonly terminals: TerminalCache;
  readonly requests: Requests;
  readonly wheel: TimerWheel<Session>;
  readonly wire: Wire;
  readonly counters: Counters;
  readonly failed: FailedAddresses;
  readonly log: BridgeLog;
  /** Every line of it, however many there are. */
  readonly unlimitedLog: BridgeLog;
  readonly door: Door;
  readonly rates: FrameRates;
  readonly keepAlive: KeepAlive;
}

export class SignOn {
  readonly #deps: SignOnDeps;
  readonly #byTerminal = new Map<number, Session>();
  /** Monotonic milliseconds of each terminal's last takeover, oldest first; TAKEOVER_MS later it is forgotten. */
  readonly #takeovers = new Map<number, number>();

  constructor(deps: SignOnDeps) {
    this.#deps = deps;
  }

  /** Terminals that have signed on. */
  get size(): number {
    return this.#byTerminal.size;
  }

  /** HELLO, the first one of a session or a further one: WELCOME, BUSY, or FAULT. */
  hello(session: Session, framing: DialectFraming, look: FrameLook, frame: Uint8Array): void {
    const { counters, wire, clock } = this.#deps;
    const { terminal } = look.key;
    const { keyVersion } = look;
    const nowMs = clock.nowMs();
    const keys =
      terminal === 0 ? undefined : this.#deps.authenticate(framing, frame, terminal, keyVersion);
    if (!keys) {
      this.#refuse(session, frame);
      return;
    }
    if (session.provenTerminal !== 0 && session.provenTerminal !== terminal) {
      counters.proven_other += 1;
      this.fault(session, 'mac_invalid', { frame, unnamed: true });
      return;
    }
    const hello = framing.decodeHello(frame, nowMs);
    if (!hello.ok) {
      const code = hello.code === 'field_invalid' ? 'field_invalid' : 'frame_malformed';
      this.fault(session, code, { frame, unnamed: true, field: hello.field });
      return;
    }
    const facts = this.#deps.terminals.facts(terminal, (read) => this.#learned(session, read));
    if (!isAllowed(facts?.transports, session.transport)) {
      this.#refuseTransport(session, { frame, unnamed: true });
      return;
    }
    const restMs = this.#takeOver(session, terminal);
    if (restMs > 0) {
      counters.takeovers_refused += 1;
      // Two devices with one terminal's keys, a recorded HELLO, or a flapping link: for an operator to tell.
      this.#deps.log.write('warn', 'clone_suspected', { terminal, reason: 'two_connections' });
      this.#contest(terminal);
      wire.write(session, framing.encodeBusy(frame, restMs, keys.down, keyVersion));
      this.end(session);
      return;
    }
    counters.hellos += 1;
    if (!session.keys) {
      this.#deps.door.settled(session.address);
    }
    this.#deps.rates.resume(session, terminal);
    session.signedOnAtMs = session.keys ? session.signedOnAtMs : nowMs;
    session.phase = 'open';
    session.terminal = terminal;
    session.keyVersion = keyVersion;
    session.keys = keys;
    session.hello = hello.value;
    this.#byTerminal.set(terminal, session);
    wire.write(session, framing.encodeWelcome(frame, this.facts(session, nowMs), keys.down));
    if (facts) {
      session.region = facts.region;
      session.capture ??= this.#captureFor(session, facts);
    }
  }

  /** Its next request tells: the bridge itself may write nothing that operators read. */
  #contest(terminal: number): void {
    const holder = this.#byTerminal.get(terminal);
    if (holder) {
      holder.hello = { ...holder.hello, contested: true };
    }
  }

  /** What the bridge tells a terminal about time and heartbeats. */
  facts(session: Session, nowMs: number): WelcomeFacts {
    const advice = this.#deps.keepAlive.advice(session.terminal, session.address);
    session.heartbeatS = advice.heartbeatS;
    return { serverTimeS: Math.floor(nowMs / 1000), ...advice };
  }

  /** GOAWAY, once per session that has signed on; the terminal finishes what is open and reconnects. */
  sendGoaway(session: Session, reconnectAfterMs: number): void {
    const { framing, keys, terminal, keyVersion } = session;
    if (keys && !session.goingAway) {
      session.goingAway = true;
      const key = { terminal, keyVersion, sequence: 0 };
      const goaway = framing?.encodeGoaway(key, reconnectAfterMs, keys.down);
      if (goaway) {
        this.#deps.counters.goaways += 1;
        this.#deps.wire.write(session, goaway);
      } else if (session.phase === 'open') {
        // A dialect without a word for it is told by the close.
        this.end(session);
      }
    }
  }

  /** FAULT, then the end. */
  fault(session: Session, code: FaultCode, about: FaultAbout = {}): void {
    this.#deps.wire.fault(session, code, about);
    this.end(session);
  }

  /** A session has turned out to be dead: what that says of its network is remembered. */
  died({ terminal, address, heartbeatS, readAtMs }: Session): void {
    const { clock, counters, keepAlive } = this.#deps;
    const silentS = (clock.nowMs() - readAtMs) / MS_PER_S;
    counters.silent_deaths += Number(keepAlive.died(terminal, address, silentS, heartbeatS));
  }

  /** FIN after what was written; its terminal is free for another connection. */
  end(session: Session): void {
    this.leave(session);
    this.#deps.wire.end(session);
  }

  /** The session answers for its terminal no more. */
  leave(session: Session): void {
    this.#deps.requests.forget(session);
    if (this.#byTerminal.get(session.terminal) === session) {
      this.#byTerminal.delete(session.terminal);
      this.#deps.rates.keep(session, this.#deps.ticker.nowMs());
    }
  }

  /** Displaces the terminal's older connection, if it has one; returns the milliseconds to wait where it may not yet. */
  #takeOver(session: Session, terminal: number): number {
    const older = this.#byTerminal.get(terminal);
    if (!older || older === session) {
      return 0;
    }
    if (older.peerEnded) {
      // Its terminal has hung up: nobody is displaced.
      this.end(older);
      return 0;
    }
    const nowMs = this.#deps.ticker.nowMs();
    for (const [past, atMs] of this.#takeovers) {
      if (atMs + TAKEOVER_MS > nowMs) {
        break;
      }
      this.#takeovers.delete(past);
    }
    const lastMs = this.#takeovers.get(terminal);
    if (lastMs !== undefined) {
      return Math.ceil(lastMs + TAKEOVER_MS - nowMs);
    }
    this.#deps.counters.takeovers += 1;
    this.died(older);
    this.#takeovers.set(terminal, nowMs);
    // Its answers go out on the new connection when they are asked for again.
    this.sendGoaway(older, 0);
    this.end(older);
    return 0;
  }

  /** What the table says of the session's terminal has come; its first request waits for it. */
  #learned(session: Session, facts: TerminalFacts): void {
    if (session.phase === 'closing') {
      return;
    }
    if (isAllowed(facts.transports, session.transport)) {
      session.capture ??= this.#captureFor(session, facts);
      this.#deps.requests.regionKnown(session, facts.region);
    } else {
      this.#refuseTransport(session);
    }
  }

  /** Logs a terminal's frames, where its operator has asked for it. */
  #captureFor({ terminal }: Session, { captureUntilS = 0 }: TerminalFacts): Capture | undefined {
    const { clock, terminals, unlimitedLog: log } = this.#deps;
    const untilMs = captureUntilS * MS_PER_S;
    const nowMs = (): number => clock.nowMs();
    /** Looked up anew as often as it is forgotten: what asked for the capture may take it back. */
    const askedUntilMs = (): number => {
      const facts = terminals.facts(terminal, () => undefined);
      return facts && facts !== UNKNOWN_TERMINAL
        ? (facts.captureUntilS ?? 0) * MS_PER_S
        : Number.POSITIVE_INFINITY;
    };
    return untilMs > nowMs()
      ? new Capture({ log, terminal, nowMs, untilMs, askedUntilMs })
      : undefined;
  }

  #refuseTransport(session: Session, about: FaultAbout = {}): void {
    this.#deps.counters.transport_refused += 1;
    this.#deps.log.write('warn', 'transport_refused', { transport: session.transport });
    this.fault(session, 'not_permitted', about);
  }

  /** A tag that does not verify in HELLO: FAULT after a constant delay. */
  #refuse(session: Session, frame: Uint8Array): void {
    this.#deps.counters.hello_bad_tag += 1;
    this.#deps.log.write('warn', 'hello_bad_tag');
    if (this.#deps.failed.count(session.address)) {
      this.#deps.log.write('error', 'address_shut_out');
    }
    session.phase = 'refusing';
    session.refused = { frame: carveCopy(frame), unnamed: true };
    this.#deps.wheel.cancel(session);
    this.#deps.wheel.schedule(session, BAD_HELLO_DELAY_MS);
  }
}
