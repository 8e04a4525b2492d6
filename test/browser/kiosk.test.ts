/** The kiosk in a real browser: each story as a customer or an operator lives it. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pageWordsOf } from '#client/content/languages.ts';
import { wordsOf } from '#client/content/screen-text.ts';
import { TYPE } from '../support/foreign-terminal.ts';
import {
  buildPage,
  type KioskRig,
  type KioskRigOptions,
  startKioskRig,
} from '../support/kiosk/kiosk-rig.ts';
import type { ScriptedBridge } from '../unit/client/support/scripted-bridge.ts';
import { type Browser, openBrowser } from './support/browser.ts';
import { picture } from './support/screens.ts';

const en = pageWordsOf('en');
const { codes } = wordsOf('en');

let built: Awaited<ReturnType<typeof buildPage>>;
let browser: Browser;
const rigs: KioskRig[] = [];
beforeAll(async () => {
  built = await buildPage();
  browser = await openBrowser();
});
afterEach(async () => {
  await Promise.all(browser.context.pages().map((page) => page.goto('about:blank')));
  for (const rig of rigs.splice(0)) {
    await rig.close();
  }
});
afterAll(async () => {
  await browser.close();
  built.remove();
});

const nowS = (): number => Math.floor(Date.now() / 1000);
const DAY_S = 86_400;
/** Seconds until a window opens before the eyes of a test: enough for a busy machine to show the page first. */
const OPENS_IN_S = 6;

interface Story {
  readonly page: Page;
  readonly rig: KioskRig;
  readonly bridge: ScriptedBridge;
  /** What the page asked for, and what went wrong in it. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

const open = async (options: KioskRigOptions = {}, path = ''): Promise<Story> => {
  const rig = await startKioskRig(
    built.folder,
    ({ bridge }) => {
      bridge.catalogue = [
        ['LIP-01', 'Lipstick rose', 12_900, 1, 0],
        ['PRF-03', 'Eau de parfum', 59_000, 0, nowS() + 4 * DAY_S],
        ['CRM-02', 'Day cream', 24_000, 1, nowS() + 5_400],
        ['SRM-04', 'Night serum', 38_000, 0, nowS() + 7_500],
        ['CUS-05', 'Cushion compact', 32_000, 1, 0],
        ['MSK-06', 'Sheet mask', 2_500, 1, 0],
      ];
      bridge.thanks = [[8, '김**']];
    },
    options,
  );
  rigs.push(rig);
  const page = browser.context.pages()[0] as Page;
  const requests: string[] = [];
  const errors: string[] = [];
  page.removeAllListeners();
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      errors.push(message.text());
    }
  });
  await page.goto(`${rig.kiosk.url}${path}`);
  await page.waitForSelector('.page');
  return { page, rig, bridge: rig.tcp.bridge, requests, errors };
};

const titled = (page: Page, title: string): Promise<unknown> =>
  page.waitForSelector(`h1:text-is("${title}")`);
const add = (page: Page, name: string): Promise<void> =>
  page.click(`.product:has(h2:text-is("${name}")) .add`);
const checkOut = async (page: Page): Promise<void> => {
  await add(page, 'Lipstick rose');
  await page.click('#pay');
  await titled(page, en.payment.title);
};

/** The page's clock goes on by so much with each character, however busy this machine is. */
const keysEvery = (page: Page, gapMs: number): Promise<void> =>
  page.evaluate((gap) => {
    let nowMs = 0;
    performance.now = () => {
      nowMs += gap;
      return nowMs;
    };
  }, gapMs);

/** A tablet that is too busy to paint: what a screen needs must not wait for it. */
const neverPaints = (page: Page): Promise<void> =>
  page.evaluate(() => {
    globalThis.requestAnimationFrame = () => 0;
  });

describe('a customer', () => {
  it('buys with a tapped card, and reads what it cost', async () => {
    const { page, bridge, rig, requests, errors } = await open();
    await page.waitForSelector(`.status:has-text("${en.status.online}")`);
    await picture(page, 'shop');
    await add(page, 'Lipstick rose');
    await add(page, 'Lipstick rose');
    await add(page, 'Sheet mask');
    await page.waitForSelector('.total:has-text("₩28,300")');
    await picture(page, 'basket');
    await page.click('#pay');
    await titled(page, en.payment.title);
    await picture(page, 'pay');
    await page.click('.cards button >> nth=0');
    await titled(page, codes.approved.title);
    await page.waitForSelector('text=₩28,300');
    expect(await page.textContent('.air')).toMatch(/^\d{3} B · \d+(\.\d)? s · \$0\.000\d+$/);
    await picture(page, 'paid');
    expect(bridge.posted).toHaveLength(1);
    await page.click(`text=${en.done}`);
    await titled(page, en.shop.title);
    expect(requests.filter((url) => !url.startsWith(rig.kiosk.url))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('is declined, told what to do, and pays with another card', async () => {
    const { page, bridge } = await open();
    bridge.declines = true;
    await checkOut(page);
    await page.click('.cards button >> nth=0');
    await titled(page, codes.insufficient_funds.title);
    await page.waitForSelector(`text=${codes.insufficient_funds.hint}`);
    await picture(page, 'declined');
    bridge.declines = false;
    await page.click(`text=${en.tryAgain}`);
    await page.click('.cards button >> nth=1');
    await titled(page, codes.approved.title);
    expect(bridge.posted).toHaveLength(1);
  });

  it('types a promotion code, which goes with the payment', async () => {
    const { page, bridge, errors } = await open();
    await add(page, 'Lipstick rose');
    await page.fill('#promotion', 'welcome');
    await page.click(`.promotion button:text-is("${en.shop.promotion.use}")`);
    await page.waitForSelector('.promotion strong:text-is("welcome")');
    await picture(page, 'promotion');
    await page.click(`.promotion button:text-is("${en.shop.promotion.remove}")`);
    await page.fill('#promotion', 'welcome');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.promotion strong:text-is("welcome")');
    await page.click('#pay');
    await titled(page, en.payment.title);
    await page.click('.cards button >> nth=0');
    await titled(page, codes.approved.title);
    const paid = bridge.requests.filter(({ type }) => type === TYPE.pay);
    expect(paid.map(({ body }) => body.get(10))).toEqual(['welcome']);
    expect(errors).toEqual([]);
  });

  it('sees how long until a product opens, cannot buy it before, and can then', async () => {
    const { page, rig } = await open();
    const card = page.locator('.product:has(h2:text-is("Eau de parfum"))');
    await card.locator('.countdown').waitFor();
    expect(await card.locator('.countdown').textContent()).toMatch(/^[34] days \d\d:\d\d:\d\d$/);
    expect(await card.locator('.add').isDisabled()).toBe(true);
    const before = await card.locator('.countdown').textContent();
    await page.waitForFunction(
      (text) => document.querySelector('.countdown')?.textContent !== text,
      before,
    );
    // The window opens: what the bridge tells now, and what the kiosk's own clock would have known.
    // From the moment on at which it is asked: how long a kiosk takes to start does not matter.
    Object.defineProperty(rig.tcp.bridge, 'catalogue', {
      get: () => [['PRF-03', 'Eau de parfum', 59_000, 0, nowS() + OPENS_IN_S]],
    });
    const again = await startSecondKiosk(rig);
    await page.goto(again.kiosk.url);
    const opening = page.locator('.product:has(h2:text-is("Eau de parfum"))');
    await opening.locator('.countdown').waitFor();
    expect(await opening.locator('.add').isDisabled()).toBe(true);
    await opening.locator('.add:not([disabled])').waitFor();
    await opening.locator('.add').click();
    await page.waitForSelector('.total:has-text("₩59,000")');
  });

  it('pays with a scanned code without touching anything, and with one that is typed on the glass', async () => {
    const { page, bridge } = await open();
    await neverPaints(page);
    await checkOut(page);
    await keysEvery(page, 10);
    await page.keyboard.type('70000000000000000042');
    await page.keyboard.press('Enter');
    await titled(page, codes.approved.title);
    await page.click(`text=${en.done}`);
    await checkOut(page);
    await keysEvery(page, 200);
    for (const key of ['7', '0', '0', '4', '2', '1']) {
      await page.click(`.key:text-is("${key}")`);
    }
    await page.click(`text=${en.payment.continue}`);
    await titled(page, codes.approved.title);
    const paid = bridge.requests.filter(({ type }) => type === TYPE.pay);
    expect(paid.map(({ body }) => [body.get(1), body.get(2)])).toEqual([
      ['70000000000000000042', 3],
      ['700421', 1],
    ]);
    expect(await page.content()).not.toContain('70000000000000000042');
  });

  it('is asked for the PIN where the code needs one', async () => {
    const { page, bridge } = await open();
    bridge.script = (frame, line, nth) => {
      if (frame.type !== TYPE.pay || frame.body.has(11)) {
        return 'serve';
      }
      line.send(bridge.reply(frame, [[1, 20]]));
      return nth > 0 ? 'done' : 'serve';
    };
    await checkOut(page);
    await page.click('.cards button >> nth=0');
    await titled(page, en.payment.pinTitle);
    await picture(page, 'pin');
    for (const key of ['1', '3', '5', '7']) {
      await page.click(`.key:text-is("${key}")`);
    }
    await page.click(`text=${en.payment.continue}`);
    await titled(page, codes.approved.title);
    expect(bridge.requests.at(-1)?.body.get(11)).toBe('1357');
  });

  it('changes the language in the middle of a sale', async () => {
    const { page } = await open();
    await checkOut(page);
    await page.click('nav button[lang=ko]');
    await titled(page, pageWordsOf('ko').payment.title);
    expect(await page.getAttribute('html', 'lang')).toBe('ko');
    await page.click('.cards button >> nth=0');
    await titled(page, wordsOf('ko').codes.approved.title);
    await page.click('nav button[lang=zh]');
    await titled(page, wordsOf('zh').codes.approved.title);
  });

  it('buys with the keyboard alone', async () => {
    const { page, bridge } = await open();
    await page.waitForSelector('.product');
    const focusOn = async (label: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(
          () =>
            document.activeElement?.getAttribute('aria-label') ??
            document.activeElement?.textContent,
        );
        if (at?.startsWith(label) === true) {
          const outline = await page.evaluate(
            () => getComputedStyle(document.activeElement as Element).outlineStyle,
          );
          expect(outline).toBe('solid');
          return;
        }
      }
      throw new Error(`the keyboard does not reach ${label}`);
    };
    await focusOn(`${en.shop.add}: Lipstick`);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#pay');
    await focusOn(en.shop.pay);
    await page.keyboard.press('Enter');
    await titled(page, en.payment.title);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('screen-title');
    await focusOn(`${en.payment.tap}: U-RICH`);
    await page.keyboard.press('Enter');
    await titled(page, codes.approved.title);
    expect(bridge.posted).toHaveLength(1);
  });
});

/** The same bridge, another kiosk: what has just been put on its shelf is read at its start. */
const startSecondKiosk = async (rig: KioskRig): Promise<KioskRig> => {
  const { catalogue } = rig.tcp.bridge;
  const again = await startKioskRig(built.folder, ({ bridge }) => {
    bridge.catalogue = catalogue;
  });
  rigs.push(again);
  return again;
};

describe('when the network fails', () => {
  it('a customer buys offline, and the sale goes out once the modem is back', async () => {
    const { page, rig, bridge } = await open();
    await page.waitForSelector('.product');
    await page.goto(`${rig.kiosk.url}#service`);
    await page.click(`text=${en.service.powerOff}`);
    await page.waitForSelector(`.status:has-text("${en.status.modemDown}")`);
    await page.click(`text=${en.service.close}`);
    await checkOut(page);
    await page.click('.cards button >> nth=0');
    await titled(page, en.offline.title);
    await picture(page, 'offline');
    await page.click(`text=${en.offline.accept}`);
    await titled(page, en.offline.stored.title);
    await page.waitForSelector('.waiting:has-text("1")');
    await picture(page, 'stored');
    expect(bridge.posted).toEqual([]);
    await page.goto(`${rig.kiosk.url}#service`);
    await page.click(`text=${en.service.powerOn}`);
    await page.waitForSelector('.waiting', { state: 'detached' });
    expect(bridge.posted).toHaveLength(1);
    expect(bridge.requests.find(({ type }) => type === TYPE.pay)?.flags).toBe(2);
    // Its answer and its bytes are the sale's, though they came later.
    await page.waitForSelector('td:has-text("Paid")');
    expect(await page.locator('tbody td').nth(4).textContent()).toMatch(/^[1-9]\d+ \+ [1-9]\d+$/);
  });

  it('and the modem dies in the middle of a payment, it says that it does not know, and then the truth', async () => {
    const { page, rig, bridge } = await open({ speed: 6 });
    await page.waitForSelector(`.status:has-text("${en.status.online}")`);
    bridge.script = (frame) => {
      if (frame.type === TYPE.pay) {
        bridge.carryOut(frame);
        rig.modemMissing = true;
        void rig.modem().close();
        return 'done';
      }
      return 'serve';
    };
    await checkOut(page);
    await page.click('.cards button >> nth=0');
    await titled(page, en.wait.title);
    await page.waitForSelector(`.step:has-text("${en.wait.steps.sent}")`);
    await titled(page, en.wait.unknownTitle);
    const words = (await page.textContent('main')) ?? '';
    expect(words).not.toMatch(/fail|declin|nothing was/i);
    await picture(page, 'unknown');
    await titled(page, en.wait.unknownTitle);
    expect(await page.locator(`button:has-text("${en.wait.cancel}")`).count()).toBe(0);
    rig.modemMissing = false;
    // Whether STATUS or REVERSE comes first depends on when the modem is back: the screen says what the books say.
    await page.waitForSelector('.outcome.tone-paid, .outcome.tone-refused');
    const title = await page.textContent('h1');
    expect(title).toBe(
      bridge.posted.length === 1 ? codes.approved.title : wordsOf('en').reversed.title,
    );
    expect(new Set(bridge.originals(TYPE.pay)).size).toBe(1);
  });

  it('and nothing could be sent, the customer may leave, and nothing was charged', async () => {
    const { page, rig, bridge } = await open({ settings: { offlineMaxMinor: 0 } });
    await page.waitForSelector('.product');
    rig.modemMissing = true;
    await rig.modem().close();
    await checkOut(page);
    await page.click('.cards button >> nth=0');
    await titled(page, en.wait.title);
    await picture(page, 'waiting');
    await page.click(`text=${en.wait.cancel}`);
    await titled(page, wordsOf('en').notSent.title);
    expect(bridge.posted).toEqual([]);
  });
});

describe('an operator', () => {
  it('sees modem, queue, bytes and cost per sale, and the AT dialogue as it happens', async () => {
    const { page, rig, errors } = await open();
    await checkOut(page);
    await page.click('.cards button >> nth=0');
    await titled(page, codes.approved.title);
    await page.goto(`${rig.kiosk.url}#service`);
    await page.waitForSelector('td:has-text("Paid")');
    const row = await page.locator('tbody tr').first().locator('td').allTextContents();
    expect(row.slice(1, 3)).toEqual(['Paid', '₩12,900']);
    expect(row[4]).toMatch(/^\d{2,3} \+ \d{2,3}$/);
    expect(row[5]).toMatch(/^\$0\.000\d+$/);
    await page.waitForSelector('.at-up:has-text("AT+CIPSEND")');
    const lines = await page.locator('.at').count();
    await page.waitForFunction((count) => document.querySelectorAll('.at').length > count, lines);
    expect(await page.textContent('.dialogue')).not.toContain('IC00000CARD1');
    await picture(page, 'service');
    expect(errors).toEqual([]);
  });

  it('is told on the page when the kiosk itself is away', async () => {
    const { page, rig } = await open();
    await page.waitForSelector('.product');
    await rigs.pop()?.close();
    await page.waitForSelector(`.lost:has-text("${en.status.pageLost}")`);
    expect(rig.kiosk.url).toContain('127.0.0.1');
  });
});
