/** The frames of one terminal in the log, while its operator asks for them; and what its connection has cost. */
import { afterEach, expect, it } from 'vitest';
import { keysOf, Rig } from '#test/support/bridge-rig.ts';
import { ForeignTerminal, payBody, TYPE } from '#test/support/foreign-terminal.ts';

let rig: Rig;
const lines: ForeignTerminal[] = [];
const signedOn = async (terminal = 1001): Promise<ForeignTerminal> => {
  const line = await ForeignTerminal.signOn(rig.at, keysOf(terminal));
  lines.push(line);
  return line;
};
const SALE = {
  identifier: '70000000000000000042',
  entryMode: 3,
  currency: 410,
  sku: 'LIP-01',
  unitPriceMinor: 1,
};
/** A sale there and back; returns the bytes of both frames. */
const sells = async (t: ForeignTerminal, sequence: number): Promise<number> => {
  const index = rig.sent.length;
  const pay = t.codec.encode(TYPE.pay, sequence, payBody(SALE));
  t.send(pay);
  const answer = t.codec.encode(TYPE.pay | 0x80, sequence, new Map([[1, 0]]));
  rig.reply((await rig.request(index)).corr, answer);
  await t.next();
  return pay.length + answer.length;
};
const captured = (): number => rig.logged.filter((event) => event === 'captured').length;

afterEach(async () => {
  for (const line of lines.splice(0)) {
    line.close();
  }
  await rig.bridge.close();
});

it('a terminal whose row asks for it has its frames logged, both ways, without its customer’s identifier', async () => {
  rig = await new Rig().start();
  rig.region = async () => ({ region: 'KR', captureUntilS: 1_790_000_000 + 1_000 + 60 });
  const t = await signedOn();
  await sells(t, 7);
  expect(captured()).toBe(2);
  expect(rig.fields('captured')).toMatchObject({
    terminal: 1001,
    direction: 'down',
    dialect: 'cp1',
  });
  await rig.advance(61_000);
  await sells(t, 8);
  expect(captured()).toBe(2);
  expect(rig.logged).toContain('capture_ended');
});

it('ends where the row asks for it no more, within the minute that a row is remembered', async () => {
  rig = await new Rig().start();
  rig.region = async () => ({ region: 'KR', captureUntilS: 1_790_000_000 + 5_000 });
  const t = await signedOn();
  await sells(t, 7);
  rig.region = async () => ({ region: 'KR', captureUntilS: 0 });
  await rig.advance(61_000);
  // The first frame has the row read again; those behind it are told.
  await sells(t, 8);
  await rig.until(() => rig.bridge.stats().terminalsKnown === 1);
  const before = captured();
  await sells(t, 9);
  expect(captured()).toBe(before);
  expect(rig.logged).toContain('capture_ended');
});

it('goes on where the row cannot be read for a while', async () => {
  rig = await new Rig().start();
  rig.region = async () => ({ region: 'KR', captureUntilS: 1_790_000_000 + 5_000 });
  const t = await signedOn();
  rig.region = () => Promise.reject(new Error('table is down'));
  await rig.advance(61_000);
  await sells(t, 7);
  await sells(t, 8);
  expect(captured()).toBe(4);
});

it('a terminal whose row does not, or did until a moment ago, has none', async () => {
  rig = await new Rig().start();
  await sells(await signedOn(), 7);
  rig.region = async () => ({ region: 'KR', captureUntilS: 1_790_000_000 + 999 });
  await sells(await signedOn(1002), 7);
  expect(captured()).toBe(0);
});

it('bytes are counted per sale and per connection, frames by dialect', async () => {
  rig = await new Rig().start();
  const t = await signedOn();
  const { spread, framesUp, framesDown } = rig.bridge.counters;
  const first = await sells(t, 7);
  const hello = spread.bytes_per_sale.sum - first;
  // HELLO and WELCOME belong to the first sale of a connection.
  expect(hello).toBeGreaterThan(50);
  const second = await sells(t, 8);
  expect(spread.bytes_per_sale.sum).toBe(hello + first + second);
  expect([framesUp.cp1, framesDown.cp1]).toEqual([3, 3]);
  expect([...rig.bridge.census()]).toEqual([['cp1 plain', 1]]);
  t.close();
  await rig.until(() => rig.logged.includes('terminal_left'));
  expect(spread.bytes_per_terminal.sum).toBe(hello + first + second);
  expect(rig.fields('terminal_left')).toMatchObject({ terminal: 1001, sales: 2 });
  expect(spread.request_ms.counts.reduce((sum, count) => sum + count)).toBe(2);
});
