/** What differs between the modems in software: names, words of their news, and their commands. */
import type { FamilyName } from '../at/modem-family.ts';
import type { Handlers } from './virtual-state.ts';

export interface VirtualFamily {
  readonly name: FamilyName;
  /** What ATI answers, a line each. */
  readonly identity: readonly string[];
  /** What AT+CGMM answers. */
  readonly model: string;
  /** Plain and encrypted ones together. */
  readonly linksMax: number;
  readonly announcesAfterEmptyRead: boolean;
  readonly closesAfterRead: boolean;
  /** Payload that comes earlier after the prompt `@` is lost. */
  readonly promptPauseMs: number;
  readonly handlers: Handlers;
  readable(link: number, waitingBytes: number): string;
  closed(link: number): string;
  /** The peer's end also frees the number of the link. */
  readonly freesClosedLinks: boolean;
  /** When the network takes the bearer away; `links` are those that were connected. */
  bearerLost(links: readonly number[]): readonly string[];
  /** After power-on. */
  readonly bootLines: readonly string[];
  /** Unsolicited lines that it prints whenever it likes. */
  readonly strayLines: readonly string[];
}
