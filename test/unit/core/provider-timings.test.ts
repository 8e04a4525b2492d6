/** When each provider is asked and given up, as its own documentation has it. */
import { expect, test } from 'vitest';
import type { Providers } from '#core/provider.ts';
import { timingsOf } from '#core/provider-timings.ts';
import { createModelProvider, MODEL_TIMINGS } from '../../support/model-provider.ts';

const WEEK_S = 604_800;
const QUARTER_S = 7_776_000;

test.each([
  ['alipay', 20, 5_000, QUARTER_S],
  ['wechat', 10, 15_000, WEEK_S],
  ['one that publishes nothing', 20, 15_000, WEEK_S],
])('%s: %i questions, cancelled after %i ms, refunds for %i s', (name, ...expected) => {
  const { queriesMax, cancelNotBeforeMs, refundWindowS } = timingsOf(name);
  expect([queriesMax, cancelNotBeforeMs, refundWindowS]).toEqual(expected);
});

test('what is configured comes first, for that provider alone', () => {
  const providers: Providers = new Map([['alipay', createModelProvider()]]);
  expect(timingsOf('alipay', providers)).toEqual(MODEL_TIMINGS);
  expect(timingsOf('wechat', providers)).toEqual(timingsOf('wechat'));
});
