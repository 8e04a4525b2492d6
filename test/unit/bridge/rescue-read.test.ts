import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createCounters } from '#bridge/counters.ts';
import type { StoredAnswer } from '#bridge/ports.ts';
import { createRescueRead } from '#bridge/rescue-read.ts';
import { cp1Framing } from '#protocol/cp1/framing.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

/** PAY and STATUS of the smallest size: header, an empty map, a tag that the bridge does not check. */
const frameOf = (type: number): Uint8Array =>
  Buffer.from(
    `c5100013${type.toString(16).padStart(2, '0')}000003e90100000007a0${'00'.repeat(8)}`,
    'hex',
  );
const PAY = frameOf(2);
const digest = createHash('sha256')
  .update(Buffer.from([0, 2, 0xa0]))
  .digest();

it('runs 100 reads at a time and skips the next, until one has ended', async () => {
  const counters = createCounters();
  const calls: PromiseWithResolvers<StoredAnswer | undefined>[] = [];
  const rescue = createRescueRead({
    counters,
    crypto: pureCrypto,
    answers: {
      readAnswer: () => {
        const call = Promise.withResolvers<StoredAnswer | undefined>();
        calls.push(call);
        return call.promise;
      },
    },
  });
  const first = rescue(cp1Framing, cp1Framing.look(PAY), PAY);
  for (let index = 1; index < 100; index += 1) {
    void rescue(cp1Framing, cp1Framing.look(PAY), PAY);
  }
  expect(counters).toMatchObject({ rescue_reads: 100, rescue_failed: 0 });
  expect(await rescue(cp1Framing, cp1Framing.look(PAY), PAY)).toBeUndefined();
  expect(counters).toMatchObject({ rescue_reads: 100, rescue_failed: 1 });
  const answer = new Uint8Array([1, 2, 3]);
  calls[0]?.resolve({ digest, answer });
  expect(await first).toBe(answer);
  void rescue(cp1Framing, cp1Framing.look(PAY), PAY);
  expect(calls).toHaveLength(101);
});

it('asks for nothing where nothing is stored, and a failed read is none', async () => {
  const counters = createCounters();
  const rescue = createRescueRead({
    counters,
    crypto: pureCrypto,
    answers: { readAnswer: () => Promise.reject(new Error('table is down')) },
  });
  expect(await rescue(cp1Framing, cp1Framing.look(frameOf(5)), frameOf(5))).toBeUndefined();
  expect(await rescue(cp1Framing, cp1Framing.look(frameOf(8)), frameOf(8))).toBeUndefined();
  expect(counters.rescue_reads).toBe(0);
  expect(await rescue(cp1Framing, cp1Framing.look(PAY), PAY)).toBeUndefined();
  expect(counters).toMatchObject({ rescue_reads: 1, rescue_failed: 1 });
});
