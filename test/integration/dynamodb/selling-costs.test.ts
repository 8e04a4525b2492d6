/** What prices, tax, places and promotions add to a payment in calls and units (docs/payment-costs.md). */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Promotion, Sheet } from '#core/sheet.ts';
import type { StoreUnderTest } from '../../support/contracts/payment-store.ts';
import { countedDynamodb } from '../../support/counted-dynamodb.ts';
import { dynamodbUnderTest } from '../../support/dynamodb-under-test.ts';
import {
  createWorld,
  hasher,
  LIP,
  pay,
  seedWorld,
  TERMINAL,
  type World,
} from '../../support/payment-world.ts';

const counted = countedDynamodb();
const { costs, takeCalls } = counted;
let under: StoreUnderTest;
let world: World;
beforeEach(async () => {
  under = dynamodbUnderTest(await counted.freshTable());
  await seedWorld(under.seed, 10_000);
  world = createWorld(under.store);
});
const put = async (change: Partial<Sheet>): Promise<void> => {
  await under.seed.putSheet({ ...LIP, ...change });
  takeCalls();
};
const approved = async (sequence: number, request: Parameters<World['ask']>[1]): Promise<void> => {
  expect((await world.ask(sequence, request)).code).toBe('approved');
};

const PLAIN = ['BatchGetItem 2', 'TransactWriteItems 4'];
const ONE_MORE = ['BatchGetItem 2', 'TransactWriteItems 6'];
const PROMOTION: Promotion = {
  id: 'p',
  version: 1,
  off: { ppm: 100_000 },
  by: 'automatic',
  zone: 'Asia/Seoul',
};
const SPEND = { of: 'spend', max: 10_000 } as const;
const CODE = 'WELCOME';
const coded = pay({ promotionCode: CODE });

describe('nothing is added', () => {
  test('by a price list, windows of a place, tax and fee', async () => {
    const at = { merchants: ['m-1'], groups: ['airport'] };
    const always = { zone: 'Asia/Seoul', weekly: [{ days: [1], from: '00:00', to: '24:00' }] };
    await under.seed.putTerminal({ ...TERMINAL, group: 'airport', merchantFee: { ppm: 20_000 } });
    await put({
      unitPriceMinor: 120,
      windows: [{ id: 'w', ...always, at }],
      prices: [{ list: 'l', version: 1, unitPriceMinor: 100, when: always, at }],
      tax: { ppm: 100_000, rounding: 'line' },
    });
    await approved(1, pay());
    expect(costs()).toEqual(PLAIN);
  });

  test('by a promotion without bounds', async () => {
    await put({ promotions: [PROMOTION] });
    await approved(1, pay());
    expect(costs()).toEqual(PLAIN);
  });
});

describe('one item more is written', () => {
  test.each<readonly [string, Partial<Promotion>]>([
    ['a budget', { budget: SPEND }],
    ['uses of each user', { perUser: 3 }],
    ['uses of each terminal', { perTerminal: { uses: 3, per: 'day' } }],
  ])('by %s', async (_what, bound) => {
    await put({ promotions: [{ ...PROMOTION, ...bound }] });
    await approved(1, pay());
    expect(costs()).toEqual(ONE_MORE);
  });

  test('by a code for one use, which is read as well; a shared one is only read', async () => {
    await put({ promotions: [{ ...PROMOTION, by: 'code' }] });
    await under.seed.putPromotionCode(hasher.promotionCode(CODE), { promotion: 'p' });
    takeCalls();
    await approved(1, coded);
    expect(costs()).toEqual(['BatchGetItem 2.5', 'TransactWriteItems 4']);
    await under.seed.putPromotionCode(hasher.promotionCode(CODE), { promotion: 'p', uses: 1 });
    takeCalls();
    await approved(2, coded);
    expect(costs()).toEqual(['BatchGetItem 2.5', 'TransactWriteItems 6']);
  });

  test('by a CONFIRM of a part and by a REFUND, which give back of a budget of money', async () => {
    await put({ promotions: [{ ...PROMOTION, budget: SPEND }] });
    await approved(1, pay({ mode: 'hold' }));
    costs();
    await approved(2, { op: 'confirm', paymentSequence: 1, amountMinor: 45 });
    // Both records, the PAY out of the index, the account, the budget: 2 + 2 + 1 + 2 + 2.
    expect(costs()).toEqual(['BatchGetItem 2', 'TransactWriteItems 9']);
    await approved(3, { op: 'refund', paymentSequence: 1 });
    expect(costs()).toEqual(['BatchGetItem 2', 'TransactWriteItems 8']);
  });
});

test('where a shard has too little, all are read and it is booked once more', async () => {
  await put({ promotions: [{ ...PROMOTION, budget: { of: 'uses', max: 1, shards: 8 } }] });
  await approved(1, pay());
  costs();
  await approved(2, pay());
  const calls = takeCalls().map(({ operation }) => operation);
  expect(calls).toEqual([
    'BatchGetItem',
    'TransactWriteItems',
    'BatchGetItem',
    'TransactWriteItems',
  ]);
});
