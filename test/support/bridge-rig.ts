/** A bridge on a loopback port with every other part in memory, and time that only tests move. */
import { createHmac } from 'node:crypto';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { type Bridge, type BridgeSettings, createBridge } from '#bridge/bridge.ts';
import type { LogFields } from '#bridge/log.ts';
import type { StoredAnswer, TerminalFacts } from '#bridge/ports.ts';
import type { Told } from '#protocol/envelope.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import type { ForeignKeys } from './foreign-terminal.ts';

export const LINK_MASTER: Buffer = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
export const MESSAGE_MASTER: Buffer = Buffer.from(Array.from({ length: 32 }, (_, i) => 32 + i));
export const FENCE = 7;
const TICK_MS = 100;

/** HKDF by hand over node:crypto, from the protocol page. */
const derive = (master: Buffer, label: string, terminal: number, keyVersion: number): string => {
  const suffix = Buffer.alloc(5);
  suffix.writeUInt32BE(terminal, 0);
  suffix.writeUInt8(keyVersion, 4);
  const prk = createHmac('sha256', Buffer.alloc(32)).update(master).digest();
  const info = Buffer.concat([Buffer.from(label), suffix, Buffer.from([1])]);
  return createHmac('sha256', prk).update(info).digest('hex');
};

export const keysOf = (
  terminal = 1001,
  keyVersion = 1,
  master: Buffer = LINK_MASTER,
): ForeignKeys => ({
  terminal,
  keyVersion,
  linkKey: derive(master, 'cp1 link', terminal, keyVersion),
  messageKey: derive(MESSAGE_MASTER, 'cp1 message', terminal, keyVersion),
});

export interface SentRequest {
  readonly corr: string;
  readonly slot: number;
  readonly fence: number;
  readonly region: string;
  readonly terminal: number;
  readonly receivedAtMs: number;
  readonly hello: Told;
  readonly frame: string;
}

export class Rig {
  nowMs = 1_000_000;
  readonly sent: SentRequest[] = [];
  /** What the request queue does with a request. */
  queue: () => Promise<void> = async () => undefined;
  readonly stored: Map<number, StoredAnswer> = new Map();
  region: () => Promise<TerminalFacts | undefined> = async () => ({ region: 'KR' });
  acquire: (slot: number) => Promise<{ fence: number } | undefined> = async (slot) =>
    slot === 2 ? { fence: FENCE } : undefined;
  renew: () => Promise<boolean> = async () => true;
  residentBytes = 0;
  released = 0;
  pollClosed = false;
  readonly logged: string[] = [];
  readonly #fields = new Map<string, LogFields>();
  /** Gives the bridge the text of a message of its reply queue. */
  take: (body: string) => boolean = () => false;
  declare bridge: Bridge;
  readonly #ticking = new Set<{ everyMs: number; dueMs: number; run: () => void }>();
  readonly #waiting: (() => void)[] = [];

  async start(settings: Partial<BridgeSettings> = {}): Promise<this> {
    this.bridge = await createBridge(
      {
        requests: {
          send: async (body) => {
            this.sent.push(JSON.parse(Buffer.from(body).toString()));
            for (const waiter of this.#waiting.splice(0)) {
              waiter();
            }
            await this.queue();
          },
          close: async () => undefined,
        },
        replies: {
          poll: (_slot, take) => {
            this.take = (body) => take(Buffer.from(body));
            return {
              close: async () => {
                this.pollClosed = true;
              },
            };
          },
        },
        leases: {
          acquire: (slot) => this.acquire(slot),
          renew: () => this.renew(),
          release: async () => {
            this.released += 1;
          },
        },
        terminals: { readTerminal: () => this.region() },
        answers: { readAnswer: async ({ sequence }) => this.stored.get(sequence) },
        clock: { nowMs: () => 1_790_000_000_000 + this.nowMs },
        random: { below: () => 0 },
        ticker: {
          nowMs: () => this.nowMs,
          every: (everyMs, run) => {
            const tick = { everyMs, dueMs: this.nowMs + everyMs, run };
            this.#ticking.add(tick);
            return () => this.#ticking.delete(tick);
          },
        },
        crypto: pureCrypto,
        text: nodeTextCodec,
        residentBytes: () => this.residentBytes,
        log: {
          write: (_level, event, fields = {}) => {
            this.logged.push(event);
            this.#fields.set(event, fields);
          },
        },
      },
      {
        host: '127.0.0.1',
        port: 0,
        connectionsMax: 100,
        sharedReadBuffer: true,
        instance: 'rig',
        slots: 3,
        linkMasters: { current: LINK_MASTER },
        secret: Buffer.alloc(32, 5),
        tls: {},
        iso8583: { length: 'binary', swapTpdu: true },
        iso8583Ports: {},
        heartbeatS: 300,
        pendingMax: 100,
        outboxMax: 1_000,
        failedTagsMax: 20,
        shutOutMs: 600_000,
        strangersPerAddressMax: 64,
        memoryBytesMax: 1_000,
        // Tests send faster than any terminal; those of the rate turn it on.
        framesPerMinute: 0,
        framesBurst: 5,
        drainMs: 1_000,
        ...settings,
      },
    );
    return this;
  }

  /** What the last line of this event said. */
  fields(event: string): LogFields | undefined {
    return this.#fields.get(event);
  }

  get at(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.bridge.port };
  }

  /** Moves the time; promises that a tick began are settled before the next. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= TICK_MS) {
      this.nowMs += Math.min(left, TICK_MS);
      for (const tick of [...this.#ticking]) {
        while (tick.dueMs <= this.nowMs && this.#ticking.has(tick)) {
          tick.dueMs += tick.everyMs;
          tick.run();
        }
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Lets real sockets deliver until `done`; bounded by turns of the event loop, not by a clock. */
  async until(done: () => boolean): Promise<void> {
    for (let turn = 0; turn < 200_000 && !done(); turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!done()) {
      throw new Error('it never came to that');
    }
  }

  async request(index: number): Promise<SentRequest> {
    await this.until(() => this.sent.length > index);
    return this.sent[index] as SentRequest;
  }

  reply(corr: string, frame: Buffer, fence: number = FENCE): boolean {
    return this.take(
      JSON.stringify({ v: 1, fence, corr, kind: 'frame', frame: frame.toString('base64') }),
    );
  }
}
