/** Accepts sockets and hands their bytes over: handlers shared by all sockets, and one read buffer for all of them. */
import { createServer, type Server, Socket } from 'node:net';
import type { Connections } from './connections.ts';
import type { Counters } from './counters.ts';
import { LISTEN_BACKLOG, READ_BUFFER_BYTES } from './limits.ts';
import { sessionOf } from './session.ts';

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
  readonly connectionsMax: number;
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

/** Resolves once the port is open; rejects where it cannot be. */
export const listen = async (
  connections: Connections,
  counters: Counters,
  settings: ListenerSettings,
): Promise<Listener> => {
  const handlers = createHandlers(connections, counters);
  const isFull = (): boolean => {
    if (connections.size < settings.connectionsMax) {
      return false;
    }
    counters.connections_over_limit += 1;
    return true;
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    if (isFull()) {
      socket.destroy();
      return;
    }
    handlers.attach(socket, socket.remoteAddress ?? '');
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
  const sharesReadBuffer = settings.sharedReadBuffer && shareReadBuffer(server, handlers, isFull);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : settings.port,
    sharesReadBuffer,
    close(): void {
      server.close();
    },
  };
};

interface Handlers {
  attach(socket: Socket, address: string): void;
  readonly data: (this: Socket, chunk: Buffer) => void;
  readonly read: (this: Socket, bytes: number, buffer: Uint8Array) => boolean;
}

const createHandlers = (connections: Connections, counters: Counters): Handlers => {
  function data(this: Socket, chunk: Uint8Array): void {
    const session = sessionOf(this);
    if (session) {
      connections.data(session, chunk);
    }
  }
  function read(this: Socket, bytes: number, buffer: Uint8Array): boolean {
    data.call(this, buffer.subarray(0, bytes));
    return !this.isPaused();
  }
  function error(this: Socket): void {
    counters.socket_errors += 1;
  }
  function end(this: Socket): void {
    const session = sessionOf(this);
    if (session) {
      connections.ended(session);
    }
  }
  function close(this: Socket): void {
    const session = sessionOf(this);
    if (session) {
      connections.closed(session);
    }
  }
  return {
    data,
    read,
    attach(socket, address): void {
      socket.on('error', error);
      socket.on('end', end);
      socket.on('close', close);
      connections.accept(socket, address);
    },
  };
};

/** False where this Node has no such handle: then the listener of `data` events stays in use. */
const shareReadBuffer = (server: Server, handlers: Handlers, isFull: () => boolean): boolean => {
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
    if (isFull()) {
      client.close();
      return;
    }
    client.setNoDelay(true);
    // The option `handle` is what Node's own server passes; it is not in the public type.
    const options: unknown = { handle: client, onread, allowHalfOpen: true };
    const socket = new Socket(options as ConstructorParameters<typeof Socket>[0]);
    // Asked of the handle: the socket would keep an object with it for as long as it lives.
    const peer: { address?: string } = {};
    client.getpeername(peer);
    handlers.attach(socket, peer.address ?? '');
    socket.read(0);
  };
  return true;
};
