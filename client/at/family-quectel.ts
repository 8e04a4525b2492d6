/** Quectel BG9x, EC2x, EG9x (TCP/IP Application Note of each): contexts by QIACT, links by QIOPEN. */
import { AtError } from './at-error.ts';
import {
  blockOf,
  endingAtResult,
  ignoringRefusal,
  numberAfter,
  sendEnding,
} from './family-parts.ts';
import { quectelTls } from './family-quectel-tls.ts';
import type { LinkCommands, ModemFamily, Run } from './modem-family.ts';
import { linkNotice } from './modem-notices.ts';

/** AT+QIACT and AT+QIOPEN may take 150 s, AT+QIDEACT 40 s. */
const BEARER_MS = 150_000;
const DEACTIVATE_MS = 40_000;
/** AT+QISEND may take 120 s where the network is gone; nobody waits that long at a kiosk. */
const SEND_MS = 20_000;
/** Bytes of one AT+QISEND, and of one AT+QIRD. */
const SEND_BYTES_MAX = 1460;
const READ_BYTES_MAX = 1500;
/** "Socket identity has been used": the link was not given back with AT+QICLOSE. */
const IDENTITY_USED = /^\+QIOPEN: \d+,563$/;

const close = async (run: Run, link: number): Promise<void> => {
  // May take the time given to it, 10 s where none is.
  await run(`AT+QICLOSE=${link},5`);
};

const openOnce = async (run: Run, link: number, host: string, port: number): Promise<void> => {
  await run(`AT+QIOPEN=1,${link},"TCP","${host}",${port},0,0`, {
    deadlineMs: BEARER_MS,
    ending: endingAtResult(`+QIOPEN: ${link},`),
  });
};

const tcp: LinkCommands = {
  linksMax: 12,
  sendBytesMax: SEND_BYTES_MAX,
  readBytesMax: READ_BYTES_MAX,
  open: async (run, claim, { host, port }) => {
    const link = claim();
    try {
      await openOnce(run, link, host, port);
    } catch (error) {
      if (!(error instanceof AtError) || !IDENTITY_USED.test(error.words)) {
        throw error;
      }
      await close(run, link);
      await openOnce(run, link, host, port);
    }
  },
  send: async (run, link, bytes) => {
    const { lines } = await run(`AT+QISEND=${link},${bytes.length}`, {
      deadlineMs: SEND_MS,
      payload: bytes,
      ending: sendEnding(`+QIURC: "closed",${link}`),
    });
    // SEND FAIL: the buffer is full, and nothing was taken.
    return lines.at(-1) === 'SEND OK' ? bytes.length : 0;
  },
  read: async (run, link) => {
    const text = `AT+QIRD=${link},${READ_BYTES_MAX}`;
    const { bytes } = blockOf(text, await run(text));
    // No further notice comes before it has said 0.
    return { bytes, left: bytes.length > 0 ? 1 : 0 };
  },
  isOpen: async (run, link) => {
    const { lines } = await run(`AT+QISTATE=1,${link}`, { info: /^\+QISTATE: / });
    return /^\+QISTATE: \d+,"[^"]*","[^"]*",\d+,\d+,2,/.test(lines[0] ?? '');
  },
  unacknowledged: async (run, link) => {
    const { lines } = await run(`AT+QISEND=${link},0`, { info: /^\+QISEND: / });
    return numberAfter(lines[0], /^\+QISEND: \d+,\d+,(\d+)$/);
  },
  close,
};

const takeDown = async (run: Run): Promise<void> => {
  await run('AT+QIDEACT=1', { deadlineMs: DEACTIVATE_MS });
};

export const quectel: ModemFamily = {
  name: 'quectel',
  title: 'Quectel',
  models: /\b(BG9|EC2|EG[289])\d/,
  grammar: {
    promptBytes: [0x3e],
    dataLength: (line) => {
      const match = /^\+(?:QIRD|QSSLRECV): (\d{1,4})$/.exec(line);
      return match === null ? undefined : Number(match[1]);
    },
  },
  refusal: /: \+Q(I|SSL)OPEN: \d+,56[56]$/,
  registrations: ['CEREG', 'CGREG'],
  noticeOf: (line) =>
    linkNotice('readable', /^\+Q(?:I|SSL)URC: "recv",(\d+)$/, line) ??
    linkNotice('closed', /^\+Q(?:I|SSL)URC: "closed",(\d+)$/, line) ??
    (/^\+QIURC: "pdpdeact",1$/.test(line) ? { kind: 'bearer_lost' } : undefined),
  setUpBearer: async (run, { apn }) => {
    await run(`AT+QICSGP=1,1,"${apn}","","",0`);
    // An address that QIACT? shows may belong to a context that is gone, so it is always set up anew.
    await ignoringRefusal(() => takeDown(run));
    await run('AT+QIACT=1', { deadlineMs: BEARER_MS });
    const { lines } = await run('AT+QIACT?', { info: /^\+QIACT: 1,/ });
    return /"([^"]*)"/.exec(lines[0] ?? '')?.[1] ?? '';
  },
  takeDownBearer: takeDown,
  tcp,
  tls: quectelTls,
};
