/** Connections through a modem that mends its bearer by itself: the network takes it away whenever it likes. */
import { AtError } from './at/at-error.ts';
import { type AtSocket, type AtSocketOptions, openAtSocket } from './at/at-socket.ts';
import type { ModemReport } from './at/modem-driver.ts';

export interface ModemDialerOptions extends AtSocketOptions {
  /** After each new bring-up. */
  readonly onReport?: (report: ModemReport) => void;
}

/** `CONNECT FAIL` is the peer's refusal; whatever else fails an opening, a new bring-up may mend. */
const isModemTrouble = (error: unknown): boolean =>
  error instanceof AtError &&
  error.code !== 'port_closed' &&
  error.code !== 'queue_full' &&
  !error.words.endsWith('CONNECT FAIL');

/** Opens a connection; where the modem itself is in trouble, brings it up again and tries once more. */
export const createModemDialer = (options: ModemDialerOptions): (() => Promise<AtSocket>) => {
  const { driver, onReport } = options;
  return async () => {
    try {
      return await openAtSocket(options);
    } catch (error) {
      if (!isModemTrouble(error)) {
        throw error;
      }
      onReport?.(await driver.bringUp());
      return await openAtSocket(options);
    }
  };
};
