/** One whole frame: what it is, whether its sender may send it, and who takes it from here (docs/protocol.md, sections 4 and 8). */
import type { Clock } from '#core/ports.ts';
import type { DialectFraming, FrameLook, WelcomeFacts } from '#protocol/dialect.ts';
import type { Counters } from './counters.ts';
import type { AuthenticateLink, LinkKeys } from './link-authenticator.ts';
import type { Requests } from './requests.ts';
import type { Session } from './session.ts';
import type { SignOn } from './sign-on.ts';
import type { Wire } from './wire.ts';

export interface FrameIntakeDeps {
  readonly clock: Clock;
  readonly authenticate: AuthenticateLink;
  readonly signOn: SignOn;
  readonly requests: Requests;
  readonly wire: Wire;
  readonly counters: Counters;
}

export class FrameIntake {
  readonly #deps: FrameIntakeDeps;

  constructor(deps: FrameIntakeDeps) {
    this.#deps = deps;
  }

  /** `frame` may be a view that is gone with the next read. */
  take(session: Session, framing: DialectFraming, frame: Uint8Array): void {
    const { signOn, requests, wire } = this.#deps;
    this.#deps.counters.framesUp[framing.dialect] += 1;
    session.capture?.frame('up', framing.dialect, frame);
    const look = framing.look(frame);
    if (look.kind === 'broken') {
      signOn.fault(session, 'frame_malformed', session.keys ? { frame } : { frame, unnamed: true });
      return;
    }
    if (session.phase === 'greeting' && look.kind !== 'hello') {
      const code = look.kind === 'unreadable' ? 'frame_malformed' : 'mac_invalid';
      signOn.fault(session, code, { frame, unnamed: true });
      return;
    }
    const isNobodys =
      (look.kind === 'other' || look.kind === 'unreadable') && look.key.terminal === 0;
    if (session.phase !== 'greeting' && look.key.terminal !== session.terminal && !isNobodys) {
      signOn.fault(session, 'mac_invalid', { frame, unnamed: true });
      return;
    }
    switch (look.kind) {
      case 'hello':
        signOn.hello(session, framing, look, frame);
        break;
      case 'ping':
        this.#ping(session, framing, look, frame);
        break;
      case 'request':
        requests.submit(session, framing, look, frame);
        break;
      case 'other':
      case 'unreadable':
        wire.fault(session, 'frame_malformed', { frame });
        break;
    }
  }

  #ping(session: Session, framing: DialectFraming, look: FrameLook, frame: Uint8Array): void {
    const keys = this.#keysFor(session, framing, look, frame);
    if (!keys) {
      this.#deps.signOn.fault(session, 'mac_invalid', { frame });
      return;
    }
    const { clock, counters, signOn, wire } = this.#deps;
    counters.pings += 1;
    const facts = (): WelcomeFacts => signOn.facts(session, clock.nowMs());
    wire.write(session, framing.encodePong(frame, facts, keys.down));
  }

  /** The link keys that verify the frame: those of HELLO, or of another key version of the terminal. */
  #keysFor(
    session: Session,
    framing: DialectFraming,
    { keyVersion }: FrameLook,
    frame: Uint8Array,
  ): LinkKeys | undefined {
    const { keys } = session;
    if (keys && keyVersion === session.keyVersion) {
      return framing.isSignedWith(frame, keys.up) ? keys : undefined;
    }
    return this.#deps.authenticate(framing, frame, session.terminal, keyVersion);
  }
}
