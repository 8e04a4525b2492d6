/** Writing to sockets: one write per burst of frames, and nobody may leave too much unread. */
import type { Counters } from './counters.ts';
import { LINGER_MS, WRITE_BUFFER_BYTES_MAX } from './limits.ts';
import type { Session } from './session.ts';
import type { TimerWheel } from './timer-wheel.ts';

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
    if (this.#gathering === session) {
      this.#burst.push(frame);
    } else {
      this.#send(session, frame);
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
    if (socket.writableLength > WRITE_BUFFER_BYTES_MAX) {
      this.#counters.slow_readers += 1;
      socket.destroy();
    }
  }
}
