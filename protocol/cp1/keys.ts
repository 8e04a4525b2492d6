/** From master secrets to the keys of one terminal (docs/protocol.md, section 4). Which master generation to try is the caller's business. */
import { concatBytes, encodeUtf8, writeU32 } from '../bytes.ts';
import type { Crypto, MacKey } from '../crypto.ts';
import type { LinkLabels, MessageLabels } from '../dialect.ts';

/** Keys of a connection. `linkKey` is what provisioning hands to the terminal. */
export interface LinkKeys {
  readonly linkKey: Uint8Array;
  /** HELLO and PING. */
  readonly up: MacKey;
  /** WELCOME, PONG, BUSY, GOAWAY and FAULT. */
  readonly down: MacKey;
}

/** Keys of requests and replies. `messageKey` is what provisioning hands to the terminal. */
export interface MessageKeys {
  readonly messageKey: Uint8Array;
  readonly request: MacKey;
  readonly reply: MacKey;
}

const LINK_INFO = encodeUtf8('cp1 link');
const PSK_INFO = encodeUtf8('tls psk');
const MESSAGE_INFO = encodeUtf8('cp1 message');
/** CP1's own; the two keys that a terminal was provisioned with serve it in every dialect. */
export const LINK_LABELS: LinkLabels = {
  up: encodeUtf8('cp1 link up'),
  down: encodeUtf8('cp1 link down'),
};
export const MESSAGE_LABELS: MessageLabels = {
  request: encodeUtf8('cp1 request'),
  reply: encodeUtf8('cp1 reply'),
};
/** An empty salt is 32 zero bytes (RFC 5869 section 2.2). */
const NO_SALT = new Uint8Array(32);

/** HKDF-SHA-256 (RFC 5869) with an empty salt, 32 bytes. */
const hkdf = (crypto: Crypto, ikm: Uint8Array, info: Uint8Array): Uint8Array =>
  crypto.hmacSha256(crypto.hmacSha256(NO_SALT, ikm), expandInfo(info));

/** What its second step takes in for the first 32 bytes. */
const expandInfo = (info: Uint8Array): Uint8Array => concatBytes(info, Uint8Array.of(1));

const terminalInfo = (label: Uint8Array, terminal: number, keyVersion: number): Uint8Array => {
  const suffix = new Uint8Array(5);
  writeU32(suffix, 0, terminal);
  suffix[4] = keyVersion;
  return concatBytes(label, suffix);
};

/** Both directions of a link, from the key that a terminal was provisioned with. */
export const linkKeysOf = (
  crypto: Crypto,
  linkKey: Uint8Array,
  { up, down }: LinkLabels = LINK_LABELS,
): LinkKeys => {
  const root = crypto.macKey(linkKey);
  return {
    linkKey,
    up: crypto.macKey(root.digest(up)),
    down: crypto.macKey(root.digest(down)),
  };
};

/** Requests and replies, from the key that a terminal was provisioned with. */
export const messageKeysOf = (
  crypto: Crypto,
  messageKey: Uint8Array,
  { request, reply }: MessageLabels = MESSAGE_LABELS,
): MessageKeys => {
  const root = crypto.macKey(messageKey);
  return {
    messageKey,
    request: crypto.macKey(root.digest(request)),
    reply: crypto.macKey(root.digest(reply)),
  };
};

/** The pre-shared key of TLS, from the link key that a terminal was provisioned with; 32 bytes. */
export const pskOf = (crypto: Crypto, linkKey: Uint8Array): Uint8Array =>
  hkdf(crypto, linkKey, PSK_INFO);

/** The link key of one terminal and key version under `master`: what provisioning hands out, and the root of the link keys of every dialect. */
export const deriveLinkKey = (
  crypto: Crypto,
  master: Uint8Array,
  terminal: number,
  keyVersion: number,
): Uint8Array => hkdf(crypto, master, terminalInfo(LINK_INFO, terminal, keyVersion));

/** Link keys of one terminal and key version under `master`. */
export const deriveLinkKeys = (
  crypto: Crypto,
  master: Uint8Array,
  terminal: number,
  keyVersion: number,
  labels: LinkLabels = LINK_LABELS,
): LinkKeys => linkKeysOf(crypto, deriveLinkKey(crypto, master, terminal, keyVersion), labels);

/** A master with the first step of HKDF done, which is the same for every terminal: for who derives keys at every connection. */
export const prepareMaster = (crypto: Crypto, master: Uint8Array): MacKey =>
  crypto.macKey(crypto.hmacSha256(NO_SALT, master));

/** As `deriveLinkKeys`, under a prepared master. */
export const linkKeysUnder = (
  crypto: Crypto,
  prepared: MacKey,
  { terminal, keyVersion }: { readonly terminal: number; readonly keyVersion: number },
  labels: LinkLabels,
): LinkKeys =>
  linkKeysOf(
    crypto,
    prepared.digest(expandInfo(terminalInfo(LINK_INFO, terminal, keyVersion))),
    labels,
  );

/** Message keys of one terminal and key version under `master`. */
export const deriveMessageKeys = (
  crypto: Crypto,
  master: Uint8Array,
  terminal: number,
  keyVersion: number,
  labels: MessageLabels = MESSAGE_LABELS,
): MessageKeys =>
  messageKeysOf(
    crypto,
    hkdf(crypto, master, terminalInfo(MESSAGE_INFO, terminal, keyVersion)),
    labels,
  );
