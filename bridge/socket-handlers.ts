/** What sockets say, told to their sessions: functions shared by all of them instead of closures for each. */
import type { Socket } from 'node:net';
import type { Connections } from './connections.ts';
import type { Counters } from './counters.ts';
import { sessionOf } from './session.ts';

export interface SocketHandlers {
  /** Listens to everything but bytes. */
  attach(socket: Socket): void;
  /** For sockets that are read through `data` events. */
  readonly data: (this: Socket, chunk: Buffer) => void;
  /** For sockets that are read through the shared buffer. */
  readonly read: (this: Socket, bytes: number, buffer: Uint8Array) => boolean;
}

export const createSocketHandlers = (
  connections: Connections,
  counters: Counters,
): SocketHandlers => {
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
    attach(socket): void {
      socket.on('error', error);
      socket.on('end', end);
      socket.on('close', close);
    },
  };
};
