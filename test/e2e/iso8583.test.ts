/** A day of a terminal that speaks ISO 8583, over the one port, with the bundles that deploy. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForeignIsoTerminal } from '../support/foreign-iso-terminal.ts';
import {
  type ForeignFields,
  type ForeignPreset,
  foreignObject,
} from '../support/foreign-iso8583.ts';
import { TYPE } from '../support/foreign-terminal.ts';
import { openShop, type Shop } from './support/shop.ts';

const PRESETS: readonly ForeignPreset[] = ['iso87-binary', 'iso87-ascii', 'cup-pos'];

let shop: Shop;
const lines: ForeignIsoTerminal[] = [];
const hangUp = (): void => {
  shop.till.hangUp();
  for (const line of lines.splice(0)) {
    line.close();
  }
};
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  hangUp();
  await shop.close();
});

/** A new line, after hanging up: a second one beside it would be a takeover, of which there is one in ten seconds. */
const online = async (preset: ForeignPreset): Promise<ForeignIsoTerminal> => {
  hangUp();
  const line = await ForeignIsoTerminal.connect(shop.bridge(), shop.keys, preset);
  lines.push(line);
  return line.signOn();
};

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

/** One open product, bought by the rich user. */
const saleOf = (t: ForeignIsoTerminal, stan: number, batch: number): ForeignFields => {
  const { identifier, entryMode, currency, sku, unitPriceMinor } = shop.sale();
  return {
    ...t.base(stan, batch),
    3: '000000',
    4: digits(unitPriceMinor, 12),
    22: `0${entryMode}0`,
    49: digits(currency, 3),
    [t.preset === 'cup-pos' ? 62 : 48]: Buffer.concat([
      foreignObject('01', identifier),
      foreignObject('02', `0001${digits(unitPriceMinor, 12)}${sku}`),
    ]),
  };
};

const totalsOf = (preset: ForeignPreset, count: number, amountMinor: number): ForeignFields =>
  preset === 'cup-pos'
    ? { 48: digits(amountMinor, 12) + digits(count, 3) + digits(0, 16) }
    : { 76: digits(count, 10), 88: digits(amountMinor, 16) };

describe.each(PRESETS)('with %s', (preset) => {
  /** A batch of its own for each preset, far from the numbers of other stories. */
  const batch = 100 + PRESETS.indexOf(preset);

  it('sells once, gives the same answer on another line, takes a sale back, and closes its batch', async () => {
    const price = shop.open.unitPriceMinor;
    const before = await shop.balanceOf(shop.rich);
    const t = await online(preset);
    const sale = saleOf(t, 1, batch);
    const first = await t.ask(t.request('0200', sale));
    expect(first).toMatchObject({ mti: '0210', fields: { 39: '00', 4: digits(price, 12) } });
    expect(await shop.balanceOf(shop.rich)).toBe(before - price);
    const other = await online(preset);
    expect((await other.ask(other.request('0200', sale))).message).toEqual(first.message);
    expect((await other.ask(other.request('0201', sale))).message).toEqual(first.message);
    const second = saleOf(other, 2, batch);
    expect((await other.ask(other.request('0200', second))).fields[39]).toBe('00');
    const back = await other.ask(other.request('0400', second));
    expect(back).toMatchObject({ mti: '0410', fields: { 39: '00' } });
    const close = other.request('0500', {
      ...other.base(3, batch),
      ...totalsOf(preset, 1, price),
    });
    const closed = await other.ask(close);
    const verdict = preset === 'cup-pos' ? closed.fields[48]?.charAt(30) : closed.fields[66];
    expect(verdict).toBe('1');
    expect(await shop.balanceOf(shop.rich)).toBe(before - price);
  });

  it('names the field at fault, and decides nothing for a MAC that is wrong', async () => {
    const before = await shop.balanceOf(shop.rich);
    const t = await online(preset);
    const wrong = await t.ask(t.request('0200', { ...saleOf(t, 4, batch), 22: '020' }));
    expect(wrong.fields[39]).toBe('30');
    expect(wrong.fields[44]).toBe('DE 22');
    const forged = t.request('0200', saleOf(t, 5, batch));
    forged.write(
      forged.toString('latin1', forged.length - 1) === '0' ? '1' : '0',
      forged.length - 1,
    );
    t.send(forged);
    expect(await t.next()).toMatchObject({ mti: '0210', fields: { 39: 'A0' } });
    expect(await shop.balanceOf(shop.rich)).toBe(before);
  });
});

it('what was sold in ISO 8583 is found and taken back in CP1', async () => {
  const t = await online('iso87-binary');
  const before = await shop.balanceOf(shop.rich);
  expect((await t.ask(t.request('0200', saleOf(t, 9, 200)))).fields[39]).toBe('00');
  hangUp();
  const sequence = 200_000_009;
  const { till } = shop;
  const status = await till.ask(till.followUp(TYPE.status, sequence, [], sequence + 10));
  expect(status.body.get(13)).toBe(3);
  const reverse = till.followUp(TYPE.reverse, sequence, [[2, 1]], sequence + 11);
  expect((await till.ask(reverse)).code).toBe(0);
  expect(await shop.balanceOf(shop.rich)).toBe(before);
  expect(await shop.auditProblems()).toEqual([]);
});
