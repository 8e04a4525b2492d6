/** The real bridge with queues, leases and table stubbed in the same process: what is left is the bridge itself. */
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { createBridge } from '#bridge/bridge.ts';
import { FRAMES_BURST, FRAMES_PER_MINUTE, STRANGERS_PER_ADDRESS_MAX } from '#bridge/limits.ts';
import type { ReplyQueue, RequestQueue, Ticker } from '#bridge/ports.ts';
import { toBase64 } from '#protocol/base64.ts';
import { encodeReply } from '#protocol/cp1/reply-codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { payFrame } from './scripts.ts';
import { serveUsage } from './server-process.ts';
import {
  GUARDED,
  LINK_MASTER,
  PAY_REPLY_BYTES,
  TERMINAL_FIRST,
  TERMINALS_ANSWERED,
} from './settings.ts';

const FENCE = 1;
const REGION = 'KR';
const REQUEST_TAG = new Uint8Array(8);

/** The bridge does not check the tag of an answer: any key will do. */
const replyKey = pureCrypto.macKey(new Uint8Array(32));

/**
 * The texts of the replies behind their correlation, made beforehand: the functions' and the queue's work is not the
 * bridge's. Index: terminal.
 */
const replyTails: readonly string[] = Array.from({ length: TERMINALS_ANSWERED }, (_, index) => {
  const answer = encodeReply(
    payFrame(TERMINAL_FIRST + index),
    REQUEST_TAG,
    { code: 'approved', authorisation: 'A1B2C3', serverTimeS: 1_790_000_000, amountMinor: 12_900 },
    replyKey,
  );
  if (answer.length !== PAY_REPLY_BYTES) {
    throw new Error('The answer is not as long as the clients expect.');
  }
  return `","kind":"frame","frame":"${toBase64(answer)}"}`;
});
const REPLY_HEAD = `{"v":1,"fence":${FENCE},"corr":"`;
const CORR_KEY = '"corr":"';
const TERMINAL_KEY = '"terminal":';
/** Digits of every terminal here. */
const TERMINAL_DIGITS = 4;
const SENT = Promise.resolve();

let take: (body: string) => boolean = () => true;
let waiting: string[] = [];

const deliver = (): void => {
  const replies = waiting;
  waiting = [];
  for (const reply of replies) {
    take(reply);
  }
};

/**
 * Puts the correlation into the prepared answer of the terminal, which comes at the next turn of the event loop, as
 * from a receive. Nothing is decoded or encoded: two keys are found in the text.
 */
const requests: RequestQueue = {
  send: (body) => {
    const from = body.indexOf(CORR_KEY) + CORR_KEY.length;
    const corr = body.slice(from, body.indexOf('"', from));
    const terminalFrom = body.indexOf(TERMINAL_KEY, from) + TERMINAL_KEY.length;
    const terminal = Number.parseInt(body.slice(terminalFrom, terminalFrom + TERMINAL_DIGITS), 10);
    if (waiting.length === 0) {
      setImmediate(deliver);
    }
    waiting.push(REPLY_HEAD + corr + replyTails[terminal - TERMINAL_FIRST]);
    return SENT;
  },
  close: () => Promise.resolve(),
};

const replies: ReplyQueue = {
  poll: (_slot, takeReply) => {
    take = takeReply;
    return { close: () => Promise.resolve() };
  },
};

const ticker: Ticker = {
  nowMs: () => performance.now(),
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};

/** The load comes from one address, and far faster than any terminal. */
const UNGUARDED = { strangersPerAddressMax: 20_000, framesPerMinute: 0, framesBurst: 1 };
const DEFAULT_GUARDS = {
  strangersPerAddressMax: STRANGERS_PER_ADDRESS_MAX,
  framesPerMinute: FRAMES_PER_MINUTE,
  framesBurst: FRAMES_BURST,
};

const bridge = await createBridge(
  {
    requests,
    replies,
    leases: {
      acquire: () => Promise.resolve({ fence: FENCE }),
      renew: () => Promise.resolve(true),
      release: () => Promise.resolve(),
    },
    terminals: { readTerminal: () => Promise.resolve({ region: REGION }) },
    answers: { readAnswer: () => Promise.resolve(undefined) },
    clock: systemClock,
    random: systemRandom,
    ticker,
    crypto: pureCrypto,
    text: nodeTextCodec,
    residentBytes: () => 0,
    log: { write: () => undefined },
  },
  {
    host: '127.0.0.1',
    port: 0,
    connectionsMax: 20_000,
    sharedReadBuffer: true,
    instance: 'bench',
    slots: 1,
    linkMasters: { current: LINK_MASTER },
    secret: new Uint8Array(32),
    tls: {},
    iso8583: { length: 'binary', swapTpdu: true },
    iso8583Ports: {},
    heartbeatS: 300,
    pendingMax: 2_000,
    outboxMax: 2_000,
    failedTagsMax: 20,
    shutOutMs: 600_000,
    memoryBytesMax: Number.POSITIVE_INFINITY,
    ...(process.env[GUARDED] === undefined ? UNGUARDED : DEFAULT_GUARDS),
    drainMs: 1_000,
  },
);
serveUsage(bridge.port);
