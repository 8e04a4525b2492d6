/** The cryptography the protocol needs, as a port: adapters/node implements it on node:crypto. */

export interface Crypto {
  /** SHA-256, 32 bytes (FIPS 180-4). */
  sha256(data: Uint8Array): Uint8Array;
  /** HMAC-SHA-256, 32 bytes (RFC 2104), for key derivation and identifiers. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** Prepares a 32-byte key for many tags. */
  macKey(key: Uint8Array): MacKey;
}

/** A key prepared once and used many times. Holds key material: never log or serialise it. */
export interface MacKey {
  /** Writes the first 8 bytes of HMAC-SHA-256(key, bytes[0, end)) into `out` at `at`. */
  writeTag(bytes: Uint8Array, end: number, out: Uint8Array, at: number): void;
  /** HMAC-SHA-256(key, bytes), 32 bytes, for key derivation. */
  digest(bytes: Uint8Array): Uint8Array;
}
