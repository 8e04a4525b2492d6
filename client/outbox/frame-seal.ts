/**
 * Frames as they lie on the disk. What customers showed is in them, so they are encrypted with AES-256-GCM (NIST SP 800-38D): a copied
 * disk or backup tells nothing to who has not the terminal's message key.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { encodeUtf8 } from '#protocol/bytes.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Bytes by which a sealed frame is longer. */
export const SEAL_BYTES: number = NONCE_BYTES + TAG_BYTES;
/** Of the key, so that it is no other key of the terminal. */
const LABEL = encodeUtf8('cosmopay outbox');

export interface FrameSeal {
  /** `place`: what it belongs to; it opens there only. */
  seal(frame: Uint8Array, place: Uint8Array): Uint8Array;
  /** Undefined where it was sealed by another key, belongs elsewhere, or was changed. */
  open(sealed: Uint8Array, place: Uint8Array): Uint8Array | undefined;
}

/** By a key that follows from the terminal's message key, 32 bytes. */
export const createFrameSeal = (messageKey: Uint8Array): FrameSeal => {
  const key = pureCrypto.hmacSha256(messageKey, LABEL);
  return {
    seal: (frame, place) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(place);
      return Buffer.concat([nonce, cipher.update(frame), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed, place) => {
      if (sealed.length < SEAL_BYTES) {
        return undefined;
      }
      const end = sealed.length - TAG_BYTES;
      const cipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES));
      cipher.setAAD(place).setAuthTag(sealed.subarray(end));
      try {
        const opened = cipher.update(sealed.subarray(NONCE_BYTES, end));
        return new Uint8Array(Buffer.concat([opened, cipher.final()]));
      } catch {
        return undefined;
      }
    },
  };
};
