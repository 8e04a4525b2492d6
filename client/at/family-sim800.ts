/** SIM800 and SIM900 (SIM800 Series AT Command Manual V1.11): 2G, bearer by CIICR, links by CIPSTART. */
import { plainEnding } from './at-command.ts';
import { AtError } from './at-error.ts';
import { ADDRESS, blockOf, endingAt, ignoringRefusal, numberAfter } from './family-parts.ts';
import { type LinkCommands, type ModemFamily, PLAIN_MS, type Run } from './modem-family.ts';
import { linkNotice } from './modem-notices.ts';

/** AT+CIICR may take 85 s (manual, section 8.2.10). */
const BEARER_MS = 85_000;
/** AT+CIPSHUT may take 65 s. */
const SHUT_MS = 65_000;
/** AT+CIPSTART in multi-connection mode may take 75 s. */
const OPEN_MS = 75_000;
/** From the prompt to the buffer; with CIPQSEND=0 it would be 645 s for a peer that went away. */
const SEND_MS = 20_000;
/** Bytes of one AT+CIPSEND and one AT+CIPRXGET=2. */
const BLOCK_BYTES_MAX = 1460;
/** "Set, then ask" rounds for switches that answer ERROR when they are right already (attentive, sim800.c). */
const SETTING_TRIES = 3;

/** Sets a switch; a refusal counts only if asking shows that it is not set. */
const setSwitch = async (run: Run, name: string, value: 0 | 1): Promise<void> => {
  for (let left = SETTING_TRIES; ; left -= 1) {
    try {
      await run(`AT${name}=${value}`);
      return;
    } catch (error) {
      if (!(error instanceof AtError) || error.code !== 'modem_refused') {
        throw error;
      }
      const { lines } = await run(`AT${name}?`, { info: new RegExp(`^\\${name}: \\d$`) });
      if (lines.includes(`${name}: ${value}`)) {
        return;
      }
      if (left <= 1) {
        throw error;
      }
    }
  }
};

const shut = async (run: Run): Promise<void> => {
  await run('AT+CIPSHUT', { deadlineMs: SHUT_MS, ending: endingAt('SHUT OK') });
};

const tcp: LinkCommands = {
  linksMax: 6,
  sendBytesMax: BLOCK_BYTES_MAX,
  readBytesMax: BLOCK_BYTES_MAX,
  open: async (run, claim, { host, port }) => {
    const link = claim();
    await run(`AT+CIPSTART=${link},"TCP","${host}",${port}`, {
      deadlineMs: OPEN_MS,
      // OK only says that the module began to connect.
      ending: (line) => {
        if (line === `${link}, CONNECT OK` || line === `${link}, ALREADY CONNECT`) {
          return 'done';
        }
        if (line === `${link}, CLOSED`) {
          return 'cut';
        }
        return line === `${link}, CONNECT FAIL` || plainEnding(line) === 'failed'
          ? 'failed'
          : undefined;
      },
    });
  },
  send: async (run, link, bytes) => {
    const accepted = new RegExp(`^DATA ACCEPT:${link},(\\d+)$`);
    const { lines } = await run(`AT+CIPSEND=${link},${bytes.length}`, {
      deadlineMs: SEND_MS,
      payload: bytes,
      ending: (line) => {
        // SEND OK where the firmware does not know CIPQSEND.
        if (accepted.test(line) || line === `${link}, SEND OK`) {
          return 'done';
        }
        if (line === `${link}, CLOSED`) {
          return 'cut';
        }
        return line === `${link}, SEND FAIL` || plainEnding(line) === 'failed'
          ? 'failed'
          : undefined;
      },
    });
    const line = lines.at(-1) ?? '';
    return accepted.test(line) ? numberAfter(line, accepted) : bytes.length;
  },
  read: async (run, link) => {
    const text = `AT+CIPRXGET=2,${link},${BLOCK_BYTES_MAX}`;
    const { header, bytes } = blockOf(text, await run(text));
    return { bytes, left: numberAfter(header, /^\+CIPRXGET: 2,\d,\d+,(\d+)/) };
  },
  isOpen: async (run, link) => {
    const info = /^\+CIPSTATUS: \d,/;
    const { lines } = await run(`AT+CIPSTATUS=${link}`, { info });
    return lines.some((line) => line.endsWith('"CONNECTED"'));
  },
  unacknowledged: async (run, link) => {
    const { lines } = await run(`AT+CIPACK=${link}`, { info: /^\+CIPACK: / });
    return numberAfter(lines[0], /^\+CIPACK: \d+,\d+,(\d+)$/);
  },
  close: async (run, link) => {
    await run(`AT+CIPCLOSE=${link},1`, { ending: endingAt(`${link}, CLOSE OK`) });
  },
};

export const sim800: ModemFamily = {
  name: 'sim800',
  title: 'SIM800',
  models: /SIM(8|900)/,
  grammar: {
    promptBytes: [0x3e],
    dataLength: (line) => {
      const match = /^\+CIPRXGET: 2,\d,(\d{1,4}),\d{1,5}$/.exec(line);
      return match === null ? undefined : Number(match[1]);
    },
  },
  refusal: /: \d, CONNECT FAIL$/,
  registrations: ['CGREG'],
  noticeOf: (line) =>
    linkNotice('readable', /^\+CIPRXGET: 1,(\d)$/, line) ??
    linkNotice('closed', /^(\d), CLOSED$/, line) ??
    (/^\+(PDP|SAPBR 1): DEACT$/.test(line) ? { kind: 'bearer_lost' } : undefined),
  setUpBearer: async (run, { apn }) => {
    await shut(run);
    await setSwitch(run, '+CIPMUX', 1);
    await setSwitch(run, '+CIPRXGET', 1);
    // Otherwise a peer that went away holds the modem for 645 s; CIPACK tells what has arrived.
    await setSwitch(run, '+CIPQSEND', 1);
    await ignoringRefusal(() => run('AT+CGATT=1', { deadlineMs: PLAIN_MS }));
    await run(`AT+CSTT="${apn}"`);
    await run('AT+CIICR', { deadlineMs: BEARER_MS });
    // Answers the address without OK.
    const { lines } = await run('AT+CIFSR', {
      ending: (line) => (ADDRESS.test(line) ? 'done' : plainEnding(line)),
    });
    return lines[0] ?? '';
  },
  takeDownBearer: shut,
  tcp,
};
