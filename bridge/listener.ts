/** Accepts sockets and has them read: through one buffer for all of them, where Node allows it. */
import { createServer, type Server, Socket } from 'node:net';
import type { Counters } from './counters.ts';
import { LISTEN_BACKLOG, READ_BUFFER_BYTES } from './limits.ts';
import type { SocketHandlers } from './socket-handlers.ts';

export interface Listener {
  readonly port: number;
  /** Whether all connections are read through one buffer. */
  readonly sharesReadBuffer: boolean;
  /** Takes no further connection; those that are open stay. */
  close(): void;
}

export interface ListenerSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /**
   * Read through one shared buffer, which spares every connection a stream buffer and every read an allocation. It needs
   * a handle of Node that is not public; where that is missing, plain `data` events do the same.
   */
  readonly sharedReadBuffer: boolean;
}

/** The part of Node's TCP server handle that is used. */
interface ServerHandle {
  onconnection(error: number | undefined, client: ClientHandle | undefined): void;
}
interface ClientHandle {
  setNoDelay(on: boolean): void;
  getpeername(out: { address?: string }): number;
  close(): void;
}

/** What becomes of a connection. */
export interface Accept {
  /** Whether one from that address may come in at all. */
  admits(address: string): boolean;
  accept(socket: Socket, address: string): void;
}

/** Resolves once the port is open; rejects where it cannot be. */
export const listen = async (
  handlers: SocketHandlers,
  accept: Accept,
  counters: Counters,
  settings: ListenerSettings,
): Promise<Listener> => {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const address = socket.remoteAddress ?? '';
    if (!accept.admits(address)) {
      socket.destroy();
      return;
    }
    handlers.attach(socket);
    accept.accept(socket, address);
    socket.on('data', handlers.data);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: settings.host, port: settings.port, backlog: LISTEN_BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', () => {
    // An accept that failed (no file left) costs that connection only.
    counters.socket_errors += 1;
  });
  const sharesReadBuffer = settings.sharedReadBuffer && shareReadBuffer(server, handlers, accept);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : settings.port,
    sharesReadBuffer,
    close(): void {
      server.close();
    },
  };
};

/** False where this Node has no such handle: then the listener of `data` events stays in use. */
const shareReadBuffer = (server: Server, handlers: SocketHandlers, accept: Accept): boolean => {
  const { _handle: handle } = server as Server & { readonly _handle?: Partial<ServerHandle> };
  if (typeof handle?.onconnection !== 'function') {
    return false;
  }
  const onread = {
    buffer: new Uint8Array(READ_BUFFER_BYTES),
    // Node calls it as a method of the socket; its type does not say so.
    callback: handlers.read as unknown as (bytes: number, buffer: Uint8Array) => boolean,
  };
  handle.onconnection = (error, client) => {
    if (error || !client) {
      server.emit('error', new Error('accept failed'));
      return;
    }
    // Asked of the handle: the socket would keep an object with it for as long as it lives.
    const peer: { address?: string } = {};
    client.getpeername(peer);
    const address = peer.address ?? '';
    if (!accept.admits(address)) {
      client.close();
      return;
    }
    client.setNoDelay(true);
    // The option `handle` is what Node's own server passes; it is not in the public type.
    const options: unknown = { handle: client, onread, allowHalfOpen: true };
    const socket = new Socket(options as ConstructorParameters<typeof Socket>[0]);
    handlers.attach(socket);
    accept.accept(socket, address);
    socket.read(0);
  };
  return true;
};
