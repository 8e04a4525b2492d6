/** Every message of a batch is accounted for, and nothing that identifies a person leaves it [I8, I12]. */
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import { createIdentifierHasher } from '#core/identifier-hasher.ts';
import { createLog } from '#functions/json-log.ts';
import { type BatchDeps, handleBatch, retrySeconds } from '#functions/pay/handle-batch.ts';
import type { ParkNote } from '#functions/pay/parking.ts';
import { createTerminalKeys } from '#functions/pay/terminal-keys.ts';
import { cp1Codec } from '#protocol/cp1/codec.ts';
import type { ReplyEnvelope } from '#protocol/envelope.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

const MASTER = Buffer.from(
  '202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f',
  'hex',
);
const OTHER_MASTER = Buffer.alloc(32, 9);
const CANARY = '70000000000000000042';
const NOW_MS = 1_790_000_000_000;
/** The PAY and its REPEAT of the protocol page's worked example. */
const PAY = Buffer.from(
  'c510004702000003e90100000007a7017437303030303030303030303030303030303034320203031932640419019a058183664c49502d30310119326406194e200700ba1399cf17a746da',
  'hex',
);

/** A frame built here, apart from the encoder under test. */
const frameOf = (type: number, sequence: number, body: string, master: Buffer = MASTER): Buffer => {
  const info = Buffer.concat([Buffer.from('cp1 message'), Buffer.from('000003e901', 'hex')]);
  const messageKey = Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), info, 32));
  const key = createHmac('sha256', messageKey).update('cp1 request').digest();
  const content = Buffer.from(body, 'hex');
  const head = Buffer.alloc(14);
  head.set([0xc5, 0x10]);
  head.writeUInt16BE(18 + content.length, 2);
  head[4] = type;
  head.writeUInt32BE(1001, 5);
  head[9] = 1;
  head.writeUInt32BE(sequence, 10);
  const start = Buffer.concat([head, content]);
  return Buffer.concat([start, createHmac('sha256', key).update(start).digest().subarray(0, 8)]);
};

const bodyOf = (frame: Buffer, changes: object = {}): string =>
  JSON.stringify({
    v: 1,
    slot: 0,
    fence: 3,
    corr: 'c1',
    dialect: 'cp1',
    terminal: 1001,
    region: 'KR',
    receivedAtMs: NOW_MS,
    hello: {},
    frame: frame.toString('base64'),
    ...changes,
  });

const recordOf = (messageId: string, body: string, { ageMs = 0, receives = 1 } = {}): SQSRecord =>
  ({
    messageId,
    body,
    receiptHandle: `r-${messageId}`,
    attributes: {
      SentTimestamp: String(NOW_MS - ageMs),
      ApproximateReceiveCount: String(receives),
    },
  }) as SQSRecord;

const prepare = (masters: readonly Buffer[] = [MASTER], changes: Partial<BatchDeps> = {}) => {
  const seen = {
    lines: '',
    notes: [] as ParkNote[],
    replies: [] as ReplyEnvelope[],
    retries: [] as unknown[],
  };
  const clock = { nowMs: () => NOW_MS };
  const deps: BatchDeps = {
    crypto: pureCrypto,
    clock,
    log: createLog((line) => {
      seen.lines += line;
    }),
    codecs: { cp1: cp1Codec },
    keys: createTerminalKeys(pureCrypto, masters),
    replies: {
      has: (slot) => slot === 0,
      send: async (_, reply) => {
        seen.replies.push(reply);
        return 'sent';
      },
    },
    park: async (note) => {
      seen.notes.push(note);
    },
    retryIn: async (handle, seconds) => {
      seen.retries.push([handle, seconds]);
    },
    process: {
      store: createMemoryPaymentStore(),
      clock,
      timers: { sleep: async () => undefined },
      random: { below: () => 0 },
      identifiers: createIdentifierHasher({
        crypto: pureCrypto,
        pepper: Buffer.alloc(32, 1),
        codeMaster: Buffer.alloc(32, 2),
      }),
    },
    ...changes,
  };
  return { deps, seen };
};

describe('a batch of payment requests', () => {
  it('accounts for every message: done, stale, parked', async () => {
    const { deps, seen } = prepare();
    const Records = [
      recordOf('pay', bodyOf(PAY)),
      recordOf('again', bodyOf(PAY)),
      recordOf('stale', bodyOf(PAY), { ageMs: 60_001 }),
      recordOf('in-time', bodyOf(PAY), { ageMs: 60_000 }),
      recordOf('stale-reverse', bodyOf(frameOf(4, 9, 'a201070201')), { ageMs: 60_001 }),
      recordOf('garbage', `{"${CANARY}`),
      recordOf('version', bodyOf(PAY, { v: 2 })),
      recordOf('dialect', bodyOf(PAY, { dialect: 'json' })),
      recordOf('cut', bodyOf(PAY.subarray(0, 40))),
      recordOf('terminal', bodyOf(PAY, { terminal: 1002 })),
      recordOf('slot', bodyOf(PAY, { slot: 1 })),
      recordOf('hello', bodyOf(frameOf(1, 0, 'a0'))),
      recordOf('forged', bodyOf(frameOf(4, 9, 'a201070201', OTHER_MASTER)), { ageMs: 60_001 }),
    ];
    const { counts, batchItemFailures } = await handleBatch(deps, { Records });
    expect(batchItemFailures).toEqual([]);
    expect(counts).toEqual({ done: 4, stale: 1, parked: 8, failed: 0 });
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(Records.length);
    expect(seen.notes.map(({ reason }) => reason).sort()).toEqual([
      'dialect_unsupported',
      'envelope_malformed',
      'envelope_version',
      'frame_malformed',
      'frame_type',
      'mac_invalid',
      'slot_unknown',
      'terminal_mismatch',
    ]);
    expect(seen.replies.filter(({ kind }) => kind === 'fault')).toEqual([
      { v: 1, fence: 3, corr: 'c1', kind: 'fault', code: 66, sequence: 9 },
    ]);
    const parked = JSON.stringify(seen.notes);
    for (const text of [seen.lines, parked]) {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain(PAY.toString('base64').slice(0, 40));
      expect(text).not.toContain(PAY.toString('hex').slice(0, 40));
    }
    expect(seen.notes.find(({ messageId }) => messageId === 'slot')?.bodyDigest).toBe(
      createHash('sha256')
        .update(bodyOf(PAY, { slot: 1 }))
        .digest('hex'),
    );
  });

  it('answers a body that breaks the protocol end to end with 64', async () => {
    const { deps, seen } = prepare();
    const { counts } = await handleBatch(deps, {
      Records: [recordOf('bad', bodyOf(frameOf(2, 8, 'ff')))],
    });
    expect(counts.done).toBe(1);
    expect(seen.lines).toContain('"code":"frame_malformed"');
    expect(seen.replies.map(({ kind }) => kind)).toEqual(['frame']);
  });

  it('takes a frame tagged under the previous master', async () => {
    const { deps } = prepare([OTHER_MASTER, MASTER]);
    const { counts } = await handleBatch(deps, { Records: [recordOf('pay', bodyOf(PAY))] });
    expect(counts.done).toBe(1);
  });

  it('names what an outage hit, and has it delivered again within seconds', async () => {
    const { deps, seen } = prepare([MASTER], {
      replies: { has: () => true, send: () => Promise.reject(new Error(CANARY)) },
    });
    const { batchItemFailures, counts } = await handleBatch(deps, {
      Records: [recordOf('pay', bodyOf(PAY), { receives: 3 })],
    });
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'pay' }]);
    expect(counts.failed).toBe(1);
    expect(seen.retries).toEqual([['r-pay', 4]]);
    expect(seen.lines).not.toContain(CANARY);
  });

  it('still names what failed where it cannot be made visible sooner', async () => {
    const { deps, seen } = prepare([MASTER], {
      replies: { has: () => true, send: () => Promise.reject(new Error(CANARY)) },
      retryIn: () => Promise.reject(new RangeError(CANARY)),
    });
    const { batchItemFailures } = await handleBatch(deps, {
      Records: [recordOf('pay', bodyOf(PAY))],
    });
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'pay' }]);
    expect(seen.lines).toContain('{"level":"warn","event":"retry_not_set","error":"RangeError"}');
    expect(seen.lines).not.toContain(CANARY);
  });

  it('is done with an answer whose queue is gone, and says so', async () => {
    const { deps, seen } = prepare([MASTER], {
      replies: { has: () => true, send: async () => 'gone' },
    });
    const { batchItemFailures, counts } = await handleBatch(deps, {
      Records: [recordOf('pay', bodyOf(PAY))],
    });
    expect([batchItemFailures, counts.done]).toEqual([[], 1]);
    expect(seen.lines).toContain('"reason":"reply_queue_gone"');
    expect(seen.lines).toContain('"level":"warn"');
  });

  it('waits 1, 2, 4 and then always 8 seconds', () => {
    expect([1, 2, 3, 4, 5, 99].map(retrySeconds)).toEqual([1, 2, 4, 8, 8, 8]);
  });
});
