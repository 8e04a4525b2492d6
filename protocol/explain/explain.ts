/** Any frame of any dialect, explained: which one it is follows from its first byte, as on the line. */
import { FRAME_MAGIC } from '../cp1/frame.ts';
import type { TextCodec } from '../text-codec.ts';
import { explainCp1 } from './explain-cp1.ts';
import { explainIso8583, type Told } from './explain-iso8583.ts';
import { explainJson } from './explain-json.ts';
import type { Explanation } from './explanation.ts';

/** First byte of every JSON line. */
const OPENING_BRACE = 0x7b;

/** Total. A new dialect is one more line here. */
export const explainFrame = (bytes: Uint8Array, text: TextCodec, told: Told): Explanation => {
  const isTold = told.preset !== undefined || told.length !== undefined;
  if (!isTold && bytes[0] === FRAME_MAGIC) {
    return explainCp1(bytes);
  }
  return !isTold && bytes[0] === OPENING_BRACE
    ? explainJson(bytes)
    : explainIso8583(bytes, text, told);
};
