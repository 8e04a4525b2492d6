/** Signs a line of the JSON dialect for a person who types one (docs/json-lines.md). */
import { fromHex, toHex } from '#protocol/bytes.ts';
import { linkKeysOf, messageKeysOf } from '#protocol/cp1/keys.ts';
import type { MacKey } from '#protocol/crypto.ts';
import { pureCrypto } from '#protocol/hmac-sha256.ts';
import { canonicalText, type JsonValue, parseObject } from '#protocol/json/json-value.ts';
import { JSON_LINK_LABELS, JSON_MESSAGE_LABELS } from '#protocol/json/keys.ts';
import { tagOf } from '#protocol/json/message.ts';
import { accept, type Result, refuse } from '#protocol/result.ts';

/** What provisioning gave to a terminal; keys as hexadecimal digits. */
export interface TerminalSecrets {
  readonly id: number;
  readonly keyVersion: number;
  readonly linkKey: string;
  readonly messageKey: string;
}

const LINK_OPS: readonly JsonValue[] = ['hello', 'ping'];

/** The object with its terminal, key version and `m`, in canonical form and without a line end. */
export const signLine = (text: string, secrets: TerminalSecrets): Result<string> => {
  const parsed = parseObject(text);
  if (!parsed.ok) {
    return parsed;
  }
  const object = new Map(parsed.value);
  object.set('terminal', object.get('terminal') ?? secrets.id);
  object.set('keyVersion', object.get('keyVersion') ?? secrets.keyVersion);
  const key = keyFor(object.get('op'), secrets);
  if (key === undefined) {
    return refuse('field_invalid', 'a key of the terminal is not hexadecimal');
  }
  object.set('m', toHex(tagOf(object, key)));
  return accept(canonicalText(object));
};

const keyFor = (op: JsonValue | undefined, secrets: TerminalSecrets): MacKey | undefined => {
  const isLink = op !== undefined && LINK_OPS.includes(op);
  const root = fromHex(isLink ? secrets.linkKey : secrets.messageKey);
  if (root === undefined) {
    return undefined;
  }
  return isLink
    ? linkKeysOf(pureCrypto, root, JSON_LINK_LABELS).up
    : messageKeysOf(pureCrypto, root, JSON_MESSAGE_LABELS).request;
};
