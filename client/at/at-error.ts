/** What can go wrong between us and the network, by code, with the modem's own words and what to do. */

export type AtErrorCode =
  | 'modem_silent'
  | 'modem_refused'
  | 'sim_missing'
  | 'sim_locked'
  | 'registration_denied'
  | 'not_registered'
  | 'bearer_failed'
  | 'bearer_lost'
  | 'connect_failed'
  | 'connect_refused'
  | 'send_failed'
  | 'socket_closed'
  | 'port_closed'
  | 'port_missing'
  | 'queue_full'
  | 'family_unknown'
  | 'tls_unsupported'
  | 'tls_failed';

/** One sentence each on what a person at the terminal can do. */
export const AT_ADVICE: Readonly<Record<AtErrorCode, string>> = {
  modem_silent: 'Check power, cable and the baud rate; then start the modem anew.',
  modem_refused: 'Check the model and the firmware of the modem (docs/modems.md).',
  sim_missing: 'Insert the SIM card and start again.',
  sim_locked: 'Give its PIN (--pin-file), or remove the PIN or unlock it with its PUK in a phone.',
  registration_denied: 'Ask the operator of the SIM card whether it is active and allowed here.',
  not_registered:
    'Move the antenna, wait for two bars; the first time at a new place may take 15 minutes.',
  bearer_failed: 'Check the name of the access point (--apn) with the operator of the SIM card.',
  bearer_lost: 'The network took the data connection away; it is set up again at the next sale.',
  connect_failed: 'The modem could not try; it is set up anew at the next sale.',
  connect_refused: 'Check host and port, and that the bridge is running and reachable.',
  send_failed: 'The same bytes are sent again on a new connection.',
  socket_closed: 'The same bytes are sent again on a new connection.',
  port_closed: 'Plug the modem in again and restart.',
  port_missing: 'Check the path of the serial port and the right to open it.',
  queue_full: 'Wait until the modem has answered; then try again.',
  family_unknown: 'Name the family with --family; docs/modems.md lists what each one answers.',
  tls_unsupported: 'Leave TLS off: this protocol authenticates every message by itself.',
  tls_failed: 'Check the authority (--tls-ca), the name of the server and the clock of the modem.',
};

/** `message` names the command and the modem's words; it never holds a payload. */
export class AtError extends Error {
  override readonly name = 'AtError';
  readonly code: AtErrorCode;
  readonly command: string;
  /** What the modem said, or an empty text where it said nothing. */
  readonly words: string;
  readonly advice: string;

  constructor(code: AtErrorCode, command: string, words: string, cause?: unknown) {
    const said = words === '' ? 'no answer' : `"${words}"`;
    super(`${code}: ${command}: ${said}. ${AT_ADVICE[code]}`, { cause });
    this.code = code;
    this.command = command;
    this.words = words;
    this.advice = AT_ADVICE[code];
  }
}
