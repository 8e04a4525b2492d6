/** What a virtual SIM800 remembers, and what its commands may do. */
import type { Personality } from './virtual-personality.ts';
import type { VirtualSocketTable } from './virtual-socket-table.ts';

/** States of the bearer as AT+CIPSTATUS names them. */
export type BearerState = 'IP INITIAL' | 'IP START' | 'IP GPRSACT' | 'IP STATUS' | 'PDP DEACT';

export interface ModemState {
  echo: boolean;
  /** CMEE: 0 plain ERROR, 1 and 2 say what. */
  errorDetail: number;
  bearer: BearerState;
  multi: boolean;
  manualReceive: boolean;
  quickSend: boolean;
  searchesLeft: number;
}

export interface CommandContext {
  readonly state: ModemState;
  readonly personality: Personality;
  readonly sockets: VirtualSocketTable;
  line(text: string): void;
  /** A header line and the raw bytes it announces, as one block. */
  data(header: string, bytes: Uint8Array): void;
  /** Prompts, and resolves with so many bytes of payload. */
  payload(length: number): Promise<Uint8Array>;
  /** Resolves with `n, CONNECT OK` or `n, CONNECT FAIL`. */
  connected(link: number): Promise<string>;
}
