/** The secrets that several functions read, each checked once. Errors never carry the text. */
import * as z from 'zod/mini';
import type { IdentifierKeys } from '#core/identifier-hasher.ts';
import { fromHex } from '#protocol/bytes.ts';

const Key = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const MasterSecret = z.object({ current: Key, previous: z.optional(Key) });
const IdentifierSecret = z.object({
  pepper: Key,
  previousPepper: z.optional(Key),
  codeMaster: Key,
});

/** Master keys in the order to try them: the current generation, then the one before. */
export const parseMasterSecret = (text: string): readonly Uint8Array[] => {
  const { current, previous } = parseSecret(MasterSecret, text);
  return [current, ...(previous === undefined ? [] : [previous])].map(bytesOf);
};

/** Keys of identifiers and one-time codes. */
export const parseIdentifierSecret = (text: string): IdentifierKeys => {
  const { pepper, previousPepper, codeMaster } = parseSecret(IdentifierSecret, text);
  return {
    pepper: bytesOf(pepper),
    ...(previousPepper === undefined ? {} : { previousPepper: bytesOf(previousPepper) }),
    codeMaster: bytesOf(codeMaster),
  };
};

const parseSecret = <T>(schema: z.ZodMiniType<T>, text: string): T => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The error of a parser quotes what it read: it ends here.
    throw new Error('A secret does not have the form it should have.');
  }
};

const bytesOf = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes === undefined) {
    throw new Error('A key is not hexadecimal.');
  }
  return bytes;
};
