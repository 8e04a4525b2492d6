/** Any frame of any dialect, explained: which one it is follows from its first byte, as on the line. */
import { FRAME_MAGIC } from '../cp1/frame.ts';
import type { TextCodec } from '../text-codec.ts';
import { explainCp1 } from './explain-cp1.ts';
import { explainIso8583, type Told } from './explain-iso8583.ts';
import type { Explanation } from './explanation.ts';

/** Total. A new dialect is one more line here. */
export const explainFrame = (bytes: Uint8Array, text: TextCodec, told: Told): Explanation => {
  const isTold = told.preset !== undefined || told.length !== undefined;
  return bytes[0] === FRAME_MAGIC && !isTold
    ? explainCp1(bytes)
    : explainIso8583(bytes, text, told);
};
