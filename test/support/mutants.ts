/** Frames that are almost right. */

export interface Mutation {
  readonly corpus: readonly Uint8Array[];
  /** Bytes that mean something where they stand. */
  readonly strange: readonly number[];
  readonly bytesMin: number;
  readonly bytesMax: number;
}

/** One to four changes: a bit, a byte, a byte less, a byte more, a piece of another frame. */
export const mutate = (
  { corpus, strange, bytesMin, bytesMax }: Mutation,
  below: (bound: number) => number,
): Uint8Array => {
  let bytes = Buffer.from(corpus[below(corpus.length)] ?? []);
  for (let count = 1 + below(4); count > 0; count -= 1) {
    const at = below(bytes.length);
    switch (below(5)) {
      case 0:
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << below(8)), at);
        break;
      case 1:
        bytes.writeUInt8(strange[below(strange.length)] ?? 0, at);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1), Buffer.of(0)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(below(256)), bytes.subarray(at)]);
        break;
      default: {
        const other = corpus[below(corpus.length)] ?? bytes;
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(below(other.length))]);
        bytes = bytes.length < bytesMin ? Buffer.concat([bytes, Buffer.alloc(bytesMin)]) : bytes;
      }
    }
  }
  return new Uint8Array(bytes.subarray(0, bytesMax));
};
