/** What a virtual SIM800 is like: its identity, its network, and the quirks that real ones were caught with. */

export interface Personality {
  /** What ATI answers. */
  readonly identity: string;
  readonly operator: string;
  /** State of the SIM as `AT+CPIN?` words it; `missing` answers +CME ERROR: 10. */
  readonly sim: 'READY' | 'SIM PIN' | 'SIM PUK' | 'missing';
  /** 0 .. 31, or 99 for unknown. */
  readonly signal: number;
  /** Stat of CREG and CGREG once registered: 1 home, 5 roaming, 3 denied. */
  readonly registration: 1 | 3 | 5;
  /** How often CREG answers 2 (searching) before that. */
  readonly searchingAsks: number;
  /** What CIFSR answers: an address of the carrier's private network. */
  readonly address: string;
  /** Echo at power-on; real modules echo until ATE0. */
  readonly echo: boolean;
  /** Quirk: ATE0 is answered OK and ignored, so that commands and payloads keep being echoed. */
  readonly stuckEcho: boolean;
  /** Quirk: setting what is already set answers ERROR (attentive, sim800.c). */
  readonly refusesSameSetting: boolean;
  /** Quirk: this share of `+CIPRXGET: 1,n` notices is never sent (TinyGSM #184). */
  readonly lostNoticeRate: number;
  /** Quirk: this share of output blocks has one byte altered (TinyGSM #466). */
  readonly corruptRate: number;
  /** Share of output blocks that a stray unsolicited line precedes, also between prompt and payload. */
  readonly strayRate: number;
  /** CIICR fails as where the APN is wrong. */
  readonly bearerFails: boolean;
}

export const ORDINARY: Personality = {
  identity: 'SIM800 R14.18',
  operator: 'Virtual GPRS',
  sim: 'READY',
  signal: 21,
  registration: 1,
  searchingAsks: 0,
  address: '10.64.1.17',
  echo: true,
  stuckEcho: false,
  refusesSameSetting: false,
  lostNoticeRate: 0,
  corruptRate: 0,
  strayRate: 0,
  bearerFails: false,
};

/** Unsolicited lines that a SIM800 prints whenever it likes. */
export const STRAY_LINES: readonly string[] = [
  '*PSUTTZ: 2026,11,23,13,5,12,"+36",0',
  'DST: 1',
  '+CTZV: +36,0',
  '+CIEV: 10,"45005","SKTelecom","SKTelecom", 0, 0',
  '+CMTI: "SM",3',
  'RING',
  'UNDER-VOLTAGE WARNNING',
  '+CSQN: 18,0',
];
