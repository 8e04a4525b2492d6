import { describe, expect, it } from 'vitest';
import {
  createQueuePoller,
  type Handled,
  pollBackoffMs,
  type QueuePollerOptions,
} from '#adapters/sqs/queue-poller.ts';
import { createScriptedSqs, type SqsAnswer } from '#test/support/scripted-sqs.ts';

const NEVER = new Promise<SqsAnswer>(() => undefined);
const messages = (...bodies: readonly string[]): SqsAnswer => ({
  body: { Messages: bodies.map((Body) => ({ Body, MessageId: Body, ReceiptHandle: `r-${Body}` })) },
});

/** One poll at a time; `receives` are its answers, after the last of which it waits for ever. */
const prepare = (
  receives: readonly SqsAnswer[],
  {
    deletion = { body: { Successful: [] } } as SqsAnswer,
    onMessage = (() => 'delete') as (body: string) => Handled,
    ...options
  }: Partial<QueuePollerOptions> & { readonly deletion?: SqsAnswer } = {},
) => {
  const left = [...receives];
  const seen = {
    received: [] as unknown[],
    bodies: [] as string[],
    deleted: [] as string[],
    slept: [] as number[],
    errors: [] as unknown[],
    /** Polls that wait for ever, deletions that came. */
    waits: (count: number) => reached('waits', count),
    deletes: (count: number) => reached('deletes', count),
  };
  const counts = { waits: 0, deletes: 0 };
  const awaited: { kind: keyof typeof counts; count: number; resolve: () => void }[] = [];
  const reached = (kind: keyof typeof counts, count: number): Promise<void> =>
    new Promise((resolve) => {
      awaited.push({ kind, count, resolve });
      note();
    });
  const note = (): void => {
    for (const each of awaited) {
      if (counts[each.kind] >= each.count) {
        each.resolve();
      }
    }
  };
  const idle = Promise.withResolvers<void>();
  const client = createScriptedSqs(({ operation, input }) => {
    if (operation === 'DeleteMessageBatch') {
      const entries = input.Entries as readonly { readonly ReceiptHandle: string }[];
      seen.deleted.push(...entries.map(({ ReceiptHandle }) => ReceiptHandle));
      counts.deletes += 1;
      note();
      return deletion;
    }
    seen.received.push(input);
    const next = left.shift();
    if (next === undefined) {
      counts.waits += 1;
      note();
      idle.resolve();
    }
    return next ?? NEVER;
  });
  const poller = createQueuePoller({
    client,
    queueUrl: 'http://127.0.0.1:9/000000000000/replies',
    timers: {
      sleep: async (ms) => {
        seen.slept.push(ms);
      },
    },
    polls: 1,
    onError: (error) => seen.errors.push(error),
    ...options,
    onMessage: (body) => {
      seen.bodies.push(body);
      return onMessage(body);
    },
  });
  return { seen, poller, idle: idle.promise };
};

describe('a queue poller', () => {
  it('asks for ten messages and waits as long as SQS allows', async () => {
    const { seen, poller, idle } = prepare([]);
    await idle;
    await poller.close();
    expect(seen.received).toEqual([
      {
        QueueUrl: 'http://127.0.0.1:9/000000000000/replies',
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 20,
      },
    ]);
    expect(seen.errors).toEqual([]);
  });

  it('polls a second time at once only while receives come back full', async () => {
    const full = messages(...Array.from({ length: 10 }, (_, at) => `m${at}`));
    const { seen, poller } = prepare([full, full], { polls: 2 });
    await seen.waits(2);
    await poller.close();
    expect(seen.received).toHaveLength(4);
  });

  it.each([
    ['none was full', ['a'], ['b']],
    ['one alone was full', 'abcdefghij'.split(''), ['k']],
  ])('has one poll under way where %s', async (_, first, second) => {
    const { seen, poller, idle } = prepare([messages(...first), messages(...second)], { polls: 2 });
    await idle;
    await poller.close();
    expect(seen.received).toHaveLength(3);
  });

  it('ends its second poll once that comes back with less than it may', async () => {
    const full = messages(...Array.from({ length: 10 }, (_, at) => `m${at}`));
    const { seen, poller } = prepare([full, full, messages('last')], { polls: 2 });
    await seen.waits(1);
    await poller.close();
    expect(seen.bodies).toHaveLength(21);
    expect(seen.received).toHaveLength(4);
  });

  it('lets deletions wait for a full batch, and no longer than a fifth of a second', async () => {
    const sleeping = Promise.withResolvers<void>();
    const { seen, poller, idle } = prepare([messages('a', 'b'), messages('c')], {
      timers: {
        sleep: (ms) => {
          expect(ms).toBe(200);
          return sleeping.promise;
        },
      },
    });
    await idle;
    expect(seen.deleted).toEqual([]);
    sleeping.resolve();
    await seen.deletes(1);
    expect(seen.deleted).toEqual(['r-a', 'r-b', 'r-c']);
    await poller.close();
  });

  it('deletes a full batch at once', async () => {
    const full = messages(...Array.from({ length: 10 }, (_, at) => `m${at}`));
    const { seen, poller } = prepare([full, messages('a')], {
      timers: { sleep: () => new Promise(() => undefined) },
    });
    await seen.deletes(1);
    expect(seen.deleted).toHaveLength(10);
    await poller.close();
    expect(seen.deleted).toHaveLength(11);
  });

  it('deletes what was handled, in the order of the receive, and keeps the rest', async () => {
    const { seen, poller, idle } = prepare([messages('a', 'b', 'c')], {
      onMessage: (body) => (body === 'b' ? 'keep' : 'delete'),
    });
    await idle;
    await poller.close();
    expect(seen.bodies).toEqual(['a', 'b', 'c']);
    expect(seen.deleted).toEqual(['r-a', 'r-c']);
  });

  it('keeps a message whose handling throws, reports it, and handles the next', async () => {
    const bug = new Error('bug');
    const { seen, poller, idle } = prepare([messages('a', 'b')], {
      onMessage: (body) => {
        if (body === 'a') {
          throw bug;
        }
        return 'delete';
      },
    });
    await idle;
    await poller.close();
    expect(seen.errors).toEqual([bug]);
    expect(seen.deleted).toEqual(['r-b']);
  });

  it('pauses longer after each failure in a row, and starts over after a success', async () => {
    const fault: SqsAnswer = { fault: 'ServiceUnavailable', status: 503 };
    const { seen, poller, idle } = prepare([fault, fault, fault, messages('a'), fault], {
      onMessage: () => 'keep',
    });
    await idle;
    await poller.close();
    expect(seen.slept).toEqual([100, 200, 400, 100]);
    expect(seen.errors).toHaveLength(4);
    expect(seen.bodies).toEqual(['a']);
  });

  it('doubles its pause up to five seconds, however long it fails', () => {
    expect([1, 2, 6, 7, 8, 1_000].map(pollBackoffMs)).toEqual([
      100, 200, 3_200, 5_000, 5_000, 5_000,
    ]);
  });

  it('is closed although it pauses', async () => {
    const paused = Promise.withResolvers<void>();
    const { poller } = prepare([{ error: new Error('down') }], {
      timers: {
        sleep: () => {
          paused.resolve();
          return new Promise(() => undefined);
        },
      },
    });
    await paused.promise;
    await poller.close();
  });

  it('reports a message that could not be deleted, and goes on', async () => {
    const { seen, poller, idle } = prepare([messages('a', 'b')], {
      deletion: {
        body: { Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid', SenderFault: true }] },
      },
    });
    await idle;
    await poller.close();
    expect(seen.deleted).toEqual(['r-a', 'r-b']);
    expect(seen.errors).toHaveLength(1);
    expect(seen.errors[0]).toMatchObject({
      name: 'SendFailedError',
      message: 'A message was not deleted: ReceiptHandleIsInvalid.',
      permanent: true,
    });
  });

  it('reports deletions that failed as a whole', async () => {
    const { seen, poller, idle } = prepare([messages('a')], {
      deletion: { fault: 'ServiceUnavailable', status: 503 },
    });
    await idle;
    await poller.close();
    expect(seen.errors).toMatchObject([{ name: 'ServiceUnavailable' }]);
  });
});
