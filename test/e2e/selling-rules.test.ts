/** What an operator sets up, met by a customer over real sockets: quotas, limits, stored sales, codes of a provider. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sheet } from '#core/sheet.ts';
import { type Purchase, TYPE } from '../support/foreign-terminal.ts';
import { icCard } from '../support/payment-world.ts';
import { Till } from '../support/till.ts';
import { openShop, type Shop } from './support/shop.ts';

const KRW = 410;
const STATE = { inProgress: 1, posted: 3, voided: 4, refunded: 8 };

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  expect(await shop.auditProblems()).toEqual([]);
  await shop.close();
});

/** A product of this test's own, open every day at any hour in Seoul. */
const sheet = (sku: string, rules: Partial<Sheet['windows'][number]> = {}): Sheet => ({
  sku,
  region: 'KR',
  name: 'Sample',
  version: 1,
  unitPriceMinor: 1_000,
  currency: KRW,
  windows: [
    {
      id: `always-${sku}`,
      zone: 'Asia/Seoul',
      weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
      ...rules,
    },
  ],
});
const buy = (sku: string): Purchase => ({ ...shop.sale(), sku, unitPriceMinor: 1_000 });
const codeOf = async (frame: Buffer, till: Till = shop.till): Promise<number> =>
  (await till.ask(frame)).code;

describe('a product of which there are two', () => {
  it('is sold twice, then sold out, and once more after a REVERSE', async () => {
    await shop.setUp((seed) => seed.putSheet(sheet('QTA-02', { quota: { units: 2, per: 'day' } })));
    const first = shop.till.nextSequence();
    expect(await codeOf(shop.till.payFrame(buy('QTA-02'), first))).toBe(0);
    expect(await codeOf(shop.till.payFrame(buy('QTA-02')))).toBe(0);
    expect(await codeOf(shop.till.payFrame(buy('QTA-02')))).toBe(11);
    expect(await codeOf(shop.till.followUp(TYPE.reverse, first, [[2, 3]]))).toBe(0);
    expect(await codeOf(shop.till.payFrame(buy('QTA-02')))).toBe(0);
    expect(await codeOf(shop.till.payFrame(buy('QTA-02')))).toBe(11);
  });

  it('is sold once to each user where the operator says so', async () => {
    await shop.setUp((seed) =>
      seed.putSheet(sheet('QTA-01', { perUser: { units: 1, per: 'day' } })),
    );
    expect(await codeOf(shop.till.payFrame(buy('QTA-01')))).toBe(0);
    expect(await codeOf(shop.till.payFrame(buy('QTA-01')))).toBe(8);
  });
});

describe('a user with limits', () => {
  it('is held to them, and free again when they are lifted', async () => {
    await shop.setUp((seed) => seed.putSheet(sheet('LIM-01')));
    const limits = { zone: 'Asia/Seoul', perPaymentMinor: 999 };
    await shop.setUp((seed) => seed.setUserLimits(shop.rich, KRW, limits));
    expect(await codeOf(shop.till.payFrame(buy('LIM-01')))).toBe(7);
    await shop.setUp((seed) => seed.setUserLimits(shop.rich, KRW, undefined));
    expect(await codeOf(shop.till.payFrame(buy('LIM-01')))).toBe(0);
  });
});

describe('a sale made while the line was down', () => {
  it('is accepted at a price and hour that are wrong now, and charged once however often it is sent', async () => {
    const keys = shop.keysFor(3_001, 1);
    await shop.provision({ id: 3_001, storedSales: { amountMinorMax: 50_000, ageSMax: 86_400 } });
    const till = new Till(shop.bridge, keys, 1);
    const closed = shop.closedSale();
    const sale = { ...closed, unitPriceMinor: 49_000, deviceTimeS: Math.floor(Date.now() / 1000) };
    const before = await shop.balanceOf(shop.rich);
    const frame = till.storedFrame(sale);
    expect(await codeOf(frame, till)).toBe(0);
    expect(await codeOf(till.repeat(frame), till)).toBe(0);
    expect(await shop.balanceOf(shop.rich)).toBe(before - 49_000);
    till.hangUp();
  });
});

describe('the same lipstick elsewhere', () => {
  /** Of the demonstration: an airport in Korea, a mall in China. */
  const AIRPORT = 1_002;
  const MALL = 1_003;
  const lipstick = (unitPriceMinor: number): Purchase => ({
    ...shop.sale(),
    sku: 'LIP-01',
    unitPriceMinor,
  });
  const shownAt = async (till: Till): Promise<readonly unknown[]> => {
    const { body } = await till.ask(till.followUp(TYPE.catalogue, 0));
    const items = body.get(11) as readonly (readonly unknown[])[];
    return items.find(([sku]) => sku === 'LIP-01') ?? [];
  };

  it('has the price of the airport there, a promotion pays a part, and REVERSE gives all of it back', async () => {
    const till = new Till(shop.bridge, shop.keysFor(AIRPORT, 1), 1);
    expect((await shownAt(till)).slice(2)).toEqual([15_900, 1, 0]);
    expect((await shownAt(shop.till))[2]).toBe(12_900);
    const before = await shop.balanceOf(shop.rich);
    const cheap = await till.ask(till.payFrame(lipstick(12_900)));
    expect([cheap.code, cheap.body.get(9)]).toEqual([12, 15_900]);
    const sequence = till.nextSequence();
    const paid = await till.ask(till.payFrame(lipstick(15_900), sequence));
    expect([paid.code, paid.body.get(4)]).toEqual([0, 14_310]);
    expect(await shop.balanceOf(shop.rich)).toBe(before - 14_310);
    expect(await codeOf(till.followUp(TYPE.reverse, sequence, [[2, 3]]), till)).toBe(0);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
    till.hangUp();
  });

  it('is held with the promotion, and posted in part with a part of it', async () => {
    const till = new Till(shop.bridge, shop.keysFor(AIRPORT, 1), 100);
    const before = await shop.balanceOf(shop.rich);
    const sequence = till.nextSequence();
    const held = await till.ask(till.payFrame({ ...lipstick(15_900), hold: true }, sequence));
    expect([held.code, held.body.get(4)]).toEqual([0, 14_310]);
    expect(await codeOf(till.followUp(TYPE.confirm, sequence, [[2, 7_001]]), till)).toBe(0);
    expect(await shop.balanceOf(shop.rich)).toBe(before - 7_001);
    const refund = await till.ask(till.followUp(TYPE.refund, sequence));
    expect([refund.code, refund.body.get(4)]).toEqual([0, 7_001]);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
    till.hangUp();
  });

  it('costs yuan in China, at the price of the mall', async () => {
    const till = new Till(shop.bridge, shop.keysFor(MALL, 1), 1);
    expect((await shownAt(till)).slice(2)).toEqual([6_500, 1, 0]);
    const sale = { ...lipstick(6_500), identifier: icCard('00000DEMO03'), currency: 156 };
    const paid = await till.ask(till.payFrame(sale));
    expect([paid.code, paid.body.get(4)]).toEqual([0, 6_500]);
    expect(await codeOf(till.payFrame({ ...sale, currency: KRW }), till)).toBe(13);
    till.hangUp();
  });
});

describe('a gift code for one use', () => {
  const gift = (): Purchase => ({ ...shop.sale(), promotionCode: 'gift 7f3k' });

  it('is used by one of two tills, and by the other once that is reversed', async () => {
    const keys = shop.keysFor(3_003, 1);
    await shop.provision({ id: 3_003 });
    const other = new Till(shop.bridge, keys, 1);
    const tills = [shop.till, other];
    const frames = tills.map((till) => {
      const sequence = till.nextSequence();
      return { till, sequence, frame: till.payFrame(gift(), sequence) };
    });
    const answers = await Promise.all(frames.map(({ till, frame }) => till.ask(frame)));
    expect(answers.map(({ code }) => code).sort()).toEqual([0, 19]);
    const won = answers.findIndex(({ code }) => code === 0);
    expect(answers[won]?.body.get(4)).toBe(shop.open.unitPriceMinor - 3_000);
    const { till, sequence } = frames[won] ?? { till: other, sequence: 0 };
    expect(await codeOf(till.followUp(TYPE.reverse, sequence, [[2, 3]]), till)).toBe(0);
    const loser = tills[1 - won] ?? other;
    expect(await codeOf(loser.payFrame(gift()), loser)).toBe(0);
    expect(await codeOf(till.payFrame(gift()), till)).toBe(19);
    other.hangUp();
  });

  it('that nobody has made is 19, and the sale goes through without it', async () => {
    expect(await codeOf(shop.till.payFrame({ ...gift(), promotionCode: 'GIFT-0000' }))).toBe(19);
    expect(await codeOf(shop.till.payFrame(shop.sale()))).toBe(0);
  });
});

describe('a code of a payment app', () => {
  let till: Till;
  beforeAll(async () => {
    await shop.provision({ id: 3_002, providers: ['kakaopay'] });
    await shop.setUp((seed) => seed.putSheet(sheet('PRV-01')));
    till = new Till(shop.bridge, shop.keysFor(3_002, 1), 1);
  });
  afterAll(() => till.hangUp());

  /** A code of the simulated acquirer; its last two digits say what becomes of it (docs/providers.md). */
  const app = (ending: string): Purchase => {
    const digits = Array.from({ length: 16 }, () => randomInt(10)).join('');
    return { ...buy('PRV-01'), identifier: `281006${digits}${ending}`, entryMode: 3 };
  };
  const stateOf = async (about: number): Promise<unknown> =>
    (await till.ask(till.followUp(TYPE.status, about))).body.get(13);

  it('pays, moves no wallet of ours, and gives the money back by REFUND', async () => {
    const before = await shop.balanceOf(shop.rich);
    const sequence = till.nextSequence();
    const { code, body } = await till.ask(till.payFrame(app('00'), sequence));
    expect(code).toBe(0);
    expect(body.get(4)).toBe(1_000);
    expect(await stateOf(sequence)).toBe(STATE.posted);
    expect(await codeOf(till.followUp(TYPE.refund, sequence), till)).toBe(0);
    expect(await stateOf(sequence)).toBe(STATE.refunded);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
  });

  it('is declined with the words of the provider', async () => {
    expect(await codeOf(till.payFrame(app('11')), till)).toBe(6);
  });

  it('is in progress while the provider says nothing, and then charged once', async () => {
    const frame = till.payFrame(app('21'));
    const first = await till.ask(frame);
    expect(first.code).toBe(129);
    expect(first.body.get(6)).toBeTypeOf('number');
    const answered = await till.askUntilAnswered(frame);
    expect(answered.code).toBe(0);
    expect((await till.ask(frame)).bytes.equals(answered.bytes)).toBe(true);
  });

  it('is found out about when the answer of the provider is lost', async () => {
    expect((await till.askUntilAnswered(till.payFrame(app('32')))).code).toBe(0);
  });

  it('is given back by REVERSE as soon as that is proven', async () => {
    const sequence = till.nextSequence();
    expect(await codeOf(till.payFrame(app('00'), sequence), till)).toBe(0);
    const reverse = till.followUp(TYPE.reverse, sequence, [[2, 3]]);
    expect((await till.askUntilAnswered(reverse)).code).toBe(0);
    expect(await stateOf(sequence)).toBe(STATE.voided);
  });
});
