/** The TCP stack inside the virtual modem: six links, each a real socket of this machine. */
import { connect, type Socket } from 'node:net';

/** Links of a SIM800 in multi-connection mode. */
export const LINKS_MAX = 6;
/** Received bytes kept per link before the peer is slowed down: the module's window is of this order. */
export const RECEIVE_BYTES_MAX = 16_384;

export type LinkState = 'INITIAL' | 'CONNECTING' | 'CONNECTED' | 'REMOTE CLOSING' | 'CLOSED';

export interface SocketEvents {
  onConnected(link: number): void;
  onConnectFailed(link: number): void;
  /** Something is there to read that was not announced since the last read. */
  onReadable(link: number): void;
  onClosed(link: number): void;
}

interface Link {
  socket: Socket | undefined;
  state: LinkState;
  host: string;
  port: number;
  received: Buffer;
  announced: boolean;
  sentBytes: number;
  ackedBytes: number;
}

const emptyLink = (): Link => ({
  socket: undefined,
  state: 'INITIAL',
  host: '',
  port: 0,
  received: Buffer.alloc(0),
  announced: false,
  sentBytes: 0,
  ackedBytes: 0,
});

export class VirtualSocketTable {
  readonly #events: SocketEvents;
  readonly #links: Link[] = Array.from({ length: LINKS_MAX }, emptyLink);
  /** TCP payload since power-on, for the story of a sale. */
  bytesUp = 0;
  bytesDown = 0;

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  has(link: number): boolean {
    return Number.isInteger(link) && link >= 0 && link < LINKS_MAX;
  }

  describe(link: number): { state: LinkState; host: string; port: number } {
    const { state, host, port } = this.#at(link);
    return { state, host, port };
  }

  counters(link: number): { sent: number; acked: number } {
    const { sentBytes, ackedBytes } = this.#at(link);
    return { sent: sentBytes, acked: ackedBytes };
  }

  waiting(link: number): number {
    return this.#at(link).received.length;
  }

  open(link: number, host: string, port: number): void {
    const entry: Link = { ...emptyLink(), state: 'CONNECTING', host, port };
    this.#links[link] = entry;
    const socket = connect({ host, port, noDelay: true });
    entry.socket = socket;
    socket.once('connect', () => {
      entry.state = 'CONNECTED';
      this.#events.onConnected(link);
    });
    socket.on('data', (chunk) => this.#receive(link, entry, chunk));
    // 'close' follows every error and is where the link is settled.
    socket.on('error', () => undefined);
    socket.once('close', () => this.#settle(link, entry));
  }

  /** `done(true)` when the bytes are on their way, `done(false)` when the link is gone. */
  send(link: number, bytes: Uint8Array, done: (sent: boolean) => void): void {
    const entry = this.#at(link);
    if (entry.socket === undefined || entry.state !== 'CONNECTED') {
      done(false);
      return;
    }
    entry.sentBytes += bytes.length;
    this.bytesUp += bytes.length;
    entry.socket.write(bytes, (error) => {
      if (error === null || error === undefined) {
        entry.ackedBytes += bytes.length;
        done(true);
      } else {
        done(false);
      }
    });
  }

  read(link: number, max: number): { bytes: Uint8Array; left: number } {
    const entry = this.#at(link);
    const bytes = Uint8Array.from(entry.received.subarray(0, max));
    entry.received = entry.received.subarray(bytes.length);
    entry.announced = entry.received.length > 0;
    if (entry.received.length < RECEIVE_BYTES_MAX) {
      entry.socket?.resume();
    }
    return { bytes, left: entry.received.length };
  }

  /** Ends one link without an event: the host asked for it. */
  close(link: number): boolean {
    const entry = this.#at(link);
    const wasOpen = entry.state === 'CONNECTED' || entry.state === 'CONNECTING';
    this.#links[link] = emptyLink();
    entry.state = 'CLOSED';
    entry.socket?.destroy();
    return wasOpen || entry.socket !== undefined;
  }

  closeAll(): void {
    for (let link = 0; link < LINKS_MAX; link += 1) {
      this.close(link);
    }
  }

  #at(link: number): Link {
    const entry = this.#links[link];
    if (entry === undefined) {
      throw new RangeError(`a SIM800 has links 0 to ${LINKS_MAX - 1}, not ${link}`);
    }
    return entry;
  }

  #receive(link: number, entry: Link, chunk: Buffer): void {
    if (this.#links[link] !== entry) {
      return;
    }
    this.bytesDown += chunk.length;
    entry.received = Buffer.concat([entry.received, chunk]);
    if (entry.received.length >= RECEIVE_BYTES_MAX) {
      entry.socket?.pause();
    }
    if (!entry.announced) {
      entry.announced = true;
      this.#events.onReadable(link);
    }
  }

  #settle(link: number, entry: Link): void {
    if (this.#links[link] !== entry) {
      return;
    }
    const connecting = entry.state === 'CONNECTING';
    entry.state = 'CLOSED';
    entry.socket = undefined;
    if (connecting) {
      this.#events.onConnectFailed(link);
    } else {
      this.#events.onClosed(link);
    }
  }
}
