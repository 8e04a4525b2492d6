/** What a virtual modem is like: its identity, its network, and the quirks that real ones were caught with. */

export interface Personality {
  /** What ATI answers, a line each; the family's own where empty. */
  readonly identity: readonly string[];
  readonly operator: string;
  /** State of the SIM as `AT+CPIN?` words it; `missing` answers +CME ERROR: 10. */
  readonly sim: 'READY' | 'SIM PIN' | 'SIM PUK' | 'missing';
  /** Unlocks a SIM in state `SIM PIN`. */
  readonly pin: string;
  /** 0 .. 31, or 99 for unknown. */
  readonly signal: number;
  /** Stat of CREG, CGREG and CEREG once registered: 1 home, 5 roaming, 3 denied. */
  readonly registration: 1 | 3 | 5;
  /** How often a registration is asked for before it is more than 2 (searching). */
  readonly searchingAsks: number;
  /** An address of the carrier's private network. */
  readonly address: string;
  /** The bearer is refused, as where the APN is wrong. */
  readonly bearerFails: boolean;
  /** Echo at power-on; real modules echo until ATE0. */
  readonly echo: boolean;
  /** Quirk: ATE0 is answered OK and ignored, so that commands and payloads keep being echoed. */
  readonly stuckEcho: boolean;
  /** Quirk: setting what is already set answers ERROR (SIM800). */
  readonly refusesSameSetting: boolean;
  /** Quirk: the context is lost while a link opens, and NETOPEN with it (SIM7600). Share of openings. */
  readonly driftRate: number;
  /** Quirk: a lost context is not told, and its address still shown (Quectel). */
  readonly hidesLostBearer: boolean;
  /** Quirk: this share of notices of received data is never sent. */
  readonly lostNoticeRate: number;
  /** Share of output blocks that have one bit altered. */
  readonly corruptRate: number;
  /** Share of output blocks that unsolicited lines precede, also between prompt and payload. */
  readonly strayRate: number;
  /** Unsolicited lines at once: a storm from 10 on. */
  readonly strayLinesMax: number;
  /** Share of commands at which the network takes the bearer away. */
  readonly bearerLossRate: number;
  /** Share of commands at which the network is out of reach for `outageMs`, bearer included. */
  readonly outageRate: number;
  readonly outageMs: number;
  /** Share of commands whose answer comes `latenessMs` later than it should. */
  readonly lateRate: number;
  readonly latenessMs: number;
  /** Share of commands that are carried out and not answered. */
  readonly muteRate: number;
  /** Share of commands at which the modem loses its power and starts again. */
  readonly restartRate: number;
  /** Share of commands at which every link is dead without a word (SIM7600 after an SMS). */
  readonly deafRate: number;
}

export const ORDINARY: Personality = {
  identity: [],
  operator: 'Virtual GPRS',
  sim: 'READY',
  pin: '1234',
  signal: 21,
  registration: 1,
  searchingAsks: 0,
  address: '10.64.1.17',
  bearerFails: false,
  echo: true,
  stuckEcho: false,
  refusesSameSetting: false,
  driftRate: 0,
  hidesLostBearer: false,
  lostNoticeRate: 0,
  corruptRate: 0,
  strayRate: 0,
  strayLinesMax: 1,
  bearerLossRate: 0,
  outageRate: 0,
  outageMs: 15_000,
  lateRate: 0,
  latenessMs: 25_000,
  muteRate: 0,
  restartRate: 0,
  deafRate: 0,
};
