import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemTimers } from '#adapters/node/system-timers.ts';
import { createBatchSender } from '#adapters/sqs/batch-sender.ts';
import { createQueuePoller } from '#adapters/sqs/queue-poller.ts';
import { createSqsClient } from '#adapters/sqs/sqs-client.ts';
import { startTestQueues, type TestQueues } from '#test/support/fauxqs.ts';

describe('the queue adapters against a queue', () => {
  let queues: TestQueues;
  beforeAll(async () => {
    queues = await startTestQueues();
  });
  afterAll(() => queues.stop());

  it('sends 25 messages in fewer calls, and the poller gets and deletes each once', async () => {
    const queueUrl = queues.create('both');
    const client = createSqsClient({ requestMsMax: 25_000 });
    const sizes: number[] = [];
    const sender = createBatchSender({
      client,
      queueUrl,
      outboxMax: 100,
      onSent: ({ size }) => sizes.push(size),
    });
    const bodies = Array.from({ length: 25 }, (_, at) => `message ${at}`);
    await Promise.all(bodies.map((body) => sender.send(body)));
    expect(sizes.length).toBeLessThanOrEqual(4);
    const got: string[] = [];
    const errors: unknown[] = [];
    const all = Promise.withResolvers<void>();
    const poller = createQueuePoller({
      client,
      queueUrl,
      timers: systemTimers,
      waitS: 1,
      onError: (error) => errors.push(error),
      onMessage: (body) => {
        got.push(body);
        if (got.length === 25) {
          all.resolve();
        }
        return 'delete';
      },
    });
    await all.promise;
    await poller.close();
    await sender.close();
    expect(got.sort()).toEqual(bodies.sort());
    expect(errors).toEqual([]);
    expect(queues.bodies('both')).toEqual([]);
    expect(queues.inFlight('both')).toBe(0);
  });

  it('says that a queue is gone for good', async () => {
    const queueUrl = queues.create('gone');
    queues.drop('gone');
    const sender = createBatchSender({
      client: createSqsClient({ requestMsMax: 1_000 }),
      queueUrl,
      outboxMax: 1,
    });
    await expect(sender.send('x')).rejects.toMatchObject({
      name: 'SendFailedError',
      permanent: true,
    });
  });
});
