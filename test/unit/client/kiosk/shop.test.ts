/** The kiosk behind its page: what each touch leads to, what the customer reads, and what is never shown. */
import { describe, expect, it } from 'vitest';
import { NO_AIR } from '#client/air-meter.ts';
import type { Catalogue } from '#client/content/catalogue.ts';
import type { KioskView } from '#client/content/kiosk-view.ts';
import { pageWordsOf } from '#client/content/languages.ts';
import { OFFLINE_AFTER_MS } from '#client/kiosk/checkout.ts';
import { SaleLog } from '#client/kiosk/sale-log.ts';
import { IDLE_MS, OUTCOME_MS, Shop } from '#client/kiosk/shop.ts';
import { kioskView, type Surroundings } from '#client/kiosk/shop-view.ts';
import { OutboxError } from '#client/outbox/outbox-error.ts';
import type { PaySale, SaleOutcome } from '#client/terminal.ts';
import type { CodeName } from '#protocol/codes.ts';
import { ManualTime, settle } from '../support/manual-time.ts';

const CARD = { identifier: 'IC00000SECRET7', entryMode: 7 } as const;
const en = pageWordsOf('en');

const catalogueAt = (nowS: number): Catalogue => ({
  version: 4,
  currency: 410,
  items: [
    { sku: 'LIP-01', name: 'Lipstick', unitPriceMinor: 12_900, openNow: true, nextChangeS: 0 },
    {
      sku: 'PRF-03',
      name: 'Perfume',
      unitPriceMinor: 59_000,
      openNow: false,
      nextChangeS: nowS + 90,
    },
  ],
});

interface Options {
  readonly offline?: boolean;
  readonly modemDown?: boolean;
  readonly storeFails?: boolean;
}

/** A shop whose payments end when the test says so. */
const open = (options: Options = {}) => {
  const time = new ManualTime();
  const sales: PaySale[] = [];
  const stored: PaySale[] = [];
  const unsent: AbortSignal[] = [];
  let end: (outcome: SaleOutcome | Error) => void = () => undefined;
  let outdated = 0;
  const shop = new Shop(
    {
      terminal: {
        pay: (sale, _reverseMs, signal) => {
          sales.push(sale);
          unsent.push(signal as AbortSignal);
          return new Promise((resolve, reject) => {
            end = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
            signal?.addEventListener('abort', () => resolve({ kind: 'not_sent', trouble: 'none' }));
          });
        },
        store: (sale) => {
          if (options.storeFails === true) {
            throw new OutboxError('outbox_failed', 'the disk is full');
          }
          stored.push(sale);
          return 1;
        },
      },
      outbox: { open: [] },
      sales: new SaleLog(
        () => NO_AIR,
        () => time.nowMs(),
      ),
      isModemDown: () => options.modemDown ?? false,
      storedLimits:
        options.offline === true
          ? { amountMinorMax: 20_000, totalMinorMax: 1_000_000, countMax: 500, ageSMax: 604_800 }
          : undefined,
      cards: [CARD],
      onOutdated: () => {
        outdated += 1;
      },
      language: 'en',
      clock: time,
      timers: time,
      onChange: () => undefined,
    },
    catalogueAt(Math.floor(time.nowMs() / 1000)),
  );
  const around = (): Surroundings => ({
    modem: { kind: 'starting' },
    online: false,
    standing: true,
    waiting: 0,
    timeZone: 'Asia/Seoul',
    terminalLanguage: 'en',
    cards: [{ label: 'U-RICH', entryMode: 7 }],
    usdPerMb: 0.5,
    nowMs: time.nowMs(),
  });
  return {
    shop,
    time,
    sales,
    stored,
    unsent,
    end: async (outcome: SaleOutcome | Error): Promise<void> => {
      end(outcome);
      await settle();
    },
    outdated: () => outdated,
    view: (): KioskView => kioskView(shop.state, around()),
  };
};
type Rig = ReturnType<typeof open>;

const answered = (code: CodeName, more: object = {}): SaleOutcome => ({
  kind: 'answered',
  via: 'reply',
  reply: { code, ...more },
});
/** Up to the waiting screen, or to what comes in its place. */
const payWithCard = async (rig: Rig): Promise<void> => {
  await rig.shop.act({ type: 'add', sku: 'LIP-01' });
  await rig.shop.act({ type: 'checkout' });
  void rig.shop.act({ type: 'card', index: 0 });
  await settle();
};

describe('a promotion code', () => {
  const withCode = async (text: string, options: Options = {}): Promise<Rig> => {
    const rig = open(options);
    await rig.shop.act({ type: 'promotion', text });
    await payWithCard(rig);
    return rig;
  };

  it('goes with the payment, and is gone once the goods are out', async () => {
    const rig = await withCode(' WELCOME\n');
    expect(rig.sales[0]?.promotionCode).toBe('WELCOME');
    expect(rig.view().basket).toMatchObject({ promotion: 'WELCOME', total: '₩12,900' });
    await rig.end(answered('approved', { amountMinor: 10_320 }));
    expect(rig.view().basket).not.toHaveProperty('promotion');
    await rig.shop.act({ type: 'done' });
    await payWithCard(rig);
    expect(rig.sales[1]).not.toHaveProperty('promotionCode');
  });

  it('is left out of the next try where it is not good here', async () => {
    const rig = await withCode('NOPE');
    await rig.end(answered('promotion_invalid'));
    await rig.shop.act({ type: 'retry' });
    void rig.shop.act({ type: 'card', index: 0 });
    await settle();
    expect(rig.sales.map(({ promotionCode }) => promotionCode)).toEqual(['NOPE', undefined]);
  });

  it('stays for the next try where something else is refused', async () => {
    const rig = await withCode('WELCOME');
    await rig.end(answered('insufficient_funds'));
    await rig.shop.act({ type: 'retry' });
    void rig.shop.act({ type: 'card', index: 0 });
    await settle();
    expect(rig.sales[1]?.promotionCode).toBe('WELCOME');
  });

  it.each([
    ['nothing', '  '],
    ['one byte too long', 'X'.repeat(65)],
  ])('is none where it is %s, and takes the one before away', async (_what, text) => {
    const rig = open();
    await rig.shop.act({ type: 'promotion', text: 'X'.repeat(64) });
    expect(rig.view().basket.promotion).toHaveLength(64);
    await rig.shop.act({ type: 'promotion', text });
    expect(rig.view().basket).not.toHaveProperty('promotion');
  });

  it('is forgotten with the basket, and with the customer', async () => {
    const rig = open();
    await rig.shop.act({ type: 'promotion', text: 'WELCOME' });
    await rig.shop.act({ type: 'empty' });
    expect(rig.view().basket).not.toHaveProperty('promotion');
    await rig.shop.act({ type: 'promotion', text: 'WELCOME' });
    await rig.time.advance(IDLE_MS);
    expect(rig.view().basket).not.toHaveProperty('promotion');
  });

  it('is not kept with a sale that is made offline: nobody can say whether it is good', async () => {
    const rig = await withCode('WELCOME', { offline: true, modemDown: true });
    await rig.shop.act({ type: 'accept_offline' });
    expect(rig.stored).toHaveLength(1);
    expect(rig.stored[0]).not.toHaveProperty('promotionCode');
  });

  it('cannot be changed while its payment is under way', async () => {
    const rig = await withCode('WELCOME');
    await rig.shop.act({ type: 'promotion', text: 'OTHER' });
    expect(rig.view().basket.promotion).toBe('WELCOME');
  });
});

describe('a sale at the kiosk', () => {
  it('goes from the basket over the card to the goods', async () => {
    const rig = open();
    await rig.shop.act({ type: 'add', sku: 'LIP-01' });
    await rig.shop.act({ type: 'add', sku: 'LIP-01' });
    expect(rig.view().basket).toMatchObject({ total: '₩25,800', lines: [{ quantity: 2 }] });
    await rig.shop.act({ type: 'checkout' });
    expect(rig.view().screen.kind).toBe('identify');
    void rig.shop.act({ type: 'card', index: 0 });
    expect(rig.view().screen).toMatchObject({
      kind: 'waiting',
      unknown: false,
      mayCancel: true,
      lead: en.wait.connectingLead,
    });
    rig.shop.step('no_connection');
    rig.shop.step('no_connection');
    expect(rig.view().screen).toMatchObject({ steps: [{ text: en.wait.steps.no_connection }] });
    expect(rig.sales).toEqual([
      {
        op: 'pay',
        ...CARD,
        amountMinor: 25_800,
        currency: 410,
        items: [{ sku: 'LIP-01', quantity: 2, unitPriceMinor: 12_900 }],
        mode: 'sale',
        catalogueVersion: 4,
      },
    ]);
    await rig.end(answered('approved', { amountMinor: 25_800, maskedName: '김**' }));
    expect(rig.view().screen).toMatchObject({
      kind: 'outcome',
      tone: 'paid',
      lines: ['김**', 'Amount: ₩25,800', 'Thank you. Please take your product.'],
      mayRetry: false,
    });
    expect(rig.view().basket.lines).toEqual([]);
  });

  it('keeps the basket where it is declined, and tries again with another way to pay', async () => {
    const rig = open();
    await payWithCard(rig);
    await rig.end(answered('insufficient_funds'));
    expect(rig.view().screen).toMatchObject({ tone: 'refused', mayRetry: true });
    await rig.shop.act({ type: 'retry' });
    expect(rig.view().screen.kind).toBe('identify');
    expect(rig.view().basket.total).toBe('₩12,900');
  });

  it('takes a code that was typed or scanned, and asks again for one that is none', async () => {
    const rig = open();
    await rig.shop.act({ type: 'add', sku: 'LIP-01' });
    await rig.shop.act({ type: 'checkout' });
    await rig.shop.act({ type: 'identify', text: '  ', entryMode: 1 });
    expect(rig.view().screen).toMatchObject({ kind: 'identify', notice: en.payment.codeInvalid });
    void rig.shop.act({ type: 'identify', text: ' 700\r\n', entryMode: 3 });
    expect(rig.sales[0]).toMatchObject({ identifier: '700', entryMode: 3 });
  });

  it('asks for the PIN where the code needs one, again where it was wrong, with a request of its own each', async () => {
    const rig = open();
    await payWithCard(rig);
    await rig.end(answered('second_factor_required'));
    expect(rig.view().screen).toEqual({ kind: 'pin' });
    void rig.shop.act({ type: 'pin', text: '1234' });
    await rig.end(answered('second_factor_required'));
    expect(rig.view().screen).toEqual({ kind: 'pin', notice: en.payment.pinWrong });
    void rig.shop.act({ type: 'pin', text: '4321' });
    await rig.end(answered('approved'));
    expect(rig.sales.map(({ secondFactor }) => secondFactor)).toEqual([undefined, '1234', '4321']);
    expect(rig.view().screen).toMatchObject({ tone: 'paid' });
  });

  it.each(['price_changed', 'sale_window_closed', 'region_not_allowed', 'sold_out'] as const)(
    'reads the catalogue anew after %s',
    async (code) => {
      const rig = open();
      await payWithCard(rig);
      await rig.end(answered(code));
      expect(rig.outdated()).toBe(1);
    },
  );

  it('is refused certainly where the outbox takes nothing', async () => {
    const rig = open();
    await payWithCard(rig);
    await rig.end(new OutboxError('outbox_busy', 'an earlier payment is open'));
    expect(rig.view().screen).toMatchObject({
      tone: 'refused',
      title: en.outOfService.title,
      mayRetry: false,
    });
  });
});

describe('a payment whose outcome is open', () => {
  it('is never called failed, and shows the truth once it comes', async () => {
    const rig = open();
    await payWithCard(rig);
    for (const step of ['kept', 'connected', 'sent'] as const) {
      rig.shop.step(step);
    }
    expect(rig.view().screen).toMatchObject({
      unknown: false,
      mayCancel: false,
      lead: en.wait.lead,
    });
    rig.shop.step('asking_status');
    // However long it goes on, and however many steps are told.
    for (let tries = 0; tries < 30; tries += 1) {
      rig.shop.step('no_connection');
      rig.shop.step('connected');
    }
    expect(rig.view().screen).toMatchObject({
      kind: 'waiting',
      unknown: true,
      mayCancel: false,
      lead: en.wait.unknownLead,
    });
    await rig.end({ kind: 'unknown', sequence: 9, trouble: 'no answer' });
    expect(rig.view().screen).toMatchObject({ kind: 'outcome', tone: 'open', mayRetry: false });
    rig.shop.settled(8);
    expect(rig.view().screen).toMatchObject({ tone: 'open' });
    rig.shop.settled(9);
    expect(rig.view().screen).toMatchObject({ tone: 'refused', title: 'Nothing was charged' });
  });
});

describe('without a connection', () => {
  it('a sale is offered for later at once where the modem is down', async () => {
    const rig = open({ offline: true, modemDown: true });
    await payWithCard(rig);
    expect(rig.sales).toEqual([]);
    expect(rig.view().screen).toMatchObject({ kind: 'offline', mayAccept: true });
    await rig.shop.act({ type: 'accept_offline' });
    expect(rig.stored).toMatchObject([{ ...CARD, amountMinor: 12_900 }]);
    expect(rig.view().screen).toMatchObject({ tone: 'paid', title: en.offline.stored.title });
  });

  it('a sale is offered for later once nothing could be sent for so long, and not before', async () => {
    const rig = open({ offline: true });
    await payWithCard(rig);
    await rig.time.advance(OFFLINE_AFTER_MS - 1);
    expect(rig.view().screen.kind).toBe('waiting');
    await rig.time.advance(1);
    expect(rig.unsent[0]?.aborted).toBe(true);
    expect(rig.view().screen.kind).toBe('offline');
  });

  it('nothing is offered that was declined or sent', async () => {
    const rig = open({ offline: true });
    await payWithCard(rig);
    await rig.end(answered('insufficient_funds'));
    await rig.time.advance(OFFLINE_AFTER_MS);
    expect(rig.unsent[0]?.aborted).toBe(false);
    expect(rig.stored).toEqual([]);
  });

  it('nothing typed by hand, and nothing above the limit, is taken', async () => {
    const rig = open({ offline: true, modemDown: true });
    await rig.shop.act({ type: 'add', sku: 'LIP-01' });
    await rig.shop.act({ type: 'checkout' });
    void rig.shop.act({ type: 'identify', text: '700', entryMode: 1 });
    expect(rig.view().screen.kind).toBe('waiting');
    const dear = open({ offline: true, modemDown: true });
    await dear.shop.act({ type: 'add', sku: 'LIP-01' });
    await payWithCard(dear);
    expect(dear.view().screen).toMatchObject({
      kind: 'offline',
      mayAccept: false,
      lead: en.offline.refusals.stored_amount,
    });
    await dear.shop.act({ type: 'accept_offline' });
    expect(dear.stored).toEqual([]);
  });

  it('no goods are promised where the disk refuses the sale', async () => {
    const rig = open({ offline: true, modemDown: true, storeFails: true });
    await payWithCard(rig);
    await rig.shop.act({ type: 'accept_offline' });
    expect(rig.view().screen).toMatchObject({ tone: 'open', mayRetry: false });
    expect(rig.view().basket.lines).toHaveLength(1);
  });

  it('a kiosk that does not sell offline says that nothing was charged', async () => {
    const rig = open({ modemDown: true });
    await payWithCard(rig);
    await rig.shop.act({ type: 'cancel' });
    await settle();
    expect(rig.view().screen).toMatchObject({ tone: 'refused', title: 'Nothing was charged' });
  });
});

describe('the page', () => {
  it('is never told what the customer showed', async () => {
    const rig = open({ offline: true });
    const seen: string[] = [];
    const look = (): number => seen.push(JSON.stringify(rig.view()));
    await payWithCard(rig);
    look();
    await rig.end(answered('second_factor_required'));
    look();
    void rig.shop.act({ type: 'pin', text: '987654' });
    look();
    await rig.time.advance(OFFLINE_AFTER_MS);
    look();
    await rig.shop.act({ type: 'accept_offline' });
    look();
    expect(seen.join('')).not.toMatch(/SECRET7|987654/);
  });

  it('shows what is closed with the moment of its opening, and sells it from then on', async () => {
    const rig = open();
    await rig.shop.act({ type: 'add', sku: 'PRF-03' });
    expect(rig.view().basket.lines).toEqual([]);
    expect(rig.view().products[1]).toMatchObject({
      open: false,
      changesAtMs: rig.time.nowMs() + 90_000,
    });
    await rig.time.advance(90_000);
    expect(rig.view().products[1]).toMatchObject({ open: true });
    await rig.shop.act({ type: 'add', sku: 'PRF-03' });
    expect(rig.view().basket.lines).toHaveLength(1);
  });

  it('is in the language that was touched, and in its own again for the next customer', async () => {
    const rig = open();
    await payWithCard(rig);
    await rig.shop.act({ type: 'language', language: 'zh' });
    expect(rig.view()).toMatchObject({ language: 'zh', locale: 'zh-CN' });
    await rig.end(answered('approved'));
    expect(rig.view().screen).toMatchObject({ title: '支付成功' });
    await rig.shop.act({ type: 'done' });
    expect(rig.view().language).toBe('en');
  });

  it('shows the line of the server in the language of the terminal only', async () => {
    const rig = open();
    await payWithCard(rig);
    await rig.end(answered('approved', { text: 'See you soon' }));
    expect(rig.view().screen).toMatchObject({ lines: ['See you soon', expect.any(String)] });
    await rig.shop.act({ type: 'language', language: 'ko' });
    expect(rig.view().screen).toMatchObject({ lines: [expect.any(String)] });
  });

  it('passes over touches that do not fit, however late they come', async () => {
    const rig = open();
    await rig.shop.act({ type: 'checkout' });
    await rig.shop.act({ type: 'pin', text: '1' });
    await rig.shop.act({ type: 'card', index: 0 });
    await rig.shop.act({ type: 'accept_offline' });
    await rig.shop.act({ type: 'add', sku: 'NONE' });
    expect(rig.view().screen).toEqual({ kind: 'shop' });
    await payWithCard(rig);
    void rig.shop.act({ type: 'card', index: 0 });
    await rig.shop.act({ type: 'back' });
    await rig.shop.act({ type: 'done' });
    expect(rig.view().screen.kind).toBe('waiting');
    expect(rig.sales).toHaveLength(1);
  });
});

describe('the next customer', () => {
  it.each([
    [IDLE_MS - 1, 1],
    [IDLE_MS, 0],
  ])('after %i ms without a touch finds %i lines in the basket', async (ms, lines) => {
    const rig = open();
    await rig.shop.act({ type: 'add', sku: 'LIP-01' });
    await rig.time.advance(ms);
    expect(rig.view().basket.lines).toHaveLength(lines);
  });

  it('finds the shop when a certain outcome was shown long enough, but no outcome that is open', async () => {
    const rig = open();
    await payWithCard(rig);
    await rig.end(answered('insufficient_funds'));
    await rig.time.advance(OUTCOME_MS);
    expect(rig.view()).toMatchObject({ screen: { kind: 'shop' }, basket: { lines: [] } });
    await payWithCard(rig);
    await rig.end({ kind: 'unknown', sequence: 9, trouble: '' });
    await rig.time.advance(OUTCOME_MS);
    expect(rig.view().screen).toMatchObject({ tone: 'open' });
  });

  it('never interrupts a payment', async () => {
    const rig = open();
    await payWithCard(rig);
    await rig.time.advance(2 * IDLE_MS);
    expect(rig.view().screen.kind).toBe('waiting');
  });
});
