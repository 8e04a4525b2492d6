/** Identifiers within a whole PAY: the region that decides, what is recognised and refused, what is kept of it. */
import { beforeEach, expect, test } from 'vitest';
import { createMemoryPaymentStore } from '#adapters/memory/memory-payment-store.ts';
import type { PaymentStore } from '#core/ports.ts';
import { CPM_REFERENCE, CPM_SAMPLE, MPM_SAMPLE } from '../../support/identifier-cases.ts';
import {
  createWorld,
  hasher,
  NOON_S,
  pay,
  seedWorld,
  type World,
} from '../../support/payment-world.ts';

const KAKAO = '281006123456789012345678';

let world: World;
let queries: Parameters<PaymentStore['readPayFacts']>[0][];
beforeEach(async () => {
  const store = createMemoryPaymentStore();
  await seedWorld(store);
  queries = [];
  world = createWorld({
    ...store,
    readPayFacts: (query) => {
      queries.push(query);
      return store.readPayFacts(query);
    },
  });
});

const read = (): unknown => queries.map(({ region, identifiers }) => [region, identifiers]);

test('is matched in the region that the bridge knew', async () => {
  await world.ask(1, pay({ identifier: KAKAO, entryMode: 3 }));
  expect(read()).toEqual([['KR', [hasher.identifier('kakaopay.code', KAKAO)]]]);
});

test.each(['CN', ''])('is matched again where the terminal is not in %j', async (region) => {
  await world.ask(1, pay({ identifier: KAKAO, entryMode: 3 }), { region });
  expect(read()).toEqual([
    [region, [hasher.identifier('alipay.code', KAKAO)]],
    ['KR', [hasher.identifier('kakaopay.code', KAKAO)]],
  ]);
});

test.each([
  ['a QR code of a merchant', MPM_SAMPLE, 'identifier_unknown'],
  ['a customer code that nobody redeems', CPM_REFERENCE, 'identifier_unknown'],
  ['a customer code that carries a card', CPM_SAMPLE, 'card_number_refused'],
])('%s is refused', async (_note, identifier, code) => {
  expect((await world.ask(1, pay({ identifier, entryMode: 3 }))).code).toBe(code);
});

test('a card number keyed is refused where the same digits scanned are a code', async () => {
  const identifier = '130123456789012342';
  expect((await world.ask(1, pay({ identifier, entryMode: 1 }))).code).toBe('card_number_refused');
  expect((await world.ask(2, pay({ identifier, entryMode: 3 }))).code).toBe('identifier_unknown');
});

/** The first is a card; the second a bar code whose own check digit is right. */
test.each([
  ['a sku', { items: [{ sku: '4111111111111111', quantity: 1, unitPriceMinor: 100 }] }, true],
  [
    'the last of several skus',
    {
      items: [
        { sku: 'LIP-01', quantity: 1, unitPriceMinor: 50 },
        { sku: '4111111111111111', quantity: 1, unitPriceMinor: 50 },
      ],
    },
    true,
  ],
  [
    'a bar code as sku',
    { items: [{ sku: '4006381333931', quantity: 1, unitPriceMinor: 100 }] },
    false,
  ],
  ['a second factor', { secondFactor: '4111111111111111' }, true],
  ['a promotion code', { promotionCode: '5555555555554444' }, true],
  ['a promotion code that is none', { promotionCode: '5555555555554445' }, false],
])('a card number as %s: refused %s', async (_where, change, refused) => {
  world.nowMs += 6_000;
  const { reply } = await world.ask(1, pay(change));
  expect(reply.code === 'card_number_refused').toBe(refused);
  expect(reply.serverTimeS).toBe(NOON_S + 6);
  expect(queries.length > 0).toBe(!refused);
});
