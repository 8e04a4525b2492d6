/** TLS as terminals dial it: with the server's certificate, with one of their own, or with a pre-shared key. */
import { hkdfSync } from 'node:crypto';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { createDevCertificate, type DevCertificate } from '#local/dev-certificate.ts';
import type { ForeignKeys } from './foreign-terminal.ts';

const NOW_MS = Date.now();
const issue = (
  commonName: string,
  issuer?: DevCertificate & { commonName: string },
): DevCertificate =>
  createDevCertificate({
    commonName,
    nowMs: NOW_MS,
    days: 1,
    addresses: ['127.0.0.1'],
    ...(issuer ? { issuer } : {}),
  });

const authority = { commonName: 'Test terminals', ...issue('Test terminals') };

/** What the bridge is given. */
export const serverCertificate: DevCertificate = issue('localhost');
export const otherCertificate: DevCertificate = issue('localhost');
export const clientCa: string = authority.certificate;

export const withServerCertificate: ConnectionOptions = { ca: serverCertificate.certificate };

/** A certificate whose name is that of the terminal; `trusted`: from the authority that the bridge knows. */
export const withOwnCertificate = (name: string, trusted = true): ConnectionOptions => {
  const { certificate, key } = trusted ? issue(name, authority) : issue(name);
  return { ...withServerCertificate, cert: certificate, key };
};

export const pskIdentity = ({ terminal, keyVersion }: ForeignKeys): string =>
  `${terminal}.${keyVersion}`;

/** Key and name as docs/tls.md has them, over node:crypto. */
export const withPsk = (
  keys: ForeignKeys,
  ciphers: string,
  identity: string = pskIdentity(keys),
): ConnectionOptions => ({
  ciphers,
  ...(ciphers.includes('TLS_') ? { minVersion: 'TLSv1.3' } : { maxVersion: 'TLSv1.2' }),
  pskCallback: () => ({
    identity,
    psk: Buffer.from(hkdfSync('sha256', Buffer.from(keys.linkKey, 'hex'), '', 'tls psk', 32)),
  }),
  checkServerIdentity: () => undefined,
});

/** Rejects with the alert where there is one. */
export const dialTls = (
  at: { readonly host: string; readonly port: number },
  options: ConnectionOptions,
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ ...at, ...options }, () => resolve(socket));
    socket.once('error', reject);
  });
