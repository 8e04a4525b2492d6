/** One line of the JSON dialect: its head, its tag and its digest. The rest is the codecs' business. */
import { decodeUtf8, encodeUtf8, equalBytes, toHex } from '../bytes.ts';
import type { Crypto, MacKey } from '../crypto.ts';
import { KEY_VERSION_MAX, TAG_BYTES, U32_MAX } from '../limits.ts';
import type { RequestKey } from '../request.ts';
import { accept, type Result, refuse } from '../result.ts';
import { Fields } from './fields.ts';
import { canonicalText, type JsonObject, type JsonValue, parseObject } from './json-value.ts';

/** Neither is covered by the tag: a repeat needs no new one. */
const UNTAGGED: readonly string[] = ['m', 'repeat'];
/** What K and the tag say already. */
const UNDIGESTED: readonly string[] = [...UNTAGGED, 'terminal', 'keyVersion', 'sequence'];
const OP_BYTES_MAX = 32;

export interface JsonMessage {
  readonly op: string;
  readonly key: RequestKey;
  /** A sale made while offline. */
  readonly stored: boolean;
  readonly tag: Uint8Array;
  readonly object: JsonObject;
}

/** The head of a line. Refused with 64 unless it is one object with a whole head; its tag is yet to be verified. */
export const openLine = (line: Uint8Array): Result<JsonMessage> => {
  const text = decodeUtf8(line);
  const parsed = text === undefined ? NOT_UTF8 : parseObject(text);
  if (!parsed.ok) {
    return parsed;
  }
  const fields = new Fields(parsed.value);
  const op = fields.need('op', fields.text('op', 1, OP_BYTES_MAX), '');
  const key = readKey(fields);
  const tag = fields.need('m', fields.hex('m', TAG_BYTES, TAG_BYTES), NO_TAG);
  fields.flag('repeat');
  const stored = fields.flag('stored');
  return fields.invalid === undefined
    ? accept({ op, key, stored, tag, object: parsed.value })
    : refuse('frame_malformed', fields.invalid);
};

const NOT_UTF8 = refuse('frame_malformed', 'not UTF-8');
const NO_TAG = new Uint8Array(TAG_BYTES);

const readKey = (fields: Fields): RequestKey => ({
  terminal: fields.need('terminal', fields.int('terminal', 1, U32_MAX), 0),
  keyVersion: fields.need('keyVersion', fields.int('keyVersion', 0, KEY_VERSION_MAX), 0),
  sequence: fields.need('sequence', fields.int('sequence', 0, U32_MAX), 0),
});

/** The fields behind the head, all of which must be taken. */
export const contentOf = ({ object }: JsonMessage): Fields => {
  const content = new Fields(object);
  for (const name of ['op', 'terminal', 'keyVersion', 'sequence', 'm', 'repeat', 'stored']) {
    content.skip(name);
  }
  return content;
};

/** The tag of an object under a key. */
export const tagOf = (object: JsonObject, macKey: MacKey): Uint8Array => {
  const bytes = encodeUtf8(canonicalText(object, UNTAGGED));
  const tag = new Uint8Array(TAG_BYTES);
  macKey.writeTag(bytes, bytes.length, tag, 0);
  return tag;
};

/** Takes the same time wherever the tag differs. */
export const isTagged = ({ object, tag }: JsonMessage, macKey: MacKey): boolean =>
  equalBytes(tag, tagOf(object, macKey));

/** SHA-256, the same for every copy of a request, repeated or not and however it is spaced. */
export const digestOf = (crypto: Crypto, { object }: JsonMessage): Uint8Array =>
  crypto.sha256(encodeUtf8(canonicalText(object, UNDIGESTED)));

/** A value of a message to be: what is undefined is left out. */
export type Content = Readonly<Record<string, JsonValue | undefined>>;

/** The line, without its end, that tells `content` about K; without a key the tag is zeros. */
export const encodeLine = (
  op: string,
  key: RequestKey,
  content: Content,
  macKey: MacKey | undefined,
): Uint8Array => {
  const { terminal, keyVersion, sequence } = key;
  const object = new Map<string, JsonValue>();
  for (const [name, value] of Object.entries({ op, terminal, keyVersion, sequence, ...content })) {
    if (value !== undefined) {
      object.set(name, value);
    }
  }
  object.set('m', toHex(macKey === undefined ? NO_TAG : tagOf(object, macKey)));
  return encodeUtf8(canonicalText(object));
};
