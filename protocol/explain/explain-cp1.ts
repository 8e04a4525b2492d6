/** A CP1 frame, part by part. */
import { toHex } from '../bytes.ts';
import { codeName } from '../codes.ts';
import { OPERATIONS } from '../cp1/codec.ts';
import {
  bodyEnd,
  FRAME_TYPES,
  frameKeyVersion,
  frameSequence,
  frameTerminal,
  frameType,
  isRepeat,
  isStored,
  TYPE_DOWN,
} from '../cp1/frame.ts';
import { FrameReader } from '../cp1/frame-reader.ts';
import {
  decodeBusy,
  decodeFault,
  decodeGoaway,
  decodeHello,
  decodePing,
  decodePong,
  decodeWelcome,
} from '../cp1/link-codec.ts';
import { decodeReply } from '../cp1/reply-codec.ts';
import { decodeRequest } from '../cp1/request-codec.ts';
import { FRAME_HEADER_BYTES } from '../limits.ts';
import { PAYMENT_STATES } from '../reply.ts';
import type { Refusal, Result } from '../result.ts';
import { type CborShown, type Entry, walkBody } from './cbor-walk.ts';
import {
  ENTRY_MODES,
  KEY_NAMES,
  REASONS,
  SECRET_PAY_KEYS,
  TEXT_NAMES,
  TYPE_NAMES,
} from './cp1-names.ts';
import {
  amountText,
  currencyText,
  type Explanation,
  masked,
  meaning,
  type Part,
} from './explanation.ts';

export const explainCp1 = (bytes: Uint8Array): Explanation => {
  const broken = framingRefusal(bytes);
  if (broken !== undefined) {
    const part = {
      at: 0,
      end: bytes.length,
      name: 'bytes',
      value: 'no frame',
      secret: true,
    } as const;
    return { dialect: 'CP1', title: 'no frame', bytes, parts: [part], refusal: broken };
  }
  const refusal = bodyRefusal(bytes);
  const known = TYPE_NAMES[frameType(bytes)];
  return {
    dialect: 'CP1',
    title: known ?? 'unknown type',
    bytes,
    parts: [...headerParts(bytes), ...bodyParts(bytes), tagPart(bytes)],
    ...(refusal === undefined ? {} : { refusal }),
  };
};

/** What keeps the bytes from being one whole frame. */
const framingRefusal = (bytes: Uint8Array): Pick<Refusal, 'code' | 'reason'> | undefined => {
  const reader = new FrameReader();
  reader.feed(bytes);
  const frame = reader.next();
  if (frame === undefined) {
    return { code: 'frame_malformed', reason: 'it is cut off: bytes are missing at its end' };
  }
  if ('fault' in frame) {
    const code = frame.fault === 65 ? 'version_unsupported' : 'frame_malformed';
    return { code, reason: frame.reason };
  }
  return frame.length === bytes.length
    ? undefined
    : { code: 'frame_malformed', reason: `bytes follow its end at ${frame.length}` };
};

const LINK: Readonly<Record<number, (frame: Uint8Array) => Result<unknown>>> = {
  [FRAME_TYPES.hello]: decodeHello,
  [FRAME_TYPES.welcome]: decodeWelcome,
  [FRAME_TYPES.ping]: decodePing,
  [FRAME_TYPES.pong]: decodePong,
  [FRAME_TYPES.busy]: decodeBusy,
  [FRAME_TYPES.goaway]: decodeGoaway,
  [FRAME_TYPES.fault]: decodeFault,
};

const bodyRefusal = (bytes: Uint8Array): Refusal | undefined => {
  const type = frameType(bytes);
  const decode =
    LINK[type] ?? (OPERATIONS.has(type & ~TYPE_DOWN) ? decoderOf(type) : decodeRequest);
  const decoded: Result<unknown> = decode(bytes);
  return decoded.ok ? undefined : decoded;
};

const decoderOf = (type: number): ((frame: Uint8Array) => Result<unknown>) =>
  (type & TYPE_DOWN) === 0 ? decodeRequest : decodeReply;

const headerParts = (bytes: Uint8Array): readonly Part[] => {
  const type = frameType(bytes);
  const flags = [isRepeat(bytes) ? 'REPEAT' : '', isStored(bytes) ? 'STORED' : ''];
  return [
    { at: 0, end: 1, name: 'magic', value: 'C5' },
    { at: 1, end: 2, name: 'version and flags', value: `1 ${flags.join(' ')}`.trim() },
    { at: 2, end: 4, name: 'length', value: String(bytes.length - 4) },
    {
      at: 4,
      end: 5,
      name: 'type',
      value: toHex(bytes.subarray(4, 5)),
      ...meaning(TYPE_NAMES[type]),
    },
    { at: 5, end: 9, name: 'terminal', value: String(frameTerminal(bytes)) },
    { at: 9, end: 10, name: 'key version', value: String(frameKeyVersion(bytes)) },
    { at: 10, end: 14, name: 'sequence number', value: String(frameSequence(bytes)) },
  ];
};

const tagPart = (bytes: Uint8Array): Part => ({
  at: bodyEnd(bytes),
  end: bytes.length,
  name: 'tag',
  value: toHex(bytes.subarray(bodyEnd(bytes))),
});

const bodyParts = (bytes: Uint8Array): readonly Part[] => {
  const end = bodyEnd(bytes);
  const entries = walkBody(bytes, FRAME_HEADER_BYTES, end);
  const parts = entries.map((entry) => entryPart(bytes, entry, entries));
  const last = entries.at(-1)?.end ?? FRAME_HEADER_BYTES;
  const head = entries[0]?.at ?? FRAME_HEADER_BYTES;
  const opening: Part = {
    at: FRAME_HEADER_BYTES,
    end: head,
    name: 'body',
    value: `a map of ${entries.length} shown`,
  };
  const rest: Part = { at: last, end, name: 'rest of the body', value: 'unreadable', secret: true };
  return [...(head > FRAME_HEADER_BYTES ? [opening] : []), ...parts, ...(last < end ? [rest] : [])];
};

const entryPart = (bytes: Uint8Array, entry: Entry, all: readonly Entry[]): Part => {
  const { key, at, end, value } = entry;
  const type = frameType(bytes);
  const name = KEY_NAMES[type]?.[key] ?? (key >= 64 ? 'extension' : 'unknown key');
  const isSecret = (type === FRAME_TYPES.pay && SECRET_PAY_KEYS.has(key)) || !isShown(name, value);
  return {
    at,
    end,
    depth: 1,
    name: `${key} ${name}`,
    value: isSecret ? masked(textOf(value)) : textOf(value),
    ...(isSecret ? { secret: true } : {}),
    ...meaning(meaningOf(type, { name, value }, all)),
  };
};

/** Texts only under the names that have them: a terminal that mixes keys up may put anything anywhere. */
const isShown = (name: string, value: CborShown): boolean => {
  if (TEXT_NAMES.has(name)) {
    return true;
  }
  return Array.isArray(value)
    ? value.every((each) => isShown(name, each))
    : typeof value !== 'string' && !(value instanceof Uint8Array);
};

const textOf = (value: CborShown): string => {
  if (value instanceof Uint8Array) {
    return toHex(value);
  }
  return Array.isArray(value) ? `[${value.map(textOf).join(', ')}]` : String(value);
};

const CODES_SHOWN: ReadonlySet<string> = new Set(['code', 'code of the PAY']);
const CONNECTION_MODES: Readonly<Record<number, string>> = { 0: 'session', 1: 'on demand' };
const PAY_MODES: Readonly<Record<number, string>> = { 0: 'sale', 1: 'hold' };
/** What numbers mean, by the name of their key. */
const MEANINGS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'entry mode': ENTRY_MODES,
  reason: REASONS,
  state: { ...PAYMENT_STATES },
  'mode advised': CONNECTION_MODES,
};

const meaningOf = (
  type: number,
  { name, value }: { readonly name: string; readonly value: CborShown },
  all: readonly Entry[],
): string | undefined => {
  if (typeof value !== 'number') {
    return undefined;
  }
  if (CODES_SHOWN.has(name)) {
    return codeName(value) ?? 'of a later version';
  }
  if (name === 'currency') {
    return currencyText(value);
  }
  if (name === 'mode') {
    return (type === FRAME_TYPES.pay ? PAY_MODES : CONNECTION_MODES)[value];
  }
  if (name === 'amount' && type === FRAME_TYPES.pay) {
    return amountText(value, Number(all.find(({ key }) => key === 4)?.value));
  }
  return MEANINGS[name]?.[value];
};
