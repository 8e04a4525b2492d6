import { describe, expect, it } from 'vitest';
import { createBatchSender } from '#adapters/sqs/batch-sender.ts';
import { createScriptedSqs, type SqsAnswer, type SqsCall } from '#test/support/scripted-sqs.ts';

const prepare = (answer: (call: SqsCall) => SqsAnswer | Promise<SqsAnswer>, outboxMax = 10) => {
  const sent: { size: number; failed: number }[] = [];
  const sender = createBatchSender({
    client: createScriptedSqs(answer),
    queueUrl: 'http://127.0.0.1:9/000000000000/requests',
    outboxMax,
    onSent: (batch) => sent.push(batch),
  });
  return { sender, sent };
};

describe('a batch sender', () => {
  it('sends the body as it is', async () => {
    const calls: SqsCall[] = [];
    const { sender, sent } = prepare((call) => {
      calls.push(call);
      return { body: { Successful: [] } };
    });
    await sender.send('{"v":1}');
    expect(calls).toEqual([
      {
        operation: 'SendMessageBatch',
        input: {
          QueueUrl: 'http://127.0.0.1:9/000000000000/requests',
          Entries: [{ Id: '0', MessageBody: '{"v":1}' }],
        },
      },
    ]);
    expect(sent).toEqual([{ size: 1, failed: 0 }]);
  });

  it('rejects the single messages that failed in a call that did not', async () => {
    const gate = Promise.withResolvers<SqsAnswer>();
    let calls = 0;
    const { sender, sent } = prepare(() => {
      calls += 1;
      return calls === 1
        ? gate.promise
        : {
            body: {
              Failed: [
                { Id: '1', Code: 'InternalError', SenderFault: false },
                { Id: '2', Code: 'InvalidMessageContents', SenderFault: true },
                { Id: '3' },
              ],
            },
          };
    });
    const first = sender.send('first');
    const rest = Promise.allSettled(['a', 'b', 'c', 'd'].map((body) => sender.send(body)));
    gate.resolve({ body: {} });
    await first;
    expect(await rest).toMatchObject([
      { status: 'fulfilled' },
      { reason: { permanent: false, code: 'busy' } },
      { reason: { permanent: true, code: 'busy' } },
      { reason: { permanent: false, message: 'The message was not sent: no code.' } },
    ]);
    expect(sent.at(-1)).toEqual({ size: 4, failed: 3 });
  });

  it.each([
    ['QueueDoesNotExist', true],
    ['QueueDeletedRecently', true],
    ['AWS.SimpleQueueService.NonExistentQueue', true],
    ['RequestThrottled', false],
    ['KmsThrottled', false],
  ])('takes %s as permanent: %s', async (fault, permanent) => {
    const { sender, sent } = prepare(() => ({ fault }));
    await expect(sender.send('x')).rejects.toMatchObject({
      name: 'SendFailedError',
      message: 'The batch was not sent.',
      permanent,
    });
    expect(sent).toEqual([]);
  });

  it('takes a broken connection as something that may pass', async () => {
    const { sender } = prepare(() => ({ error: new Error('ECONNRESET') }));
    await expect(sender.send('x')).rejects.toMatchObject({ permanent: false });
  });

  it('holds outboxMax messages, refuses the next, and takes one again once one is sent', async () => {
    const gate = Promise.withResolvers<SqsAnswer>();
    const { sender } = prepare(() => gate.promise, 2);
    const held = [sender.send('a'), sender.send('b')];
    expect(sender.size).toBe(2);
    await expect(sender.send('c')).rejects.toMatchObject({ name: 'OutboxFullError', code: 'busy' });
    gate.resolve({ body: {} });
    await Promise.all(held);
    await sender.send('d');
    expect(sender.size).toBe(0);
  });

  it('takes nothing once it is closed, and closes when the last one is sent', async () => {
    const gate = Promise.withResolvers<SqsAnswer>();
    const { sender } = prepare(() => gate.promise);
    const sending = sender.send('a');
    const closing = sender.close();
    await expect(sender.send('b')).rejects.toMatchObject({ name: 'OutboxFullError' });
    gate.resolve({ body: {} });
    await closing;
    expect(sender.size).toBe(0);
    await sending;
  });

  it('lets messages wait for others as long as it is told', async () => {
    const over = Promise.withResolvers<void>();
    const sizes: number[] = [];
    const sender = createBatchSender({
      client: createScriptedSqs(() => ({ body: { Successful: [] } })),
      queueUrl: 'http://127.0.0.1:9/000000000000/replies',
      outboxMax: 10,
      onSent: ({ size }) => sizes.push(size),
      linger: () => over.promise,
    });
    const first = [sender.send('a'), sender.send('b')];
    expect(sender.size).toBe(2);
    over.resolve();
    await Promise.all(first);
    expect(sizes).toEqual([2]);
  });

  it('sends what waits for others when it is closed', async () => {
    const sizes: number[] = [];
    const sender = createBatchSender({
      client: createScriptedSqs(() => ({ body: { Successful: [] } })),
      queueUrl: 'http://127.0.0.1:9/000000000000/replies',
      outboxMax: 10,
      onSent: ({ size }) => sizes.push(size),
      linger: () => new Promise(() => undefined),
    });
    const sent = sender.send('a');
    await sender.close();
    await sent;
    expect(sizes).toEqual([1]);
  });
});
