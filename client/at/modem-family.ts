/** What differs between modem families: words, sizes, limits, and the few commands of each step. */
import type { AtAnswer, AtCommand } from './at-command.ts';
import type { AtGrammar } from './at-tokenizer.ts';

export type FamilyName = 'sim800' | 'sim7600' | 'quectel' | 'ublox';

/** A plain command is answered in under a second; ten times that means that the modem is gone. */
export const PLAIN_MS = 10_000;

/** Sends one command; what is not given is a plain command's. Rejects with AtError. */
export type Run = (text: string, rest?: Partial<Omit<AtCommand, 'text'>>) => Promise<AtAnswer>;

/** What an unsolicited line says about our links. */
export type ModemNotice =
  | { readonly kind: 'readable'; readonly link: number }
  | { readonly kind: 'closed'; readonly link: number }
  | { readonly kind: 'bearer_lost' };

export interface Block {
  readonly bytes: Uint8Array;
  /** What remains to be read; where the modem does not tell, 1 until it says that there is nothing. */
  readonly left: number;
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface TlsSettings {
  /** PEM of the authority that signed the server's certificate, at most CA_BYTES_MAX. */
  readonly ca: Uint8Array;
  /** Name sent and expected; the host where absent. */
  readonly serverName?: string;
}

/** A PEM of an RSA 4096 authority has about 2 kB; Quectel's file of a certificate may have 4 kB. */
export const CA_BYTES_MAX = 4_096;

/** How TCP links are carried. Every call rejects with AtError `modem_refused` where the modem refuses. */
export interface LinkCommands {
  readonly linksMax: number;
  readonly sendBytesMax: number;
  readonly readBytesMax: number;
  /** `claim` says which link it will be, before anything can be told about it; without a number it chooses a free one. */
  open(run: Run, claim: (link?: number) => number, target: Target): Promise<void>;
  /** How many of the bytes the modem took. */
  send(run: Run, link: number, bytes: Uint8Array): Promise<number>;
  read(run: Run, link: number): Promise<Block>;
  isOpen(run: Run, link: number): Promise<boolean>;
  /** Bytes that the peer has not acknowledged; undefined where the modem does not tell. */
  unacknowledged(run: Run, link: number): Promise<number | undefined>;
  close(run: Run, link: number): Promise<void>;
}

export interface ModemFamily {
  readonly name: FamilyName;
  /** As a person would call it. */
  readonly title: string;
  /** Found in the answer to ATI or AT+CGMM. */
  readonly models: RegExp;
  readonly grammar: AtGrammar;
  /** Registrations of which one suffices. */
  readonly registrations: readonly ('CREG' | 'CGREG' | 'CEREG')[];
  noticeOf(line: string): ModemNotice | undefined;
  /** Found in `command: last line` of an opening that failed where the peer, not the modem, is at fault. */
  readonly refusal: RegExp;
  /** Begins anew: whatever bearer there was is gone. Returns the address. */
  setUpBearer(run: Run, setup: BearerSetup): Promise<string>;
  takeDownBearer(run: Run): Promise<void>;
  readonly tcp: LinkCommands;
  /** Undefined where the family has no TLS that can be relied on. */
  readonly tls?: {
    /** After every bring-up: stores the authority and sets the profile. */
    prepare(run: Run, settings: TlsSettings): Promise<void>;
    readonly links: LinkCommands;
  };
}

export interface BearerSetup {
  readonly apn: string;
  /** What the modem said of itself. */
  readonly identity: string;
  readonly sleep: (ms: number) => Promise<void>;
}
