/** A real modem on a serial port, through the `serialport` package, which is loaded only when one is used. */
import type { SerialPort } from 'serialport';
import { AtError } from '../at/at-error.ts';
import type { Timers } from '../ports.ts';
import type { BytePort, PortListener } from './byte-port.ts';

/** Bytes kept until somebody listens: what a modem says at power-on. */
const KEPT_BYTES_MAX = 4_096;
/** The rates that modems are delivered with, the likely ones first. */
export const BAUD_RATES: readonly number[] = [
  115_200, 9_600, 460_800, 57_600, 38_400, 19_200, 230_400, 921_600,
];
/** At each rate: a module that measures the rate takes two or three to answer the first. */
const PROBES = 3;
const PROBE_MS = 300;

/** What of the package is needed; tests give its mock. */
export type SerialPortClass = new (options: {
  path: string;
  baudRate: number;
  autoOpen: false;
}) => Pick<SerialPort, 'open' | 'close' | 'write' | 'drain' | 'update' | 'flush' | 'isOpen'> &
  NodeJS.EventEmitter;

export interface SerialOptions {
  /** `/dev/ttyUSB0`, `COM3`. */
  readonly path: string;
  /** Bit/s, or found out by asking at each of BAUD_RATES. */
  readonly baud: number | 'auto';
  readonly timers: Timers;
  readonly load?: () => Promise<SerialPortClass>;
}

/** Paths of serial ports, or none where the system cannot tell (no udevadm in containers). */
export const listSerialPaths = async (): Promise<readonly string[]> => {
  try {
    const { SerialPort } = await import('serialport');
    return (await SerialPort.list()).map(({ path }) => path);
  } catch {
    return [];
  }
};

const loadPackage = async (): Promise<SerialPortClass> => (await import('serialport')).SerialPort;

/** Opens 8N1 without flow control; rejects with AtError `port_missing`, or `modem_silent` where no rate is answered. */
export const openSerialPort = async ({
  path,
  baud,
  timers,
  load = loadPackage,
}: SerialOptions): Promise<BytePort> => {
  const Port = await load();
  const baudRate = baud === 'auto' ? (BAUD_RATES[0] ?? 115_200) : baud;
  const port = new Port({ path, baudRate, autoOpen: false });
  const settle = (act: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      act((error) => {
        if (error === undefined || error === null) {
          resolve();
        } else {
          reject(error);
        }
      });
    });
  try {
    await settle((done) => port.open(done));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw new AtError('port_missing', `open ${path}`, why, error);
  }
  let listener: PortListener | undefined;
  let kept: Uint8Array = new Uint8Array(0);
  let closedReason: string | undefined;
  const closed = (reason: string): void => {
    if (closedReason === undefined) {
      closedReason = reason;
      listener?.onClosed(reason);
    }
  };
  port.on('data', (chunk: Buffer) => {
    if (listener === undefined) {
      kept = Buffer.concat([kept, chunk]).subarray(-KEPT_BYTES_MAX);
    } else {
      listener.onBytes(chunk);
    }
  });
  port.on('error', (error: Error) => closed(error.message));
  // The package says why where the device was pulled out.
  port.on('close', (error?: Error | null) =>
    closed(error?.message ?? 'the serial port was closed'),
  );
  const open: BytePort = {
    name: path,
    write: (bytes) => settle((done) => port.write(Buffer.from(bytes), done)),
    drain: () => settle((done) => port.drain(done)),
    listen: (next) => {
      listener = next;
      if (kept.length > 0) {
        next.onBytes(kept);
        kept = new Uint8Array(0);
      }
      if (closedReason !== undefined) {
        next.onClosed(closedReason);
      }
    },
    close: () => (port.isOpen ? settle((done) => port.close(done)) : Promise.resolve()),
  };
  if (baud === 'auto') {
    await findBaud(open, timers, (rate) => settle((done) => port.update({ baudRate: rate }, done)));
  }
  return open;
};

/** Leaves the port at the first rate at which the modem answers OK. */
const findBaud = async (
  port: BytePort,
  timers: Timers,
  setRate: (rate: number) => Promise<void>,
): Promise<void> => {
  let heard = '';
  let closedReason = '';
  port.listen({
    onBytes: (chunk) => {
      heard = (heard + Buffer.from(chunk).toString('latin1')).slice(-KEPT_BYTES_MAX);
    },
    onClosed: (reason) => {
      closedReason = reason;
    },
  });
  for (const rate of BAUD_RATES) {
    await setRate(rate);
    for (let left = PROBES; left > 0 && closedReason === ''; left -= 1) {
      heard = '';
      await port.write(Buffer.from('AT\r', 'latin1'));
      await timers.sleep(PROBE_MS);
      if (/(^|\n)OK\r/.test(heard)) {
        return;
      }
    }
  }
  const code = closedReason === '' ? 'modem_silent' : 'port_closed';
  await port.close();
  throw new AtError(code, `AT at ${BAUD_RATES.join(', ')} bit/s`, closedReason);
};
