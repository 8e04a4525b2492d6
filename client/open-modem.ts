/** The terminal's modem, real or virtual, by the name of its port. */
import { createModem } from './at/any-modem.ts';
import type { DialogueLine } from './at/at-channel.ts';
import { AtError } from './at/at-error.ts';
import type { ModemDriver } from './at/modem-driver.ts';
import type { FamilyName, TlsSettings } from './at/modem-family.ts';
import type { BytePort } from './modem/byte-port.ts';
import { openSerialPort } from './modem/serial-port.ts';
import { openTcpPort } from './modem/tcp-port.ts';
import type { VirtualModem } from './modem/virtual-modem.ts';
import type { Clock, Timers } from './ports.ts';

/** The name of the port that stands for a modem in software. */
export const VIRTUAL_PORT = 'virtual';
const VIRTUAL_FAMILY: FamilyName = 'sim800';
/** From a command to its answer, and bit/s of its line, as real modules have them. */
const VIRTUAL_LATENCY_MS = 20;
const VIRTUAL_BAUD = 115_200;

export interface ModemSettings {
  /** `virtual`, `tcp://host:port`, or the path of a serial port. */
  readonly modem: string;
  /** Bit/s of the serial port; `auto` finds it out. */
  readonly baud: number | 'auto';
  /** Access point name of the SIM card's operator. */
  readonly apn: string;
  /** Found by asking the modem where undefined. */
  readonly family?: FamilyName | undefined;
  readonly pin?: string | undefined;
  readonly tls?: TlsSettings | undefined;
}

export interface ModemParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onDialogue?: (line: DialogueLine) => void;
}

export interface OpenModem {
  /** Opens its port, and finds out what it is, when it is brought up; again where the port vanished. */
  readonly driver: ModemDriver;
  /** TCP payload that crossed the air so far; undefined where the modem does not count it. */
  air(): { readonly bytesUp: number; readonly bytesDown: number } | undefined;
}

/** Not brought up yet. Throws where the settings cannot be carried out. */
export const openModem = (settings: ModemSettings, parts: ModemParts): OpenModem => {
  const { apn, pin, tls } = settings;
  const isVirtual = settings.modem === VIRTUAL_PORT;
  // What is ours need not be asked what it is.
  const family = settings.family ?? (isVirtual ? VIRTUAL_FAMILY : undefined);
  let virtual: VirtualModem | undefined;
  const openPort = async (): Promise<BytePort> => {
    if (isVirtual) {
      virtual = await openVirtual(settings, parts);
      return virtual;
    }
    return await openReal(settings, parts);
  };
  const driver = createModem({
    ...parts,
    apn,
    family,
    openPort,
    ...(pin === undefined ? {} : { pin }),
    ...(tls === undefined ? {} : { tls }),
  });
  return { driver, air: () => virtual?.air };
};

/** Loaded only where it is used, as the package for serial ports is: a kiosk has little memory. */
const openVirtual = async (
  { family, baud }: ModemSettings,
  { timers }: ModemParts,
): Promise<VirtualModem> => {
  const { createVirtualModem } = await import('./modem/virtual-modem.ts');
  return createVirtualModem({
    family: family ?? VIRTUAL_FAMILY,
    timers,
    latencyMs: VIRTUAL_LATENCY_MS,
    bitsPerSecond: baud === 'auto' ? VIRTUAL_BAUD : baud,
  });
};

const openReal = ({ modem, baud }: ModemSettings, { timers }: ModemParts): Promise<BytePort> => {
  if (!modem.startsWith('tcp:')) {
    return openSerialPort({ path: modem, baud, timers });
  }
  const url = URL.parse(modem);
  return url === null || url.port === ''
    ? Promise.reject(
        new AtError('port_missing', `open ${modem}`, 'not of the form tcp://host:port'),
      )
    : openTcpPort(url.hostname, Number(url.port));
};
