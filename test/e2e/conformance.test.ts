/** The protocol page, sentence by sentence, against the running system: every byte here is made without its code. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cbor, encodeCbor } from '../support/foreign-cbor.ts';
import { ForeignTerminal, type Purchase, payBody, TYPE } from '../support/foreign-terminal.ts';
import { type Answer, Till } from '../support/till.ts';
import { openShop, type Shop } from './support/shop.ts';

let shop: Shop;
let till: Till;
beforeAll(async () => {
  shop = await openShop({ terminals: 12 });
  till = tillOf(0);
});
afterAll(async () => {
  till.hangUp();
  await shop.close();
});

const tillOf = (index: number): Till => {
  const keys = shop.terminals[index];
  if (!keys) {
    throw new Error('the system has too few terminals');
  }
  return new Till(shop.bridge, keys, 1_000);
};

const hmac = (key: Buffer, data: string | Buffer): Buffer =>
  createHmac('sha256', key).update(data).digest();

/** A request with any bytes for a body. */
const frameOf = (type: number, sequence: number, body: Buffer, flags = 0, by = till): Buffer => {
  const head = Buffer.alloc(14);
  head.writeUInt8(0xc5, 0);
  head.writeUInt8(0x10 | flags, 1);
  head.writeUInt16BE(18 + body.length, 2);
  head.writeUInt8(type, 4);
  head.writeUInt32BE(by.keys.terminal, 5);
  head.writeUInt8(by.keys.keyVersion, 9);
  head.writeUInt32BE(sequence, 10);
  const untagged = Buffer.concat([head, body]);
  const key = hmac(Buffer.from(by.keys.messageKey, 'hex'), 'cp1 request');
  return Buffer.concat([untagged, hmac(key, untagged).subarray(0, 8)]);
};

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const payWith = (change: Partial<Purchase>): Buffer =>
  encodeCbor(payBody({ ...shop.sale(), ...change }));
/** The body of a good PAY with some values in other bytes (undefined: left out), and more behind them. */
const bodyWith = (values: Readonly<Record<number, Buffer | undefined>>, more = ''): Buffer => {
  const parts: Buffer[] = [];
  for (const [key, value] of payBody(shop.sale())) {
    const bytes = key in values ? values[key] : encodeCbor(value);
    if (bytes) {
      parts.push(Buffer.concat([encodeCbor(key), bytes]));
    }
  }
  const count = parts.length + (more === '' ? 0 : 1);
  return Buffer.concat([Buffer.from([0xa0 | count]), ...parts, hex(more)]);
};
const codeOf = async (type: number, body: Buffer, flags = 0): Promise<number> =>
  (await till.ask(frameOf(type, till.nextSequence(), body, flags))).code;
const about = (
  type: number,
  payment: number,
  more: readonly (readonly [number, Cbor])[] = [],
  by = till,
): Promise<Answer> => by.ask(by.followUp(type, payment, more));
const paid = async (change: Partial<Purchase> = {}, by = till): Promise<number> => {
  const sequence = by.nextSequence();
  await by.ask(by.payFrame({ ...shop.sale(), ...change }, sequence));
  return sequence;
};
const stateOf = async (payment: number): Promise<readonly unknown[]> => {
  const { body } = await about(TYPE.status, payment);
  return [body.get(13), body.get(14)];
};

describe('transport', () => {
  it('a HELLO and a PAY that come byte by byte are answered, and so are five frames in one segment', async () => {
    const [, keys] = shop.terminals;
    const line = await ForeignTerminal.connect(shop.bridge(), keys ?? shop.keys);
    const pay = (n: number): Buffer => line.codec.encode(TYPE.pay, n, payBody(shop.sale()));
    for (const byte of Buffer.concat([line.hello(), pay(1)])) {
      line.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([(await line.next())?.type, (await line.next())?.body.get(1)]).toEqual([0x81, 0]);
    const status = line.codec.encode(TYPE.status, 4, new Map([[1, 2]]));
    line.send(pay(2), line.codec.encode(TYPE.ping, 2, new Map()), status, pay(5), line.hello());
    const types: unknown[] = [];
    for (let n = 0; n < 5; n += 1) {
      types.push((await line.next())?.type);
    }
    expect(types).toEqual([0x82, 0x87, 0x85, 0x82, 0x81]);
    line.close();
  });
});

describe('a body', () => {
  const malformed: readonly [string, () => Buffer][] = [
    ['is empty', () => Buffer.alloc(0)],
    ['is no map', () => hex('80')],
    ['is followed by a byte', () => Buffer.concat([bodyWith({}), hex('00')])],
    ['ends early', () => bodyWith({}).subarray(0, -1)],
    [
      'has an indefinite map',
      () => Buffer.concat([hex('bf'), bodyWith({}).subarray(1), hex('ff')]),
    ],
    ['has a longer count', () => Buffer.concat([hex('b807'), bodyWith({}).subarray(1)])],
    ['has a number in a longer form', () => bodyWith({ 2: hex('1807') })],
    ['has a tag', () => bodyWith({ 2: hex('c107') })],
    ['has a float', () => bodyWith({ 2: hex('f94700') })],
    ['has text that is not UTF-8', () => bodyWith({ 1: hex('62c328') })],
    ['has a key twice', () => bodyWith({}, '0700')],
    ['has keys out of order', () => bodyWith({}, '0100')],
    ['has a negative key', () => bodyWith({}, '2000')],
    ['has key 12', () => bodyWith({}, '0c00')],
    ['has key 63', () => bodyWith({}, '183f00')],
    ['is nested 4 deep', () => bodyWith({}, '1840818100'.replace('00', '8100'))],
    ['has a bad number in an extension', () => bodyWith({}, '18401800')],
  ];
  for (const [what, body] of malformed) {
    it(`that ${what} is 64`, async () => {
      expect(await codeOf(TYPE.pay, body())).toBe(64);
    });
  }

  it('may carry extensions from key 64 on, up to 1002 bytes of body', async () => {
    expect(await codeOf(TYPE.pay, bodyWith({}, '184001'))).toBe(0);
    const head = bodyWith({}, '1840590200').length;
    const body = bodyWith(
      {},
      `1840 59${(1_002 - head).toString(16).padStart(4, '0')}`.replace(' ', ''),
    );
    const full = Buffer.concat([body, Buffer.alloc(1_002 - head)]);
    expect([full.length, await codeOf(TYPE.pay, full)]).toEqual([1_002, 0]);
  });
});

describe('a field of PAY', () => {
  const CARD = '4111111111111111';
  const items = (amount: number, ...list: readonly (readonly Cbor[])[]): (() => Buffer) => {
    return () => bodyWith({ 3: encodeCbor(amount), 5: encodeCbor(list) });
  };
  const many = (count: number): (() => Buffer) =>
    items(count, ...Array.from({ length: count }, (_, n) => [`S${n}`, 1, 1]));
  const cases: readonly [string, number, () => Buffer][] = [
    ['deadline 0', 70, () => payWith({ deadlineMs: 0 })],
    ['deadline 60000', 0, () => payWith({ deadlineMs: 60_000 })],
    ['deadline 60001', 70, () => payWith({ deadlineMs: 60_001 })],
    ['entry mode 2', 70, () => payWith({ entryMode: 2 })],
    ['a missing currency', 70, () => bodyWith({ 4: undefined })],
    ['mode 2', 70, () => bodyWith({ 7: hex('02') })],
    ['an amount that is not the sum', 70, () => bodyWith({ 3: hex('01') })],
    ['20 items', 10, many(20)],
    ['21 items', 70, many(21)],
    ['no item', 70, items(0)],
    ['a sku of 24 bytes', 10, items(1, ['가'.repeat(8), 1, 1])],
    ['a sku of 25 bytes', 70, items(1, [`${'가'.repeat(8)}x`, 1, 1])],
    ['a sku twice', 70, items(2, ['A', 1, 1], ['A', 1, 1])],
    ['quantity 0', 70, items(0, ['A', 0, 1])],
    ['an unknown user', 1, () => payWith({ identifier: shop.unknownIdentifier })],
    ['another currency', 13, () => payWith({ currency: 156 })],
    ['a promotion code', 19, () => bodyWith({}, '0a6153')],
    ['a card number as identifier', 73, () => payWith({ identifier: CARD })],
    ['track data as identifier', 73, () => payWith({ identifier: `;${CARD}=25121010000?` })],
    [
      'a card number as promotion code',
      73,
      () => bodyWith({}, `0a70${Buffer.from(CARD).toString('hex')}`),
    ],
    [
      'a card number as second factor',
      73,
      () => bodyWith({}, `0b70${Buffer.from(CARD).toString('hex')}`),
    ],
    ['a card number as sku', 73, items(1, [CARD, 1, 1])],
    ['a deadline of 1 ms', 17, () => payWith({ deadlineMs: 1 })],
  ];
  for (const [what, code, body] of cases) {
    it(`with ${what} is ${code}`, async () => {
      expect(await codeOf(TYPE.pay, body())).toBe(code);
    });
  }

  it('STORED needs the device time, a terminal that may, and a PAY', async () => {
    expect(await codeOf(TYPE.pay, bodyWith({}), 2)).toBe(70);
    expect(await codeOf(TYPE.pay, bodyWith({}, '081a6ab13b80'), 2)).toBe(16);
    expect(await codeOf(TYPE.status, encodeCbor(new Map([[1, 1]])), 2)).toBe(70);
  });

  it('a wrong price tells the right total, a closed product when it opens', async () => {
    const wrong = await till.ask(till.payFrame({ ...shop.sale(), unitPriceMinor: 1 }));
    expect([wrong.code, wrong.body.get(9)]).toEqual([12, shop.open.unitPriceMinor]);
    const closed = await till.ask(till.payFrame(shop.closedSale()));
    expect(closed.code).toBe(9);
    expect(Number(closed.body.get(9))).toBeGreaterThan(Date.now() / 1_000);
  });
});

describe('the state of a payment', () => {
  const reason = [[2, 1]] as const;
  const following = async (
    payment: number,
    type: number,
    more: typeof reason | readonly [] = [],
  ) => {
    await about(type, payment, more);
    return payment;
  };
  const declined = (): Promise<number> => paid({ identifier: shop.unknownIdentifier });
  const part = async (): Promise<number> => {
    const payment = await paid();
    await about(TYPE.refund, payment, [[2, 900]]);
    return payment;
  };
  const table: readonly [string, () => Promise<number>, readonly number[], readonly unknown[]][] = [
    ['none', async () => till.nextSequence(), [15, 0, 15], [0, undefined]],
    ['held', () => paid({ hold: true }), [0, 0, 16], [2, 0]],
    ['posted', () => paid(), [16, 0, 0], [3, 0]],
    [
      'confirmed',
      async () => following(await paid({ hold: true }), TYPE.confirm),
      [16, 0, 0],
      [3, 0],
    ],
    ['partly refunded', part, [16, 0, 0], [7, 0]],
    ['refunded', async () => following(await paid(), TYPE.refund), [16, 0, 7], [8, 0]],
    ['voided', async () => following(await paid(), TYPE.reverse, reason), [14, 0, 14], [4, 0]],
    [
      'tombstone',
      async () => following(till.nextSequence(), TYPE.reverse, reason),
      [14, 0, 14],
      [4, 14],
    ],
    ['declined', declined, [15, 0, 15], [6, 1]],
  ];
  for (const [state, make, codes, status] of table) {
    it(`${state}: CONFIRM, REVERSE and REFUND are ${codes.join(', ')}`, async () => {
      expect(await stateOf(await make())).toEqual(status);
      const got: number[] = [];
      for (const type of [TYPE.confirm, TYPE.reverse, TYPE.refund]) {
        got.push((await about(type, await make(), type === TYPE.reverse ? reason : [])).code);
      }
      expect(got).toEqual(codes);
    });
  }

  it('bounds a refund by what is left, a CONFIRM by what is held', async () => {
    const payment = await part();
    const left = shop.open.unitPriceMinor - 900;
    expect((await about(TYPE.refund, payment, [[2, left + 1]])).code).toBe(7);
    const rest = await about(TYPE.refund, payment);
    expect([rest.code, rest.body.get(4)]).toEqual([0, left]);
    const held = await paid({ hold: true });
    expect((await about(TYPE.confirm, held, [[2, shop.open.unitPriceMinor + 1]])).code).toBe(7);
    expect((await about(TYPE.confirm, held, [[2, 900]])).code).toBe(0);
    expect((await about(TYPE.refund, held)).body.get(4)).toBe(900);
  });

  it('REVERSE of its own or a later number is 70', async () => {
    const own = till.nextSequence();
    const frame = (n: number): Buffer => till.followUp(TYPE.reverse, n, reason, own);
    expect([(await till.ask(frame(own))).code, (await till.ask(frame(own + 9))).code]).toEqual([
      70, 70,
    ]);
  });
});

describe('identity', () => {
  const REPEAT = 1;
  const changes: readonly [string, number, Buffer, Buffer][] = [
    ['CONFIRM', TYPE.confirm, hex('a10101'), hex('a201010205')],
    ['REVERSE', TYPE.reverse, hex('a201010201'), hex('a201010202')],
    ['REFUND', TYPE.refund, hex('a10101'), hex('a201010205')],
  ];
  for (const [name, type, body, other] of changes) {
    it(`${name}: the same bytes get the same answer, other bytes 71`, async () => {
      const n = till.nextSequence();
      const first = await till.ask(frameOf(type, n, body));
      expect((await till.ask(frameOf(type, n, body, REPEAT))).bytes).toEqual(first.bytes);
      expect((await till.ask(frameOf(type, n, other))).code).toBe(71);
      expect((await till.ask(till.payFrame(shop.sale(), n))).code).toBe(71);
      expect((await till.ask(frameOf(type, n, body))).bytes).toEqual(first.bytes);
    });
  }

  it('PAY: REPEAT or not, the same answer; STORED or an extension make it another request', async () => {
    const n = till.nextSequence();
    const first = await till.ask(frameOf(TYPE.pay, n, bodyWith({}), REPEAT));
    expect(first.code).toBe(0);
    expect((await till.ask(frameOf(TYPE.pay, n, bodyWith({})))).bytes).toEqual(first.bytes);
    const stored = bodyWith({}, '081a6ab13b80');
    for (const [body, flags] of [
      [stored, 0],
      [stored, 2],
      [bodyWith({}, '184001'), 0],
    ] as const) {
      expect((await till.ask(frameOf(TYPE.pay, n, body, flags))).code).toBe(71);
    }
    // What follows from the bytes alone outranks the record, and leaves it alone.
    expect((await till.ask(frameOf(TYPE.pay, n, payWith({ deadlineMs: 0 })))).code).toBe(70);
    expect((await till.ask(frameOf(TYPE.pay, n, bodyWith({})))).bytes).toEqual(first.bytes);
  });

  it('STATUS is answered anew and takes no number', async () => {
    const [own, payment] = [till.nextSequence(), till.nextSequence()];
    const ask = till.followUp(TYPE.status, payment, [], own);
    expect((await till.ask(ask)).body.get(13)).toBe(0);
    await till.ask(till.payFrame(shop.sale(), payment));
    expect((await till.ask(ask)).body.get(13)).toBe(3);
    expect((await till.ask(till.payFrame(shop.sale(), own))).code).toBe(0);
  });

  it('a tombstone takes over the digest of the first PAY that is one', async () => {
    const n = till.nextSequence();
    expect((await about(TYPE.reverse, n, [[2, 1]])).code).toBe(0);
    expect((await till.ask(frameOf(TYPE.pay, n, payWith({ deadlineMs: 0 })))).code).toBe(70);
    expect((await till.ask(frameOf(TYPE.refund, n, hex('a10101')))).code).toBe(71);
    const first = await till.ask(frameOf(TYPE.pay, n, bodyWith({})));
    expect(first.code).toBe(14);
    expect((await till.ask(frameOf(TYPE.pay, n, bodyWith({}), REPEAT))).bytes).toEqual(first.bytes);
    expect((await till.ask(frameOf(TYPE.pay, n, payWith({ deadlineMs: 9 })))).code).toBe(71);
    expect(await stateOf(n)).toEqual([4, 14]);
  });
});

describe('a terminal', () => {
  const all = async (by: Till, payment: number): Promise<readonly number[]> => {
    const codes: number[] = [];
    for (const type of [TYPE.confirm, TYPE.reverse, TYPE.status, TYPE.refund]) {
      codes.push((await about(type, payment, type === TYPE.reverse ? [[2, 1]] : [], by)).code);
    }
    return codes;
  };
  const pay = (by: Till, n = by.nextSequence()): Promise<Answer> =>
    by.ask(by.payFrame(shop.sale(), n));

  it('that is suspended repeats, asks, confirms and reverses, and is refused the rest', async () => {
    const by = tillOf(2);
    const n = by.nextSequence();
    const first = await pay(by, n);
    const held = await paid({ hold: true }, by);
    await shop.provision({ id: by.keys.terminal, status: 'suspended' });
    expect((await pay(by)).code).toBe(68);
    expect((await pay(by, n)).bytes).toEqual(first.bytes);
    expect((await about(TYPE.refund, n, [], by)).code).toBe(68);
    expect(await all(by, held)).toEqual([0, 0, 0, 68]);
    by.hangUp();
  });

  it('with a retired key version gets 69 but what is stored, and follows up with key 3', async () => {
    const old = tillOf(3);
    const n = old.nextSequence();
    const first = await pay(old, n);
    const held = await paid({ hold: true }, old);
    await shop.provision({ id: old.keys.terminal, keyVersionMin: 2 });
    expect((await pay(old)).code).toBe(69);
    expect((await pay(old, n)).bytes).toEqual(first.bytes);
    expect(await all(old, held)).toEqual([69, 69, 69, 69]);
    old.hangUp();
    const now = new Till(shop.bridge, shop.keysFor(old.keys.terminal, 2), 1);
    expect((await about(TYPE.status, held, [], now)).body.get(13)).toBe(0);
    expect((await about(TYPE.status, held, [[3, 1]], now)).body.get(13)).toBe(2);
    expect((await about(TYPE.confirm, held, [[3, 1]], now)).code).toBe(0);
    expect(
      (
        await about(
          TYPE.refund,
          held,
          [
            [2, 1],
            [3, 1],
          ],
          now,
        )
      ).code,
    ).toBe(0);
    expect(
      (
        await about(
          TYPE.reverse,
          n,
          [
            [2, 1],
            [3, 1],
          ],
          now,
        )
      ).code,
    ).toBe(0);
    now.hangUp();
  });

  it('below its floor gets 72 but what is stored', async () => {
    const by = tillOf(4);
    const n = by.nextSequence();
    const first = await pay(by, n);
    await shop.provision({ id: by.keys.terminal, sequenceFloors: { 1: n + 2 } });
    expect((await pay(by, n)).bytes).toEqual(first.bytes);
    expect([(await pay(by, n + 1)).code, (await pay(by, n + 2)).code]).toEqual([72, 0]);
    by.hangUp();
  });

  it('that nobody provisioned gets 67, stored', async () => {
    const by = new Till(shop.bridge, shop.keysFor(4_000_000_000, 255), 1);
    const first = await pay(by, 7);
    expect(first.code).toBe(67);
    await shop.provision({ id: by.keys.terminal });
    expect((await pay(by, 7)).bytes).toEqual(first.bytes);
    expect((await pay(by, 8)).code).toBe(0);
    by.hangUp();
  });
});
