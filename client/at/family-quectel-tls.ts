/** TLS inside a Quectel (SSL Application Note): context 1, the authority as a file in its storage. */
import { blockOf, endingAtResult, ignoringRefusal, sendEnding } from './family-parts.ts';
import type { LinkCommands, ModemFamily } from './modem-family.ts';

/** Name of the authority's file in the modem. */
const CA_FILE = 'cosmopay.pem';
/** AT+QSSLOPEN may take 150 s, the handshake over GPRS included. */
const OPEN_MS = 150_000;
const SEND_MS = 20_000;
/** Seconds the modem waits for the file's bytes. */
const UPLOAD_S = 20;
const SEND_BYTES_MAX = 1460;
const READ_BYTES_MAX = 1500;
/** `sslversion` 3: TLS 1.2; `seclevel` 1: the server is authenticated. */
const PROFILE: readonly string[] = [
  '"sslversion",1,3',
  '"ciphersuite",1,0XFFFF',
  '"seclevel",1,1',
  `"cacert",1,"${CA_FILE}"`,
  '"ignorelocaltime",1,1',
];

const links: LinkCommands = {
  linksMax: 12,
  sendBytesMax: SEND_BYTES_MAX,
  readBytesMax: READ_BYTES_MAX,
  open: async (run, claim, { host, port }) => {
    const link = claim();
    await run(`AT+QSSLOPEN=1,1,${link},"${host}",${port},0`, {
      deadlineMs: OPEN_MS,
      ending: endingAtResult(`+QSSLOPEN: ${link},`),
    });
  },
  send: async (run, link, bytes) => {
    const { lines } = await run(`AT+QSSLSEND=${link},${bytes.length}`, {
      deadlineMs: SEND_MS,
      payload: bytes,
      ending: sendEnding(`+QSSLURC: "closed",${link}`),
    });
    return lines.at(-1) === 'SEND OK' ? bytes.length : 0;
  },
  read: async (run, link) => {
    const text = `AT+QSSLRECV=${link},${READ_BYTES_MAX}`;
    const { bytes } = blockOf(text, await run(text));
    return { bytes, left: bytes.length > 0 ? 1 : 0 };
  },
  isOpen: async (run, link) => {
    const { lines } = await run(`AT+QSSLSTATE=${link}`, { info: /^\+QSSLSTATE: / });
    return /^\+QSSLSTATE: \d+,"SSLClient","[^"]*",\d+,\d+,2,/.test(lines[0] ?? '');
  },
  unacknowledged: () => Promise.resolve(undefined),
  close: async (run, link) => {
    await run(`AT+QSSLCLOSE=${link},5`);
  },
};

export const quectelTls: NonNullable<ModemFamily['tls']> = {
  prepare: async (run, { ca }) => {
    await ignoringRefusal(() => run(`AT+QFDEL="${CA_FILE}"`));
    await run(`AT+QFUPL="${CA_FILE}",${ca.length},${UPLOAD_S}`, {
      deadlineMs: (UPLOAD_S + 5) * 1_000,
      payload: ca,
      promptLine: 'CONNECT',
      info: /^\+QFUPL: /,
    });
    for (const setting of PROFILE) {
      await run(`AT+QSSLCFG=${setting}`);
    }
    // Off by default on EG800K, which then gets the wrong certificate and says 566.
    await ignoringRefusal(() => run('AT+QSSLCFG="sni",1,1'));
  },
  links,
};
