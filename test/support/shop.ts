/** A whole system in memory behind one stream per connection: the real payment function over the memory store. */
import { type Duplex, duplexPair } from 'node:stream';
import {
  createMemoryPaymentStore,
  type MemoryPaymentStore,
} from '#adapters/memory/memory-payment-store.ts';
import type { Clock, Timers } from '#core/ports.ts';
import type { RequestRecord } from '#core/records.ts';
import { handleMessage, type MessageDeps } from '#functions/pay/handle-message.ts';
import { createTerminalKeys } from '#functions/pay/terminal-keys.ts';
import { cp1Codec } from '#protocol/cp1/codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { keysOf, MESSAGE_MASTER } from './bridge-rig.ts';
import { ForeignCodec, type ForeignFrame, type ForeignKeys, TYPE } from './foreign-terminal.ts';
import { hasher, seedWorld } from './payment-world.ts';

export const SHOP_KEYS: ForeignKeys = keysOf();
const HEARTBEAT_S = 300;
const SLOT = 0;
const FENCE = 1;

export interface Shop {
  readonly store: MemoryPaymentStore;
  /** Connections made so far. */
  readonly dials: number;
  /** A new connection. */
  dial(): Promise<Duplex>;
  /** Records of payments in the order of their numbers. */
  payments(): readonly RequestRecord[];
}

/** Replies with what the function decided; asks nothing of the network in between. */
export const openShop = async (time: Clock & Timers, balanceMinor: number): Promise<Shop> => {
  const store = createMemoryPaymentStore();
  await seedWorld(store, balanceMinor);
  const codec = new ForeignCodec(SHOP_KEYS);
  let dials = 0;
  const depsFor = (answer: (frame: Uint8Array) => void): MessageDeps => ({
    process: {
      store,
      identifiers: hasher,
      clock: time,
      timers: time,
      random: { below: () => 7 },
    },
    crypto: pureCrypto,
    codecs: { cp1: cp1Codec },
    keys: createTerminalKeys(pureCrypto, [MESSAGE_MASTER]),
    replies: {
      has: () => true,
      send: async (_slot, reply) => {
        if (reply.kind === 'frame') {
          answer(reply.frame);
        }
        return 'sent';
      },
    },
    park: () => Promise.reject(new Error('the shop was sent a frame that nobody made')),
  });
  const take = async (frame: ForeignFrame, far: Duplex): Promise<void> => {
    const write = (bytes: Uint8Array): void => {
      if (!far.destroyed) {
        far.write(bytes);
      }
    };
    if (frame.type === TYPE.hello) {
      const welcome = new Map([
        [1, frame.body.get(1) ?? ''],
        [2, Math.floor(time.nowMs() / 1000)],
        [3, HEARTBEAT_S],
        [4, Number(frame.body.get(5))],
        [5, 1024],
      ]);
      write(codec.encode(TYPE.welcome, frame.sequence, welcome));
      return;
    }
    if (frame.type === TYPE.ping) {
      write(codec.encode(TYPE.pong, frame.sequence, new Map()));
      return;
    }
    const nowMs = time.nowMs();
    await handleMessage(depsFor(write), {
      messageId: `${dials}`,
      sentAtMs: nowMs,
      body: JSON.stringify({
        v: 1,
        slot: SLOT,
        fence: FENCE,
        corr: 'c',
        dialect: 'cp1',
        terminal: frame.terminal,
        region: 'KR',
        receivedAtMs: nowMs,
        hello: {},
        frame: Buffer.from(frame.bytes).toString('base64'),
      }),
    });
  };
  return {
    store,
    get dials() {
      return dials;
    },
    dial: async () => {
      dials += 1;
      const [near, far] = duplexPair();
      let rest: Buffer = Buffer.alloc(0);
      far.on('error', () => undefined);
      near.on('error', () => undefined);
      near.once('close', () => far.destroy());
      far.on('data', (chunk: Buffer) => {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 4 && rest.length >= 4 + rest.readUInt16BE(2)) {
          const size = 4 + rest.readUInt16BE(2);
          const frame = codec.decode(Buffer.from(rest.subarray(0, size)));
          rest = rest.subarray(size);
          // As the bridge does: what is no frame, or of no terminal, ends the connection.
          if (frame.bytes[0] !== 0xc5 || !frame.tagOk) {
            far.destroy();
            near.destroy();
            return;
          }
          void take(frame, far);
        }
      });
      return near;
    },
    payments: () => store.readLedgerFacts().records.filter(({ op }) => op === 'pay'),
  };
};
