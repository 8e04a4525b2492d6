/** Our own objects in the private field: two digits of tag, three of length in bytes, then the value, one after another. */
import { concatBytes, decodeUtf8, encodeUtf8 } from '../bytes.ts';
import type { TextCodec } from '../text-codec.ts';
import type { Preset } from './presets.ts';

/** Tags, never used again for anything else. From 90 on they are ignored: extension space. */
export const TAGS = {
  identifier: '01',
  item: '02',
  promotionCode: '03',
  secondFactor: '04',
  catalogueVersion: '05',
  deadlineMs: '06',
  locale: '07',
  reverseReason: '09',
  firstStan: '10',
  code: '20',
  text: '21',
  maskedName: '22',
  holdExpiresInS: '23',
  retryAfterMs: '24',
  state: '25',
  paymentCode: '26',
  heartbeatS: '27',
} as const;

const KNOWN: ReadonlySet<string> = new Set(Object.values(TAGS));
const EXTENSIONS_FROM = 90;
const HEAD = /^\d{5}$/;
const HEAD_BYTES = 5;

export type TextOf = Pick<Preset, 'charset'>;

/** Values by tag in order, as text; or what is wrong. Only an item may come more than once. */
export const readObjects = (
  bytes: Uint8Array,
  preset: TextOf,
  text: TextCodec,
): ReadonlyMap<string, readonly string[]> | string => {
  const objects = new Map<string, string[]>();
  for (let at = 0; at < bytes.length; ) {
    const head = String.fromCharCode(...bytes.subarray(at, at + HEAD_BYTES));
    const tag = head.slice(0, 2);
    const end = at + HEAD_BYTES + Number(head.slice(2));
    if (!HEAD.test(head) || end > bytes.length) {
      return 'an object is cut off or has no head of five digits';
    }
    const value = toText(bytes.subarray(at + HEAD_BYTES, end), preset, text);
    at = end;
    if (Number(tag) >= EXTENSIONS_FROM) {
      continue;
    }
    const earlier = objects.get(tag);
    if (!KNOWN.has(tag) || value === undefined || (earlier !== undefined && tag !== TAGS.item)) {
      return `object ${tag} is unknown, comes twice, or is not text`;
    }
    objects.set(tag, [...(earlier ?? []), value]);
  }
  return objects;
};

/** An object as bytes; none where there is no value or the character set has no place for it. */
export const objectBytes = (
  tag: string,
  value: string | undefined,
  preset: TextOf,
  text: TextCodec,
): Uint8Array => {
  const bytes = value === undefined ? undefined : fromText(value, preset, text);
  return bytes === undefined
    ? new Uint8Array(0)
    : concatBytes(encodeUtf8(tag + String(bytes.length).padStart(3, '0')), bytes);
};

/** Undefined where the bytes are not text in the preset's character set. */
export const toText = (
  bytes: Uint8Array,
  { charset }: TextOf,
  text: TextCodec,
): string | undefined => (charset === 'gbk' ? text.decodeGbk(bytes) : decodeUtf8(bytes));

/** Undefined where the preset's character set has no place for it. */
export const fromText = (
  value: string,
  { charset }: TextOf,
  text: TextCodec,
): Uint8Array | undefined => (charset === 'gbk' ? text.encodeGbk(value) : encodeUtf8(value));
