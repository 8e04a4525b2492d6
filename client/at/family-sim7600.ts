/** SIM7600 and A7670 (SIM7500_SIM7600 Series AT Command Manual V3, A76XX V1.09): LTE, NETOPEN and CIPOPEN. */
import type { AtCommand } from './at-command.ts';
import { AtError } from './at-error.ts';
import { blockOf, endingAtResult, ignoringRefusal, numberAfter } from './family-parts.ts';
import { sim7600Tls } from './family-sim7600-tls.ts';
import type { LinkCommands, ModemFamily, Run } from './modem-family.ts';
import { linkNotice } from './modem-notices.ts';

/** AT+NETOPEN and AT+NETCLOSE may take 75 s; AT+CIPOPEN as long. */
const NET_MS = 75_000;
/** AT+CIPTIMEOUT's third value, with a margin for the line. */
const SEND_MS = 20_000;
/** Bytes of one AT+CIPSEND and one AT+CIPRXGET=2. */
const BLOCK_BYTES_MAX = 1460;
/** What AT+NETOPEN says of a bearer that is up already. */
const ALREADY_OPEN = 'Network is already opened';

/** `+CIPSEND: n,requested,confirmed`; -1 confirmed says that the link is gone. */
const sendEnding = (link: number): AtCommand['ending'] => {
  const ending = endingAtResult(`+CIPSEND: ${link},`, (result) => /^\d+,\d+$/.test(result));
  return (line) =>
    /^\+CIPERROR: \d+$/.test(line) || line.startsWith(`+IPCLOSE: ${link},`) ? 'cut' : ending(line);
};

const tcp: LinkCommands = {
  linksMax: 10,
  sendBytesMax: BLOCK_BYTES_MAX,
  readBytesMax: BLOCK_BYTES_MAX,
  open: async (run, claim, { host, port }) => {
    const link = claim();
    await run(`AT+CIPOPEN=${link},"TCP","${host}",${port}`, {
      deadlineMs: NET_MS,
      ending: endingAtResult(`+CIPOPEN: ${link},`),
      info: /^\+IP ERROR: /,
    });
  },
  send: async (run, link, bytes) => {
    const { lines } = await run(`AT+CIPSEND=${link},${bytes.length}`, {
      deadlineMs: SEND_MS,
      payload: bytes,
      ending: sendEnding(link),
      info: /^\+(IP ERROR|CIPSEND): /,
    });
    return numberAfter(
      lines.find((line) => line.startsWith('+CIPSEND')),
      /,(\d+)$/,
    );
  },
  read: async (run, link) => {
    const text = `AT+CIPRXGET=2,${link},${BLOCK_BYTES_MAX}`;
    try {
      const { header, bytes } = blockOf(text, await run(text, { info: /^\+IP ERROR: / }));
      return { bytes, left: numberAfter(header, /^\+CIPRXGET: 2,\d,\d+,(\d+)/) };
    } catch (error) {
      // Nothing to read is an error for this family.
      if (error instanceof AtError && error.words.startsWith('+IP ERROR: No data')) {
        return { bytes: new Uint8Array(0), left: 0 };
      }
      throw error;
    }
  },
  isOpen: async (run, link) => {
    const { lines } = await run('AT+CIPCLOSE?', { info: /^\+CIPCLOSE: \d(,\d)+$/ });
    return (lines[0] ?? '').replace('+CIPCLOSE: ', '').split(',')[link] === '1';
  },
  unacknowledged: async (run, link) => {
    const { lines } = await run(`AT+CIPACK=${link}`, { info: /^\+CIPACK: / });
    return numberAfter(lines[0], /^\+CIPACK: \d+,\d+,(\d+)$/);
  },
  close: async (run, link) => {
    await run(`AT+CIPCLOSE=${link}`, { ending: endingAtResult(`+CIPCLOSE: ${link},`) });
  },
};

const takeDown = async (run: Run): Promise<void> => {
  const { lines } = await run('AT+NETOPEN?', { info: /^\+NETOPEN: / });
  if (lines[0]?.startsWith('+NETOPEN: 1')) {
    await ignoringRefusal(() =>
      run('AT+NETCLOSE', { deadlineMs: NET_MS, ending: endingAtResult('+NETCLOSE: ') }),
    );
  }
};

export const sim7600: ModemFamily = {
  name: 'sim7600',
  title: 'SIM7600',
  models: /SIM7[56]|A76\d\d/,
  grammar: {
    promptBytes: [0x3e],
    dataLength: (line) => {
      const match =
        /^\+CIPRXGET: 2,\d,(\d{1,4}),\d{1,6}$/.exec(line) ??
        /^\+CCHRECV: DATA,\d,(\d{1,4})$/.exec(line);
      return match === null ? undefined : Number(match[1]);
    },
  },
  refusal: /: \+(CIP|CCH)OPEN: \d,(?![24]$)\d+$/,
  registrations: ['CEREG', 'CGREG'],
  noticeOf: (line) =>
    linkNotice('readable', /^\+CIPRXGET: 1,(\d)$/, line) ??
    linkNotice('closed', /^\+IPCLOSE: (\d),\d+$/, line) ??
    linkNotice('readable', /^\+CCHEVENT: (\d),RECV EVENT$/, line) ??
    linkNotice('closed', /^\+CCH_PEER_CLOSED: (\d)$/, line) ??
    (/^(\+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY|\+CIPERROR: [24])$/.test(line)
      ? { kind: 'bearer_lost' }
      : undefined),
  setUpBearer: async (run, { apn }) => {
    await takeDown(run);
    await run(`AT+CGDCONT=1,"IP","${apn}"`);
    await ignoringRefusal(() => run('AT+CIPMODE=0'));
    // Do not wait for the peer's acknowledgement; CIPACK tells of it.
    await ignoringRefusal(() => run('AT+CIPSENDMODE=0'));
    await ignoringRefusal(() => run('AT+CIPTIMEOUT=75000,60000,15000'));
    await run('AT+CIPRXGET=1');
    await ignoringRefusal(() => run('AT+CGEREP=2,0'));
    try {
      await run('AT+NETOPEN', {
        deadlineMs: NET_MS,
        ending: endingAtResult('+NETOPEN: '),
        info: /^\+IP ERROR: /,
      });
    } catch (error) {
      if (!(error instanceof AtError) || !error.words.includes(ALREADY_OPEN)) {
        throw error;
      }
    }
    const { lines } = await run('AT+IPADDR', { info: /^\+IPADDR: / });
    return (lines[0] ?? '').replace('+IPADDR: ', '');
  },
  takeDownBearer: takeDown,
  tcp,
  tls: sim7600Tls,
};
