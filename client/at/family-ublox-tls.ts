/** TLS inside a u-blox SARA: security profile 0, applied to a socket before it connects. */
import { ignoringRefusal } from './family-parts.ts';
import { openSocket, ubloxLinks } from './family-ublox-links.ts';
import type { ModemFamily, TlsSettings } from './modem-family.ts';

/** Name of the authority in the modem's store. */
const CA_NAME = 'cosmopay';
const IMPORT_MS = 20_000;

export const ubloxTls: NonNullable<ModemFamily['tls']> = {
  prepare: async (run, settings) => {
    await run(`AT+USECMNG=0,0,"${CA_NAME}",${settings.ca.length}`, {
      deadlineMs: IMPORT_MS,
      payload: settings.ca,
      info: /^\+USECMNG: /,
    });
    for (const setting of profileOf(settings)) {
      await run(`AT+USECPRF=0${setting}`);
    }
    if (settings.serverName !== undefined) {
      await run(`AT+USECPRF=0,4,"${settings.serverName}"`);
      await ignoringRefusal(() => run(`AT+USECPRF=0,10,"${settings.serverName}"`));
    }
  },
  links: ubloxLinks((run, claim, target) =>
    openSocket(run, claim, target, (link) => run(`AT+USOSEC=${link},1,0`)),
  ),
};

/** Reset; 0: how the certificate is checked (2: with the name of the server); 1: TLS 1.2; 3: the authority. */
const profileOf = ({ serverName }: TlsSettings): readonly string[] => [
  '',
  serverName === undefined ? ',0,1' : ',0,2',
  ',1,3',
  `,3,"${CA_NAME}"`,
];
