/** X.509 certificates for this machine only: what Node cannot make, in the little DER that it takes (RFC 5280). */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** PEM texts. */
export interface DevCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly commonName: string;
  readonly nowMs: number;
  readonly days: number;
  /** Signs it; absent: it signs itself, and may sign others. */
  readonly issuer?: { readonly commonName: string; readonly key: string };
  /** IPv4 addresses that it stands for, besides its name. */
  readonly addresses?: readonly string[];
}

const DAY_MS = 86_400_000;
const SERIAL_BYTES = 16;
const LENGTH_SHORT_MAX = 127;
const PEM_LINE = 64;
/** Years from here on are written with four digits. */
const GENERALIZED_YEAR = 2050;

const tlv = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  if (body.length <= LENGTH_SHORT_MAX) {
    return Buffer.concat([Buffer.of(tag, body.length), body]);
  }
  const length = Buffer.from(body.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
};
const sequence = (...content: readonly Buffer[]): Buffer => tlv(0x30, ...content);
const text = (tag: number, value: string): Buffer => tlv(tag, Buffer.from(value, 'utf8'));
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Buffer): Buffer => tlv(0x04, content);
const TRUE = tlv(0x01, Buffer.of(0xff));

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const BASIC_CONSTRAINTS = oid('551d13');
const ALTERNATIVE_NAME = oid('551d11');

const nameOf = (commonName: string): Buffer =>
  sequence(tlv(0x31, sequence(COMMON_NAME, text(0x0c, commonName))));

const timeOf = (ms: number): Buffer => {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return new Date(ms).getUTCFullYear() < GENERALIZED_YEAR
    ? text(0x17, digits.slice(2))
    : text(0x18, digits);
};

const extensionsOf = ({ commonName, issuer, addresses = [] }: CertificateOptions): Buffer => {
  const isAuthority = issuer === undefined;
  const names = [
    text(0x82, commonName),
    ...addresses.map((address) => tlv(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  return tlv(
    0xa3,
    sequence(
      sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(...(isAuthority ? [TRUE] : [])))),
      sequence(ALTERNATIVE_NAME, octets(sequence(...names))),
    ),
  );
};

const pem = (label: string, der: Buffer): string => {
  const lines = der.toString('base64').match(new RegExp(`.{1,${PEM_LINE}}`, 'g')) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};

const bodyOf = (options: CertificateOptions, publicKey: KeyObject): Buffer => {
  const { commonName, issuer, nowMs, days } = options;
  // A serial number is positive: its first bit is clear.
  const serial = randomBytes(SERIAL_BYTES);
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 1, 0);
  return sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, serial),
    ECDSA_SHA256,
    nameOf(issuer?.commonName ?? commonName),
    sequence(timeOf(nowMs - DAY_MS), timeOf(nowMs + days * DAY_MS)),
    nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensionsOf(options),
  );
};

/** A new key (P-256) and a certificate for it. */
export const createDevCertificate = (options: CertificateOptions): DevCertificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const body = bodyOf(options, publicKey);
  const signature = sign('sha256', body, options.issuer?.key ?? key);
  const bits = tlv(0x03, Buffer.of(0), signature);
  return { certificate: pem('CERTIFICATE', sequence(body, ECDSA_SHA256, bits)), key };
};
