/** A kiosk with its page, a virtual modem that can be pulled out, and the scripted bridge behind a real port. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAtDriver } from '#client/at/at-driver.ts';
import { AtError } from '#client/at/at-error.ts';
import { sim800 } from '#client/at/family-sim800.ts';
import { type Kiosk, startKiosk } from '#client/kiosk/kiosk-process.ts';
import type { KioskSettings } from '#client/kiosk-settings.ts';
import { createVirtualModem, type VirtualModem } from '#client/modem/virtual-modem.ts';
import type { Clock, Timers } from '#client/ports.ts';
import { systemRandom, systemTimers } from '#client/system-time.ts';
import { buildBundles } from '#infra/bundles.ts';
import { openTcpBridge, type TcpBridge } from '../../integration/client/support/tcp-bridge.ts';
import { KEYS } from '../../unit/client/support/scripted-bridge.ts';

export interface KioskRig {
  readonly kiosk: Kiosk;
  /** While true, no modem can be opened: pulled out, or dead. */
  modemMissing: boolean;
  readonly tcp: TcpBridge;
  /** The modem of the moment. */
  readonly modem: () => VirtualModem;
  close(): Promise<void>;
}

/** Builds the page once for a file of tests; the function returned removes it. */
export const buildPage = async (): Promise<{ readonly folder: string; remove(): void }> => {
  const dist = mkdtempSync(join(tmpdir(), 'kiosk-dist-'));
  await buildBundles(['kiosk'], dist);
  return {
    folder: join(dist, 'kiosk'),
    remove: () => rmSync(dist, { recursive: true, force: true }),
  };
};

export const kioskSettings = (
  port: number,
  outboxDir: string,
  more: Partial<KioskSettings> = {},
): KioskSettings => ({
  host: '127.0.0.1',
  port,
  terminal: KEYS.terminal,
  keyVersion: KEYS.keyVersion,
  linkKey: new Uint8Array(32).fill(1),
  messageKey: new Uint8Array(32).fill(2),
  region: 'KR',
  products: [],
  customers: [
    { id: 'U-RICH', identifier: 'IC00000CARD1', entryMode: 7 },
    { id: 'U-CHIP', identifier: 'IC00000CARD2', entryMode: 5 },
  ],
  modem: 'virtual',
  baud: 115_200,
  apn: 'internet',
  locale: 'en-US',
  outboxDir,
  sku: undefined,
  identifier: undefined,
  yes: false,
  screen: false,
  httpPort: 0,
  mode: 'session',
  offlineMaxMinor: 50_000,
  usdPerMb: 0.5,
  display: undefined,
  displayCharset: 'ascii',
  ...more,
});

export interface KioskRigOptions {
  readonly settings?: Partial<KioskSettings>;
  /** How many times faster than the clock on the wall time passes for the kiosk. */
  readonly speed?: number;
}

const fast = (speed: number): { readonly clock: Clock; readonly timers: Timers } => {
  const startMs = Date.now();
  return {
    clock: { nowMs: () => startMs + (Date.now() - startMs) * speed },
    timers: { sleep: (ms, signal) => systemTimers.sleep(ms / speed, signal) },
  };
};

export const startKioskRig = async (
  pageFolder: string,
  prepare: (tcp: TcpBridge) => void,
  { settings = {}, speed = 1 }: KioskRigOptions = {},
): Promise<KioskRig> => {
  const { clock, timers } = fast(speed);
  const tcp = await openTcpBridge();
  tcp.bridge.advisedMode = 0;
  prepare(tcp);
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-rig-'));
  let modem: VirtualModem | undefined;
  const rig = { modemMissing: false };
  const kiosk = await startKiosk(kioskSettings(tcp.port, folder, settings), {
    clock,
    timers,
    random: systemRandom,
    pageFolder: join(pageFolder, 'page'),
    open: (onDialogue) => {
      if (rig.modemMissing) {
        return Promise.reject(new AtError('port_missing', 'open', 'no such port'));
      }
      modem = createVirtualModem({ family: 'sim800', timers });
      const parts = { clock, timers, onDialogue };
      const driver = createAtDriver({ family: sim800, ...parts, apn: 'internet', port: modem });
      return Promise.resolve({ driver });
    },
  });
  return Object.assign(rig, {
    kiosk,
    tcp,
    modem: () => {
      if (modem === undefined) {
        throw new Error('no modem was opened yet');
      }
      return modem;
    },
    close: async () => {
      await kiosk.close();
      tcp.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
};
