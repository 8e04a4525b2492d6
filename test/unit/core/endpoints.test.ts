/** Who is told of what. */
import { expect, it } from 'vitest';
import { type Endpoint, subscribersOf } from '#core/endpoints.ts';
import type { OutgoingEvent } from '#core/events.ts';

const POSTED = {
  type: 'payment.posted',
  data: { merchant: 'm-1' },
} as OutgoingEvent;
const CLONE = { type: 'terminal.clone_suspected', data: { terminal: 1 } } as OutgoingEvent;
const endpoint = (id: string, change: Partial<Endpoint> = {}): Endpoint => ({
  id,
  url: 'https://shop.test/hooks',
  description: '',
  enabled: true,
  ...change,
});

it.each<readonly [string, Partial<Endpoint>, boolean, boolean]>([
  ['without a choice', {}, true, true],
  ['that chose one type', { types: ['payment.posted'] }, true, false],
  ['that chose another type', { types: ['terminal.clone_suspected'] }, false, true],
  ['that chose none', { types: [] }, false, false],
  ['of the merchant', { merchant: 'm-1' }, true, false],
  ['of another merchant', { merchant: 'm-2' }, false, false],
  ['that is disabled', { enabled: false }, false, false],
])('an endpoint %s', (_which, change, posted, clone) => {
  const told = (event: OutgoingEvent): boolean =>
    subscribersOf(event, [endpoint('a', change)]).length === 1;
  expect([told(POSTED), told(CLONE)]).toEqual([posted, clone]);
});

it('tells every subscriber', () => {
  const endpoints = [endpoint('a'), endpoint('b', { enabled: false }), endpoint('c')];
  expect(subscribersOf(POSTED, endpoints).map(({ id }) => id)).toEqual(['a', 'c']);
});
