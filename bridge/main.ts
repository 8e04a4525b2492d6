/** The bridge's process: binds the adapters, starts, and goes down in order. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAnswerReader } from '#adapters/dynamodb/answer-reader.ts';
import { createLeaseStore } from '#adapters/dynamodb/lease-store.ts';
import { createTerminalReader } from '#adapters/dynamodb/terminal-reader.ts';
import { nodeTextCodec } from '#adapters/node/node-text-codec.ts';
import { systemClock } from '#adapters/node/system-clock.ts';
import { systemRandom } from '#adapters/node/system-random.ts';
import { systemTimers } from '#adapters/node/system-timers.ts';
import { createSecretReader } from '#adapters/secrets/secret-reader.ts';
import { createBatchSender } from '#adapters/sqs/batch-sender.ts';
import { createQueuePoller } from '#adapters/sqs/queue-poller.ts';
import { createSqsClient } from '#adapters/sqs/sqs-client.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { type Bridge, createBridge } from './bridge.ts';
import { type BridgeConfig, readConfig } from './config.ts';
import { type Health, serveHealth } from './health.ts';
import { type BridgeLog, errorName, limitLog } from './log.ts';
import type { ReplyQueue, RequestQueue } from './ports.ts';
import { createProcessLog, type ProcessLog } from './process-log.ts';
import { systemTicker } from './system-ticker.ts';
import { createTlsReader, keepTlsFresh } from './tls/material.ts';
import type { TlsMaterial } from './tls/terminator.ts';

/** Milliseconds one of two attempts to send may take: both fit into SEND_WAIT_MS, after which the terminal hears BUSY. */
const SEND_MS_MAX = 400;
/** Milliseconds one receive may take: a long poll of 20 s and the way. */
const RECEIVE_MS_MAX = 25_000;
/** Milliseconds one call to the table may take, and to connect to it. */
const TABLE_MS_MAX = 1_000;
const TABLE_CONNECT_MS_MAX = 500;
/** Random bytes that nobody knows. */
const SECRET_BYTES = 32;
/** Random bytes of the instance's name: unique among all bridges that ever lease a slot. */
const INSTANCE_BYTES = 8;

const createRequestQueue = (config: BridgeConfig): RequestQueue => {
  const sender = createBatchSender({
    client: createSqsClient({ requestMsMax: SEND_MS_MAX }),
    queueUrl: config.requestQueueUrl,
    outboxMax: config.outboxMax,
  });
  return {
    send: ({ buffer, byteOffset, length }) =>
      sender.send(Buffer.from(buffer, byteOffset, length).toString()),
    close: () => sender.close(),
  };
};

const createReplyQueue = (config: BridgeConfig, log: BridgeLog): ReplyQueue => {
  const client = createSqsClient({ requestMsMax: RECEIVE_MS_MAX });
  return {
    poll: (slot, take) =>
      createQueuePoller({
        client,
        queueUrl: config.replyQueueUrls[slot] ?? '',
        timers: systemTimers,
        onMessage: (body) => (take(Buffer.from(body)) ? 'delete' : 'keep'),
        onError: (error) => log.write('warn', 'poll_failed', { error: errorName(error) }),
      }),
  };
};

const start = (config: BridgeConfig, log: BridgeLog, tls: TlsMaterial): Promise<Bridge> => {
  const limited = limitLog(log, () => systemTicker.nowMs());
  const client = new DynamoDBClient({
    requestHandler: {
      requestTimeout: TABLE_MS_MAX,
      connectionTimeout: TABLE_CONNECT_MS_MAX,
      throwOnRequestTimeout: true,
    },
  });
  const table = { client, table: config.tableName, clock: systemClock };
  return createBridge(
    {
      requests: createRequestQueue(config),
      replies: createReplyQueue(config, limited),
      leases: createLeaseStore(table),
      terminals: createTerminalReader(table),
      answers: createAnswerReader(table),
      clock: systemClock,
      random: systemRandom,
      ticker: systemTicker,
      crypto: pureCrypto,
      text: nodeTextCodec,
      residentBytes: () => process.memoryUsage.rss(),
      log,
    },
    {
      ...config,
      host: config.bindHost,
      port: config.bridgePort,
      instance: randomBytes(INSTANCE_BYTES).toString('hex'),
      secret: randomBytes(SECRET_BYTES),
      tls,
      slots: config.replyQueueUrls.length,
      sharedReadBuffer: true,
    },
  );
};

/** Order: terminals are sent away and answered, sockets closed, lease given back, then the health port. */
const goDown = async (
  { bridge, health, log }: { bridge: Bridge; health: Health; log: ProcessLog },
  exitCode: number,
): Promise<void> => {
  await bridge.drain();
  health.close();
  await leave(log, exitCode);
};

/** At the second signal: every connection is cut, the lease still given back. */
const stopNow = async ({ bridge, log }: { bridge: Bridge; log: ProcessLog }): Promise<void> => {
  await bridge.close().catch(() => undefined);
  await leave(log, 0);
};

/** Ends the process, its last lines written; where nobody reads them it is killed, since a write that is stuck would keep it. */
const leave = async (log: ProcessLog, exitCode: number): Promise<void> => {
  if (await log.flush()) {
    process.exit(exitCode);
  }
  process.kill(process.pid, 'SIGKILL');
};

const run = async (config: BridgeConfig, log: ProcessLog): Promise<void> => {
  const readTls = createTlsReader(config.tls, (arn) => createSecretReader().read(arn));
  const material = await readTls();
  const bridge = await start(config, log, material);
  const tls = keepTlsFresh(
    { read: readTls, use: (fresh) => bridge.useTls(fresh), ticker: systemTicker, log },
    material,
  );
  process.on('SIGHUP', () => void tls.reload());
  const health = await serveHealth(bridge, { host: config.healthHost, port: config.healthPort });
  if (!bridge.sharesReadBuffer) {
    log.write('warn', 'read_buffer_not_shared');
  }
  const parts = { bridge, health, log };
  let isGoingDown = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    log.write('info', isGoingDown ? 'stopping_now' : 'draining', { signal });
    if (isGoingDown) {
      void stopNow(parts);
      return;
    }
    isGoingDown = true;
    void goDown(parts, 0);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  const { slot, fence } = bridge.stats();
  log.write('info', 'listening', { port: bridge.port, healthPort: health.port, slot, fence });
  await bridge.lost;
  if (!isGoingDown) {
    isGoingDown = true;
    // Whoever supervises the process starts another, which leases a slot of its own.
    await goDown(parts, 1);
  }
};

const config: BridgeConfig = readConfig();
const log: ProcessLog = createProcessLog(config.logLevel, systemTimers);
run(config, log).catch((error: unknown) => {
  log.write('error', 'start_failed', { error: errorName(error) });
  void leave(log, 1);
});
