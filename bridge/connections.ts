/** What happens on a connection, from its first byte to its close (docs/protocol.md, sections 2, 4 and 8). */
import type { Socket } from 'node:net';
import type { Clock } from '#core/ports.ts';
import type { DialectFraming, StreamReader } from '#protocol/dialect.ts';
import { FRAME_WAIT_MS } from '#protocol/limits.ts';
import type { Counters } from './counters.ts';
import type { Door } from './door.ts';
import type { FrameIntake } from './frame-intake.ts';
import type { FrameRates } from './frame-rates.ts';
import type { KeepAlive } from './keep-alive.ts';
import { IDLE_MS, SILENCE_SHARE } from './limits.ts';
import { type BridgeLog, errorName } from './log.ts';
import type { Opening } from './opening.ts';
import type { Requests } from './requests.ts';
import { bindSession, Session } from './session.ts';
import type { SignOn } from './sign-on.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { Proven } from './tls/terminator.ts';
import type { Wire } from './wire.ts';

export interface ConnectionsDeps {
  readonly clock: Clock;
  readonly opening: Opening;
  readonly intake: FrameIntake;
  readonly signOn: SignOn;
  readonly requests: Requests;
  readonly door: Door;
  readonly rates: FrameRates;
  readonly keepAlive: KeepAlive;
  readonly wheel: TimerWheel<Session>;
  readonly wire: Wire;
  readonly counters: Counters;
  readonly log: BridgeLog;
}

const MS_PER_S = 1_000;

/** Of a stream whose framing is lost. */
const FAULTS = { 64: 'frame_malformed', 65: 'version_unsupported' } as const;

export class Connections {
  readonly #deps: ConnectionsDeps;
  readonly #sessions = new Set<Session>();
  #nextId = 1;

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#sessions.size;
  }

  get sessions(): Iterable<Session> {
    return this.#sessions;
  }

  /** `framing`: what its listener serves; absent: the first byte tells. */
  accept(socket: Socket, address: string, framing?: DialectFraming): Session {
    const session = new Session(this.#nextId, socket, address);
    session.framing = framing;
    this.#nextId += 1;
    bindSession(socket, session);
    this.#sessions.add(session);
    this.#deps.counters.connections += 1;
    this.#deps.door.entered(address);
    this.#deps.wheel.schedule(session, FRAME_WAIT_MS);
    return session;
  }

  /** TLS is agreed on: the session begins again inside it, with the deadline that it had. */
  secured(session: Session, socket: Socket, { transport, terminal }: Proven): void {
    bindSession(session.socket, undefined);
    bindSession(socket, session);
    session.socket = socket;
    session.transport = transport;
    session.provenTerminal = terminal;
    session.phase = 'fresh';
  }

  /** Bytes of the peer; they are not referred to after the return. */
  data(session: Session, chunk: Uint8Array): void {
    if (session.phase === 'fresh' && !this.#deps.opening.begin(session, chunk)) {
      return;
    }
    const { reader } = session;
    if (reader && session.phase !== 'closing' && session.phase !== 'refusing') {
      this.#deps.counters.bytes_up += chunk.length;
      session.bytes += chunk.length;
      session.bytesSinceSale += chunk.length;
      const nowMs = this.#deps.clock.nowMs();
      this.#heard(session, nowMs - session.readAtMs);
      session.readAtMs = nowMs;
      reader.feed(chunk);
      this.#pump(session);
    }
  }

  /** A pending request is settled: what waited behind it is next. */
  proceed(session: Session): void {
    this.#pump(session);
    if (session.phase !== 'open') {
      return;
    }
    if (session.peerEnded) {
      this.#deps.signOn.end(session);
    } else if (session.socket.isPaused()) {
      session.socket.resume();
    }
  }

  /** The peer sends nothing more, but may still read: a pending request gets its answer before the close. */
  ended(session: Session): void {
    if (session.phase === 'pending' || session.phase === 'throttled') {
      session.peerEnded = true;
    } else {
      session.socket.end();
    }
  }

  /** The socket is gone. */
  closed(session: Session): void {
    if (session.phase === 'fresh') {
      this.#deps.counters.closed_silent += 1;
      this.#deps.log.write('debug', 'closed_silent');
    }
    if (!session.keys) {
      this.#deps.door.settled(session.address);
    }
    session.phase = 'closing';
    this.#deps.wheel.cancel(session);
    this.#sessions.delete(session);
    this.#tellTraffic(session);
    this.#deps.signOn.leave(session);
  }

  /** How many there are of each dialect on each way; '' before the first byte. */
  census(): ReadonlyMap<string, number> {
    const census = new Map<string, number>();
    for (const { framing, transport } of this.#sessions) {
      const kind = `${framing?.dialect ?? ''} ${transport}`;
      census.set(kind, (census.get(kind) ?? 0) + 1);
    }
    return census;
  }

  /** A defect of the bridge costs the connection that showed it, and no other. */
  failed(session: Session, error: unknown): void {
    this.#deps.counters.session_failures += 1;
    this.#deps.log.write('error', 'session_failed', { error: errorName(error) });
    this.#deps.wire.abandon();
    session.socket.destroy();
  }

  /** The deadline of a session has come. */
  due(session: Session): void {
    try {
      this.#due(session);
    } catch (error) {
      this.failed(session, error);
    }
  }

  #due(session: Session): void {
    const { counters } = this.#deps;
    switch (session.phase) {
      case 'fresh':
      case 'securing':
      case 'greeting':
        counters.timeout_greeting += 1;
        session.socket.destroy();
        break;
      case 'open':
        counters[session.frameBegun ? 'timeout_frame' : 'timeout_idle'] += 1;
        if (!session.frameBegun) {
          this.#deps.signOn.died(session);
        }
        this.#deps.signOn.end(session);
        break;
      case 'throttled':
        session.phase = 'open';
        this.proceed(session);
        break;
      case 'pending':
        this.#deps.requests.due(session);
        break;
      case 'refusing':
        this.#deps.signOn.fault(session, 'mac_invalid', session.refused);
        break;
      case 'closing':
        session.socket.destroy();
        break;
    }
  }

  #pump(session: Session): void {
    const { framing, reader } = session;
    if (!framing || !reader) {
      return;
    }
    const { wire } = this.#deps;
    wire.gather(session);
    const frames = this.#takeAll(session, framing, reader);
    wire.flush(session);
    if (session.phase === 'open') {
      const { begun } = reader;
      if (frames > 0 || !session.frameBegun) {
        this.#deps.wheel.schedule(session, begun ? FRAME_WAIT_MS : IDLE_MS);
      }
      session.frameBegun = begun;
    } else if (session.phase === 'pending') {
      this.#holdBack(session, reader.begun);
    }
    reader.retain();
  }

  /** What a terminal's connection has cost, once it is over. */
  #tellTraffic({ terminal, bytes, sales, signedOnAtMs }: Session): void {
    if (terminal !== 0) {
      const { clock, counters, log } = this.#deps;
      counters.spread.bytes_per_terminal.observe(bytes);
      const seconds = Math.round((clock.nowMs() - signedOnAtMs) / MS_PER_S);
      log.write('debug', 'terminal_left', { terminal, bytes, sales, seconds });
    }
  }

  /** Bytes have come after a silence; of a long one the network is told of. */
  #heard({ terminal, address, heartbeatS }: Session, silentMs: number): void {
    if (heartbeatS > 0 && silentMs >= heartbeatS * MS_PER_S * SILENCE_SHARE) {
      this.#deps.keepAlive.survived(terminal, address);
    }
  }

  /** Whether the session must wait before its next frame is taken; what it has sent stays where it is. */
  #throttles(session: Session, reader: StreamReader): boolean {
    const { counters, rates, wheel } = this.#deps;
    const waitMs = session.phase === 'open' ? rates.waitMs(session, wheel.nowMs) : 0;
    if (waitMs === 0 || !reader.begun) {
      return false;
    }
    counters.throttled += 1;
    session.phase = 'throttled';
    session.frameBegun = false;
    session.socket.pause();
    wheel.cancel(session);
    wheel.schedule(session, waitMs);
    return true;
  }

  /** Takes frames for as long as the session may, and returns how many. */
  #takeAll(session: Session, framing: DialectFraming, reader: StreamReader): number {
    let frames = 0;
    while (session.phase === 'open' || session.phase === 'greeting') {
      if (this.#throttles(session, reader)) {
        break;
      }
      const frame = reader.next();
      if (frame === undefined) {
        break;
      }
      if ('fault' in frame) {
        this.#deps.signOn.fault(session, FAULTS[frame.fault]);
        break;
      }
      frames += 1;
      this.#deps.intake.take(session, framing, frame);
      this.#deps.rates.count(session, this.#deps.wheel.nowMs);
    }
    return frames;
  }

  /**
   * One request in flight. Most terminals send nothing behind it: only what does come stops the reading, so that the
   * rest waits in the kernel, and its sender with it.
   */
  #holdBack(session: Session, begun: boolean): void {
    session.frameBegun = false;
    if (begun) {
      session.socket.pause();
    }
  }
}
