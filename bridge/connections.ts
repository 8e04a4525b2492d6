/** What happens on a connection, from its first byte to its close (docs/protocol.md, sections 2, 4 and 8). */
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
import { decodePing } from '#protocol/cp1/link-codec.ts';
import { FRAME_HEADER_BYTES, FRAME_WAIT_MS, TAG_BYTES } from '#protocol/limits.ts';
import type { Counters } from './counters.ts';
import { CP1_FIRST_BYTE, strangerOf } from './detect.ts';
import { IDLE_MS } from './limits.ts';
import type { AuthenticateLink, LinkKeys } from './link-authenticator.ts';
import type { BridgeLog } from './log.ts';
import { faultFrame, pongFrame } from './notices.ts';
import type { Requests } from './requests.ts';
import { bindSession, Session } from './session.ts';
import type { SignOn } from './sign-on.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { Wire } from './wire.ts';

export interface ConnectionsDeps {
  readonly clock: Clock;
  readonly authenticate: AuthenticateLink;
  readonly signOn: SignOn;
  readonly requests: Requests;
  readonly wheel: TimerWheel<Session>;
  readonly wire: Wire;
  readonly counters: Counters;
  readonly log: BridgeLog;
}

const HTTP_REFUSAL = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n', 'latin1');
const EMPTY_FRAME_BYTES = FRAME_HEADER_BYTES + TAG_BYTES;

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
      session.readAtMs = this.#deps.clock.nowMs();
      session.reader.feed(chunk);
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
    if (session.phase === 'pending') {
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
    session.phase = 'closing';
    this.#deps.wheel.cancel(session);
    this.#sessions.delete(session);
    this.#deps.signOn.leave(session);
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
        this.#deps.signOn.end(session);
        break;
      case 'pending':
        this.#deps.requests.due(session);
        break;
      case 'refusing':
        wire.write(session, faultFrame(session, counters, { code: 66 }));
        this.#deps.signOn.end(session);
        break;
      case 'closing':
        session.socket.destroy();
        break;
    }
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
    this.#deps.signOn.end(session);
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
        this.#deps.signOn.fault(session, frame.fault);
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
      this.#holdBack(session);
    }
    session.reader.retain();
  }

  /**
   * One request in flight. Most terminals send nothing behind it: only what does come stops the reading, so that the
   * rest waits in the kernel, and its sender with it.
   */
  #holdBack(session: Session): void {
    session.frameBegun = false;
    if (session.reader.begun) {
      session.socket.pause();
    }
  }

  #take(session: Session, frame: Uint8Array): void {
    const type = frameType(frame);
    if (session.phase === 'greeting') {
      if (type === FRAME_TYPES.hello) {
        this.#deps.signOn.hello(session, frame);
      } else {
        this.#deps.signOn.fault(session, 66);
      }
      return;
    }
    if (frameTerminal(frame) !== session.terminal) {
      this.#deps.signOn.fault(session, 66);
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
        this.#deps.signOn.hello(session, frame);
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
      this.#deps.signOn.fault(session, 66, frameSequence(frame));
    } else if (frame.length !== EMPTY_FRAME_BYTES && !decodePing(frame).ok) {
      this.#deps.signOn.fault(session, 64, frameSequence(frame));
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
}
