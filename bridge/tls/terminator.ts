/** TLS on the one port: takes a socket over at its first byte, and gives it back with what the handshake has proven. */
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { parsePskIdentity } from '#protocol/psk-identity.ts';
import type { Counters } from '../counters.ts';
import { type BridgeLog, errorName } from '../log.ts';
import type { Session } from '../session.ts';
import type { Transport } from '../transport.ts';
import type { PskKeys } from './psk-keys.ts';

/** PEM texts. Without certificate and key only pre-shared keys are served; without clientCa no certificate is asked for. */
export interface TlsMaterial {
  readonly certificate?: string;
  readonly key?: string;
  readonly clientCa?: string;
}

/** What came of a handshake; `terminal`: 0 where none is proven. */
export interface Proven {
  readonly transport: Exclude<Transport, 'plain'>;
  readonly terminal: number;
}

export interface Terminator {
  /** Takes the session's socket over; `first` has been read from it already. */
  secure(session: Session, first: Uint8Array): void;
  /** For handshakes from now on. Throws, and changes nothing, where the texts do not fit together. */
  use(material: TlsMaterial): void;
}

/** With forward secrecy first; then what the stacks of modems have. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-PSK-CHACHA20-POLY1305',
  'ECDHE-PSK-AES128-CBC-SHA256',
  'PSK-AES128-GCM-SHA256',
  'PSK-CHACHA20-POLY1305',
  'PSK-AES128-CBC-SHA256',
].join(':');

export interface TerminatorDeps {
  readonly keys: PskKeys;
  readonly counters: Counters;
  readonly log: BridgeLog;
  /** The session goes on with this socket in place of its own. */
  readonly secured: (session: Session, socket: TLSSocket, proven: Proven) => void;
}

export const createTerminator = (deps: TerminatorDeps, material: TlsMaterial): Terminator => {
  /** By the peer's end: a handshake is told of by its TLS socket, which does not name the one below it. */
  const shaking = new Map<string, Session>();
  const identities = new WeakMap<TLSSocket, string>();

  const taken = (socket: TLSSocket): Session | undefined => {
    const end = endOf(socket);
    const session = shaking.get(end);
    shaking.delete(end);
    return session;
  };
  const build = (texts: TlsMaterial): Server => {
    const server = createServer({
      ...optionsOf(texts),
      pskCallback: (socket, identity) => {
        identities.set(socket, identity);
        return Buffer.from(deps.keys.keyFor(identity, socket.remoteAddress ?? ''));
      },
    });
    server.on('secureConnection', (socket) => {
      const session = taken(socket);
      if (session) {
        deps.counters.tls_handshakes += 1;
        deps.secured(session, socket, provenBy(socket, identities.get(socket)));
      } else {
        socket.destroy();
      }
    });
    server.on('tlsClientError', (error, socket) => {
      const identity = identities.get(socket);
      const session = taken(socket);
      if (session && identity !== undefined) {
        deps.keys.failed(identity, session.address);
      }
      deps.counters.tls_failed += 1;
      deps.log.write('info', 'tls_failed', { error: codeOf(error) });
      socket.destroy();
    });
    return server;
  };
  let server = build(material);
  return {
    secure(session, first): void {
      const { socket } = session;
      const end = endOf(socket);
      shaking.set(end, session);
      socket.once('close', () => shaking.delete(end));
      // Where the socket is read through `data` events, they must not take what is TLS's.
      socket.removeAllListeners('data');
      if (socket.readableFlowing === true) {
        socket.pause();
      }
      socket.unshift(first);
      server.emit('connection', socket);
    },
    use(next): void {
      server = build(next);
    },
  };
};

const optionsOf = ({ certificate, key, clientCa }: TlsMaterial): TlsOptions => ({
  ...(certificate === undefined ? {} : { cert: certificate }),
  ...(key === undefined ? {} : { key }),
  ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false }),
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS,
  // A resumed session would not tell whose key or certificate it began with; the tickets would cost bytes on the air.
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
});

const endOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;

/** OpenSSL's code says more than the class of its error, and nothing about the peer. */
const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : errorName(error);

const provenBy = (socket: TLSSocket, identity: string | undefined): Proven => {
  // TLS 1.3 can ask for a key and then go on without it; nothing else is resumed here, so that tells.
  const usesKey = socket.isSessionReused() || socket.getCipher().name.includes('PSK');
  if (usesKey && identity !== undefined) {
    return { transport: 'psk', terminal: parsePskIdentity(identity)?.terminal ?? 0 };
  }
  const named = socket.authorized ? socket.getPeerCertificate().subject?.CN : undefined;
  const terminal = parsePskIdentity(`${named}.0`)?.terminal;
  return terminal === undefined
    ? { transport: 'tls', terminal: 0 }
    : { transport: 'mtls', terminal };
};
