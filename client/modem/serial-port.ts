/** A real modem on a serial port, through the `serialport` package, which is loaded only when one is used. */
import { AtError } from '../at/at-error.ts';
import type { BytePort, PortListener } from './byte-port.ts';

/** Bytes kept until somebody listens: what a modem says at power-on. */
const KEPT_BYTES_MAX = 4_096;

export interface SerialOptions {
  /** `/dev/ttyUSB0`, `COM3`. */
  readonly path: string;
  /** Bit/s. */
  readonly baud: number;
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

/** Opens 8N1 without flow control; rejects with AtError `port_missing`. */
export const openSerialPort = async ({ path, baud }: SerialOptions): Promise<BytePort> => {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error === null) {
        resolve();
      } else {
        reject(new AtError('port_missing', `open ${path}`, error.message, error));
      }
    });
  });
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
  port.on('close', () => closed('the serial port was closed'));
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
  return {
    name: path,
    write: (bytes) => settle((done) => port.write(bytes, done)),
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
};
