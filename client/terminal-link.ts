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
  type Hello,
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
  | { readonly kind: 'closed'; readonly reason: string };

export interface TerminalLinkOptions {
  readonly stream: Duplex;
  readonly keys: LinkKeys;
  readonly hello: Hello;
  /** Key of HELLO: the last sequence number used. */
  readonly helloKey: RequestKey;
  readonly timers: Timers;
  readonly onWelcome: (serverTimeS: number, heartbeatS: number) => void;
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

  constructor(options: TerminalLinkOptions) {
    this.#options = options;
    const { stream } = options;
    stream.on('data', (chunk: Uint8Array) => this.#feed(chunk));
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

  /** HELLO and the first request leave in one write, hence in one AT send and one segment. */
  send(frame: Uint8Array): void {
    const { stream, hello, helloKey, keys } = this.#options;
    if (this.#closed) {
      return;
    }
    const bytes = this.#helloSent
      ? frame
      : Buffer.concat([encodeHello(helloKey, hello, keys.up), frame]);
    this.#helloSent = true;
    stream.write(bytes);
  }

  /** The next event, or TIMED_OUT. One caller at a time. */
  async next(timeoutMs: number): Promise<LinkEvent | typeof TIMED_OUT> {
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
    const event = await withDeadline(this.#options.timers, timeoutMs, coming);
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
      if (welcome.ok && equalBytes(welcome.value.nonce, this.#options.hello.nonce)) {
        this.#options.onWelcome(welcome.value.serverTimeS, welcome.value.heartbeatS);
      }
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
