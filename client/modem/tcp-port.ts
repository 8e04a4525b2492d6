/** A modem at the other end of a TCP connection: a serial server (ser2net), or `npm run modem`. */
import { connect, type Socket } from 'node:net';
import { AtError } from '../at/at-error.ts';
import type { BytePort, PortListener } from './byte-port.ts';

/** A serial server in the same house answers in milliseconds. */
const CONNECT_MS = 10_000;

/** Rejects with AtError `port_missing`. */
export const openTcpPort = (host: string, port: number): Promise<BytePort> =>
  new Promise((resolve, reject) => {
    const name = `tcp://${host}:${port}`;
    const socket = connect({ host, port, noDelay: true, timeout: CONNECT_MS });
    const fail = (why: string, cause?: unknown): void => {
      socket.destroy();
      reject(new AtError('port_missing', `open ${name}`, why, cause));
    };
    socket.once('timeout', () => fail('no answer'));
    socket.once('error', (error) => fail(error.message, error));
    socket.once('connect', () => {
      socket.removeAllListeners('timeout');
      socket.removeAllListeners('error');
      socket.setTimeout(0);
      resolve(portOf(socket, name));
    });
  });

const portOf = (socket: Socket, name: string): BytePort => {
  let listener: PortListener | undefined;
  let closedReason: string | undefined;
  const closed = (reason: string): void => {
    if (closedReason === undefined) {
      closedReason = reason;
      listener?.onClosed(reason);
    }
  };
  socket.on('error', (error) => closed(error.message));
  socket.on('close', () => closed('the connection to the modem was closed'));
  return {
    name,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    drain: () => Promise.resolve(),
    listen: (next) => {
      listener = next;
      // Nothing is read, hence nothing lost, before somebody listens.
      socket.removeAllListeners('data');
      socket.on('data', (chunk: Buffer) => next.onBytes(chunk));
      if (closedReason !== undefined) {
        next.onClosed(closedReason);
      }
    },
    close: () =>
      new Promise((resolve) => {
        if (socket.closed) {
          resolve();
          return;
        }
        socket.once('close', () => resolve());
        socket.destroy();
      }),
  };
};
