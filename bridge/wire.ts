/** Writing to sockets: one write per burst of frames, and nobody may leave too much unread. */
import type { LinkFault } from '#protocol/dialect.ts';
import type { CounterName, Counters } from './counters.ts';
import { LINGER_MS, WRITE_BUFFER_BYTES_MAX } from './limits.ts';
import type { Session } from './session.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** Why a bridge ends or refuses what it was sent. */
export type FaultCode = LinkFault['code'];

/** What a FAULT concerns. */
export type FaultAbout = Pick<LinkFault, 'frame' | 'unnamed' | 'field'>;

const FAULT_COUNTERS = {
  not_permitted: 'fault_16',
  frame_malformed: 'fault_64',
  version_unsupported: 'fault_65',
  mac_invalid: 'fault_66',
  field_invalid: 'fault_70',
} as const satisfies Record<FaultCode, CounterName>;

export class Wire {
  readonly #counters: Counters;
  readonly #wheel: TimerWheel<Session>;
  /** The session whose chunk is being worked on; its frames are gathered. */
  #gathering: Session | undefined = undefined;
  #burst: Uint8Array[] = [];

  constructor(counters: Counters, wheel: TimerWheel<Session>) {
    this.#counters = counters;
    this.#wheel = wheel;
  }

  /** Frames written to `session` from here to flush() go out together. */
  gather(session: Session): void {
    this.#gathering = session;
  }

  /** What was gathered is not sent. */
  abandon(): void {
    this.#gathering = undefined;
    this.#burst = [];
  }

  flush(session: Session): void {
    const burst = this.#burst;
    this.#gathering = undefined;
    const first = burst[0];
    if (first) {
      this.#burst = [];
      this.#send(session, burst.length === 1 ? first : Buffer.concat(burst));
    }
    if (session.phase === 'closing') {
      session.socket.end();
    }
  }

  write(session: Session, frame: Uint8Array): void {
    const { framing, capture } = session;
    if (framing) {
      this.#counters.framesDown[framing.dialect] += 1;
      capture?.frame('down', framing.dialect, frame);
    }
    if (this.#gathering === session) {
      this.#burst.push(frame);
    } else {
      this.#send(session, frame);
    }
  }

  /** Counts and writes a FAULT: signed once a HELLO was valid, else from nobody with a tag of zeros. */
  fault(session: Session, code: FaultCode, about: FaultAbout = {}): void {
    this.#counters[FAULT_COUNTERS[code]] += 1;
    const { framing, keys, terminal, keyVersion } = session;
    const fault = {
      code,
      ...(keys ? { key: { terminal, keyVersion, sequence: 0 } } : {}),
      ...about,
    };
    const frame = framing?.encodeFault(fault, keys?.down);
    if (frame) {
      this.write(session, frame);
    }
  }

  /** FIN after what was written; what still comes in is dropped, and after LINGER_MS the socket goes. */
  end(session: Session): void {
    session.phase = 'closing';
    this.#wheel.cancel(session);
    this.#wheel.schedule(session, LINGER_MS);
    // Unread bytes would turn our FIN into a reset, which can overtake the frame just written.
    session.socket.resume();
    if (this.#gathering !== session) {
      session.socket.end();
    }
  }

  #send(session: Session, bytes: Uint8Array): void {
    const { socket } = session;
    if (!socket.writable) {
      return;
    }
    socket.write(bytes);
    this.#counters.bytes_down += bytes.length;
    session.bytes += bytes.length;
    session.bytesSinceSale += bytes.length;
    if (socket.writableLength > WRITE_BUFFER_BYTES_MAX) {
      this.#counters.slow_readers += 1;
      socket.destroy();
    }
  }
}
