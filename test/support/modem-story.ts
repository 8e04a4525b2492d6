/** One kiosk with a virtual modem of any family on moved time, in front of the shop in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModem } from '#client/at/any-modem.ts';
import type { DialogueLine } from '#client/at/at-channel.ts';
import { AtError } from '#client/at/at-error.ts';
import { FAMILIES } from '#client/at/families.ts';
import type { FamilyName } from '#client/at/modem-family.ts';
import { createSeededRandom } from '#client/modem/seeded-random.ts';
import {
  createVirtualModem,
  type VirtualModem,
  type VirtualModemOptions,
} from '#client/modem/virtual-modem.ts';
import { createModemDialer } from '#client/modem-dialer.ts';
import { openFileOutbox } from '#client/outbox/file-outbox.ts';
import { type PaySale, type SaleOutcome, Terminal } from '#client/terminal.ts';
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { SEAL } from '#test/support/frame-seal.ts';
import { ManualTime, runThrough } from '../unit/client/support/manual-time.ts';
import { KRW, POOR_CARD, RICH_CARD } from './payment-world.ts';
import { openShop, SHOP_KEYS, type Shop } from './shop.ts';

/** Turns of the event loop: streams in memory need one to hand on what came. */
const TURNS = 3;
/** A kiosk gives a customer up after this long, and goes on reversing at its next start. */
const REVERSE_MS = 120_000;
/** Starts of the kiosk until everything is settled: the worst story needs four. */
const STARTS_MAX = 25;
/** A device that was pulled out is not there for this many openings of its port. */
const MISSING_OPENINGS = 3;
export const PRICE_MINOR = 100;
export const BALANCE_MINOR = 1_000_000;

export interface StoryOptions {
  readonly family: FamilyName;
  readonly seed: number;
  readonly mode?: 'session' | 'on_demand';
  readonly personality?: VirtualModemOptions['personality'];
  readonly onStep?: VirtualModemOptions['onStep'];
  readonly inPieces?: boolean;
}

export interface Story {
  readonly shop: Shop;
  /** TCP payload on the air, both ways. */
  bytes(): number;
  readonly dialogue: readonly DialogueLine[];
  /** Sells once, starting the kiosk again as often as it takes to know what became of it. */
  sell(card: 'rich' | 'poor'): Promise<'approved' | 'declined' | 'reversed'>;
  close(): void;
}

const saleOf = (card: 'rich' | 'poor'): PaySale => ({
  op: 'pay',
  identifier: card === 'rich' ? RICH_CARD : POOR_CARD,
  entryMode: 7,
  amountMinor: PRICE_MINOR,
  currency: KRW,
  items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: PRICE_MINOR }],
  mode: 'sale',
});

export const openStory = async (options: StoryOptions): Promise<Story> => {
  const { family, seed, mode = 'on_demand', personality = {}, onStep, inPieces = false } = options;
  const time = new ManualTime(TURNS);
  const shop = await openShop(time, BALANCE_MINOR);
  const ports: VirtualModem[] = [];
  let missingLeft = 0;
  const plugIn = (): Promise<VirtualModem> => {
    if (ports.at(-1) !== undefined && missingLeft > 0) {
      missingLeft -= 1;
      return Promise.reject(new AtError('port_missing', 'open the port', 'no such device'));
    }
    missingLeft = MISSING_OPENINGS;
    const port = createVirtualModem({
      family,
      timers: time,
      seed: seed + ports.length,
      personality,
      inPieces,
      dial: () => shop.dial(),
      ...(onStep === undefined ? {} : { onStep }),
    });
    ports.push(port);
    return Promise.resolve(port);
  };
  const dialogue: DialogueLine[] = [];
  const driver = createModem({
    openPort: plugIn,
    clock: time,
    timers: time,
    apn: 'internet',
    onDialogue: (line) => dialogue.push(line),
  });
  const folder = mkdtempSync(join(tmpdir(), 'story-'));
  const outbox = openFileOutbox(folder, SEAL);
  const start = (): Terminal =>
    new Terminal({
      terminal: SHOP_KEYS.terminal,
      keyVersion: SHOP_KEYS.keyVersion,
      linkKeys: linkKeysOf(pureCrypto, Buffer.from(SHOP_KEYS.linkKey, 'hex')),
      messageKeys: messageKeysOf(pureCrypto, Buffer.from(SHOP_KEYS.messageKey, 'hex')),
      firmware: '1.0',
      modem: () => FAMILIES[family].title,
      locale: 'ko-KR',
      mode,
      outbox,
      dial: createModemDialer({ driver, timers: time, host: 'bridge.example', port: 7010 }),
      signal: () => 20,
      clock: time,
      timers: time,
      random: createSeededRandom(seed),
    });
  let terminal = start();
  const settle = async (): Promise<SaleOutcome | undefined> => {
    terminal.close();
    terminal = start();
    return await runThrough(time, terminal.settlePending(REVERSE_MS), 5_000);
  };
  const sell = async (card: 'rich' | 'poor'): Promise<'approved' | 'declined' | 'reversed'> => {
    for (let starts = 0; starts < STARTS_MAX; starts += 1) {
      const outcome = await runThrough(time, terminal.pay(saleOf(card), REVERSE_MS), 5_000);
      const end = await follow(outcome, settle);
      if (end !== undefined) {
        return end;
      }
    }
    throw new Error(`seed ${seed}: the network never came back`);
  };
  return {
    shop,
    dialogue,
    bytes: () => ports.reduce((sum, { air }) => sum + air.bytesUp + air.bytesDown, 0),
    sell,
    close: () => {
      terminal.close();
      void ports.at(-1)?.close();
      outbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** What became of the sale; undefined where it never left the kiosk and is made again. */
const follow = async (
  first: SaleOutcome,
  settle: () => Promise<SaleOutcome | undefined>,
): Promise<'approved' | 'declined' | 'reversed' | undefined> => {
  let outcome: SaleOutcome | undefined = first;
  for (let starts = 0; starts < STARTS_MAX; starts += 1) {
    switch (outcome?.kind) {
      case 'answered':
        return outcome.reply.code === 'approved' ? 'approved' : 'declined';
      case 'not_sent':
        return undefined;
      case 'stopped':
        throw new Error(`the terminal stopped: ${outcome.code}`);
      case 'reversed':
      case undefined:
        return 'reversed';
      case 'unknown':
        outcome = await settle();
    }
  }
  throw new Error('nobody ever learned what became of the sale');
};
