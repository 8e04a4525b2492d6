/** What a virtual modem remembers, and what its commands may do. */
import type { Timers } from '../ports.ts';
import type { Personality } from './virtual-personality.ts';
import type { VirtualSocketTable } from './virtual-socket-table.ts';

/** Lost with the power. */
export interface ModemState {
  echo: boolean;
  /** CMEE: 0 plain ERROR, 1 and 2 say what. */
  errorDetail: number;
  /** The SIM has been unlocked. */
  unlocked: boolean;
  /** The network's address is ours, and sockets may be opened. */
  bearerUp: boolean;
  searchesLeft: number;
  /** Settings of the family, by the name of their command. */
  readonly settings: Map<string, string>;
  /** Certificates and files, by name. */
  readonly files: Map<string, Uint8Array>;
}

export const powerOnState = ({ echo, searchingAsks }: Personality): ModemState => ({
  echo,
  errorDetail: 0,
  unlocked: false,
  bearerUp: false,
  searchesLeft: searchingAsks,
  settings: new Map(),
  files: new Map(),
});

export interface CommandContext {
  readonly state: ModemState;
  readonly personality: Personality;
  readonly sockets: VirtualSocketTable;
  readonly timers: Timers;
  /** False while the network is out of reach. */
  readonly registered: boolean;
  line(text: string): void;
  ok(): void;
  /** +CME ERROR with this number, or plain ERROR where CMEE is 0. */
  fail(cme?: number): void;
  /** A header, the raw bytes that it announces, and what closes them, as one block. */
  data(header: string, bytes: Uint8Array, tail?: string): void;
  /** Prompts, and resolves with so many bytes of payload. */
  payload(length: number, prompt?: string): Promise<Uint8Array>;
  /** Resolves once the link that is being opened is connected, or cannot be. */
  connected(link: number): Promise<boolean>;
  /** True as often as this quirk's rate says. */
  chance(rate: number): boolean;
  /** The network takes the bearer away. */
  loseBearer(): void;
  restart(): void;
}

export type Handler = (args: string, context: CommandContext) => void | Promise<void>;

/** By what follows AT, up to and with `?` or `=`. */
export type Handlers = Readonly<Record<string, Handler>>;
