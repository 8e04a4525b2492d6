/** A terminal on moved time with its outbox in a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaleStep } from '#client/content/sale-step.ts';
import { createSeededRandom } from '#client/modem/seeded-random.ts';
import type { Delivery } from '#client/outbox/deliver.ts';
import { type Outbox, openFileOutbox } from '#client/outbox/file-outbox.ts';
import { Terminal } from '#client/terminal.ts';
import { type LinkKeys, linkKeysOf, type MessageKeys, messageKeysOf } from '#protocol/cp1/keys.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import type { PayRequest } from '#protocol/request.ts';
import { SEAL } from '#test/support/frame-seal.ts';
import { ManualTime } from './manual-time.ts';
import { KEYS, ScriptedBridge } from './scripted-bridge.ts';

export const SALE: Omit<PayRequest, 'deadlineMs'> = {
  op: 'pay',
  identifier: '70000000000000000042',
  entryMode: 3,
  amountMinor: 12_900,
  currency: 410,
  items: [{ sku: 'LIP-01', quantity: 1, unitPriceMinor: 12_900 }],
  mode: 'sale',
};

export const LINK_KEYS: LinkKeys = linkKeysOf(pureCrypto, new Uint8Array(32).fill(1));
export const MESSAGE_KEYS: MessageKeys = messageKeysOf(pureCrypto, new Uint8Array(32).fill(2));

export interface TerminalRig {
  readonly time: ManualTime;
  readonly bridge: ScriptedBridge;
  readonly folder: string;
  readonly outbox: Outbox;
  readonly terminal: Terminal;
  readonly steps: SaleStep[];
  readonly delivered: Delivery[];
  close(): void;
}

export interface RigOptions {
  readonly mode?: 'session' | 'on_demand';
  /** The bridge advises a standing connection. */
  readonly heartbeat?: boolean;
  readonly bridge?: ScriptedBridge;
  readonly time?: ManualTime;
  readonly folder?: string;
  readonly wrapOutbox?: (outbox: Outbox) => Outbox;
}

export const createTerminalRig = (options: RigOptions = {}): TerminalRig => {
  const time = options.time ?? new ManualTime();
  const bridge = options.bridge ?? new ScriptedBridge();
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'terminal-'));
  const outbox = openFileOutbox(folder, SEAL);
  const steps: SaleStep[] = [];
  const delivered: Delivery[] = [];
  bridge.nowMs = () => time.nowMs();
  bridge.advisedMode = options.heartbeat === true ? 0 : 1;
  const terminal = new Terminal({
    terminal: KEYS.terminal,
    keyVersion: KEYS.keyVersion,
    linkKeys: LINK_KEYS,
    messageKeys: MESSAGE_KEYS,
    firmware: '1.0',
    modem: () => 'SIM800',
    locale: 'ko-KR',
    mode: options.mode ?? 'on_demand',
    outbox: options.wrapOutbox?.(outbox) ?? outbox,
    dial: bridge.dial,
    signal: () => 20,
    clock: time,
    timers: time,
    random: createSeededRandom(1),
    onStep: (step) => steps.push(step),
    onDelivered: (_request, delivery) => delivered.push(delivery),
  });
  return {
    time,
    bridge,
    folder,
    outbox,
    terminal,
    steps,
    delivered,
    close: () => {
      terminal.close();
      outbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
