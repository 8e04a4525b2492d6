/** A payment that came alone waits for no other. */
import { expect, test } from 'vitest';
import { ANSWER_LINGER_MS, createAnswerLinger } from '#functions/pay/answer-linger.ts';

const lingerWith = (): { linger: ReturnType<typeof createAnswerLinger>; slept: number[] } => {
  const slept: number[] = [];
  const linger = createAnswerLinger({
    sleep: async (ms) => {
      slept.push(ms);
    },
  });
  return { linger, slept };
};

test('the answer of a batch of one leaves at once', async () => {
  const { linger, slept } = lingerWith();
  linger.begin(1);
  await linger.wait();
  expect(slept).toEqual([]);
});

test('the answers of a batch of two wait for each other', async () => {
  const { linger, slept } = lingerWith();
  linger.begin(2);
  await linger.wait();
  expect(slept).toEqual([ANSWER_LINGER_MS]);
});

test('a batch of one after a larger one does not wait', async () => {
  const { linger, slept } = lingerWith();
  linger.begin(10);
  linger.begin(1);
  await linger.wait();
  expect(slept).toEqual([]);
});
