/** u-blox SARA-R4, -N4 and -R5 (AT Commands Manual UBX-17003787, UBX-19047455): sockets by USOCR and USOCO. */
import { ignoringRefusal } from './family-parts.ts';
import { openSocket, ubloxLinks } from './family-ublox-links.ts';
import { ubloxTls } from './family-ublox-tls.ts';
import type { ModemFamily, Run } from './modem-family.ts';
import { linkNotice } from './modem-notices.ts';

/** AT+CGACT may take 150 s, AT+UPSDA 180 s. */
const BEARER_MS = 150_000;
const PROFILE_MS = 180_000;
/** R5 has its own profile for internal sockets on top of the context. */
const NEEDS_PROFILE = /SARA-R5/;

const isActive = async (run: Run): Promise<boolean> => {
  const { lines } = await run('AT+CGACT?', { info: /^\+CGACT: \d+,\d$/ });
  return lines.includes('+CGACT: 1,1');
};

export const ublox: ModemFamily = {
  name: 'ublox',
  title: 'u-blox SARA',
  models: /SARA(-[RN]|$)/,
  grammar: {
    promptBytes: [0x3e, 0x40],
    dataLength: () => undefined,
    quotedDataLength: (line) => {
      const match = /^\+USORD: \d,(\d{1,4}),"$/.exec(line);
      return match === null ? undefined : Number(match[1]);
    },
  },
  refusal: /^AT\+USOCO=/,
  registrations: ['CEREG', 'CGREG'],
  noticeOf: (line) =>
    linkNotice('readable', /^\+UUSORD: (\d),\d+$/, line) ??
    linkNotice('closed', /^\+UUSOCL: (\d)$/, line) ??
    (/^\+UUPSDD: \d$/.test(line) ? { kind: 'bearer_lost' } : undefined),
  setUpBearer: async (run, { apn, identity }) => {
    await ignoringRefusal(() => run('AT+CGEREP=2,0'));
    const { lines: contexts } = await run('AT+CGDCONT?', { info: /^\+CGDCONT: / });
    if (!contexts.some((line) => line.startsWith(`+CGDCONT: 1,"IP","${apn}"`))) {
      await run(`AT+CGDCONT=1,"IP","${apn}"`);
    }
    if (!(await isActive(run))) {
      await run('AT+CGACT=1,1', { deadlineMs: BEARER_MS });
    }
    if (NEEDS_PROFILE.test(identity)) {
      await run('AT+UPSD=0,0,0');
      await run('AT+UPSD=0,100,1');
      await run('AT+UPSDA=0,3', { deadlineMs: PROFILE_MS });
    }
    const { lines } = await run('AT+CGPADDR=1', { info: /^\+CGPADDR: 1,/ });
    return (lines[0] ?? '').replace(/^\+CGPADDR: 1,"?([^",]*).*$/, '$1');
  },
  // The bearer of LTE comes and goes with the registration.
  takeDownBearer: async (run) => {
    await run('AT');
  },
  tcp: ubloxLinks((run, claim, target) =>
    openSocket(run, claim, target, () => Promise.resolve(undefined)),
  ),
  tls: ubloxTls,
};
