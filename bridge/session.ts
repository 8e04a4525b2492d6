/** One accepted connection: plain state, kept small since tens of thousands of them wait idle. */
import type { Socket } from 'node:net';
import type { DialectFraming, FrameLook, StreamReader } from '#protocol/dialect.ts';
import type { Told } from '#protocol/envelope.ts';
import type { RequestText } from '#protocol/envelope-text.ts';
import type { Capture } from './capture.ts';
import type { LinkKeys } from './link-authenticator.ts';
import { WheelNode } from './timer-wheel.ts';
import type { Transport } from './transport.ts';
import type { FaultAbout } from './wire.ts';

/**
 * fresh: no byte yet · securing: TLS is being agreed on · greeting: a dialect, no valid HELLO yet · open: signed on, nothing
 * pending · throttled: signed on, too many frames, reading stops for a moment · pending: one request is being answered,
 * reading stops at the next byte · refusing: a FAULT will go out after a delay · closing: nothing is read any more.
 */
export type Phase =
  | 'fresh'
  | 'securing'
  | 'greeting'
  | 'open'
  | 'throttled'
  | 'pending'
  | 'refusing'
  | 'closing';

const NOTHING_TOLD: Told = {};

/** The one request in flight on a session. */
export interface Pending {
  /** Of all requests of the bridge, from 1: its correlation. */
  readonly number: number;
  readonly framing: DialectFraming;
  readonly look: FrameLook;
  /** A copy: the read buffer is used again meanwhile. */
  readonly frame: Uint8Array;
  /** Wall clock, unix milliseconds, for the envelope. */
  readonly receivedAtMs: number;
  /** Monotonic milliseconds, for the deadlines. */
  readonly sinceMs: number;
  /** Monotonic milliseconds at which the hop that it is in began. */
  atMs: number;
  /** What its next deadline is for. */
  next: 'region' | 'sent' | 'rescue' | 'rescue_again' | 'busy';
}

export class Session extends WheelNode {
  readonly id: number;
  /** Of the peer. */
  readonly address: string;
  /** The TLS socket, once one is agreed on. */
  socket: Socket;
  transport: Transport = 'plain';
  /** Terminal that the transport has proven, 0 where it proves none. */
  provenTerminal = 0;
  /** Undefined until the first byte has told, unless its listener serves one dialect only. */
  framing: DialectFraming | undefined = undefined;
  /** Undefined before the first byte. */
  reader: StreamReader | undefined = undefined;
  phase: Phase = 'fresh';
  /** 0 before a valid HELLO. */
  terminal = 0;
  keyVersion = 0;
  keys: LinkKeys | undefined = undefined;
  /** What HELLO told that a payment may need; one object for all its requests. */
  hello: Told = NOTHING_TOLD;
  /** Undefined until it has been read. */
  region: string | undefined = undefined;
  /** Wall clock, unix milliseconds, of the bytes read last. */
  readAtMs = 0;
  /** Seconds between PINGs that its WELCOME advised; 0 before. */
  heartbeatS = 0;
  /** Monotonic milliseconds by which its frames would have come evenly (bridge/frame-rates.ts). */
  evenlyAtMs = 0;
  /** Of its connection, both ways; and those since its last sale was answered. */
  bytes = 0;
  bytesSinceSale = 0;
  /** PAYs answered. */
  sales = 0;
  /** Wall clock, unix milliseconds, of its first HELLO. */
  signedOnAtMs = 0;
  capture: Capture | undefined = undefined;
  /** What the FAULT that is delayed concerns: a copy of its HELLO. */
  refused: FaultAbout | undefined = undefined;
  /** Undefined before its first request. */
  requestText: RequestText | undefined = undefined;
  pending: Pending | undefined = undefined;
  /** Whether the peer has sent its last byte while a request of it was pending: the answer still goes out. */
  peerEnded = false;
  /** Whether GOAWAY has been sent. */
  goingAway = false;
  /** Whether the frame that has begun was there at an earlier read already. */
  frameBegun = false;

  constructor(id: number, socket: Socket, address: string) {
    super();
    this.id = id;
    this.socket = socket;
    this.address = address;
  }
}

const SESSION: unique symbol = Symbol('session');
type EdgeSocket = Socket & { [SESSION]?: Session | undefined };

/** Binds a session to its socket, so that handlers can be shared by all sockets instead of being closures. */
export const bindSession = (socket: Socket, session: Session | undefined): void => {
  (socket as EdgeSocket)[SESSION] = session;
};

export const sessionOf = (socket: Socket): Session | undefined => (socket as EdgeSocket)[SESSION];
