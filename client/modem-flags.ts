/** The flags that say which modem a program uses, and what they mean. */
import { readFileSync } from 'node:fs';
import { familyNamed } from './at/families.ts';
import { CA_BYTES_MAX } from './at/modem-family.ts';
import type { ModemSettings } from './open-modem.ts';

/** For `parseArgs`. */
export const MODEM_OPTIONS = {
  port: { type: 'string', default: 'virtual' },
  family: { type: 'string' },
  baud: { type: 'string', default: 'auto' },
  apn: { type: 'string', default: 'internet' },
  'pin-file': { type: 'string' },
  'tls-ca': { type: 'string' },
} as const;

export const MODEM_HELP = `  --port PORT            virtual, tcp://HOST:PORT, or such as /dev/ttyUSB0
  --family NAME          sim800, sim7600, quectel, ublox; else it is asked
  --baud N               of the serial port; else it is found out
  --apn NAME             access point of the SIM card
  --pin-file FILE        with the PIN of the SIM card, where it asks for one
  --tls-ca FILE          PEM of the authority; the modem encrypts (TLS 1.2)`;

/** As `parseArgs` gives them. */
export interface ModemFlags {
  readonly port: string;
  readonly family?: string | undefined;
  readonly baud: string;
  readonly apn: string;
  readonly 'pin-file'?: string | undefined;
  readonly 'tls-ca'?: string | undefined;
}

/** `refuse` throws the program's own kind of error with this sentence. */
export const modemSettingsOf = (
  flags: ModemFlags,
  refuse: (message: string) => never,
): ModemSettings => {
  const family = flags.family === undefined ? undefined : familyNamed(flags.family);
  if (flags.family !== undefined && family === undefined) {
    refuse('--family must be sim800, sim7600, quectel or ublox, or a model such as bg95.');
  }
  const baud = flags.baud === 'auto' ? 'auto' : Number(flags.baud);
  if (baud !== 'auto' && (!Number.isInteger(baud) || baud < 1_200 || baud > 921_600)) {
    refuse('--baud must be auto or a whole number, 1200 to 921600.');
  }
  const read = (flag: 'pin-file' | 'tls-ca'): Buffer | undefined => {
    const path = flags[flag];
    try {
      return path === undefined ? undefined : readFileSync(path);
    } catch {
      return refuse(`the file of --${flag} cannot be read. Check its path.`);
    }
  };
  const pin = read('pin-file')?.toString('latin1').trim();
  if (pin !== undefined && !/^\d{4,8}$/.test(pin)) {
    refuse('the file of --pin-file must hold 4 to 8 digits.');
  }
  const ca = read('tls-ca');
  if (ca !== undefined && (ca.length === 0 || ca.length > CA_BYTES_MAX)) {
    refuse(`the file of --tls-ca must have 1 to ${CA_BYTES_MAX} bytes; give one certificate.`);
  }
  return {
    modem: flags.port,
    baud,
    apn: flags.apn,
    family: family?.name,
    pin,
    tls: ca === undefined ? undefined : { ca },
  };
};
