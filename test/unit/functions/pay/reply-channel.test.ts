import { describe, expect, it } from 'vitest';
import { createReplyChannel } from '#functions/pay/reply-channel.ts';
import type { ReplyEnvelope } from '#protocol/envelope.ts';
import { createScriptedSqs, type SqsAnswer } from '#test/support/scripted-sqs.ts';

const REPLY: ReplyEnvelope = {
  v: 1,
  fence: 3,
  corr: 'c1',
  kind: 'frame',
  frame: new Uint8Array([1, 2, 3]),
};
const URLS = ['http://127.0.0.1:9/0/reply-0', 'http://127.0.0.1:9/0/reply-1'];

const prepare = (answer: SqsAnswer = { body: {} }) => {
  const sent: (readonly [unknown, unknown])[] = [];
  const client = createScriptedSqs(({ input }) => {
    const entries = input.Entries as readonly { readonly MessageBody: string }[];
    sent.push([
      input.QueueUrl,
      ...entries.map(({ MessageBody }) => JSON.parse(MessageBody)),
    ] as never);
    return answer;
  });
  return { channel: createReplyChannel(client, URLS), sent };
};

describe('the channel of replies', () => {
  it('knows the slots that have a queue', () => {
    const { channel } = prepare();
    expect([-1, 0, 1, 2].map((slot) => channel.has(slot))).toEqual([false, true, true, false]);
  });

  it('sends to the queue of the slot', async () => {
    const { channel, sent } = prepare();
    expect(await channel.send(1, REPLY)).toBe('sent');
    expect(await channel.send(1, REPLY)).toBe('sent');
    const envelope = { v: 1, fence: 3, corr: 'c1', kind: 'frame', frame: 'AQID' };
    expect(sent).toEqual([
      [URLS[1], envelope],
      [URLS[1], envelope],
    ]);
  });

  it('says that a slot without a queue is gone', async () => {
    const { channel, sent } = prepare();
    expect(await channel.send(2, REPLY)).toBe('gone');
    expect(sent).toEqual([]);
  });

  it('says that a queue that was deleted is gone', async () => {
    const { channel } = prepare({ fault: 'QueueDoesNotExist' });
    expect(await channel.send(0, REPLY)).toBe('gone');
  });

  it('rejects where trying again may help', async () => {
    const { channel } = prepare({ fault: 'RequestThrottled' });
    await expect(channel.send(0, REPLY)).rejects.toMatchObject({ permanent: false });
  });
});
