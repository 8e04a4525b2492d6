/** The terminal's modem, real or virtual, by the name of its port. */
import type { DialogueLine } from './at/at-channel.ts';
import { createAtDriver } from './at/at-driver.ts';
import { sim800 } from './at/family-sim800.ts';
import type { ModemDriver } from './at/modem-driver.ts';
import { openSerialPort } from './modem/serial-port.ts';
import { createVirtualModem } from './modem/virtual-modem.ts';
import type { Clock, Timers } from './ports.ts';

/** The name of the port that stands for a modem in software. */
export const VIRTUAL_PORT = 'virtual';
/** From a command to its answer, as real modules take. */
const VIRTUAL_LATENCY_MS = 20;

export interface ModemSettings {
  /** `virtual`, or the path of a serial port. */
  readonly modem: string;
  /** Bit/s of the serial port. */
  readonly baud: number;
  /** Access point name of the SIM card's operator. */
  readonly apn: string;
}

export interface ModemParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onDialogue?: (line: DialogueLine) => void;
}

export interface OpenModem {
  readonly driver: ModemDriver;
  /** TCP payload that crossed the air so far; undefined where the modem does not count it. */
  air(): { readonly bytesUp: number; readonly bytesDown: number } | undefined;
}

/** Not brought up yet. Rejects with AtError `port_missing`. */
export const openModem = async (
  { modem, baud, apn }: ModemSettings,
  parts: ModemParts,
): Promise<OpenModem> => {
  if (modem === VIRTUAL_PORT) {
    const port = createVirtualModem({
      family: 'sim800',
      timers: parts.timers,
      latencyMs: VIRTUAL_LATENCY_MS,
      bitsPerSecond: baud,
    });
    return { driver: createAtDriver({ family: sim800, ...parts, apn, port }), air: () => port.air };
  }
  const port = await openSerialPort({ path: modem, baud });
  return { driver: createAtDriver({ family: sim800, ...parts, apn, port }), air: () => undefined };
};
