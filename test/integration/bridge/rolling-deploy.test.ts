/** Two bridges, one of them taken down while 200 terminals pay: nothing is charged twice, and hardly anybody notices. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import { createQueuePoller } from '#adapters/sqs/queue-poller.ts';
import { createSqsClient } from '#adapters/sqs/sqs-client.ts';
import { type BatchDeps, handleBatch } from '#functions/pay/handle-batch.ts';
import { createReplyChannel } from '#functions/pay/reply-channel.ts';
import { createTerminalKeys } from '#functions/pay/terminal-keys.ts';
import { buildBundles } from '#infra/bundles.ts';
import { cp1Codec } from '#protocol/cp1/codec.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { BridgeChild } from '#test/support/bridge-child.ts';
import { keysOf, LINK_MASTER, MESSAGE_MASTER } from '#test/support/bridge-rig.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';
import { startTestQueues, type TestQueues } from '#test/support/fauxqs.ts';
import {
  type ForeignFrame,
  ForeignTerminal,
  payBody,
  TYPE,
} from '#test/support/foreign-terminal.ts';
import { hasher, RICH_CARD, seedWorld, TERMINAL } from '#test/support/payment-world.ts';

const TERMINALS = 200;
const SALES_EACH = 4;
const PRICE = 100;
const BALANCE = 10_000_000;
const FIRST_TERMINAL = 5_001;
/** Answers after which the blow falls: a quarter of all. */
const BLOW_AFTER = (TERMINALS * SALES_EACH) / 4;
const SALE = {
  identifier: RICH_CARD,
  entryMode: 7,
  currency: 410,
  sku: 'LIP-01',
  unitPriceMinor: PRICE,
};

const dist = mkdtempSync(join(tmpdir(), 'rolling-deploy-'));
let dynamo: Dynoxide;
let queues: TestQueues;
let bridges: BridgeChild[];
let ports: number[];
let store: ReturnType<typeof createMemoryPaymentStore>;
let stopPaying: () => Promise<void>;

beforeAll(async () => {
  [dynamo, queues] = await Promise.all([startDynoxide(), startTestQueues()]);
  await buildBundles(['bridge'], dist);
});
afterAll(async () => {
  await Promise.all([dynamo.stop(), queues.stop()]);
  rmSync(dist, { recursive: true });
});

/** The functions, as a loop over the request queue. */
const startPaying = (requestUrl: string, replyUrls: readonly string[]): (() => Promise<void>) => {
  const client = createSqsClient({ requestMsMax: 25_000 });
  const deps: BatchDeps = {
    crypto: pureCrypto,
    clock: systemClock,
    log: () => undefined,
    codecs: { cp1: cp1Codec },
    keys: createTerminalKeys(pureCrypto, [MESSAGE_MASTER]),
    replies: createReplyChannel(client, replyUrls),
    park: async () => undefined,
    retryIn: async () => undefined,
    process: {
      store,
      clock: systemClock,
      timers: { sleep: async () => undefined },
      random: { below: () => 0 },
      identifiers: hasher,
    },
  };
  const poller = createQueuePoller({
    client,
    queueUrl: requestUrl,
    timers: systemTimers,
    onMessage: (body) => {
      const attributes = { SentTimestamp: String(Date.now()), ApproximateReceiveCount: '1' };
      void handleBatch(deps, {
        Records: [{ messageId: 'm', body, receiptHandle: 'r', attributes } as SQSRecord],
      });
      return 'delete';
    },
    onError: () => undefined,
  });
  return () => poller.close();
};

beforeEach(async ({ task }) => {
  const name = `rolling-${task.id.replaceAll(/\W/g, '')}`;
  await dynamo.createTable(name);
  store = createMemoryPaymentStore();
  await seedWorld(store, BALANCE);
  for (let index = 0; index < TERMINALS; index += 1) {
    await store.putTerminal({ ...TERMINAL, id: FIRST_TERMINAL + index });
  }
  const requestUrl = queues.create(`${name}-requests`);
  const replyUrls = [0, 1].map((slot) => queues.create(`${name}-replies-${slot}`));
  stopPaying = startPaying(requestUrl, replyUrls);
  bridges = [0, 1].map(
    () =>
      new BridgeChild(join(dist, 'bridge/index.mjs'), {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_ENDPOINT_URL_SQS: queues.endpoint,
        BIND_HOST: '127.0.0.1',
        BRIDGE_PORT: '0',
        HEALTH_PORT: '0',
        TABLE_NAME: name,
        REQUEST_QUEUE_URL: requestUrl,
        REPLY_QUEUE_URLS: JSON.stringify(replyUrls),
        LINK_MASTER: JSON.stringify({ current: LINK_MASTER.toString('hex') }),
        // All terminals are at one address here.
        STRANGERS_PER_ADDRESS_MAX: '1000',
        FRAMES_PER_MINUTE: '0',
        DRAIN_MS: '6000',
      }),
  );
  ports = await Promise.all(
    bridges.map(async (bridge) => (await bridge.logged('listening')).port ?? 0),
  );
});
afterEach(async () => {
  for (const { child, exit } of bridges) {
    child.kill('SIGKILL');
    await exit;
  }
  await stopPaying();
});

/** A terminal that obeys GOAWAY, and asks elsewhere with the same bytes where it was not answered. */
class Seller {
  readonly #keys;
  #port: number;
  #line: ForeignTerminal | undefined;
  #leaving = false;
  /** Asks that each sale took; BUSY is told apart, since the queue is then at fault. */
  readonly asks: number[] = [];
  busy = 0;

  constructor(index: number) {
    this.#keys = keysOf(FIRST_TERMINAL + index);
    this.#port = ports[index % 2] ?? 0;
  }

  async sell(sequence: number): Promise<number> {
    for (let asked = 1; ; asked += 1) {
      const answer = await this.#ask(sequence).catch(() => undefined);
      if (answer?.type === TYPE.busy) {
        this.busy += 1;
        asked -= 1;
        await sleep(Number(answer.body.get(1)));
      } else if (answer) {
        this.asks.push(asked);
        return Number(answer.body.get(1));
      } else {
        this.#goElsewhere();
      }
    }
  }

  close(): void {
    this.#line?.close();
  }

  #goElsewhere(): void {
    this.#line?.close();
    this.#line = undefined;
    this.#leaving = false;
    this.#port = ports.find((port) => port !== this.#port) ?? 0;
  }

  async #ask(sequence: number): Promise<ForeignFrame | undefined> {
    if (this.#leaving || this.#line?.closed) {
      this.#goElsewhere();
    }
    this.#line ??= await ForeignTerminal.signOn(
      { host: '127.0.0.1', port: this.#port },
      this.#keys,
    );
    const line = this.#line;
    line.send(line.codec.encode(TYPE.pay, sequence, payBody({ ...SALE, deadlineMs: 60_000 })));
    for (;;) {
      const frame = await line.next(20_000);
      if (frame?.type !== TYPE.goaway) {
        return frame;
      }
      this.#leaving = true;
    }
  }
}

const sellThrough = async (
  blow: () => void,
): Promise<{ codes: readonly number[]; asks: readonly number[] }> => {
  let answered = 0;
  const sellers = Array.from({ length: TERMINALS }, (_, index) => new Seller(index));
  const codes = await Promise.all(
    sellers.map(async (seller) => {
      const heard: number[] = [];
      for (let sale = 1; sale <= SALES_EACH; sale += 1) {
        heard.push(await seller.sell(sale));
        answered += 1;
        if (answered === BLOW_AFTER) {
          blow();
        }
      }
      seller.close();
      return heard;
    }),
  );
  return { codes: codes.flat(), asks: sellers.flatMap((seller) => seller.asks) };
};

const expectOneChargeEach = (codes: readonly number[]): void => {
  expect(codes).toHaveLength(TERMINALS * SALES_EACH);
  expect(new Set(codes)).toEqual(new Set([0]));
  const rich = store.readLedgerFacts().accounts.find(({ user }) => user === 'rich');
  expect(rich?.balanceMinor).toBe(BALANCE - TERMINALS * SALES_EACH * PRICE);
  expect(store.audit().violations).toEqual([]);
};

describe('a bridge that goes', () => {
  it('with SIGTERM leaves every first ask answered', async () => {
    const { codes, asks } = await sellThrough(() => bridges[0]?.child.kill('SIGTERM'));
    expectOneChargeEach(codes);
    expect(Math.max(...asks)).toBe(1);
    expect(await bridges[0]?.exit).toBe(0);
  });

  it('with SIGKILL leaves every sale answered within two asks', async () => {
    const { codes, asks } = await sellThrough(() => bridges[0]?.child.kill('SIGKILL'));
    expectOneChargeEach(codes);
    expect(Math.max(...asks)).toBeLessThanOrEqual(2);
  });
});
