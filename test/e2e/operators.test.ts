/** An operator's day with the command line: a new product sells, a sale is found and given back, the settlement agrees with the ledger. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Purchase } from '../support/foreign-terminal.ts';
import { merchantDay, openShop, type Shop } from './support/shop.ts';

const SKU = 'NEW-01';
const PRICE = 15_500;
const MERCHANT = 'M-COSMO';
const APPROVED = 0;
const SALE_WINDOW_CLOSED = 9;
/** Milliseconds in which queue, compiler and projector have followed. */
const FOLLOWED_MS = 20_000;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  expect(await shop.auditProblems()).toEqual([]);
  await shop.close();
});

const run = async (...args: readonly string[]): Promise<string> => {
  const { code, output } = await shop.cosmopay(...args);
  expect({ args, code, output: code === 0 ? '' : output }).toEqual({ args, code: 0, output: '' });
  return output;
};
const json = async (...args: readonly string[]) =>
  (await run(...args, '--json'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const set = (...settings: readonly string[]) => settings.flatMap((setting) => ['--set', setting]);
const buy = (): Purchase => ({ ...shop.sale(), sku: SKU, unitPriceMinor: PRICE });
const sell = async (): Promise<number> => (await shop.till.ask(shop.till.payFrame(buy()))).code;
const followed = (check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: FOLLOWED_MS, interval: 200 });
const window = (from: string, to: string) =>
  `weekly=${JSON.stringify([{ days: [1, 2, 3, 4, 5, 6, 7], from, to }])}`;

it('adds a product, opens it, and it sells; closes it, and it does not', async () => {
  await run(
    'product',
    'add',
    ...set(`id=${SKU}`, 'name=Lip tint', 'category=lips', `basePriceMinor.KR=${PRICE}`),
  );
  await run(
    'window',
    'add',
    ...set('id=tint', 'zone=Asia/Seoul', window('00:00', '24:00'), `scope={"skus":["${SKU}"]}`),
  );
  await followed(async () => expect(await sell()).toBe(APPROVED));
  await run('window', 'change', 'tint', ...set(window('00:00', '00:01'), 'validTo=2000-01-01'));
  await followed(async () => expect(await sell()).toBe(SALE_WINDOW_CLOSED));
});

it('finds the sale, gives it back, and settles the rest: the sums are those of the ledger', async () => {
  const [sale] = await json(
    'payment',
    'list',
    '--user',
    shop.rich,
    '--state',
    'posted',
    '--max',
    '1',
  );
  expect(sale).toMatchObject({ amountMinor: PRICE, items: [`${SKU}*1`] });
  const { terminal, keyVersion, sequence } = sale.key;
  const name = `${terminal}-${keyVersion}-${sequence}`;
  const before = await shop.balanceOf(shop.rich);
  await run('refund', name, '--amount', '500', '--reason', 'broken cap');
  expect(await shop.balanceOf(shop.rich)).toBe(before + 500);
  const today = merchantDay();
  const settle = async () =>
    (await json('settlement', MERCHANT, '--from', today, '--to', today))[0];
  await followed(async () => {
    expect(await run('payment', 'show', name)).toContain('operator');
    const { days, balances } = await settle();
    const [day] = days.filter(({ currency }: { currency: number }) => currency === 410);
    expect(day.figures.refundedMinor).toBe(500);
    expect(day.figures.netMinor).toBe(day.figures.grossMinor - 500);
    const [korea] = balances.filter(({ currency }: { currency: number }) => currency === 410);
    expect(korea.owedMinor).toBe(day.figures.payableMinor);
    await run(
      'posting',
      'settlement',
      '--id',
      `st-${today}`,
      '--amount',
      String(korea.owedMinor),
      '--currency',
      '410',
      '--merchant',
      MERCHANT,
    );
  });
  const { balances } = await settle();
  expect(balances.find(({ currency }: { currency: number }) => currency === 410).owedMinor).toBe(0);
  expect(await shop.auditProblems()).toEqual([]);
});

it('signs in from a terminal window, with a browser of this machine', async () => {
  const home = mkdtempSync(join(tmpdir(), 'cosmopay-home-'));
  const env = { ...process.env, XDG_CONFIG_HOME: home, COSMOPAY_DIR: join(home, 'none') };
  const cosmopay = (...args: readonly string[]) =>
    spawn(process.execPath, ['cli/main.ts', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const api = shop.console.replace(/\/$/, '');
  try {
    const login = cosmopay('login', '--api', api);
    const exit = once(login, 'exit');
    let told = '';
    login.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await followed(async () => expect(told).toMatch(/https?:\S+S256/));
    const [address = ''] = /https?:\S+/.exec(told) ?? [];
    const page = await fetch(`${address}&as=local-viewer`);
    expect(await page.text()).toContain('terminal window');
    expect((await exit)[0]).toBe(0);
    const list = cosmopay('product', 'list');
    const listed = once(list, 'exit');
    expect((await text(list.stdout)).split('\n').length).toBeGreaterThan(3);
    expect((await listed)[0]).toBe(0);
    const add = cosmopay('merchant', 'add', ...set('id=m-x', 'name=X', 'status=open', 'zone=UTC'));
    const [refused] = await once(add, 'exit');
    expect(refused).toBe(1);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
