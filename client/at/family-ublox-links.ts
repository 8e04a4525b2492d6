/** Sockets of a u-blox SARA, as they are with TLS and without. */
import { AtError } from './at-error.ts';
import { numberAfter } from './family-parts.ts';
import type { Block, LinkCommands, Run } from './modem-family.ts';

/** AT+USOCO and AT+USOCL may take 120 s each. */
const OPEN_MS = 120_000;
const SEND_MS = 20_000;
/** Closing at a kiosk need not wait for the network. */
const CLOSE_MS = 30_000;
/** Bytes of one AT+USOWR and one AT+USORD in binary. */
const BLOCK_BYTES_MAX = 1024;
/** After `@` the module drops what comes earlier (manual, section 25.10.4). */
const PROMPT_PAUSE_MS = 50;

const close = async (run: Run, link: number): Promise<void> => {
  await run(`AT+USOCL=${link}`, { deadlineMs: CLOSE_MS });
};

/** Opens a socket as the modem numbers it, `secure` being done to it before it connects. */
export const openSocket = async (
  run: Run,
  claim: (link?: number) => number,
  { host, port }: { readonly host: string; readonly port: number },
  secure: (link: number) => Promise<unknown>,
): Promise<void> => {
  const { lines } = await run('AT+USOCR=6', { info: /^\+USOCR: \d$/ });
  const line = lines.find((text) => text !== 'OK');
  if (line === undefined) {
    throw new AtError('connect_failed', 'AT+USOCR=6', lines.join(' / '));
  }
  const link = claim(numberAfter(line, /^\+USOCR: (\d)$/));
  await secure(link);
  await run(`AT+USOCO=${link},"${host}",${port}`, { deadlineMs: OPEN_MS });
};

const read = async (run: Run, link: number): Promise<Block> => {
  const text = `AT+USORD=${link},${BLOCK_BYTES_MAX}`;
  const { data, lines } = await run(text, { info: /^\+USORD: \d,0$/ });
  const bytes = data.at(-1)?.bytes;
  if (bytes === undefined && !lines.some((line) => line.startsWith('+USORD:'))) {
    throw new AtError('socket_closed', text, lines.join(' / '));
  }
  // The notice of the end comes only after all is read.
  return { bytes: bytes ?? new Uint8Array(0), left: bytes === undefined ? 0 : bytes.length };
};

/** With or without TLS all but opening is the same. */
export const ubloxLinks = (open: LinkCommands['open']): LinkCommands => ({
  linksMax: 7,
  sendBytesMax: BLOCK_BYTES_MAX,
  readBytesMax: BLOCK_BYTES_MAX,
  open,
  send: async (run, link, bytes) => {
    const { lines } = await run(`AT+USOWR=${link},${bytes.length}`, {
      deadlineMs: SEND_MS,
      payload: bytes,
      promptPauseMs: PROMPT_PAUSE_MS,
      info: new RegExp(`^\\+USOWR: ${link},\\d+$`),
    });
    return numberAfter(lines[0], /,(\d+)$/);
  },
  read,
  isOpen: async (run, link) => {
    const { lines } = await run(`AT+USOCTL=${link},10`, { info: /^\+USOCTL: \d,10,\d+$/ });
    // 4: established.
    return numberAfter(lines[0], /,10,(\d+)$/) === 4;
  },
  unacknowledged: async (run, link) => {
    const { lines } = await run(`AT+USOCTL=${link},11`, { info: /^\+USOCTL: \d,11,\d+$/ });
    return numberAfter(lines[0], /,11,(\d+)$/);
  },
  close,
});
