/** A terminal on moved time, a virtual modem, and the scripted bridge behind a real TCP port. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAtDriver } from '#client/at/at-driver.ts';
import { AtError } from '#client/at/at-error.ts';
import { sim800 } from '#client/at/family-sim800.ts';
import { createSeededRandom } from '#client/modem/seeded-random.ts';
import { createVirtualModem, type VirtualModem } from '#client/modem/virtual-modem.ts';
import type { Personality } from '#client/modem/virtual-personality.ts';
import { createModemDialer } from '#client/modem-dialer.ts';
import { type Outbox, openFileOutbox } from '#client/outbox/file-outbox.ts';
import { type SaleOutcome, Terminal } from '#client/terminal.ts';
import { SEAL } from '#test/support/frame-seal.ts';
import { ManualTime, runThrough } from '../../../unit/client/support/manual-time.ts';
import { KEYS } from '../../../unit/client/support/scripted-bridge.ts';
import { LINK_KEYS, MESSAGE_KEYS, SALE } from '../../../unit/client/support/terminal-rig.ts';
import { openTcpBridge, type TcpBridge } from './tcp-bridge.ts';

const REVERSE_MS = 600_000;
const closers: (() => void)[] = [];
/** Ends all rigs opened since the last call. */
export const closeAll = (): void => {
  for (const close of closers.splice(0).reverse()) {
    close();
  }
};

export interface ModemRig extends TcpBridge {
  readonly time: ManualTime;
  readonly modem: VirtualModem;
  readonly outbox: Outbox;
  readonly reports: () => number;
  /** From power-on to the outcome, or to the AtError of the bring-up. */
  sell(): Promise<SaleOutcome | AtError>;
  /** One more sale on the modem that is up. */
  pay(): Promise<SaleOutcome>;
}

export const openRig = async (
  personality: Partial<Personality>,
  seed: number,
  mode: 'session' | 'on_demand' = 'on_demand',
): Promise<ModemRig> => {
  const tcp = await openTcpBridge();
  const time = new ManualTime();
  const modem = createVirtualModem({ family: 'sim800', timers: time, personality, seed });
  const driver = createAtDriver({
    family: sim800,
    port: modem,
    clock: time,
    timers: time,
    apn: 'internet',
  });
  const folder = mkdtempSync(join(tmpdir(), 'modem-'));
  const outbox = openFileOutbox(folder, SEAL);
  let reports = 0;
  const terminal = new Terminal({
    terminal: KEYS.terminal,
    keyVersion: KEYS.keyVersion,
    linkKeys: LINK_KEYS,
    messageKeys: MESSAGE_KEYS,
    firmware: '1.0',
    modem: () => 'SIM800',
    locale: 'ko-KR',
    mode,
    outbox,
    dial: createModemDialer({
      driver,
      timers: time,
      host: '127.0.0.1',
      port: tcp.port,
      onReport: () => {
        reports += 1;
      },
    }),
    signal: () => 20,
    clock: time,
    timers: time,
    random: createSeededRandom(seed),
  });
  closers.push(() => {
    terminal.close();
    void modem.close();
    outbox.close();
    tcp.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const pay = (): Promise<SaleOutcome> => runThrough(time, terminal.pay(SALE, REVERSE_MS));
  const sell = async (): Promise<SaleOutcome | AtError> => {
    try {
      await runThrough(time, driver.bringUp());
    } catch (error) {
      if (error instanceof AtError) {
        return error;
      }
      throw error;
    }
    return await pay();
  };
  return { ...tcp, time, modem, outbox, reports: () => reports, sell, pay };
};
