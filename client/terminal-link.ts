/** One signed-on connection to the bridge: HELLO in front of the first request, frames in, tags checked. */
import type { Duplex } from 'node:stream';
import { equalBytes } from '#protocol/bytes.ts';
import type { CodeName } from '#protocol/codes.ts';
import { FRAME_TYPES, frameType, verifyTag } from '#protocol/cp1/frame.ts';
import { FrameReader } from '#protocol/cp1/frame-reader.ts';
import type { LinkKeys } from '#protocol/cp1/keys.ts';
import {
  decodeBusy,
  decodeFault,
  decodeGoaway,
  decodeWelcome,
  encodeHello,
  encodePing,
  type Hello,
  type Welcome,
} from '#protocol/cp1/link-codec.ts';
import type { RequestKey } from '#protocol/request.ts';
import { type TIMED_OUT, type Timers, withDeadline } from './ports.ts';

/** Events not yet looked at; an honest bridge has at most one or two for us. */
const EVENTS_MAX = 16;

export type LinkEvent =
  /** A copy of a frame that may answer the request; its tag is not checked yet. */
  | { readonly kind: 'reply'; readonly frame: Uint8Array }
  | { readonly kind: 'busy'; readonly retryAfterMs: number; readonly sequence: number }
  | { readonly kind: 'goaway'; readonly reconnectAfterMs: number }
  /** `signed` false: anyone may have sent it. */
  | {
      readonly kind: 'fault';
      readonly code: CodeName;
      readonly signed: boolean;
      /** Of the request concerned, where known. */
      readonly sequence: number | undefined;
    }
  | { readonly kind: 'welcome' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'closed'; readonly reason: string };

/** Payload of TCP that one write or one read carried. */
export type OnAir = (direction: 'up' | 'down', bytes: number) => void;

export interface TerminalLinkOptions {
  readonly stream: Duplex;
  readonly keys: LinkKeys;
  readonly hello: Hello;
  /** Key of HELLO: the last sequence number used. */
  readonly helloKey: RequestKey;
  readonly timers: Timers;
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onAir: OnAir;
}

const TYPE_DOWN_REPLY: ReadonlySet<number> = new Set([0x82, 0x83, 0x84, 0x85, 0x86, 0x88]);

export class TerminalLink {
  readonly #options: TerminalLinkOptions;
  readonly #reader = new FrameReader();
  readonly #events: LinkEvent[] = [];
  #waiter: ((event: LinkEvent) => void) | undefined;
  #helloSent = false;
  #closed = false;
  #leaving = false;
  #welcomed = false;
  #hello: Hello;

  constructor(options: TerminalLinkOptions) {
    this.#options = options;
    this.#hello = options.hello;
    const { stream, onAir } = options;
    stream.on('data', (chunk: Uint8Array) => {
      onAir('down', chunk.length);
      this.#feed(chunk);
    });
    stream.on('error', (error) => this.#end(error.message));
    stream.on('end', () => this.#end('the bridge closed the connection'));
    stream.on('close', () => this.#end('the connection is gone'));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A GOAWAY has come: what is open is finished here, the next request goes out on a new connection. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** The bridge has answered HELLO. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  /** What the bridge was told of the clock. */
  get toldOffsetS(): number | undefined {
    return this.#helloSent ? this.#hello.clockOffsetS : undefined;
  }

  /** HELLO and the first request leave in one write, hence in one AT send and one segment. */
  send(frame: Uint8Array): void {
    this.#write(this.#helloSent ? frame : Buffer.concat([this.#takeHello(), frame]));
  }

  /** HELLO alone: once more where it has something new to tell. */
  signOn(clockOffsetS?: number): void {
    if (clockOffsetS !== undefined) {
      this.#hello = { ...this.#hello, clockOffsetS };
    }
    this.#write(this.#takeHello());
  }

  /** Asks for a sign of life. */
  ping(): void {
    const { helloKey, keys } = this.#options;
    this.send(encodePing(helloKey, keys.up));
  }

  #takeHello(): Uint8Array {
    const { helloKey, keys } = this.#options;
    this.#helloSent = true;
    return encodeHello(helloKey, this.#hello, keys.up);
  }

  #write(bytes: Uint8Array): void {
    if (!this.#closed) {
      this.#options.onAir('up', bytes.length);
      this.#options.stream.write(bytes);
    }
  }

  /** The next event, or TIMED_OUT, also once `signal` is aborted. One caller at a time. */
  async next(timeoutMs: number, signal?: AbortSignal): Promise<LinkEvent | typeof TIMED_OUT> {
    const kept = this.#events.shift();
    if (kept !== undefined) {
      return kept;
    }
    let came: LinkEvent | undefined;
    const coming = new Promise<LinkEvent>((resolve) => {
      this.#waiter = (event) => {
        came = event;
        resolve(event);
      };
    });
    const event = await withDeadline(this.#options.timers, timeoutMs, coming, signal);
    this.#waiter = undefined;
    // What came in the same turn as the end of the wait is not lost.
    return came ?? event;
  }

  close(): void {
    this.#closed = true;
    this.#options.stream.destroy();
  }

  #feed(chunk: Uint8Array): void {
    this.#reader.feed(chunk);
    for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
      if (!(frame instanceof Uint8Array)) {
        this.#end(`the bridge sent bytes that are no frame: ${frame.reason}`);
        this.#options.stream.destroy();
        return;
      }
      this.#take(frame);
    }
    this.#reader.retain();
  }

  #take(frame: Uint8Array): void {
    const type = frameType(frame);
    if (TYPE_DOWN_REPLY.has(type)) {
      this.#push({ kind: 'reply', frame: frame.slice() });
      return;
    }
    const signed = verifyTag(frame, this.#options.keys.down);
    if (type === FRAME_TYPES.fault) {
      const fault = decodeFault(frame);
      const { code, sequence } = fault.ok ? fault.value : { code: 'internal' as const };
      this.#push({ kind: 'fault', code, signed, sequence });
    } else if (signed) {
      this.#takeSigned(type, frame);
    }
  }

  #takeSigned(type: number, frame: Uint8Array): void {
    if (type === FRAME_TYPES.welcome) {
      const welcome = decodeWelcome(frame);
      if (welcome.ok && equalBytes(welcome.value.nonce, this.#hello.nonce)) {
        this.#welcomed = true;
        this.#options.onWelcome(welcome.value);
        this.#push({ kind: 'welcome' });
      }
    } else if (type === FRAME_TYPES.pong) {
      this.#push({ kind: 'pong' });
    } else if (type === FRAME_TYPES.busy) {
      const busy = decodeBusy(frame);
      if (busy.ok) {
        this.#push({ kind: 'busy', ...busy.value });
      }
    } else if (type === FRAME_TYPES.goaway) {
      const goaway = decodeGoaway(frame);
      if (goaway.ok) {
        this.#leaving = true;
        this.#push({ kind: 'goaway', ...goaway.value });
      }
    }
  }

  #end(reason: string): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#push({ kind: 'closed', reason });
    }
  }

  #push(event: LinkEvent): void {
    if (this.#waiter !== undefined) {
      const waiter = this.#waiter;
      this.#waiter = undefined;
      waiter(event);
    } else if (this.#events.length < EVENTS_MAX) {
      this.#events.push(event);
    } else {
      this.#options.stream.destroy();
    }
  }
}
