/** A JSON line, field by field. */
import { jsonCodec } from '../json/codec.ts';
import { jsonFraming } from '../json/framing.ts';
import { canonicalText, type JsonValue } from '../json/json-value.ts';
import { openLine } from '../json/message.ts';
import type { Refusal } from '../result.ts';
import {
  amountText,
  currencyText,
  type Explanation,
  masked,
  meaning,
  type Part,
} from './explanation.ts';

const LF = 10;
const CR = 13;
const QUOTE = '"';
/** What the customer owns. */
const SECRET_NAMES: ReadonlySet<string> = new Set(['identifier', 'promotionCode', 'secondFactor']);
/** Everything else that may be shown: whatever a stranger calls his field may hold anything. */
const SHOWN_NAMES: ReadonlySet<string> = new Set([
  ...['op', 'terminal', 'keyVersion', 'sequence', 'm', 'repeat', 'stored', 'requestTag', 'nonce'],
  ...['firmware', 'modem', 'signal', 'mode', 'locale', 'clockOffsetS', 'serverTimeS', 'heartbeatS'],
  ...[
    'frameBytesMax',
    'entryMode',
    'amountMinor',
    'currency',
    'items',
    'deadlineMs',
    'deviceTimeS',
  ],
  ...[
    'catalogueVersion',
    'paymentSequence',
    'paymentKeyVersion',
    'reason',
    'knownVersion',
    'cursor',
  ],
  ...['code', 'name', 'retryAfterMs', 'reconnectAfterMs', 'detail', 'text', 'authorisation'],
  ...[
    'holdExpiresInS',
    'maskedName',
    'state',
    'paymentCode',
    'paymentName',
    'version',
    'nextCursor',
  ],
]);

export const explainJson = (bytes: Uint8Array): Explanation => {
  const line = bytes.subarray(0, lineEnd(bytes));
  const opened = openLine(line);
  if (!opened.ok) {
    const part = {
      at: 0,
      end: bytes.length,
      name: 'bytes',
      value: 'no line',
      secret: true,
    } as const;
    return { dialect: 'JSON lines', title: 'no line', bytes, parts: [part], refusal: opened };
  }
  const { object, op } = opened.value;
  const refusal = contentRefusal(line);
  const ends: readonly Part[] =
    line.length === bytes.length
      ? []
      : [{ at: line.length, end: bytes.length, name: 'end of the line', value: '' }];
  return {
    dialect: 'JSON lines',
    title: op,
    bytes,
    parts: [...membersOf(line, object), ...ends],
    ...(refusal === undefined ? {} : { refusal }),
  };
};

const lineEnd = (bytes: Uint8Array): number => {
  const end = bytes.length - Number(bytes.at(-1) === LF);
  return end - Number(bytes[end - 1] === CR);
};

const contentRefusal = (line: Uint8Array): Pick<Refusal, 'code' | 'reason'> | undefined => {
  const look = jsonFraming.look(line);
  if (look.kind === 'hello') {
    const hello = jsonFraming.decodeHello(line, 0);
    return hello.ok ? undefined : hello;
  }
  if (look.kind === 'broken') {
    return { code: 'frame_malformed', reason: String(look.refused) };
  }
  const request = jsonCodec.open(line);
  const decoded = 'unopened' in request ? undefined : request.decode(0);
  return decoded === undefined || decoded.ok ? undefined : decoded;
};

/** Each with the brace or comma in front of it; the last brace is a part of its own. */
const membersOf = (line: Uint8Array, object: ReadonlyMap<string, JsonValue>): readonly Part[] => {
  const cuts = separatorsOf(line);
  const names = [...object.keys()];
  const parts = names.map((name, index): Part => {
    const [at, end] = [cuts[index] as number, cuts[index + 1] as number];
    return { at, end, ...shownOf(name, object) };
  });
  const last = cuts.at(-1) as number;
  return [...parts, { at: last, end: line.length, name: 'end of the object', value: '}' }];
};

/** Offsets of the outermost object's opening brace, commas and closing brace. A well-formed line is given. */
const separatorsOf = (line: Uint8Array): readonly number[] => {
  const found: number[] = [];
  let depth = 0;
  let isText = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = String.fromCharCode(line[at] as number);
    if (isText) {
      at += Number(character === '\\');
      isText = character !== QUOTE;
      continue;
    }
    isText = character === QUOTE;
    depth += Number('{['.includes(character));
    if (depth === 1 && '{,}'.includes(character)) {
      found.push(found.length === 0 ? 0 : at);
    }
    depth -= Number('}]'.includes(character));
  }
  return found;
};

const shownOf = (
  name: string,
  object: ReadonlyMap<string, JsonValue>,
): Pick<Part, 'name' | 'value' | 'meaning' | 'secret'> => {
  const value = object.get(name) as JsonValue;
  const text = typeof value === 'string' ? value : canonicalText(value);
  if (SECRET_NAMES.has(name) || !SHOWN_NAMES.has(name)) {
    const shown = SECRET_NAMES.has(name) ? name : 'a field of another name';
    return { name: shown, value: masked(text), secret: true };
  }
  return { name, value: text, ...meaning(meaningOf(name, value, object)) };
};

const meaningOf = (
  name: string,
  value: JsonValue,
  object: ReadonlyMap<string, JsonValue>,
): string | undefined => {
  if (typeof value !== 'number') {
    return undefined;
  }
  const currency = object.get('currency');
  if (name === 'amountMinor' && typeof currency === 'number') {
    return amountText(value, currency);
  }
  return name === 'currency' ? currencyText(value) : undefined;
};
