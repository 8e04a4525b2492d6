/** A second, independent CBOR (RFC 8949) for tests: it shares no code with protocol/, so it can contradict it. */

export type Cbor = number | string | Uint8Array | readonly Cbor[] | ReadonlyMap<number, Cbor>;

const head = (major: number, n: number): Buffer => {
  const top = major << 5;
  if (n < 24) {
    return Buffer.from([top | n]);
  }
  if (n < 0x100) {
    return Buffer.from([top | 24, n]);
  }
  if (n < 0x10000) {
    const out = Buffer.from([top | 25, 0, 0]);
    out.writeUInt16BE(n, 1);
    return out;
  }
  if (n < 0x1_0000_0000) {
    const out = Buffer.from([top | 26, 0, 0, 0, 0]);
    out.writeUInt32BE(n, 1);
    return out;
  }
  const out = Buffer.alloc(9, top | 27);
  out.writeBigUInt64BE(BigInt(n), 1);
  return out;
};

export const encodeCbor = (value: Cbor): Buffer => {
  if (typeof value === 'number') {
    return value < 0 ? head(1, -1 - value) : head(0, value);
  }
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8');
    return Buffer.concat([head(3, text.length), text]);
  }
  if (value instanceof Uint8Array) {
    return Buffer.concat([head(2, value.length), value]);
  }
  if (Array.isArray(value)) {
    return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)]);
  }
  const entries = [...(value as ReadonlyMap<number, Cbor>)].sort(([a], [b]) => a - b);
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([key, item]) => [head(0, key), encodeCbor(item)]),
  ]);
};

/** Decodes one well-formed item; test peers may trust what they decode, so there are no checks. */
export const decodeCbor = (bytes: Uint8Array): Cbor => {
  const view = Buffer.from(bytes);
  let at = 0;
  const argument = (info: number): number => {
    const width = info < 24 ? 0 : 2 ** (info - 24);
    const start = at;
    at += width;
    if (width === 0) {
      return info;
    }
    return width === 8 ? Number(view.readBigUInt64BE(start)) : view.readUIntBE(start, width);
  };
  const item = (): Cbor => {
    const first = view.readUInt8(at);
    at += 1;
    const n = argument(first & 31);
    switch (first >> 5) {
      case 0:
        return n;
      case 1:
        return -1 - n;
      case 2:
        at += n;
        return new Uint8Array(view.subarray(at - n, at));
      case 3:
        at += n;
        return view.toString('utf8', at - n, at);
      case 4:
        return Array.from({ length: n }, item);
      case 5:
        return new Map(Array.from({ length: n }, () => [item() as number, item()] as const));
      default:
        throw new Error(`a test peer met CBOR major type ${first >> 5}`);
    }
  };
  return item();
};
