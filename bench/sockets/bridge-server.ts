/** The real bridge with queues, leases and table stubbed in the same process: what is left is the bridge itself. */
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { createBridge } from '#bridge/bridge.ts';
import { FRAMES_BURST, FRAMES_PER_MINUTE, STRANGERS_PER_ADDRESS_MAX } from '#bridge/limits.ts';
import type { ReplyQueue, RequestQueue, Ticker } from '#bridge/ports.ts';
import { encodeReply } from '#protocol/cp1/reply-codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { encodeReplyEnvelope } from '#protocol/queue-codec.ts';
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

const INSTANCE = 'bench';
/** A correlation, and where it is in a request and in a reply, and a terminal's digits in a request. */
const CORR = 'bench.000000000000';
const CORR_AT = '{"v":1,"slot":0,"fence":1,"corr":"'.length;
const TERMINAL_AT = CORR_AT + CORR.length + '","dialect":"cp1","terminal":'.length;
const TERMINAL_DIGITS = 4;
const REPLY_CORR_AT = '{"v":1,"fence":1,"corr":"'.length;
const DIGIT_0 = 0x30;

/**
 * The replies but for their correlation, made beforehand: the functions' and the queue's work is not the bridge's.
 * Index: terminal.
 */
const prepared: readonly Uint8Array[] = Array.from({ length: TERMINALS_ANSWERED }, (_, index) => {
  const frame = encodeReply(
    payFrame(TERMINAL_FIRST + index),
    REQUEST_TAG,
    { code: 'approved', authorisation: 'A1B2C3', serverTimeS: 1_790_000_000, amountMinor: 12_900 },
    replyKey,
  );
  if (frame.length !== PAY_REPLY_BYTES) {
    throw new Error('The answer is not as long as the clients expect.');
  }
  return Buffer.from(encodeReplyEnvelope({ v: 1, fence: FENCE, corr: CORR, kind: 'frame', frame }));
});
const SENT = Promise.resolve();

let take: (body: Uint8Array) => boolean = () => true;
let waiting: Uint8Array[] = [];

/** Puts the correlation of a request into the answer of its terminal. */
const answerTo = (request: Uint8Array): Uint8Array => {
  let terminal = 0;
  for (let at = TERMINAL_AT; at < TERMINAL_AT + TERMINAL_DIGITS; at += 1) {
    terminal = terminal * 10 + (request[at] as number) - DIGIT_0;
  }
  const reply = prepared[terminal - TERMINAL_FIRST] as Uint8Array;
  for (let at = 0; at < CORR.length; at += 1) {
    reply[REPLY_CORR_AT + at] = request[CORR_AT + at] as number;
  }
  return reply;
};

const deliver = (): void => {
  const replies = waiting;
  waiting = [];
  for (const reply of replies) {
    take(reply);
  }
};

/** The answer comes at the next turn of the event loop, as from a receive. */
const requests: RequestQueue = {
  send: (body) => {
    if (waiting.length === 0) {
      setImmediate(deliver);
    }
    waiting.push(answerTo(body));
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
    instance: INSTANCE,
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
