/** CRC-32 as in zlib and Ethernet: of our own, since loading `node:zlib` for it takes two megabytes of memory. */

const POLYNOMIAL = 0xedb88320;

const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  }
  return value;
});

/** Unsigned; `before` is the checksum of what came in front. */
export const crc32 = (bytes: Uint8Array, before = 0): number => {
  let crc = before ^ 0xffffffff;
  for (const byte of bytes) {
    crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
};
