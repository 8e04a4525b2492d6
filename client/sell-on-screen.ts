/** One sale in a terminal window, with the modem's dialogue on the screen. */
import { createInterface } from 'node:readline/promises';
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { FAMILIES } from './at/families.ts';
import { moneyText } from './content/money-text.ts';
import { payRequestOf, type Sale } from './content/pay-request.ts';
import { zoneOfRegion } from './content/region-zone.ts';
import { STEP_TEXTS } from './content/sale-step.ts';
import { screenText } from './content/screen-text.ts';
import { EXIT } from './exit-codes.ts';
import { KioskError } from './kiosk-error.ts';
import type { KioskSettings, Product } from './kiosk-settings.ts';
import { createModemDialer } from './modem-dialer.ts';
import { openModem } from './open-modem.ts';
import { openFileOutbox } from './outbox/file-outbox.ts';
import { createFrameSeal } from './outbox/frame-seal.ts';
import { systemClock, systemRandom, systemTimers } from './system-time.ts';
import { type SaleOutcome, Terminal } from './terminal.ts';
import { createTerminalScreen, type TerminalScreen } from './ui/terminal-screen.ts';

/** REVERSE is tried for this long while somebody watches; the outbox goes on at the next start. */
const REVERSE_MS = 60_000;

const ask = async (question: string): Promise<string> => {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and Ctrl-D close the lines without an answer.
  const left = new Promise<never>((_resolve, reject) => {
    lines.once('close', () =>
      reject(new KioskError('cancelled', 'nothing was bought, nothing was charged.')),
    );
  });
  try {
    return (await Promise.race([lines.question(question), left])).trim();
  } finally {
    lines.close();
  }
};

const interactive = (settings: KioskSettings): boolean =>
  !settings.yes && process.stdin.isTTY === true && process.stdout.isTTY === true;

const chooseProduct = async (settings: KioskSettings): Promise<Product> => {
  const { products, sku } = settings;
  if (products.length === 0) {
    throw new KioskError('no_products', 'no product is known. Run `npm start` first.');
  }
  if (sku === undefined && !interactive(settings)) {
    return products.find(({ openNow }) => openNow) ?? (products[0] as Product);
  }
  const wanted = sku ?? (await ask('Product (number or sku): '));
  const product = products.find((row) => row.sku === wanted) ?? products[Number(wanted) - 1];
  if (product === undefined) {
    throw new KioskError('sku_unknown', 'no such product. Choose one from the list above.');
  }
  return product;
};

const chooseIdentifier = async (
  settings: KioskSettings,
): Promise<Pick<Sale, 'identifier' | 'entryMode'>> => {
  const first = settings.customers[0];
  const useFirst = settings.identifier === undefined && !interactive(settings);
  const entered = useFirst
    ? ''
    : (settings.identifier ?? (await ask('Payment identifier (Enter for the demo card): ')));
  if (entered !== '') {
    const known = settings.customers.find(({ identifier }) => identifier === entered);
    return { identifier: entered, entryMode: known?.entryMode ?? 1 };
  }
  if (first === undefined) {
    throw new KioskError('identifier_missing', 'give what the customer shows with --identifier.');
  }
  return first;
};

const sell = async (
  settings: KioskSettings,
  screen: TerminalScreen,
  sale: Sale,
): Promise<SaleOutcome> => {
  const outbox = openFileOutbox(settings.outboxDir, createFrameSeal(settings.messageKey));
  const { driver, air } = openModem(settings, {
    clock: systemClock,
    timers: systemTimers,
    onDialogue: screen.dialogue,
  });
  const startedMs = systemClock.nowMs();
  let sayAir = (): void => undefined;
  try {
    const report = await driver.bringUp();
    screen.signal(report.signal, report.operator);
    const { host, port, terminal: id, keyVersion, locale } = settings;
    const terminal = new Terminal({
      terminal: id,
      keyVersion,
      linkKeys: linkKeysOf(pureCrypto, settings.linkKey),
      messageKeys: messageKeysOf(pureCrypto, settings.messageKey),
      firmware: '1.0',
      modem: () => FAMILIES[report.family].title,
      locale,
      mode: 'on_demand',
      outbox,
      dial: createModemDialer({ driver, timers: systemTimers, host, port }),
      signal: () => report.signal,
      clock: systemClock,
      timers: systemTimers,
      random: systemRandom,
      onStep: (step) => screen.step(STEP_TEXTS[step]),
    });
    const left = await terminal.settlePending(REVERSE_MS);
    const ready = left === undefined || left.kind === 'reversed';
    const outcome = ready ? await terminal.pay(payRequestOf(sale), REVERSE_MS) : left;
    const bytes = air();
    if (bytes !== undefined) {
      const ms = systemClock.nowMs() - startedMs;
      sayAir = () => screen.air(bytes.bytesUp, bytes.bytesDown, ms);
    }
    terminal.close();
    return outcome;
  } finally {
    outbox.close();
    await driver.shutDown();
    sayAir();
  }
};

/** Resolves with the exit code. Throws KioskError, AtError or OutboxError. */
export const sellOnScreen = async (settings: KioskSettings, colour: boolean): Promise<number> => {
  const screen = createTerminalScreen({ write: (text) => process.stdout.write(text), colour });
  const { locale, region, terminal, products } = settings;
  screen.heading(
    'Cosmopay kiosk',
    `terminal ${terminal}, region ${region}, modem ${settings.modem}`,
  );
  screen.products(
    products.map(({ sku, unitPriceMinor, currency, openNow }) => ({
      sku,
      price: moneyText(unitPriceMinor, currency, locale),
      openNow,
    })),
  );
  const { sku, unitPriceMinor, currency } = await chooseProduct(settings);
  const customer = await chooseIdentifier(settings);
  screen.heading(`Buying ${sku}`, moneyText(unitPriceMinor, currency, locale));
  const { identifier, entryMode } = customer;
  const items = [{ sku, quantity: 1, unitPriceMinor }];
  const outcome = await sell(settings, screen, { identifier, entryMode, items, currency });
  const timeZone = zoneOfRegion(region);
  const text = screenText(outcome, { locale, currency, timeZone });
  screen.outcome(text);
  if ('trouble' in outcome && outcome.trouble !== '') {
    screen.next(`Why: ${outcome.trouble}`);
  }
  screen.next(
    text.tone === 'open'
      ? 'Run `npm run kiosk -- --screen` again: it first ends what is open here.'
      : 'Run `npm run kiosk -- --screen` to buy more, or `npm run kiosk -- --help` for other ways.',
  );
  return EXIT[text.tone];
};
