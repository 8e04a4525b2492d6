/** A dialect has two halves: `codec` for the functions (frame to request, reply to frame), `framing` for the bridge. */
import type { Crypto, MacKey } from './crypto.ts';
import type { Dialect, Told } from './envelope.ts';
import type { LengthKind } from './iso8583/transport.ts';
import type { Reply } from './reply.ts';
import type { Operation, Request, RequestKey } from './request.ts';
import type { Result } from './result.ts';

/** What end-to-end keys are derived with: labels of the dialect's own, so that no tag of one fits another. */
export interface MessageLabels {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
}

/** The same for the keys of a connection. */
export interface LinkLabels {
  readonly up: Uint8Array;
  readonly down: Uint8Array;
}

/** The functions' half. */
export interface DialectCodec {
  /** What the frame in an envelope shows without any key. Total. */
  open(frame: Uint8Array): OpenedRequest | UnopenedFrame;
}

/** One whole request whose K can be read; nothing of it is to be believed before `isSignedWith`. */
export interface OpenedRequest {
  readonly key: RequestKey;
  /** Whose keys sign it; that of K unless the dialect says otherwise. */
  readonly keyVersion: number;
  readonly op: Operation;
  /** A sale made while offline. */
  readonly stored: boolean;
  readonly labels: MessageLabels;
  /** Whether the tag is that of the request key; takes the same time wherever it differs. */
  isSignedWith(request: MacKey): boolean;
  /** SHA-256, the same for every copy of the request and for nothing else under its K. */
  digest(crypto: Crypto): Uint8Array;
  /** `nowMs`: unix milliseconds, for times on the wire that leave something out. */
  decode(nowMs: number): Result<Request>;
  /** The answer's frame, bound to this very request. */
  encode(reply: Reply, keys: Record<keyof MessageLabels, MacKey>): Uint8Array;
}

/** `frame_malformed`: K cannot be read. `frame_type`: it is no request. */
export interface UnopenedFrame {
  readonly unopened: 'frame_malformed' | 'frame_type';
  readonly key?: RequestKey;
}

/** The bridge's half, of one listener. */
export interface DialectFraming {
  readonly dialect: Dialect;
  readonly labels: LinkLabels;
  createReader(): StreamReader;
  /** What whole first bytes of a connection are if its frames end otherwise than on this listener. */
  misreads?(bytes: Uint8Array): LengthKind | undefined;
  /** What a frame is to the bridge. Total. */
  look(frame: Uint8Array): FrameLook;
  /** Whether the tag is that of the link key `up`; takes the same time wherever it differs. */
  isSignedWith(frame: Uint8Array, up: MacKey): boolean;
  /** The content of a `hello` whose tag was verified. */
  decodeHello(frame: Uint8Array, nowMs: number): Result<Told>;
  /** Answers a `hello`. */
  encodeWelcome(hello: Uint8Array, facts: WelcomeFacts, down: MacKey): Uint8Array;
  /** Answers a `ping`. `facts`: to be asked only where they are told. */
  encodePong(ping: Uint8Array, facts: () => WelcomeFacts, down: MacKey): Uint8Array;
  /** Says that nothing was decided on `frame`, which is to be sent again. `keyVersion`: that of `down`. */
  encodeBusy(frame: Uint8Array, retryAfterMs: number, down: MacKey, keyVersion: number): Uint8Array;
  /** Sends the terminal away; undefined where the dialect has no word for it and a close says it. */
  encodeGoaway(key: RequestKey, reconnectAfterMs: number, down: MacKey): Uint8Array | undefined;
  /** Says what is wrong; without `down` unsigned. Undefined where there is no frame to answer to and the dialect needs one. */
  encodeFault(fault: LinkFault, down: MacKey | undefined): Uint8Array | undefined;
  /** What an envelope carries of a request. */
  toEnvelope(request: Uint8Array): Uint8Array;
  /** What goes out on the connection that `request` came in on, for the frame of a reply envelope or a stored answer. */
  fromEnvelope(reply: Uint8Array, request: Uint8Array): Uint8Array;
  /** Whether the frame of a reply envelope can be the answer to `request`. */
  isAnswerTo(reply: Uint8Array, request: Uint8Array): boolean;
  /** As `OpenedRequest.digest`. */
  digest(crypto: Crypto, request: Uint8Array): Uint8Array;
}

/** Pull style: `feed` a chunk, then take with `next` until it returns undefined. A fault is final. */
export interface StreamReader {
  feed(chunk: Uint8Array): void;
  /** A frame may be a view of the chunk, valid until the next `feed`. */
  next(): Uint8Array | StreamFault | undefined;
  /** Whether a frame has begun and is not complete. */
  readonly begun: boolean;
  /** Copies what is left of the chunk, so that its buffer may be used again. */
  retain(): void;
}

/** Framing is lost: say so with this code and close. */
export interface StreamFault {
  readonly fault: 64 | 65;
  readonly reason: string;
}

/**
 * `hello` signs on, `ping` asks whether the bridge is there, `request` goes to the functions, `other` is none of them,
 * `unreadable` has something in it that keeps it from being any of them, `broken` breaks the dialect so that the connection ends.
 */
export interface FrameLook {
  readonly kind: 'hello' | 'ping' | 'request' | 'other' | 'unreadable' | 'broken';
  readonly key: RequestKey;
  /** Whose keys sign it. */
  readonly keyVersion: number;
  /** Of a request. */
  readonly op?: Operation;
  /** Why it is `other`, `unreadable` or `broken`. */
  readonly refused?: string;
}

export interface WelcomeFacts {
  /** Unix seconds. */
  readonly serverTimeS: number;
  readonly heartbeatS: number;
  /** Advised; absent: the one that the terminal is in. */
  readonly mode?: 'session' | 'on_demand';
}

export interface LinkFault {
  readonly code:
    | 'not_permitted'
    | 'frame_malformed'
    | 'version_unsupported'
    | 'mac_invalid'
    | 'field_invalid';
  /** Of the terminal that has signed on; absent before. */
  readonly key?: RequestKey;
  /** The frame that is at fault, where one was whole. */
  readonly frame?: Uint8Array;
  /** Its number is not told: that it is the terminal's has not been shown, or does not matter. */
  readonly unnamed?: true;
  /** The part of it that is at fault, where the dialect has names for them and does not find it itself. */
  readonly field?: string | undefined;
}
