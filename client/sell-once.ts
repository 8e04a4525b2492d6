/** One sale through a virtual modem, told hop by hop: what the local system shows when it starts. */
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import type { EntryMode, Item } from '#protocol/request.ts';
import type { DialogueLine } from './at/at-channel.ts';
import { createAtDriver } from './at/at-driver.ts';
import { FAMILIES } from './at/families.ts';
import { sim800 } from './at/family-sim800.ts';
import { payRequestOf } from './content/pay-request.ts';
import { STEP_TEXTS } from './content/sale-step.ts';
import { createVirtualModem } from './modem/virtual-modem.ts';
import { createModemDialer } from './modem-dialer.ts';
import { openFileOutbox } from './outbox/file-outbox.ts';
import { createFrameSeal } from './outbox/frame-seal.ts';
import type { Clock, Random, Timers } from './ports.ts';
import { systemRandom } from './system-time.ts';
import { type SaleOutcome, Terminal } from './terminal.ts';

/** REVERSE of the demonstration sale is tried for this long before the story ends. */
const REVERSE_MS = 60_000;

export interface SellOnceOptions {
  readonly host: string;
  readonly port: number;
  readonly terminal: number;
  readonly keyVersion: number;
  /** 32 bytes each, as provisioned. */
  readonly keys: { readonly linkKey: Uint8Array; readonly messageKey: Uint8Array };
  /** Folder of the terminal's outbox. */
  readonly outboxDir: string;
  readonly sale: {
    readonly identifier: string;
    readonly entryMode: EntryMode;
    readonly items: readonly Item[];
    /** ISO 4217 number. */
    readonly currency: number;
  };
  /** BCP 47. */
  readonly locale: string;
  /** Each hop as it happens. */
  readonly log?: (line: string) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random?: Random;
}

export interface Hop {
  readonly what: string;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** Since the hop before. */
  readonly ms: number;
}

export interface SaleStory {
  readonly outcome: SaleOutcome;
  readonly hops: readonly Hop[];
  /** TCP payload that crossed the air. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly dialogue: readonly DialogueLine[];
}

/** Brings a virtual SIM800 up, settles what an earlier run left, sells, and shuts the modem down. */
export const sellOnce = async (options: SellOnceOptions): Promise<SaleStory> => {
  const { clock, timers, host, port } = options;
  const hops: Hop[] = [];
  const dialogue: DialogueLine[] = [];
  let lastMs = clock.nowMs();
  const hop = (what: string): void => {
    const atMs = clock.nowMs();
    hops.push({ what, atMs, ms: atMs - lastMs });
    options.log?.(`${what} (${atMs - lastMs} ms)`);
    lastMs = atMs;
  };
  const modem = createVirtualModem({ family: 'sim800', timers });
  const driver = createAtDriver({
    family: sim800,
    port: modem,
    clock,
    timers,
    apn: 'internet',
    onDialogue: (line) => dialogue.push(line),
  });
  const outbox = openFileOutbox(options.outboxDir, createFrameSeal(options.keys.messageKey));
  try {
    const report = await driver.bringUp();
    hop(`modem ready on ${report.operator}`);
    const terminal = new Terminal({
      terminal: options.terminal,
      keyVersion: options.keyVersion,
      linkKeys: linkKeysOf(pureCrypto, options.keys.linkKey),
      messageKeys: messageKeysOf(pureCrypto, options.keys.messageKey),
      firmware: '1.0',
      modem: () => FAMILIES[report.family].title,
      locale: options.locale,
      mode: 'on_demand',
      outbox,
      dial: createModemDialer({ driver, timers, host, port }),
      signal: () => report.signal,
      clock,
      timers,
      random: options.random ?? systemRandom,
      onStep: (step) => hop(STEP_TEXTS[step]),
    });
    const left = await terminal.settlePending(REVERSE_MS);
    const outcome =
      left === undefined || left.kind === 'reversed'
        ? await terminal.pay(payRequestOf(options.sale), REVERSE_MS)
        : left;
    const { bytesUp, bytesDown } = modem.air;
    terminal.close();
    return { outcome, hops, bytesUp, bytesDown, dialogue };
  } finally {
    outbox.close();
    await driver.shutDown();
  }
};
