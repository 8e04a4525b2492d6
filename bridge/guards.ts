/** Everything that keeps a bridge within its bounds, made together since it is counted together. */
import { Admission } from './admission.ts';
import type { BridgeDeps, BridgeSettings } from './bridge.ts';
import type { Counters } from './counters.ts';
import { Door } from './door.ts';
import { createFailedAddresses, type FailedAddresses } from './failed-addresses.ts';
import { FrameRates } from './frame-rates.ts';
import { KeepAlive } from './keep-alive.ts';
import { MEMORY_LOOK_MS, RATES_KEPT_MAX } from './limits.ts';
import type { BridgeLog } from './log.ts';

export interface Guards {
  readonly door: Door;
  readonly failed: FailedAddresses;
  readonly rates: FrameRates;
  readonly admission: Admission;
  readonly keepAlive: KeepAlive;
  /** Stops looking at the memory. */
  stop(): void;
}

export const createGuards = (
  { ticker, random, residentBytes }: BridgeDeps,
  settings: BridgeSettings,
  counters: Counters,
  log: BridgeLog,
): Guards => {
  const failed = createFailedAddresses({
    nowMs: () => ticker.nowMs(),
    perWindowMax: settings.failedTagsMax,
    shutOutMs: settings.shutOutMs,
  });
  const door = new Door({ counters, failed, log }, settings);
  return {
    door,
    failed,
    rates: new FrameRates(settings, RATES_KEPT_MAX),
    admission: new Admission({ random, counters, log }, settings),
    keepAlive: new KeepAlive(settings.heartbeatS),
    stop: ticker.every(MEMORY_LOOK_MS, () => door.memory(residentBytes())),
  };
};
