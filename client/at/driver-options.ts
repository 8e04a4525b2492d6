/** What a driver is told, and what of it no modem could carry out. */
import type { BytePort } from '../modem/byte-port.ts';
import type { Clock, Timers } from '../ports.ts';
import type { DialogueLine } from './at-channel.ts';
import { AtError } from './at-error.ts';
import {
  CA_BYTES_MAX,
  type LinkCommands,
  type ModemFamily,
  type TlsSettings,
} from './modem-family.ts';

/** What may stand between quotation marks in a command: a host, an APN. */
const QUOTABLE = /^[\w.:-]{0,255}$/;

export interface AtDriverOptions {
  readonly family: ModemFamily;
  readonly port: BytePort;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Access point name of the SIM card's operator. */
  readonly apn: string;
  /** Of the SIM card, where it asks for one. */
  readonly pin?: string;
  /** Links are encrypted by the modem. */
  readonly tls?: TlsSettings;
  /** Time for registration at bring-up; REGISTRATION_MS where absent. */
  readonly registrationMs?: number;
  /** Every line of the dialogue; payloads, PIN and passwords are left out. */
  readonly onDialogue?: (line: DialogueLine) => void;
}

/** Of the family, with TLS or without; throws where the settings cannot be carried out. */
export const commandsOf = ({ family, tls, apn }: AtDriverOptions): LinkCommands => {
  assertQuotable('the APN', apn);
  if (tls === undefined) {
    return family.tcp;
  }
  if (family.tls === undefined) {
    throw new AtError('tls_unsupported', 'TLS', family.title);
  }
  assertQuotable('the name of the server', tls.serverName ?? '');
  if (tls.ca.length === 0 || tls.ca.length > CA_BYTES_MAX) {
    throw new RangeError(`the authority's PEM has 1 to ${CA_BYTES_MAX} bytes`);
  }
  return family.tls.links;
};

/** Throws RangeError where a command cannot carry the text. */
export const assertQuotable = (what: string, text: string): void => {
  if (!QUOTABLE.test(text)) {
    throw new RangeError(`${what} has a character that no AT command may carry`);
  }
};
