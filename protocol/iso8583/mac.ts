/** The tag of a message: its last element, DE 64, or DE 128 where it has a second bitmap. */
import { concatBytes, encodeUtf8, equalBytes, toHex } from '../bytes.ts';
import type { MacKey } from '../crypto.ts';
import { TAG_BYTES } from '../limits.ts';
import type { MessageParts } from './message-reader.ts';
import { type FieldValues, writeMessage } from './message-writer.ts';
import type { Preset } from './presets.ts';

/** How the 8 bytes of a MAC are put into the 8 bytes of its element. Another MAC is another MacKey and, if need be, another form. */
const MAC_FORMS: Readonly<Record<Preset['mac'], (tag: Uint8Array) => Uint8Array>> = {
  bytes: (tag) => tag,
  hex: (tag) => encodeUtf8(toHex(tag.subarray(0, TAG_BYTES / 2)).toUpperCase()),
};

const NOTHING = new Uint8Array(0);
const ZEROS = new Uint8Array(TAG_BYTES);
const MAC = 64;
const MAC_LONG = 128;

/** HMAC-SHA-256/64 over `before` and then `bytes`. */
const tagOver = (macKey: MacKey, before: Uint8Array, bytes: Uint8Array): Uint8Array => {
  const all = concatBytes(before, bytes);
  const tag = new Uint8Array(TAG_BYTES);
  macKey.writeTag(all, all.length, tag, 0);
  return tag;
};

/** Offset of the tag in the bytes that were read; undefined where the message has none. */
export const macAt = ({ parts }: MessageParts): number | undefined => {
  const last = parts.at(-1);
  return last !== undefined && (last.field === MAC || last.field === MAC_LONG)
    ? last.at
    : undefined;
};

/** The message with the last digit of its MTI as in a first sending, up to its tag or its end. */
export const firstSending = (
  { form }: Preset,
  bytes: Uint8Array,
  message: MessageParts,
): Uint8Array => {
  const copy = new Uint8Array(bytes.subarray(0, macAt(message)));
  const at = form === 'text' ? 3 : 1;
  copy[at] = (copy[at] as number) & ~1;
  return copy;
};

/** Whether the tag of `bytes`, a whole message, is that of `macKey`; takes the same time wherever it differs. */
export const isSigned = ({ preset, bytes, message }: ReadMessage, macKey: MacKey): boolean => {
  const at = macAt(message);
  const value = message.parts.at(-1)?.value;
  return (
    at !== undefined &&
    value instanceof Uint8Array &&
    equalBytes(MAC_FORMS[preset.mac](tagOver(macKey, NOTHING, bytes.subarray(0, at))), value)
  );
};

export interface ReadMessage {
  readonly preset: Preset;
  /** From the MTI on. */
  readonly bytes: Uint8Array;
  readonly message: MessageParts;
}

/** What binds a reply to its request: the 8 bytes of the tag that the request has in its first sending. */
export const bindingOf = ({ preset, bytes, message }: ReadMessage, macKey: MacKey): Uint8Array =>
  tagOver(macKey, NOTHING, firstSending(preset, bytes, message));

/** Writes a message with its tag; `binding` goes in front of the bytes that are signed. */
export const writeSigned = (
  {
    preset,
    mti,
    fields,
  }: {
    readonly preset: Preset;
    readonly mti: string;
    readonly fields: FieldValues;
  },
  { macKey, binding = NOTHING }: { readonly macKey: MacKey; readonly binding?: Uint8Array },
): Uint8Array => {
  const field = Math.max(...fields.keys()) > MAC ? MAC_LONG : MAC;
  const bytes = writeMessage(preset, mti, new Map([...fields, [field, ZEROS]]));
  const tagBytes = preset.form === 'text' ? 2 * TAG_BYTES : TAG_BYTES;
  const end = bytes.length - tagBytes;
  const tag = MAC_FORMS[preset.mac](tagOver(macKey, binding, bytes.subarray(0, end)));
  bytes.set(preset.form === 'text' ? encodeUtf8(toHex(tag).toUpperCase()) : tag, end);
  return bytes;
};
