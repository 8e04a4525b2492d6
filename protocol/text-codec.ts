/** Text in GBK, as a port: its table of 21,886 characters is the runtime's; adapters/node implements it. */

export interface TextCodec {
  /** Undefined where the bytes are no GBK. */
  decodeGbk(bytes: Uint8Array): string | undefined;
  /** Undefined where a character has no place in GBK. */
  encodeGbk(text: string): Uint8Array | undefined;
}
