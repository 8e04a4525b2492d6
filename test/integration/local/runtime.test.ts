/** Functions under the official runtime client, and the queue mapping in front of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FunctionPool } from '#local/lambda/function-pool.ts';
import { startQueueMapping } from '#local/mappings/queue-mapping.ts';

const REGION = 'us-east-1';
const folder = mkdtempSync(join(tmpdir(), 'cosmopay-function-'));
const outcomes = `
let calls = 0;
export const handler = async (event, context) => {
  calls += 1;
  if (event.do === 'throw') throw new TypeError('as asked');
  if (event.do === 'exit') process.exit(7);
  if (event.do === 'hang') await new Promise(() => setInterval(() => undefined, 1000));
  if (event.Records) {
    return { batchItemFailures: event.Records.filter((r) => r.body === 'bad').map((r) => ({ itemIdentifier: r.messageId })) };
  }
  return { calls, pid: process.pid, name: context.functionName };
};
`;
let pool: FunctionPool;
beforeAll(() => {
  writeFileSync(join(folder, 'index.mjs'), outcomes);
  pool = new FunctionPool(
    {
      name: 'Outcomes',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:Outcomes',
      folder,
      handler: 'index.handler',
      timeoutMs: 1_000,
      memoryMb: 128,
      environment: { AWS_REGION: REGION },
    },
    { concurrencyMax: 2 },
  );
});
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a function', () => {
  it('answers, and is warm the second time', async () => {
    expect(await pool.invoke({})).toMatchObject({ calls: 1, name: 'Outcomes' });
    expect(await pool.invoke({})).toMatchObject({ calls: 2 });
  });
  it('that throws says what, and lives on', async () => {
    await expect(pool.invoke({ do: 'throw' })).rejects.toMatchObject({
      errorType: 'TypeError',
      message: 'as asked',
    });
    expect(await pool.invoke({})).toMatchObject({ calls: 4 });
  });
  it('that exits is an error, and the next call has a new sandbox', async () => {
    await expect(pool.invoke({ do: 'exit' })).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
    });
    expect(await pool.invoke({})).toMatchObject({ calls: 1 });
  });
  it('that runs into its timeout is killed, and the next call has a new sandbox', async () => {
    await expect(pool.invoke({ do: 'hang' })).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
    });
    expect(await pool.invoke({})).toMatchObject({ calls: 1 });
  });
  it('runs in as many sandboxes as are asked at once, up to its concurrency', async () => {
    const answers = await Promise.all([{}, {}, {}, {}].map((event) => pool.invoke(event)));
    const pids = new Set(answers.map((answer) => (answer as { readonly pid: number }).pid));
    expect(pids.size).toBe(2);
  });
});

describe('the queue mapping', () => {
  let server: FauxqsServer;
  let sqs: SQSClient;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false, defaultRegion: REGION });
    sqs = new SQSClient({
      region: REGION,
      endpoint: `http://127.0.0.1:${server.port}`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  });
  afterAll(async () => {
    sqs.destroy();
    await server.stop();
  });
  const url = (name: string): string => `http://127.0.0.1:${server.port}/000000000000/${name}`;

  it('deletes what went well and leaves what failed to the dead letters', async () => {
    server.createQueue('dead');
    server.createQueue('work', {
      attributes: {
        VisibilityTimeout: '0',
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:${REGION}:000000000000:dead`,
          maxReceiveCount: '2',
        }),
      },
    });
    const mapping = startQueueMapping({
      sqs,
      queueUrl: url('work'),
      queueArn: `arn:aws:sqs:${REGION}:000000000000:work`,
      region: REGION,
      target: pool,
      batchSize: 10,
      concurrencyMax: 1,
      reportsFailures: true,
    });
    for (const body of ['good', 'bad', 'good']) {
      server.sendMessage('work', body);
    }
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url('dead'), WaitTimeSeconds: 20 }),
    );
    await mapping.close();
    expect(Messages?.map(({ Body }) => Body)).toEqual(['bad']);
    const left = server.inspectQueue('work')?.messages;
    expect([left?.ready.length, left?.inflight.length]).toEqual([0, 0]);
  });
});
