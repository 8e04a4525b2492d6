/** Messages of the events queue: what is written is read, and nothing else. */
import { expect, it } from 'vitest';
import { decodeDelivery, encodeDelivery } from '#functions/delivery-message.ts';

const DELIVERY = { endpoint: 'shop', id: 'evt_1', body: '{"a":1}' };

it('reads what it writes, the body as the same text', () => {
  expect(decodeDelivery(encodeDelivery(DELIVERY))).toEqual(DELIVERY);
});

it('reads a message with fields of a later version', () => {
  expect(decodeDelivery(JSON.stringify({ v: 1, ...DELIVERY, more: true }))).toEqual(DELIVERY);
});

it.each([
  ['no JSON', 'no'],
  ['no object', '[]'],
  ['another version', JSON.stringify({ v: 2, ...DELIVERY })],
  ['no endpoint', JSON.stringify({ v: 1, id: 'evt_1', body: '{}' })],
  ['an empty body', JSON.stringify({ v: 1, ...DELIVERY, body: '' })],
])('refuses what is %s', (_what, text) => {
  expect(decodeDelivery(text)).toBeUndefined();
});
