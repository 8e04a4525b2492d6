/** Whole payments over real sockets, told by a terminal that shares no code with the system. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TYPE } from '../support/foreign-terminal.ts';
import { openShop, type Shop } from './support/shop.ts';

const STATE = {
  notFound: 0,
  held: 2,
  posted: 3,
  voided: 4,
  declined: 6,
  partlyRefunded: 7,
  refunded: 8,
};

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  await shop.close();
});

/** State and code of a PAY, as STATUS tells them. */
const statusOf = async (about: number): Promise<readonly [unknown, unknown]> => {
  const { code, body } = await shop.till.ask(shop.till.followUp(TYPE.status, about));
  expect(code).toBe(0);
  return [body.get(13), body.get(14)];
};

const reverse = (about: number): Buffer => shop.till.followUp(TYPE.reverse, about, [[2, 1]]);

describe('a sale', () => {
  it('is approved, charged once, and answered with amount, time and authorisation', async () => {
    const before = await shop.balanceOf(shop.rich);
    const { code, body } = await shop.till.ask(shop.till.payFrame(shop.sale()));
    expect(code).toBe(0);
    expect(body.get(2)).toMatch(/^[0-9A-Z]{6}$/);
    expect(body.get(3)).toBeTypeOf('number');
    expect(body.get(4)).toBe(shop.open.unitPriceMinor);
    expect(await shop.balanceOf(shop.rich)).toBe(before - shop.open.unitPriceMinor);
  });

  it('gives the same bytes for the same bytes: again, flagged REPEAT, and on another line', async () => {
    const frame = shop.till.payFrame(shop.sale());
    const first = await shop.till.ask(frame);
    const before = await shop.balanceOf(shop.rich);
    const again = await shop.till.ask(frame);
    const repeated = await shop.till.ask(shop.till.repeat(frame));
    shop.till.hangUp();
    const elsewhere = await shop.till.ask(frame);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect(repeated.bytes.equals(first.bytes)).toBe(true);
    expect(elsewhere.bytes.equals(first.bytes)).toBe(true);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
  });

  it('answers 71 to other content under a used number, and moves nothing', async () => {
    const sequence = shop.till.nextSequence();
    const first = await shop.till.ask(shop.till.payFrame(shop.sale(), sequence));
    const before = await shop.balanceOf(shop.rich);
    const other = await shop.till.ask(
      shop.till.payFrame({ ...shop.sale(), quantity: 2 }, sequence),
    );
    expect(first.code).toBe(0);
    expect(other.code).toBe(71);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
    expect(await statusOf(sequence)).toEqual([STATE.posted, 0]);
  });
});

describe('REVERSE', () => {
  it('gives the money back, as often as it is asked', async () => {
    const before = await shop.balanceOf(shop.rich);
    const sequence = shop.till.nextSequence();
    await shop.till.ask(shop.till.payFrame(shop.sale(), sequence));
    const frame = reverse(sequence);
    const first = await shop.till.ask(frame);
    const again = await shop.till.ask(frame);
    const another = await shop.till.ask(reverse(sequence));
    expect([first.code, again.code, another.code]).toEqual([0, 0, 0]);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
    expect(await statusOf(sequence)).toEqual([STATE.voided, 0]);
  });

  it('before its PAY makes the PAY 14, for ever', async () => {
    const before = await shop.balanceOf(shop.rich);
    const sequence = shop.till.nextSequence();
    expect((await shop.till.ask(reverse(sequence))).code).toBe(0);
    expect((await statusOf(sequence))[0]).toBe(STATE.voided);
    const frame = shop.till.payFrame(shop.sale(), sequence);
    const late = await shop.till.ask(frame);
    const again = await shop.till.ask(frame);
    const other = await shop.till.ask(
      shop.till.payFrame({ ...shop.sale(), quantity: 3 }, sequence),
    );
    expect(late.code).toBe(14);
    expect(again.bytes.equals(late.bytes)).toBe(true);
    expect(other.code).toBe(71);
    expect(await statusOf(sequence)).toEqual([STATE.voided, 14]);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
  });

  it('is refused with 70 when it names a number that is not below its own', async () => {
    const sequence = shop.till.nextSequence();
    const frame = shop.till.followUp(TYPE.reverse, sequence, [[2, 1]], sequence);
    expect((await shop.till.ask(frame)).code).toBe(70);
  });
});

describe('a hold', () => {
  it('is posted in part by CONFIRM, and only once', async () => {
    const before = await shop.balanceOf(shop.rich);
    const sequence = shop.till.nextSequence();
    const held = await shop.till.ask(shop.till.payFrame({ ...shop.sale(), hold: true }, sequence));
    expect(held.code).toBe(0);
    expect(held.body.get(5)).toBeTypeOf('number');
    expect(await statusOf(sequence)).toEqual([STATE.held, 0]);
    const part = shop.open.unitPriceMinor - 100;
    const confirmed = await shop.till.ask(shop.till.followUp(TYPE.confirm, sequence, [[2, part]]));
    const second = await shop.till.ask(shop.till.followUp(TYPE.confirm, sequence));
    expect([confirmed.code, second.code]).toEqual([0, 16]);
    expect(await statusOf(sequence)).toEqual([STATE.posted, 0]);
    expect(await shop.balanceOf(shop.rich)).toBe(before - part);
  });

  it('is voided by REVERSE, after which CONFIRM is 14', async () => {
    const before = await shop.balanceOf(shop.rich);
    const sequence = shop.till.nextSequence();
    await shop.till.ask(shop.till.payFrame({ ...shop.sale(), hold: true }, sequence));
    const voided = await shop.till.ask(reverse(sequence));
    const late = await shop.till.ask(shop.till.followUp(TYPE.confirm, sequence));
    expect([voided.code, late.code]).toEqual([0, 14]);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
  });
});

describe('REFUND', () => {
  it('gives back in parts, never more than was posted', async () => {
    const before = await shop.balanceOf(shop.rich);
    const price = shop.open.unitPriceMinor;
    const sequence = shop.till.nextSequence();
    await shop.till.ask(shop.till.payFrame(shop.sale(), sequence));
    const part = await shop.till.ask(shop.till.followUp(TYPE.refund, sequence, [[2, 100]]));
    expect([part.code, part.body.get(4)]).toEqual([0, 100]);
    expect(await statusOf(sequence)).toEqual([STATE.partlyRefunded, 0]);
    const tooMuch = await shop.till.ask(shop.till.followUp(TYPE.refund, sequence, [[2, price]]));
    const rest = await shop.till.ask(shop.till.followUp(TYPE.refund, sequence));
    expect([tooMuch.code, rest.code, rest.body.get(4)]).toEqual([7, 0, price - 100]);
    expect(await statusOf(sequence)).toEqual([STATE.refunded, 0]);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
  });
});

describe('a refusal', () => {
  const refusals: readonly [string, number, () => object][] = [
    ['an identifier that nobody has', 1, () => ({ identifier: shop.unknownIdentifier })],
    ['a user without the money', 6, () => shop.poorSale()],
    ['a product that is closed now', 9, () => shop.closedSale()],
    ['a product that is not sold here', 10, () => ({ sku: 'NO-SUCH-SKU' })],
    [
      'an amount that is not the price',
      12,
      () => ({ unitPriceMinor: shop.open.unitPriceMinor + 1 }),
    ],
    ['a currency of another region', 13, () => ({ currency: 156 })],
    [
      'what looks like a card number',
      73,
      () => ({ identifier: shop.cardLikeNumber, entryMode: 1 }),
    ],
    ['a quantity of nothing', 70, () => ({ quantity: 0 })],
  ];

  for (const [what, code, change] of refusals) {
    it(`of ${what} is ${code}, moves nothing and repeats`, async () => {
      const before = await shop.balanceOf(shop.rich);
      const sequence = shop.till.nextSequence();
      const frame = shop.till.payFrame({ ...shop.sale(), ...change() }, sequence);
      const first = await shop.till.ask(frame);
      const again = await shop.till.ask(frame);
      expect(first.code).toBe(code);
      expect(again.code).toBe(code);
      expect(await shop.balanceOf(shop.rich)).toBe(before);
      expect(await statusOf(sequence)).toEqual(
        code < 64 ? [STATE.declined, code] : [STATE.notFound, undefined],
      );
    });
  }

  it('of a wrong price tells the right total', async () => {
    const { body } = await shop.till.ask(
      shop.till.payFrame({ ...shop.sale(), unitPriceMinor: 1, quantity: 2 }),
    );
    expect(body.get(9)).toBe(shop.open.unitPriceMinor * 2);
  });
});

describe('STATUS', () => {
  it('of a number that was never used is not found', async () => {
    expect(await statusOf(4_000_000_000)).toEqual([STATE.notFound, undefined]);
  });
});

describe('a restart of the whole system', () => {
  it('keeps every answer', async () => {
    const sequence = shop.till.nextSequence();
    const frame = shop.till.payFrame(shop.sale(), sequence);
    const first = await shop.till.ask(frame);
    await shop.restart();
    // Taken after the restart, since the system sells once to itself when it starts.
    const before = await shop.balanceOf(shop.rich);
    const again = await shop.till.askUntilAnswered(frame);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect(await shop.balanceOf(shop.rich)).toBe(before);
    expect(await statusOf(sequence)).toEqual([STATE.posted, 0]);
  });
});
