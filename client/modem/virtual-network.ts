/** How a virtual modem reaches its peers: by default through real sockets of this machine. */
import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly tls?: {
    /** PEM of the authority; undefined: the server is not authenticated. */
    readonly ca: Uint8Array | undefined;
    /** Name sent and expected. */
    readonly serverName: string | undefined;
  };
}

/** A connected stream, or a rejection where there can be none. */
export type Dial = (peer: Peer) => Promise<Duplex>;

export const dialSockets: Dial = ({ host, port, tls }) =>
  new Promise((resolve, reject) => {
    if (tls === undefined) {
      const socket = connectTcp({ host, port, noDelay: true });
      socket.once('connect', () => resolve(socket));
      socket.once('error', reject);
      return;
    }
    const name = tls.serverName ?? host;
    // Seven megabytes that a kiosk without encryption in its modem never needs.
    const socket = process.getBuiltinModule('node:tls').connect({
      host,
      port,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      rejectUnauthorized: tls.ca !== undefined,
      ...(tls.ca === undefined ? {} : { ca: Buffer.from(tls.ca) }),
      ...(isIP(name) === 0 ? { servername: name } : {}),
    });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
