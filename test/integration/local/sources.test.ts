/** What calls functions without being asked, and the REST API in front of them. */
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSchedule } from '#local/mappings/schedule.ts';
import type { Source } from '#local/mappings/source.ts';
import { startStreamMapping } from '#local/mappings/stream-mapping.ts';
import { createRestApi, type Route } from '#local/rest-api.ts';
import { type Listening, listen } from '#local/stand-ins/listen.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

/** A stream of one shard that holds changes 1 to `count`. */
const streamOf = (count: number): { streams: DynamoDBStreamsClient; openedAfter: string[] } => {
  const openedAfter: string[] = [];
  const send = (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    const { input } = command;
    switch (command.constructor.name) {
      case 'DescribeStreamCommand':
        return { StreamDescription: { Shards: [{ ShardId: 'shard' }] } };
      case 'GetShardIteratorCommand':
        openedAfter.push(String(input.SequenceNumber ?? input.ShardIteratorType));
        return { ShardIterator: String(Number(input.SequenceNumber ?? 0)) };
      default: {
        const from = Number(input.ShardIterator);
        const to = Math.min(count, from + Number(input.Limit));
        const Records = Array.from({ length: to - from }, (_, at) => ({
          eventID: `e${from + at + 1}`,
          dynamodb: { SequenceNumber: String(from + at + 1), NewImage: { b: { B: Buffer.of(7) } } },
        }));
        return { Records, NextShardIterator: String(to) };
      }
    }
  };
  const client = { send: (command: Parameters<typeof send>[0]) => Promise.resolve(send(command)) };
  return { streams: client as unknown as DynamoDBStreamsClient, openedAfter };
};

interface Change {
  readonly dynamodb: { readonly SequenceNumber: string };
}
const numbersOf = (event: unknown): readonly number[] =>
  (event as { Records: readonly Change[] }).Records.map((record) =>
    Number(record.dynamodb.SequenceNumber),
  );

/** Follows `count` changes until the checkpoint has reached the last one; the batches that were tried. */
const follow = async (
  answer: (numbers: readonly number[]) => unknown,
  options: {
    count: number;
    batchSize?: number;
    retriesMax?: number;
    bisects?: boolean;
    after?: string;
    wants?: (change: object) => boolean;
  },
): Promise<{ tried: (readonly number[])[]; openedAfter: string[]; events: unknown[] }> => {
  const tried: (readonly number[])[] = [];
  const events: unknown[] = [];
  let reached = options.after;
  const { streams, openedAfter } = streamOf(options.count);
  const source = await startStreamMapping({
    streams,
    streamArn: 'arn:stream',
    region: 'eu-west-1',
    batchSize: options.batchSize ?? 10,
    retriesMax: options.retriesMax ?? 2,
    bisects: options.bisects ?? true,
    wants: options.wants ?? (() => true),
    from: 'TRIM_HORIZON',
    checkpoint: {
      read: () => reached,
      write: (_shard, sequence) => {
        reached = sequence;
      },
    },
    target: {
      invoke: (event) => {
        events.push(event);
        const numbers = numbersOf(event);
        tried.push(numbers);
        return Promise.resolve().then(() => answer(numbers));
      },
    },
  });
  await vi.waitFor(() => expect(reached).toBe(String(options.count)), { timeout: 20_000 });
  await source.close();
  return { tried, openedAfter, events };
};

describe('the stream mapping', () => {
  it('hands changes over in order, in batches no larger than asked, in the shape of Lambda', async () => {
    const { tried, events } = await follow(() => null, { count: 5, batchSize: 2 });
    expect(tried).toEqual([[1, 2], [3, 4], [5]]);
    expect(events[0]).toMatchObject({
      Records: [
        {
          eventID: 'e1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'eu-west-1',
          eventSourceARN: 'arn:stream',
          dynamodb: { NewImage: { b: { B: 'Bw==' } } },
        },
        {},
      ],
    });
  });
  it('passes over what is not wanted, and remembers that it did', async () => {
    const wants = (change: object) => numbersOf({ Records: [change] })[0] === 2;
    const { tried } = await follow(() => null, { count: 5, batchSize: 2, wants });
    expect(tried).toEqual([[2]]);
  });
  it('tries again from the first change that failed', async () => {
    let failed = false;
    const { tried } = await follow(
      () => {
        const first = !failed;
        failed = true;
        return { batchItemFailures: first ? [{ itemIdentifier: '3' }] : [] };
      },
      { count: 4 },
    );
    expect(tried).toEqual([
      [1, 2, 3, 4],
      [3, 4],
    ]);
  });
  it('halves a batch that fails as a whole, and gives up the one bad change alone', async () => {
    const carried: number[] = [];
    const { tried } = await follow(
      (numbers) => {
        if (numbers.includes(3)) {
          throw new Error('poison');
        }
        carried.push(...numbers);
        return null;
      },
      { count: 4, retriesMax: 1 },
    );
    expect(carried).toEqual([1, 2, 4]);
    expect(tried.filter((batch) => batch.length === 1 && batch[0] === 3)).toHaveLength(2);
  });
  it('gives a whole batch up after its tries where it may not be halved', async () => {
    const { tried } = await follow(
      () => {
        throw new Error('outage');
      },
      { count: 2, retriesMax: 1, bisects: false },
    );
    expect(tried).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
  it('goes on after the last change of the run before', async () => {
    const { tried, openedAfter } = await follow(() => null, { count: 4, after: '2' });
    expect([tried, openedAfter]).toEqual([[[3, 4]], ['2']]);
  });
});

describe('a schedule', () => {
  const start = (invoke: (event: unknown) => Promise<unknown>, everyMs?: number): Source => {
    vi.useFakeTimers();
    return startSchedule({
      expression: 'rate(1 minute)',
      ruleArn: 'arn:rule',
      region: 'eu-west-1',
      target: { invoke },
      everyMs,
    });
  };
  it('calls after each interval, also after a run that failed, until it is closed', async () => {
    const events: unknown[] = [];
    const schedule = start((event) => {
      events.push(event);
      return Promise.reject(new Error('as asked'));
    });
    await vi.advanceTimersByTimeAsync(59_999);
    expect(events).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(60_001);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ source: 'aws.events', resources: ['arn:rule'] });
    await schedule.close();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(events).toHaveLength(2);
  });
  it('takes another interval where one is set', async () => {
    let runs = 0;
    const schedule = start(() => {
      runs += 1;
      return Promise.resolve();
    }, 1_000);
    await vi.advanceTimersByTimeAsync(3_000);
    await schedule.close();
    expect(runs).toBe(3);
  });
});

describe('the REST API', () => {
  const serve = async (routes: readonly Route[]): Promise<string> => {
    const server: Listening = await listen(createRestApi(routes), 0, '127.0.0.1');
    closing.push(() => server.close());
    return `http://127.0.0.1:${server.port}`;
  };
  it('hands a request over as a proxy event, and the answer back', async () => {
    const events: unknown[] = [];
    const invoke = (event: unknown): Promise<unknown> => {
      events.push(event);
      return Promise.resolve({
        statusCode: 201,
        multiValueHeaders: { 'x-two': ['a', 'b'] },
        body: Buffer.from('made').toString('base64'),
        isBase64Encoded: true,
      });
    };
    const url = await serve([{ method: 'ANY', path: '/users/{id}', target: { invoke } }]);
    const response = await fetch(`${url}/users/a%20b?q=1&q=2`, { method: 'POST', body: 'hello' });
    expect([response.status, response.headers.get('x-two'), await response.text()]).toEqual([
      201,
      'a, b',
      'made',
    ]);
    expect(events).toMatchObject([
      {
        resource: '/users/{id}',
        path: '/users/a%20b',
        httpMethod: 'POST',
        pathParameters: { id: 'a b' },
        queryStringParameters: { q: '2' },
        multiValueQueryStringParameters: { q: ['1', '2'] },
        body: Buffer.from('hello').toString('base64'),
        isBase64Encoded: true,
        requestContext: { resourcePath: '/users/{id}', identity: { sourceIp: '127.0.0.1' } },
      },
    ]);
  });
  it('answers 403 as API Gateway does where there is no route', async () => {
    const response = await fetch(await serve([]));
    expect([response.status, await response.json()]).toEqual([
      403,
      { message: 'Missing Authentication Token' },
    ]);
  });
  it.each([
    ['throws', () => Promise.reject(new Error('inside'))],
    ['answers something else', () => Promise.resolve('text')],
  ])('answers 502 and nothing from inside where the function %s', async (_what, invoke) => {
    const response = await fetch(await serve([{ method: 'GET', path: '/', target: { invoke } }]));
    expect([response.status, await response.json()]).toEqual([
      502,
      { message: 'Internal server error' },
    ]);
  });
});
