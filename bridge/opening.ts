/** The first bytes of a connection: TLS, a dialect, or a stranger who is told of and closed. */
import type { DialectFraming } from '#protocol/dialect.ts';
import type { Counters } from './counters.ts';
import {
  framingOf,
  lookalikeOf,
  MISREAD,
  type Spoken,
  type Stranger,
  strangerOf,
  TLS_FIRST_BYTE,
} from './detect.ts';
import type { BridgeLog } from './log.ts';
import type { Session } from './session.ts';
import type { SignOn } from './sign-on.ts';
import type { Terminator } from './tls/terminator.ts';
import type { Wire } from './wire.ts';

export interface OpeningDeps {
  readonly spoken: readonly Spoken[];
  readonly tls: Pick<Terminator, 'secure'>;
  readonly signOn: SignOn;
  readonly wire: Wire;
  readonly counters: Counters;
  readonly log: BridgeLog;
}

const misreadBy = (framing: DialectFraming, chunk: Uint8Array): Stranger | undefined => {
  const kind = framing.misreads?.(chunk);
  return kind && MISREAD[kind];
};

/** What a connection that gets its dialect looks like all the same. */
const guessOf = (
  session: Session,
  framing: DialectFraming,
  chunk: Uint8Array,
): Stranger | undefined => {
  const guess = misreadBy(framing, chunk) ?? lookalikeOf(chunk);
  // On a listener of one dialect no first byte has told.
  return guess ?? (session.framing && startsWrong(framing, chunk) ? strangerOf(chunk) : undefined);
};

const startsWrong = (framing: DialectFraming, chunk: Uint8Array): boolean => {
  const reader = framing.createReader();
  reader.feed(chunk);
  const first = reader.next();
  return first !== undefined && 'fault' in first;
};

const HTTP_REFUSAL = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n', 'latin1');

export class Opening {
  readonly #deps: OpeningDeps;

  constructor(deps: OpeningDeps) {
    this.#deps = deps;
  }

  /** Finds the dialect by the first byte; false where there is none, or nothing to read yet. */
  begin(session: Session, chunk: Uint8Array): boolean {
    const { tls } = this.#deps;
    const first = chunk[0] as number;
    if (first === TLS_FIRST_BYTE && session.transport === 'plain') {
      session.phase = 'securing';
      tls.secure(session, Buffer.from(chunk));
      return false;
    }
    const framing = session.framing ?? framingOf(this.#deps.spoken, first);
    if (framing) {
      // A guess: the connection goes on, and ends by itself if it was right.
      this.#stranger(session, guessOf(session, framing, chunk));
      session.framing = framing;
      session.reader = framing.createReader();
      session.phase = 'greeting';
      return true;
    }
    const looksLike = this.#misread(chunk) ?? strangerOf(chunk);
    this.#stranger(session, looksLike);
    if (looksLike === 'http') {
      this.#deps.wire.write(session, HTTP_REFUSAL);
    }
    this.#deps.signOn.end(session);
    return false;
  }

  #misread(chunk: Uint8Array): Stranger | undefined {
    const found = this.#deps.spoken.map(({ framing }) => misreadBy(framing, chunk));
    return found.find((stranger) => stranger !== undefined);
  }

  #stranger(session: Session, looksLike: Stranger | undefined): void {
    if (looksLike) {
      this.#deps.counters.strangers[looksLike] += 1;
      this.#deps.log.write('info', 'stranger', { looksLike, transport: session.transport });
    }
  }
}
