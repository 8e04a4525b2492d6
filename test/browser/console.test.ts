/** The console in a real browser, in front of the whole local system: an operator's day, and what every page looks like. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { merchantDay, openShop, type Shop } from '../e2e/support/shop.ts';
import type { ForeignKeys } from '../support/foreign-terminal.ts';
import { complaintsOf, TARGET_PX } from './support/accessibility.ts';
import { type Browser, openBrowser } from './support/browser.ts';
import { SCREENS_FOLDER } from './support/screens.ts';

const SKU = 'TINT-1';
const TERMINAL = 2001;
/** Milliseconds in which queue, compiler and projector have followed. */
const FOLLOWED_MS = 20_000;
/** Of the hours that are dragged: half-hours are 7 px high and days 96 px wide in a picture of LEFT + 7 days. */
const WEEK = { left: 44, top: 24, day: 96, hour: 14, width: 44 + 7 * 96 };

let shop: Shop;
let browser: Browser;
let page: Page;
const errors: string[] = [];
const followed = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: FOLLOWED_MS, interval: 200 });

beforeAll(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
  page = browser.context.pages()[0] as Page;
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // A form that is refused is answered with a status of its own, which a browser tells of.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) {
      errors.push(message.text());
    }
  });
  await page.setViewportSize({ width: 1_280, height: 900 });
});
afterAll(async () => {
  await browser?.close();
  expect(await shop.auditProblems()).toEqual([]);
  await shop.close();
});
afterEach(() => {
  expect(errors.splice(0)).toEqual([]);
});

const open = (path: string) => page.goto(`${shop.console}console/${path}`);
const heading = (text: string) => page.waitForSelector(`h1:has-text("${text}")`);
const told = (text: string) => page.waitForSelector(`.notice:has-text("${text}")`);
const signInAs = async (who: string): Promise<void> => {
  await page.click('a.button');
  await page.click(`a:has(strong:text-is("${who}"))`);
  await page.waitForSelector('nav.sections');
};
const signOut = async (): Promise<void> => {
  await page.click('.who button');
  await page.waitForSelector('a.button');
};

/** From one hour of a day to another hour of another day. */
const drag = async (
  from: { readonly day: number; readonly hour: number },
  to: { readonly day: number; readonly hour: number },
): Promise<void> => {
  const grid = page.locator('.week-grid');
  await grid.scrollIntoViewIfNeeded();
  const box = await grid.boundingBox();
  if (box === null) {
    throw new Error('no calendar');
  }
  const scale = box.width / WEEK.width;
  const place = ({ day, hour }: { readonly day: number; readonly hour: number }) =>
    [
      box.x + (WEEK.left + (day - 0.5) * WEEK.day) * scale,
      box.y + (WEEK.top + hour * WEEK.hour) * scale,
    ] as const;
  await page.mouse.move(...place(from));
  await page.mouse.down();
  await page.mouse.move(...place(to), { steps: 5 });
  await page.mouse.up();
};

describe('an operator', () => {
  it('signs in with nothing but a browser', async () => {
    await page.goto(shop.console);
    await page.waitForSelector('a.button');
    expect(await complaintsOf(page, TARGET_PX.desk)).toEqual([]);
    await signInAs('operator');
    await heading('Live');
  });

  it('adds a product', async () => {
    await open('products');
    await page.click('a.button:text-is("Add")');
    await page.fill('#f-id', SKU);
    await page.fill('#f-name', 'Lip tint');
    await page.fill('[name="basePriceMinor.KR"]', '15,500');
    await page.click('button:text-is("Save")');
    await told('Saved');
    await page.waitForSelector(`td:text-is("KRW 15,500"), td:has-text("KRW 15,500")`);
  });

  it('opens it from 09:00 to 21:00 in Seoul by dragging over the week', async () => {
    await open('windows/_new');
    await page.fill('#f-id', 'tint');
    await page.fill('#f-zone', 'Asia/Seoul');
    await page.fill('[name="scope.skus"]', SKU);
    await drag({ day: 1, hour: 9 }, { day: 7, hour: 21 });
    expect(await page.locator('.block').count()).toBe(7);
    expect(await page.inputValue('[name="week.0.from"]')).toBe('09:00');
    await page.click('button:text-is("Save")');
    await told('Saved');
    await page.waitForSelector('td:has-text("Mo–Su 09:00–21:00")');
    expect(await shop.admin('v1/windows/tint')).toMatchObject({
      zone: 'Asia/Seoul',
      weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '09:00', to: '21:00' }],
    });
  });

  it('takes a day away by a click, and adds the night by another drag', async () => {
    await open('windows/tint');
    await page.locator('.block').nth(6).click();
    expect(await page.locator('.block').count()).toBe(6);
    await drag({ day: 7, hour: 0 }, { day: 7, hour: 24 });
    await page.click('button:text-is("Save")');
    await told('Saved');
    expect(await shop.admin('v1/windows/tint')).toMatchObject({
      weekly: [
        { days: [1, 2, 3, 4, 5, 6], from: '09:00', to: '21:00' },
        { days: [7], from: '00:00', to: '24:00' },
      ],
    });
  });

  it('provisions a terminal, whose code opens its keys once, and sells with it at any hour', async () => {
    // Whatever the hour of this test is.
    await open('windows/tint');
    await page.fill('[name="week.0.from"]', '00:00');
    await page.fill('[name="week.0.to"]', '24:00');
    await page.click('button:text-is("Save")');
    await told('Saved');
    await open('terminals');
    await page.click('a.button:text-is("Add")');
    await page.fill('#f-id', String(TERMINAL));
    await page.fill('#f-label', 'Lobby');
    await page.selectOption('#f-region', 'KR');
    await page.click('button:has-text("make its code")');
    await page.waitForSelector('.qr svg');
    await page.waitForSelector('pre:has-text("AT+CIPSTART")');
    const code = (await page.textContent('.code code')) ?? '';
    const enrolled = await fetch(`${shop.console}enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ terminal: TERMINAL, code }),
    });
    const { linkKey, messageKey, keyVersion } = (await enrolled.json()) as Omit<
      ForeignKeys,
      'terminal'
    >;
    await followed(async () => {
      const { items } = (await shop.admin('v1/compilations')) as {
        readonly items: readonly { readonly id: string; readonly upToDate: boolean }[];
      };
      expect(items.find(({ id }) => id === 'region.KR')?.upToDate).toBe(true);
    });
    const kiosk = await shop.kioskAs({ terminal: TERMINAL, keyVersion, linkKey, messageKey }, 'KR');
    try {
      await page.goto(kiosk.url);
      const tint = page.locator('.product:has(h2:text-is("Lip tint")) .add:not([disabled])');
      await followed(async () => {
        await page.reload();
        await tint.waitFor({ timeout: 2_000 });
      });
      await tint.click();
      await page.click('#pay');
      await page.click('.cards button >> nth=0');
      await page.waitForSelector('text=₩15,500');
    } finally {
      await kiosk.close();
      await page.goto('about:blank');
    }
  });

  it('finds the payment, reads its story, and gives it back', async () => {
    await followed(async () => {
      await open(`payments?terminal=${TERMINAL}`);
      await page.waitForSelector('td .badge', { timeout: 1_000 });
    });
    await page.click('tbody th a');
    await heading(`Payment ${TERMINAL}-1-`);
    await page.waitForSelector('.timeline li:has-text("Decided")');
    await page.waitForSelector(`code:has-text("${SKU}*1")`);
    const before = await shop.balanceOf(shop.rich);
    await page.fill('#f-amount', '500');
    await page.fill('#f-reason', 'broken cap');
    await page.click('button:text-is("Give back")');
    await told('given back');
    expect(await shop.balanceOf(shop.rich)).toBe(before + 500);
    await followed(async () => {
      await page.reload();
      await page.waitForSelector('.timeline li:has-text("operator")', { timeout: 1_000 });
    });
  });

  it('is told what is wrong with a form, and loses nothing of it', async () => {
    await open('merchants/M-COSMO');
    await page.fill('#f-zone', 'Mars/Base');
    await page.fill('#f-name', 'Kept');
    await page.click('button:text-is("Save")');
    await page.waitForSelector('[role=alert]:has-text("zone")');
    expect(await page.getAttribute('#f-zone', 'aria-invalid')).toBe('true');
    expect(await page.inputValue('#f-name')).toBe('Kept');
  });

  it('waits for a second person where two are needed', async () => {
    await open('promotions/bon-voyage');
    await page.fill('[name="off.ppm"]', '15');
    await page.click('button:text-is("Save")');
    await told('two people');
    expect(await page.locator('button:text-is("Approve")').count()).toBe(0);
    await signOut();
    await signInAs('approver');
    await open('approvals');
    await page.click('button:text-is("Approve")');
    await told('Approved');
    expect(await shop.admin('v1/promotions/bon-voyage')).toMatchObject({ off: { ppm: 150_000 } });
    await open('audit');
    await page.waitForSelector('td:has-text("promotions.change")');
    await signOut();
    await signInAs('local-viewer');
    await open('products/TINT-1');
    await page.fill('#f-name', 'Not mine');
    await page.click('button:text-is("Save")');
    await page.waitForSelector('[role=alert]');
    await signOut();
    await signInAs('operator');
  });

  it('downloads the settlement, prints it, and pays it out: the sums are those of the ledger', async () => {
    const today = merchantDay();
    const range = `merchant=M-COSMO&from=${today}&to=${today}`;
    const settled = await followed(async () => {
      const answer = (await shop.admin(
        `v1/merchants/M-COSMO/settlement?from=${today}&to=${today}`,
      )) as {
        readonly days: readonly {
          readonly currency: number;
          readonly figures: Record<string, number>;
        }[];
        readonly balances: readonly { readonly currency: number; readonly owedMinor: number }[];
      };
      expect(answer.days.find(({ currency }) => currency === 410)?.figures.refundedMinor).toBe(500);
      return answer;
    });
    await open(`settlements?${range}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('a:text-is("CSV")'),
    ]);
    const [head = '', ...lines] = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    const at = head.split(',').indexOf('payableMinor');
    const payable = lines.map((line) => Number(line.split(',')[at]));
    expect(payable).toEqual(settled.days.map(({ figures }) => figures.payableMinor));
    const paper = await page.pdf({ format: 'A4' });
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
    const owed = settled.balances.find(({ currency }) => currency === 410)?.owedMinor;
    expect(await page.inputValue('[name=amount]')).toBe(String(owed));
    await page.click('button:text-is("Book the payout")');
    await told('Posted');
    await page.waitForSelector('td:has-text("KRW 0")');
  });

  it('sees sales as they come, without doing anything', async () => {
    await open('');
    await page.waitForSelector('.chart .u-over');
    const shown = await page.textContent('#live-latest');
    await shop.till.ask(shop.till.payFrame(shop.sale()));
    await page.waitForFunction(
      (before) => document.querySelector('#live-latest')?.textContent !== before,
      shown,
      { timeout: FOLLOWED_MS },
    );
  });

  it('does it all without a mouse', async () => {
    await open('payments');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('f-day');
  });
});

const PATHS = [
  ...[
    '',
    'payments',
    'payments/1001-1-1',
    'cases',
    'terminals',
    'terminals/1001',
    'terminals/_new',
  ],
  ...[
    'products',
    'products/LIP-01',
    'windows',
    'windows/tint',
    'price-lists',
    'price-lists/airport',
  ],
  ...[
    'promotions',
    'promotions/bon-voyage',
    'merchants',
    'merchants/M-COSMO',
    'users',
    'users/U-RICH',
  ],
  ...['settlements?merchant=M-COSMO', 'webhooks', 'webhooks/_new', 'approvals', 'audit'],
  ...['regions', 'regions/KR', 'journal', 'users/_new', 'find-user'],
];
const LOOKS = [
  { language: 'en', width: 1_280, height: 900, colorScheme: 'light' },
  { language: 'ko', width: 1_280, height: 900, colorScheme: 'dark' },
  { language: 'zh', width: 360, height: 780, colorScheme: 'light' },
] as const;

describe.each(LOOKS)(
  'in $language, $width px wide, $colorScheme',
  ({ language, width, height, colorScheme }) => {
    it.each(PATHS)('%s can be read and used', async (path) => {
      mkdirSync(SCREENS_FOLDER, { recursive: true });
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      await page.waitForSelector(`html[lang=${language}]`);
      const name = `console-${path.replaceAll(/[^\w]+/g, '-') || 'live'}-${language}.png`;
      await page.screenshot({ path: join(SCREENS_FOLDER, name), fullPage: true });
      expect(await complaintsOf(page, TARGET_PX.desk)).toEqual([]);
    });
  },
);
