/** What is different about a bridge on one machine; the rest of its environment is that of its task definition. */

import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDevCertificate } from './dev-certificate.ts';

/** Milliseconds in which the bridge drains: nobody reconnects to a laptop that is shut down. */
const DRAIN_MS = 500;
/** Days that the certificate of this machine lasts, and before its end that it is made anew. */
const CERTIFICATE_DAYS = 365;
const CERTIFICATE_SPARE_DAYS = 30;
const DAY_MS = 86_400_000;
const COMMON_NAME = 'localhost';

/** Bounds that suit a fleet in the field, but not a machine whose terminals share an address and a keyboard. */
const ONE_ADDRESS = {
  STRANGERS_PER_ADDRESS_MAX: '20000',
  FAILED_TAGS_MAX: '100000',
  FRAMES_PER_MINUTE: '0',
};
/** Variables of `npm start` that the bridge gets as they are: its bounds (docs/operations.md). */
const PASSED_ON = [
  'CONNECTIONS_MAX',
  'STRANGERS_PER_ADDRESS_MAX',
  'FAILED_TAGS_MAX',
  'SHUT_OUT_MS',
  'MEMORY_MB_MAX',
  'FRAMES_PER_MINUTE',
  'FRAMES_BURST',
  'PENDING_MAX',
  'OUTBOX_MAX',
  'HEARTBEAT_S',
  'DRAIN_MS',
] as const;

/** Free ones, of ISO 8583 with lengths that the first byte cannot tell. */
export interface IsoPorts {
  readonly ascii: number;
  readonly bcd: number;
}

/** The bounds among the variables of a process. */
export const boundsIn = (
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Settings in place of the task definition's; the certificate lies in `dir`, where terminals find it too. */
export const bridgeSettings = (options: {
  readonly dir: string;
  readonly bindHost: string;
  readonly healthHost: string;
  readonly bridgePort: number;
  readonly healthPort: number;
  readonly iso8583Ports: IsoPorts;
  readonly bounds: Readonly<Record<string, string>>;
  readonly nowMs: number;
}): Readonly<Record<string, string>> => ({
  BRIDGE_PORT: String(options.bridgePort),
  HEALTH_PORT: String(options.healthPort),
  BIND_HOST: options.bindHost,
  HEALTH_HOST: options.healthHost,
  DRAIN_MS: String(DRAIN_MS),
  ISO8583_ASCII_PORT: String(options.iso8583Ports.ascii),
  ISO8583_BCD_PORT: String(options.iso8583Ports.bcd),
  TLS_FILE: ensureCertificate(options),
  ...ONE_ADDRESS,
  ...options.bounds,
});

/** Makes the certificate of this machine unless there is one that lasts; returns the path of the file with its key. */
const ensureCertificate = ({
  dir,
  healthHost,
  nowMs,
}: {
  readonly dir: string;
  readonly healthHost: string;
  readonly nowMs: number;
}): string => {
  const file = join(dir, 'tls.json');
  if (!lasts(file, nowMs)) {
    const { certificate, key } = createDevCertificate({
      commonName: COMMON_NAME,
      addresses: [healthHost],
      nowMs,
      days: CERTIFICATE_DAYS,
    });
    writeFileSync(file, JSON.stringify({ certificate, key }), { mode: 0o600 });
    writeFileSync(join(dir, 'tls.pem'), certificate);
  }
  return file;
};

const lasts = (file: string, nowMs: number): boolean => {
  if (!existsSync(file)) {
    return false;
  }
  const { certificate } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly certificate: string;
  };
  const endMs = new X509Certificate(certificate).validToDate.getTime();
  return endMs - nowMs > CERTIFICATE_SPARE_DAYS * DAY_MS;
};
