/** GBK by way of this runtime's decoder; the way back is its table turned round, made when it is first needed. */
import type { TextCodec } from '#protocol/text-codec.ts';

const LEAD_MIN = 0x81;
const LEAD_MAX = 0xfe;
const TRAIL_MIN = 0x40;
const TRAIL_MAX = 0xfe;

const decoder = new TextDecoder('gbk', { fatal: true });
let places: ReadonlyMap<string, number> | undefined;

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Two bytes of every character that has them. */
const tableOf = (): ReadonlyMap<string, number> => {
  const table = new Map<string, number>();
  for (let lead = LEAD_MIN; lead <= LEAD_MAX; lead += 1) {
    for (let trail = TRAIL_MIN; trail <= TRAIL_MAX; trail += 1) {
      const text = decode(Uint8Array.of(lead, trail));
      // A pair that is none decodes to nothing, or to its second byte alone.
      if (text !== undefined && text.length === 1 && !table.has(text)) {
        table.set(text, lead * 256 + trail);
      }
    }
  }
  return table;
};

const encode = (text: string): Uint8Array | undefined => {
  const bytes: number[] = [];
  for (const character of text) {
    if (character <= '\x7f') {
      bytes.push(character.charCodeAt(0));
      continue;
    }
    places ??= tableOf();
    const place = places.get(character);
    if (place === undefined) {
      return undefined;
    }
    bytes.push(place >> 8, place & 0xff);
  }
  return Uint8Array.from(bytes);
};

export const nodeTextCodec: TextCodec = { decodeGbk: decode, encodeGbk: encode };
