/** The same sales in every dialect, in plain and in TLS, come to the same; and each dialect finds what another has sold. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DialectTill, TILLS } from '../support/dialect-tills.ts';
import type { ForeignKeys } from '../support/foreign-terminal.ts';
import { dialTls, withPsk } from '../support/tls-clients.ts';
import { openShop, type Shop } from './support/shop.ts';

const NAMES = Object.keys(TILLS);
/** In the second batch, above all that the system itself uses. */
const FIRST = 2_000_000;
const POSTED = 3;
const VOIDED = 4;
const PARTLY_REFUNDED = 7;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ terminals: 3 * NAMES.length });
});
afterAll(async () => {
  await shop.close();
});

const WAYS: Readonly<Record<string, (keys: ForeignKeys) => Promise<Socket>>> = {
  plain: async () => {
    const socket = connect({ ...shop.bridge(), noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return socket;
  },
  'TLS with a certificate': () => dialTls(shop.bridge(), { ca: shop.certificate() }),
  'TLS with a key': (keys) => dialTls(shop.bridge(), withPsk(keys, 'ECDHE-PSK-CHACHA20-POLY1305')),
};

/** What a till hears, from one sale to the next. */
const story = async (till: DialectTill): Promise<readonly (string | number | boolean)[]> => {
  const sale = await till.pay(shop.sale());
  const again = await sale.again();
  const heard = [sale.iso, again.equals(sale.answer), await till.state(sale.sequence)];
  heard.push(await till.reverse(sale), await till.state(sale.sequence));
  const hold = await till.pay({ ...shop.sale(), hold: true });
  heard.push(hold.iso, await till.confirm(hold, shop.open.unitPriceMinor - 100));
  heard.push(await till.state(hold.sequence), await till.refund(hold, 100));
  heard.push(await till.state(hold.sequence), await till.refund(hold, shop.open.unitPriceMinor));
  const refused = [
    { ...shop.sale(), identifier: shop.unknownIdentifier },
    shop.closedSale(),
    { ...shop.sale(), unitPriceMinor: shop.open.unitPriceMinor + 1 },
    shop.poorSale(),
  ];
  for (const each of refused) {
    heard.push((await till.pay(each)).iso);
  }
  return heard;
};
const HEARD = [
  ...['00', true, POSTED, '00', VOIDED],
  ...['00', '00', POSTED, '00', PARTLY_REFUNDED, '61'],
  ...['14', '57', '13', '51'],
];

describe.each(NAMES)('a till that speaks %s', (name) => {
  it.each(Object.keys(WAYS))(
    'hears the same as all others over %s, and the books agree',
    async (way) => {
      const index = NAMES.indexOf(name) * 3 + Object.keys(WAYS).indexOf(way);
      const keys = shop.terminals[index] as ForeignKeys;
      const before = await shop.balanceOf(shop.rich);
      const till = await TILLS[name]?.((await WAYS[way]?.(keys)) as Socket, keys, FIRST);
      expect(till && (await story(till))).toEqual(HEARD);
      till?.close();
      expect(await shop.balanceOf(shop.rich)).toBe(before - (shop.open.unitPriceMinor - 200));
    },
  );
});

it('what was sold in one dialect is found from every other', async () => {
  for (const [index, seller] of NAMES.entries()) {
    const keys = shop.terminals[index * 3] as ForeignKeys;
    const socket = (await WAYS.plain?.(keys)) as Socket;
    const till = (await TILLS[seller]?.(socket, keys, FIRST + 1_000)) as DialectTill;
    const sold = await till.pay(shop.sale());
    expect(sold.iso).toBe('00');
    till.close();
    for (const [other, asker] of NAMES.entries()) {
      const line = (await WAYS.plain?.(keys)) as Socket;
      const asking = await TILLS[asker]?.(line, keys, FIRST + 2_000 + 10 * other);
      expect(await asking?.state(sold.sequence), `${seller} asked about in ${asker}`).toBe(POSTED);
      asking?.close();
    }
  }
  expect(await shop.auditProblems()).toEqual([]);
});
