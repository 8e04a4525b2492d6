/** Signatures of Standard Webhooks (symmetric, version v1): standardwebhooks.com. Pure. */
import { fromBase64, toBase64 } from '#protocol/base64.ts';
import { encodeUtf8 } from '#protocol/bytes.ts';
import type { Crypto } from '#protocol/crypto.ts';

const SECRET_PREFIX = 'whsec_';
/** Bytes of a secret, both bounds from the specification. */
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;

/** The key of a `whsec_…` secret; undefined where it is none. */
export const parseWebhookSecret = (text: string): Uint8Array | undefined => {
  const key = text.startsWith(SECRET_PREFIX)
    ? fromBase64(text.slice(SECRET_PREFIX.length))
    : undefined;
  return key !== undefined && key.length >= SECRET_BYTES_MIN && key.length <= SECRET_BYTES_MAX
    ? key
    : undefined;
};

/** The three headers of one try; one signature per key, so that a receiver may still know the old one while a secret rotates. */
export const webhookHeaders = (
  crypto: Crypto,
  keys: readonly Uint8Array[],
  { id, body, atS }: { readonly id: string; readonly body: string; readonly atS: number },
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> => {
  const signed = encodeUtf8(`${id}.${atS}.${body}`);
  const signatures = keys.map((key) => `v1,${toBase64(crypto.hmacSha256(key, signed))}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(atS),
    'webhook-signature': signatures.join(' '),
  };
};
