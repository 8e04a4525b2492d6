/** Connections through a modem that mends its bearer by itself: the network takes it away whenever it likes. */
import { AtError } from './at/at-error.ts';
import { type AtSocket, type AtSocketOptions, openAtSocket } from './at/at-socket.ts';
import type { ModemReport } from './at/modem-driver.ts';

/** Refusals by the peer in a row after which the modem is suspected as well: some hide a lost bearer so. */
export const REFUSALS_MAX = 2;

export interface ModemDialerOptions extends AtSocketOptions {
  /** After each new bring-up. */
  readonly onReport?: (report: ModemReport) => void;
}

/** Opens a connection; where the modem itself is in trouble, brings it up again and tries once more. */
export const createModemDialer = (options: ModemDialerOptions): (() => Promise<AtSocket>) => {
  const { driver, onReport } = options;
  let refusals = 0;
  let down = false;

  const open = async (): Promise<AtSocket> => {
    const socket = await openAtSocket(options);
    refusals = 0;
    return socket;
  };

  /** Whether a new bring-up may help; a peer that is away is no fault of the modem. */
  const isModemTrouble = (error: unknown): boolean => {
    if (!(error instanceof AtError) || error.code === 'queue_full') {
      return false;
    }
    refusals += error.code === 'connect_refused' ? 1 : 0;
    return error.code !== 'connect_refused' || refusals >= REFUSALS_MAX;
  };

  return async () => {
    if (!down) {
      try {
        return await open();
      } catch (error) {
        if (!isModemTrouble(error)) {
          throw error;
        }
      }
    }
    down = true;
    const report = await driver.bringUp();
    down = false;
    refusals = 0;
    onReport?.(report);
    return await open();
  };
};
