/** What happens on a connection, from its first byte to its close (cp1 sections 1, 3 and 8). */
import type { Socket } from 'node:net';
import type { Clock } from '#core/ports.ts';
import {
  FRAME_TYPES,
  frameKeyVersion,
  frameSequence,
  frameTerminal,
  frameType,
  verifyTag,
} from '#protocol/cp1/frame.ts';
import { decodeHello, decodePing, encodeWelcome } from '#protocol/cp1/link-codec.ts';
import { FRAME_BYTES_MAX, FRAME_HEADER_BYTES, FRAME_WAIT_MS, TAG_BYTES } from '#protocol/limits.ts';
import type { Counters } from './counters.ts';
import { CP1_FIRST_BYTE, strangerOf } from './detect.ts';
import type { FailedAddresses } from './failed-addresses.ts';
import { BAD_HELLO_DELAY_MS, IDLE_MS, TAKEOVER_MS } from './limits.ts';
import type { AuthenticateLink, LinkKeys } from './link-authenticator.ts';
import type { BridgeLog } from './log.ts';
import { busyFrame, type FaultCode, faultFrame, goawayFrame, pongFrame } from './notices.ts';
import type { Ticker } from './ports.ts';
import type { RegionCache } from './region-cache.ts';
import type { Requests } from './requests.ts';
import { bindSession, Session } from './session.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { Wire } from './wire.ts';

export interface ConnectionsDeps {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly authenticate: AuthenticateLink;
  readonly regions: RegionCache;
  readonly requests: Requests;
  readonly wheel: TimerWheel<Session>;
  readonly wire: Wire;
  readonly counters: Counters;
  readonly failed: FailedAddresses;
  readonly log: BridgeLog;
  readonly heartbeatS: number;
}

const HTTP_REFUSAL = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n', 'latin1');
const EMPTY_FRAME_BYTES = FRAME_HEADER_BYTES + TAG_BYTES;

export class Connections {
  readonly #deps: ConnectionsDeps;
  readonly #sessions = new Set<Session>();
  readonly #byTerminal = new Map<number, Session>();
  #nextId = 1;

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Terminals that have signed on. */
  get terminals(): number {
    return this.#byTerminal.size;
  }

  get sessions(): Iterable<Session> {
    return this.#sessions;
  }

  accept(socket: Socket): Session {
    const session = new Session(this.#nextId, socket);
    this.#nextId += 1;
    bindSession(socket, session);
    this.#sessions.add(session);
    this.#deps.counters.connections += 1;
    this.#deps.wheel.schedule(session, FRAME_WAIT_MS);
    return session;
  }

  /** Bytes of the peer; they are not referred to after the return. */
  data(session: Session, chunk: Uint8Array): void {
    if (session.phase === 'fresh' && !this.#isCp1(session, chunk)) {
      return;
    }
    if (session.phase !== 'closing' && session.phase !== 'refusing') {
      session.reader.feed(chunk);
      this.#pump(session);
    }
  }

  /** A pending request is settled: what waited behind it is next. */
  proceed(session: Session): void {
    this.#pump(session);
    if (session.phase === 'open') {
      session.socket.resume();
    }
  }

  /** The socket is gone. */
  closed(session: Session): void {
    if (session.phase === 'fresh') {
      this.#deps.counters.closed_silent += 1;
      this.#deps.log.write('debug', 'closed_silent');
    }
    session.phase = 'closing';
    this.#deps.wheel.cancel(session);
    this.#sessions.delete(session);
    this.#leaveTerminal(session);
  }

  /** The deadline of a session has come. */
  due(session: Session): void {
    const { counters, wire } = this.#deps;
    switch (session.phase) {
      case 'fresh':
      case 'greeting':
        counters.timeout_greeting += 1;
        session.socket.destroy();
        break;
      case 'open':
        counters[session.frameBegun ? 'timeout_frame' : 'timeout_idle'] += 1;
        this.#end(session);
        break;
      case 'pending':
        this.#deps.requests.due(session);
        break;
      case 'refusing':
        wire.write(session, faultFrame(session, counters, { code: 66 }));
        this.#end(session);
        break;
      case 'closing':
        session.socket.destroy();
        break;
    }
  }

  /** GOAWAY, once per session that has signed on; the terminal finishes what is open and reconnects. */
  sendGoaway(session: Session, reconnectAfterMs: number): void {
    if (session.keys && !session.goingAway) {
      session.goingAway = true;
      this.#deps.counters.goaways += 1;
      this.#deps.wire.write(session, goawayFrame(session, session.keys.down, reconnectAfterMs));
    }
  }

  /** FIN after what was written; its terminal is free for another connection. */
  endSession(session: Session): void {
    this.#end(session);
  }

  #isCp1(session: Session, chunk: Uint8Array): boolean {
    if (chunk[0] === CP1_FIRST_BYTE) {
      session.phase = 'greeting';
      return true;
    }
    const looksLike = strangerOf(chunk);
    this.#deps.counters.strangers[looksLike] += 1;
    this.#deps.log.write('info', 'stranger', { looksLike });
    if (looksLike === 'http') {
      this.#deps.wire.write(session, HTTP_REFUSAL);
    }
    this.#end(session);
    return false;
  }

  #pump(session: Session): void {
    const { wire } = this.#deps;
    let frames = 0;
    wire.gather(session);
    while (session.phase === 'open' || session.phase === 'greeting') {
      const frame = session.reader.next();
      if (frame === undefined) {
        break;
      }
      if ('fault' in frame) {
        this.#fault(session, frame.fault);
        break;
      }
      frames += 1;
      this.#take(session, frame);
    }
    wire.flush(session);
    if (session.phase === 'open') {
      const { begun } = session.reader;
      if (frames > 0 || !session.frameBegun) {
        this.#deps.wheel.schedule(session, begun ? FRAME_WAIT_MS : IDLE_MS);
      }
      session.frameBegun = begun;
    } else if (session.phase === 'pending') {
      // One request in flight: what follows waits in the kernel, and its sender with it.
      session.frameBegun = false;
      session.socket.pause();
    }
    session.reader.retain();
  }

  #take(session: Session, frame: Uint8Array): void {
    const type = frameType(frame);
    if (session.phase === 'greeting') {
      if (type === FRAME_TYPES.hello) {
        this.#hello(session, frame);
      } else {
        this.#fault(session, 66);
      }
      return;
    }
    if (frameTerminal(frame) !== session.terminal) {
      this.#fault(session, 66);
      return;
    }
    switch (type) {
      case FRAME_TYPES.ping:
        this.#ping(session, frame);
        break;
      case FRAME_TYPES.pay:
      case FRAME_TYPES.confirm:
      case FRAME_TYPES.reverse:
      case FRAME_TYPES.status:
      case FRAME_TYPES.refund:
      case FRAME_TYPES.catalogue:
        this.#deps.requests.submit(session, frame);
        break;
      case FRAME_TYPES.hello:
        this.#hello(session, frame);
        break;
      default:
        this.#deps.wire.write(
          session,
          faultFrame(session, this.#deps.counters, { code: 64, sequence: frameSequence(frame) }),
        );
    }
  }

  #ping(session: Session, frame: Uint8Array): void {
    const keys = this.#keysFor(session, frame);
    if (!keys) {
      this.#fault(session, 66, frameSequence(frame));
    } else if (frame.length !== EMPTY_FRAME_BYTES && !decodePing(frame).ok) {
      this.#fault(session, 64, frameSequence(frame));
    } else {
      this.#deps.counters.pings += 1;
      this.#deps.wire.write(session, pongFrame(frame, keys.down));
    }
  }

  /** The link keys that verify the frame: those of HELLO, or of another key version of the terminal. */
  #keysFor(session: Session, frame: Uint8Array): LinkKeys | undefined {
    const { keys } = session;
    if (keys && frameKeyVersion(frame) === session.keyVersion) {
      return verifyTag(frame, keys.up) ? keys : undefined;
    }
    return this.#deps.authenticate(frame, session.terminal, frameKeyVersion(frame));
  }

  #hello(session: Session, frame: Uint8Array): void {
    const { counters, wire, clock } = this.#deps;
    const terminal = frameTerminal(frame);
    const keyVersion = frameKeyVersion(frame);
    const sequence = frameSequence(frame);
    const keys = terminal === 0 ? undefined : this.#deps.authenticate(frame, terminal, keyVersion);
    if (!keys) {
      this.#refuse(session);
      return;
    }
    const hello = decodeHello(frame);
    if (!hello.ok) {
      this.#fault(session, 64);
      return;
    }
    const restMs = this.#takeOver(session, terminal);
    if (restMs > 0) {
      counters.takeovers_refused += 1;
      wire.write(session, busyFrame({ terminal, keyVersion, sequence }, restMs, keys.down));
      this.#end(session);
      return;
    }
    counters.hellos += 1;
    session.phase = 'open';
    session.terminal = terminal;
    session.keyVersion = keyVersion;
    session.keys = keys;
    session.locale = hello.value.locale;
    session.clockOffsetS = hello.value.clockOffsetS;
    this.#byTerminal.set(terminal, session);
    wire.write(
      session,
      encodeWelcome(
        { terminal, keyVersion, sequence },
        {
          nonce: hello.value.nonce,
          serverTimeS: Math.floor(clock.nowMs() / 1000),
          heartbeatS: this.#deps.heartbeatS,
          mode: hello.value.mode,
          frameBytesMax: FRAME_BYTES_MAX,
        },
        keys.down,
      ),
    );
    session.region = this.#deps.regions.region(terminal, (region) =>
      this.#deps.requests.regionKnown(session, region),
    );
  }

  /** Displaces the terminal's older connection, if it has one; returns the milliseconds to wait where it may not yet. */
  #takeOver(session: Session, terminal: number): number {
    const older = this.#byTerminal.get(terminal);
    if (!older || older === session) {
      return 0;
    }
    const nowMs = this.#deps.ticker.nowMs();
    const restMs = older.tookOverAtMs === 0 ? 0 : older.tookOverAtMs + TAKEOVER_MS - nowMs;
    if (restMs > 0) {
      return Math.ceil(restMs);
    }
    this.#deps.counters.takeovers += 1;
    session.tookOverAtMs = nowMs;
    // Its answers go out on the new connection when they are asked for again.
    this.sendGoaway(older, 0);
    this.#end(older);
    return 0;
  }

  /** A tag that does not verify in HELLO: FAULT after a constant delay. */
  #refuse(session: Session): void {
    this.#deps.counters.hello_bad_tag += 1;
    this.#deps.failed.count(session.socket.remoteAddress ?? '');
    this.#deps.log.write('warn', 'hello_bad_tag');
    session.phase = 'refusing';
    this.#deps.wheel.cancel(session);
    this.#deps.wheel.schedule(session, BAD_HELLO_DELAY_MS);
  }

  #fault(session: Session, code: FaultCode, sequence?: number): void {
    const { counters, wire } = this.#deps;
    const fault = sequence === undefined ? { code } : { code, sequence };
    wire.write(session, faultFrame(session, counters, fault));
    this.#end(session);
  }

  #end(session: Session): void {
    this.#leaveTerminal(session);
    this.#deps.wire.end(session);
  }

  #leaveTerminal(session: Session): void {
    this.#deps.requests.forget(session);
    if (this.#byTerminal.get(session.terminal) === session) {
      this.#byTerminal.delete(session.terminal);
    }
  }
}
