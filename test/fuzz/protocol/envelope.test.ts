/**
 * Replies as the bridge reads them: the short way reads nothing that JSON would read otherwise, whatever is on the queue.
 * `SEED=… COUNT=… vitest run --project fuzz test/fuzz/protocol` repeats or lengthens a run.
 */
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '#protocol/bytes.ts';
import { type NumberedFrame, ReplyText } from '#protocol/envelope-text.ts';
import { decodeReplyEnvelope, encodeReplyEnvelope } from '#protocol/queue-codec.ts';
import { expectNoGrowth, expectQuick } from '#test/support/fuzz-bounds.ts';
import { type Mutation, mutate } from '#test/support/mutants.ts';
import { randomFrom } from '#test/support/seeded-random.ts';

const SEED = Number(process.env.SEED ?? '20261127');
const MUTANTS = Number(process.env.COUNT ?? '200000');
const FENCE = 12;
const BYTES_MAX = 8_192;

const replies = new ReplyText('a1b2', FENCE);
const corr = 'a1b2.000000000042';
const corpus = [1, 2, 3, 53, 1_024].map((length) =>
  Buffer.from(
    encodeReplyEnvelope({
      ...{ v: 1, fence: FENCE, corr, kind: 'frame' },
      frame: new Uint8Array(length).fill(0xc5),
    }),
  ),
);
const REPLIES: Mutation = {
  corpus: [
    ...corpus,
    Buffer.from(
      encodeReplyEnvelope({ v: 1, fence: FENCE, corr, kind: 'fault', code: 66, sequence: 7 }),
    ),
  ],
  strange: [...Buffer.from('{}[]":,\\ .0+/=9Az'), 0x00, 0x7f, 0x80, 0xff],
  bytesMin: 1,
  bytesMax: BYTES_MAX,
};

/** What the plain JSON of a text means to this bridge. */
const meant = (body: Uint8Array): NumberedFrame | undefined => {
  const decoded = decodeReplyEnvelope(decodeUtf8(body) ?? '');
  if (!decoded.ok || decoded.value.kind !== 'frame' || decoded.value.fence !== FENCE) {
    return undefined;
  }
  const number = replies.numberOf(decoded.value.corr);
  return number === undefined ? undefined : { number, frame: decoded.value.frame };
};

describe('mutants of replies', () => {
  it(`are read as JSON means them, or left to JSON: ${MUTANTS} from seed ${SEED}`, () => {
    const below = randomFrom(SEED);
    let read = 0;
    expectNoGrowth(() => {
      for (let index = 0; index < MUTANTS; index += 1) {
        const body = mutate(REPLIES, below);
        const reply = replies.read(body);
        if (reply) {
          read += 1;
          expect(reply).toEqual(meant(body));
        } else if (index % 10 === 0) {
          meant(body);
        }
      }
    });
    // Both must be common, or the mutants test nothing.
    expect(read).toBeGreaterThan(MUTANTS / 100);
    expect(read).toBeLessThan(MUTANTS / 2);
  });

  it.each([
    ['the longest answer', corpus.at(-1) ?? Buffer.alloc(0)],
    ['one key again and again', Buffer.from(`{"v":1${',"v":1'.repeat(1_300)}}`)],
    ['what never ends', Buffer.alloc(BYTES_MAX, '[')],
  ])('take less than 5 ms: %s', (_, body) => {
    expectQuick(() => {
      replies.read(body);
      meant(body);
    });
  });
});
