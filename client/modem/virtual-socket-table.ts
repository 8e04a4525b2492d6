/** The TCP stack inside the virtual modem: its links, each a stream to a real peer. */
import type { Duplex } from 'node:stream';
import type { Dial, Peer } from './virtual-network.ts';

/** Received bytes kept per link before the peer is slowed down: the module's window is of this order. */
export const RECEIVE_BYTES_MAX = 16_384;

export type LinkState = 'INITIAL' | 'CONNECTING' | 'CONNECTED' | 'CLOSED';

export interface SocketEvents {
  onConnected(link: number): void;
  onConnectFailed(link: number): void;
  /** Something is there to read that was not announced yet. */
  onReadable(link: number, waitingBytes: number): void;
  onClosed(link: number): void;
}

export interface SocketTableOptions {
  readonly linksMax: number;
  readonly dial: Dial;
  readonly events: SocketEvents;
  /** Data is announced again only after a read that found nothing (Quectel). */
  readonly announcesAfterEmptyRead: boolean;
  /** The end is told only when everything is read (u-blox). */
  readonly closesAfterRead: boolean;
}

interface Link {
  stream: Duplex | undefined;
  state: LinkState;
  peer: Peer;
  received: Buffer;
  announced: boolean;
  endTold: boolean;
  deaf: boolean;
  sentBytes: number;
  ackedBytes: number;
}

const emptyLink = (): Link => ({
  stream: undefined,
  state: 'INITIAL',
  peer: { host: '', port: 0 },
  received: Buffer.alloc(0),
  announced: false,
  endTold: false,
  deaf: false,
  sentBytes: 0,
  ackedBytes: 0,
});

export class VirtualSocketTable {
  readonly #options: SocketTableOptions;
  readonly #links: Link[];
  /** TCP payload since power-on, for the story of a sale. */
  bytesUp = 0;
  bytesDown = 0;

  constructor(options: SocketTableOptions) {
    this.#options = options;
    this.#links = Array.from({ length: options.linksMax }, emptyLink);
  }

  has(link: number): boolean {
    return Number.isInteger(link) && link >= 0 && link < this.#links.length;
  }

  stateOf(link: number): LinkState {
    return this.#at(link).state;
  }

  peerOf(link: number): Peer {
    return this.#at(link).peer;
  }

  counters(link: number): { readonly sent: number; readonly acked: number } {
    const { sentBytes, ackedBytes } = this.#at(link);
    return { sent: sentBytes, acked: ackedBytes };
  }

  waiting(link: number): number {
    return this.#at(link).received.length;
  }

  /** A link that no socket was made for yet, below `limit`. */
  free(limit: number): number | undefined {
    const link = this.#links.findIndex(({ state }, at) => state === 'INITIAL' && at < limit);
    return link < 0 ? undefined : link;
  }

  /** Takes the number without connecting. */
  reserve(link: number): void {
    this.#links[link] = { ...emptyLink(), state: 'CLOSED', endTold: true };
  }

  open(link: number, peer: Peer): void {
    const entry: Link = { ...emptyLink(), state: 'CONNECTING', peer };
    this.#links[link] = entry;
    this.#options.dial(peer).then(
      (stream) => this.#connected(link, entry, stream),
      () => this.#settle(link, entry),
    );
  }

  /** `done(true)` when the bytes are on their way, `done(false)` when the link is gone. */
  send(link: number, bytes: Uint8Array, done: (sent: boolean) => void): void {
    const entry = this.#at(link);
    if (entry.stream === undefined || entry.state !== 'CONNECTED') {
      done(false);
      return;
    }
    entry.sentBytes += bytes.length;
    this.bytesUp += bytes.length;
    if (entry.deaf) {
      done(true);
      return;
    }
    entry.stream.write(bytes, (error) => {
      const sent = error === null || error === undefined;
      entry.ackedBytes += sent ? bytes.length : 0;
      done(sent);
    });
  }

  read(link: number, max: number): { readonly bytes: Uint8Array; readonly left: number } {
    const entry = this.#at(link);
    const bytes = Uint8Array.from(entry.received.subarray(0, max));
    entry.received = entry.received.subarray(bytes.length);
    const left = entry.received.length;
    entry.announced = this.#options.announcesAfterEmptyRead ? bytes.length > 0 : left > 0;
    if (left < RECEIVE_BYTES_MAX) {
      entry.stream?.resume();
    }
    if (left === 0 && entry.state === 'CLOSED') {
      this.#tellEnd(link, entry);
    }
    return { bytes, left };
  }

  /** Ends one link without an event: the host asked for it. False: there was none. */
  close(link: number): boolean {
    const entry = this.#at(link);
    const was = entry.state !== 'INITIAL';
    this.#links[link] = emptyLink();
    entry.state = 'CLOSED';
    entry.stream?.destroy();
    return was;
  }

  closeAll(): void {
    for (let link = 0; link < this.#links.length; link += 1) {
      this.close(link);
    }
  }

  /** The bearer is gone: nothing moves any more, but the numbers stay taken until they are closed. */
  loseAll(): void {
    this.#links.forEach((entry, link) => {
      if (entry.state === 'CONNECTING') {
        this.#settle(link, entry);
      } else if (entry.state === 'CONNECTED') {
        entry.endTold = true;
        entry.state = 'CLOSED';
      }
      entry.stream?.destroy();
    });
  }

  /** Every link looks alive and carries nothing. */
  deafen(): void {
    for (const entry of this.#links) {
      entry.deaf = entry.state === 'CONNECTED';
    }
  }

  #connected(link: number, entry: Link, stream: Duplex): void {
    if (this.#links[link] !== entry || entry.state !== 'CONNECTING') {
      stream.destroy();
      return;
    }
    entry.stream = stream;
    entry.state = 'CONNECTED';
    stream.on('data', (chunk: Buffer) => this.#receive(link, entry, chunk));
    // The end of the peer's half is the end of a modem's link; 'close' follows every error.
    stream.on('end', () => this.#settle(link, entry));
    stream.on('error', () => undefined);
    stream.once('close', () => this.#settle(link, entry));
    this.#options.events.onConnected(link);
  }

  #receive(link: number, entry: Link, chunk: Buffer): void {
    if (this.#links[link] !== entry || entry.deaf) {
      return;
    }
    this.bytesDown += chunk.length;
    entry.received = Buffer.concat([entry.received, chunk]);
    if (entry.received.length >= RECEIVE_BYTES_MAX) {
      entry.stream?.pause();
    }
    if (!entry.announced) {
      entry.announced = true;
      this.#options.events.onReadable(link, entry.received.length);
    }
  }

  #settle(link: number, entry: Link): void {
    if (this.#links[link] !== entry || entry.state === 'CLOSED' || entry.deaf) {
      return;
    }
    const connecting = entry.state === 'CONNECTING';
    entry.state = 'CLOSED';
    entry.stream?.destroy();
    if (connecting) {
      entry.endTold = true;
      this.#options.events.onConnectFailed(link);
    } else if (!this.#options.closesAfterRead || entry.received.length === 0) {
      this.#tellEnd(link, entry);
    }
  }

  #tellEnd(link: number, entry: Link): void {
    if (!entry.endTold) {
      entry.endTold = true;
      this.#options.events.onClosed(link);
    }
  }

  #at(link: number): Link {
    const entry = this.#links[link];
    if (entry === undefined) {
      throw new RangeError(`the modem has links 0 to ${this.#links.length - 1}, not ${link}`);
    }
    return entry;
  }
}
