/**
 * The real bridge as a process of its own with everything behind it in memory, on a clock that runs TIME_SCALE times as fast:
 * what takes it 15 s takes a test under one. Every PAY is answered at once. It tells its port on standard output, and its
 * memory and counters, as a line of JSON, for each line on standard input.
 */
import { createInterface } from 'node:readline';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { createBridge } from '#bridge/bridge.ts';
import { encodeReply } from '#protocol/cp1/reply-codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { decodeRequestEnvelope, encodeReplyEnvelope } from '#protocol/queue-codec.ts';

const TIME_SCALE = Number(process.env.TIME_SCALE ?? '20');
const FENCE = 1;
const SAMPLE_MS = 20;
const LINK_MASTER = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const replyKey = pureCrypto.macKey(new Uint8Array(32));
const startedMs = performance.now();
const nowMs = (): number => (performance.now() - startedMs) * TIME_SCALE;

let take: (body: Uint8Array) => boolean = () => true;
let mostBytes = 0;
const look = (): number => {
  const { rss } = process.memoryUsage();
  mostBytes = Math.max(mostBytes, rss);
  return rss;
};
setInterval(look, SAMPLE_MS);

const answer = (body: string): void => {
  const envelope = decodeRequestEnvelope(body);
  if (envelope.ok && envelope.value.dialect === 'cp1') {
    const { corr, frame } = envelope.value;
    const reply = encodeReply(frame, new Uint8Array(8), { code: 'approved' }, replyKey);
    take(
      Buffer.from(encodeReplyEnvelope({ v: 1, fence: FENCE, corr, kind: 'frame', frame: reply })),
    );
  }
};

const bridge = await createBridge(
  {
    requests: {
      send: async (body) => {
        const text = Buffer.from(body).toString();
        setImmediate(() => answer(text));
      },
      close: async () => undefined,
    },
    replies: {
      poll: (_slot, taken) => {
        take = taken;
        return { close: async () => undefined };
      },
    },
    leases: {
      acquire: async () => ({ fence: FENCE }),
      renew: async () => true,
      release: async () => undefined,
    },
    terminals: { readTerminal: async () => ({ region: 'KR' }) },
    answers: { readAnswer: async () => undefined },
    clock: { nowMs: () => 1_790_000_000_000 + Math.floor(nowMs()) },
    random: systemRandom,
    ticker: {
      nowMs,
      every: (ms, run) => {
        const timer = setInterval(run, ms / TIME_SCALE);
        return () => clearInterval(timer);
      },
    },
    crypto: pureCrypto,
    text: nodeTextCodec,
    residentBytes: look,
    log: { write: () => undefined },
  },
  {
    host: '127.0.0.1',
    port: 0,
    connectionsMax: 20_000,
    strangersPerAddressMax: 64,
    memoryBytesMax: 1_536_000_000,
    failedTagsMax: 20,
    shutOutMs: 600_000,
    framesPerMinute: 30,
    framesBurst: 5,
    sharedReadBuffer: true,
    instance: 'quick',
    slots: 1,
    linkMasters: { current: LINK_MASTER },
    secret: Buffer.alloc(32, 5),
    tls: {},
    iso8583: { length: 'binary', swapTpdu: true },
    iso8583Ports: {},
    heartbeatS: 300,
    pendingMax: 2_000,
    outboxMax: 1_000,
    drainMs: 1_000,
  },
);

const say = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};
say({ port: bridge.port });
createInterface({ input: process.stdin }).on('line', () => {
  look();
  say({ mostBytes, counters: bridge.counters, ...bridge.stats() });
});
