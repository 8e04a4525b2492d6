/** TLS inside a SIM7600: the CCH service, which has two links of its own. */
import { blockOf, endingAtResult, ignoringRefusal } from './family-parts.ts';
import type { LinkCommands, ModemFamily } from './modem-family.ts';

/** Name of the authority's file in the modem. */
const CA_FILE = 'cosmopay.pem';
/** AT+CCHSTART and AT+CCHOPEN may take 120 s, the handshake over GPRS included. */
const OPEN_MS = 120_000;
const SEND_MS = 20_000;
/** AT+CCHSEND takes 2048, AT+CCHRECV gives as much; the plain commands' size does for both. */
const BLOCK_BYTES_MAX = 1460;
/** `sslversion` 3: TLS 1.2. */
const PROFILE: readonly string[] = [
  '"sslversion",0,3',
  '"authmode",0,1',
  `"cacert",0,"${CA_FILE}"`,
  '"ignorelocaltime",0,1',
];

const links: LinkCommands = {
  linksMax: 2,
  sendBytesMax: BLOCK_BYTES_MAX,
  readBytesMax: BLOCK_BYTES_MAX,
  open: async (run, claim, { host, port }) => {
    const link = claim();
    await run(`AT+CCHSSLCFG=${link},0`);
    await run(`AT+CCHOPEN=${link},"${host}",${port},2`, {
      deadlineMs: OPEN_MS,
      ending: endingAtResult(`+CCHOPEN: ${link},`),
    });
  },
  send: async (run, link, bytes) => {
    await run(`AT+CCHSEND=${link},${bytes.length}`, {
      deadlineMs: SEND_MS,
      payload: bytes,
      ending: endingAtResult(`+CCHSEND: ${link},`),
    });
    return bytes.length;
  },
  read: async (run, link) => {
    // To ask for more than there is, is an error.
    const { lines } = await run('AT+CCHRECV?', { info: /^\+CCHRECV: LEN,/ });
    const waiting = Number(lines[0]?.split(',')[link + 1] ?? 0);
    if (waiting === 0) {
      return { bytes: new Uint8Array(0), left: 0 };
    }
    const text = `AT+CCHRECV=${link},${Math.min(waiting, BLOCK_BYTES_MAX)}`;
    const answer = await run(text, { ending: endingAtResult(`+CCHRECV: ${link},`) });
    const { bytes } = blockOf(text, answer);
    return { bytes, left: Math.max(0, waiting - bytes.length) };
  },
  isOpen: async (run, link) => {
    const { lines } = await run('AT+CCHOPEN?', { info: /^\+CCHOPEN: / });
    return lines.some((line) => new RegExp(`^\\+CCHOPEN: ${link},"[^"]`).test(line));
  },
  unacknowledged: () => Promise.resolve(undefined),
  close: async (run, link) => {
    await run(`AT+CCHCLOSE=${link}`, { ending: endingAtResult(`+CCHCLOSE: ${link},`) });
  },
};

export const sim7600Tls: NonNullable<ModemFamily['tls']> = {
  prepare: async (run, { ca }) => {
    await run(`AT+CCERTDOWN="${CA_FILE}",${ca.length}`, { payload: ca, deadlineMs: SEND_MS });
    for (const setting of PROFILE) {
      await run(`AT+CSSLCFG=${setting}`);
    }
    await ignoringRefusal(() => run('AT+CSSLCFG="enableSNI",0,1'));
    // Report the result of a send, and keep received data until it is asked for.
    await run('AT+CCHSET=1,1');
    await run('AT+CCHSTART', { deadlineMs: OPEN_MS, ending: endingAtResult('+CCHSTART: ') });
  },
  links,
};
