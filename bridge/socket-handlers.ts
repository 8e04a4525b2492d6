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
      try {
        connections.data(session, chunk);
      } catch (error) {
        connections.failed(session, error);
      }
    }
  }
  /** The view of the read before: most reads are as long as the last, since most frames of a fleet are PINGs. */
  let view: Uint8Array = new Uint8Array(0);
  function read(this: Socket, bytes: number, buffer: Uint8Array): boolean {
    if (view.length !== bytes || view.buffer !== buffer.buffer) {
      view = buffer.subarray(0, bytes);
    }
    data.call(this, view);
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
