/** What every modem family offers to the socket above it: a bearer, and links that carry TCP bytes. */

import type { FamilyName } from './modem-family.ts';

/** What the modem told while it was brought up. */
export interface ModemReport {
  readonly family: FamilyName;
  /** As the modem names itself, such as `SIM800 R14.18`. */
  readonly identity: string;
  readonly operator: string;
  /** 0 .. 31, 99 unknown. */
  readonly signal: number;
  /** Address in the carrier's network. */
  readonly address: string;
}

export interface LinkListener {
  /** There may be something to read. */
  onReadable(): void;
  /** The link is gone; what was received before a `closed` may still be read. `lost`: with its bearer. */
  onGone(words: string, how: 'closed' | 'lost'): void;
}

/** Every call rejects with AtError only, and within its own deadline. */
export interface ModemDriver {
  /** Most bytes of one `send`. */
  readonly sendBytesMax: number;
  /** Most bytes of one `read`. */
  readonly readBytesMax: number;
  /** Checks SIM and registration and sets up the bearer. Calling it again begins anew: all links are gone. */
  bringUp(): Promise<ModemReport>;
  /** Opens a free link and returns its number. */
  open(host: string, port: number, listener: LinkListener): Promise<number>;
  /** Hands over 1 to `sendBytesMax` bytes; resolves when the modem has taken them. */
  send(link: number, bytes: Uint8Array): Promise<void>;
  /** What is there now, possibly nothing; `left` is 0 where nothing remains. */
  read(link: number): Promise<{ readonly bytes: Uint8Array; readonly left: number }>;
  /** Asks the modem, since the notice that a link closed may have been missed. */
  isOpen(link: number): Promise<boolean>;
  /** Sent bytes that the peer has not acknowledged; undefined where the modem does not tell. */
  unacknowledged(link: number): Promise<number | undefined>;
  /** Idempotent; frees the link. */
  close(link: number): Promise<void>;
  /** 0 .. 31, 99 unknown. */
  signal(): Promise<number>;
  /** Name of the network, or an empty text. */
  operator(): Promise<string>;
  /** Takes the bearer down and closes the port. Never rejects. */
  shutDown(): Promise<void>;
}
