/** An ISO 8583 frame, part by part. */
import { toHex } from '../bytes.ts';
import { CODES, codeName } from '../codes.ts';
import { fieldName, IMPERSONAL_FIELDS, MTI_NAMES, OBJECT_NAMES } from '../iso8583/field-names.ts';
import {
  type FieldPart,
  type FieldValue,
  type MessageParts,
  readMessage,
} from '../iso8583/message-reader.ts';
import type { Preset, PresetName } from '../iso8583/presets.ts';
import { TAGS, toText } from '../iso8583/private-objects.ts';
import { type LengthKind, lengthBytesOf, takeApart } from '../iso8583/transport.ts';
import { PAYMENT_STATES } from '../reply.ts';
import type { TextCodec } from '../text-codec.ts';
import { ENTRY_MODES } from './cp1-names.ts';
import {
  amountText,
  currencyText,
  type Explanation,
  masked,
  meaning,
  type Part,
} from './explanation.ts';
import { lengthKindOf, lengthReason, messageVerdict, type Verdict } from './iso8583-verdict.ts';

/** Shown beside those that name no person: what the answer says, and the MAC. */
const SHOWN_FIELDS: ReadonlySet<number> = new Set([...IMPERSONAL_FIELDS, 44, 64, 128]);
/** Objects of the customer; those of no name of ours may hold anything too. */
const SECRET_OBJECTS: ReadonlySet<string> = new Set([
  TAGS.identifier,
  TAGS.promotionCode,
  TAGS.secondFactor,
]);
const OBJECT_HEAD_BYTES = 5;
const OBJECT_HEAD = /^\d{5}$/;

export interface Told {
  readonly preset?: PresetName;
  readonly length?: LengthKind;
  /** Unix milliseconds: what DE 7 leaves out is near. */
  readonly nowMs: number;
}

/** `length` and `preset` are found out where they are not given. */
export const explainIso8583 = (bytes: Uint8Array, text: TextCodec, told: Told): Explanation => {
  const kind = told.length ?? lengthKindOf(bytes);
  const lengthBytes = kind === undefined ? 0 : lengthBytesOf(kind);
  const broken = lengthReason(kind, bytes);
  const transported = takeApart(bytes, lengthBytes, told.preset);
  const lengthPart: readonly Part[] =
    lengthBytes === 0
      ? []
      : [
          {
            at: 0,
            end: lengthBytes,
            name: 'length',
            value: toHex(bytes.subarray(0, lengthBytes)),
            ...meaning(kind),
          },
        ];
  if (typeof transported === 'string') {
    return {
      ...{ dialect: 'ISO 8583', title: 'no message', bytes },
      parts: [
        ...lengthPart,
        { at: lengthBytes, end: bytes.length, name: 'bytes', value: 'no message', secret: true },
      ],
      refusal: brokenBy(broken ?? transported),
    };
  }
  const { preset, tpdu, header, message } = transported;
  const messageAt = bytes.length - message.length;
  const read = readMessage(preset, bytes, messageAt);
  const refusal =
    (broken === undefined ? read.refusal : brokenBy(broken)) ??
    messageVerdict(read, { preset, text, nowMs: told.nowMs, bytes: message });
  return {
    dialect: `ISO 8583 ${preset.name}`,
    title: `${read.mti} ${MTI_NAMES[read.mti.slice(0, 3)] ?? 'not served'}`.trim(),
    bytes,
    parts: [
      ...lengthPart,
      ...around('TPDU', lengthBytes, tpdu),
      ...around('header', messageAt - header.length, header),
      ...messageParts({ preset, text, bytes, read, messageAt }),
    ],
    ...(refusal === undefined ? {} : { refusal }),
  };
};

const brokenBy = (reason: string): Verdict => ({
  code: 'frame_malformed',
  reason,
});

const around = (name: string, at: number, bytes: Uint8Array): readonly Part[] =>
  bytes.length === 0 ? [] : [{ at, end: at + bytes.length, name, value: toHex(bytes) }];

interface Shown {
  readonly preset: Preset;
  readonly text: TextCodec;
  readonly bytes: Uint8Array;
  readonly read: MessageParts;
  readonly messageAt: number;
}

const messageParts = (shown: Shown): readonly Part[] => {
  const { bytes, read, messageAt } = shown;
  const { mti, bitmapAt, parts } = read;
  const repeat = mti.endsWith('1') ? 'a repeat' : undefined;
  const first = parts[0]?.at ?? bytes.length;
  const mtiPart = {
    at: messageAt,
    end: Math.min(bitmapAt, bytes.length),
    name: 'MTI',
    value: mti || 'none',
  };
  const bitmap = parts.map(({ field }) => field).join(' ');
  const last = parts.at(-1)?.end ?? first;
  return [
    repeat === undefined ? mtiPart : { ...mtiPart, meaning: repeat },
    ...(bitmapAt < first
      ? [{ at: bitmapAt, end: first, name: 'bitmap', value: bitmap || 'unreadable' }]
      : []),
    ...parts.flatMap((part) => fieldParts(shown, part)),
    ...(last < bytes.length
      ? [{ at: last, end: bytes.length, name: 'rest', value: 'not read', secret: true } as const]
      : []),
  ];
};

const fieldParts = (shown: Shown, part: FieldPart): readonly Part[] => {
  const { field, at, end, valueAt, value } = part;
  const name = `DE ${field} ${fieldName(field)}`;
  if (field === shown.preset.privateField && value instanceof Uint8Array) {
    const head = { at, end: valueAt, name, value: `${value.length} bytes` };
    return [head, ...objectParts(shown, value, valueAt)];
  }
  const text = valueText(shown, value);
  return SHOWN_FIELDS.has(field)
    ? [{ at, end, name, value: text, ...meaning(fieldMeaning(shown.read.parts, field, text)) }]
    : [{ at, end, name, value: masked(text), secret: true }];
};

const valueText = ({ preset, text }: Shown, value: FieldValue): string =>
  typeof value === 'string' ? value : (toText(value, preset, text) ?? toHex(value));

const objectParts = (shown: Shown, value: Uint8Array, valueAt: number): readonly Part[] => {
  const parts: Part[] = [];
  let at = 0;
  while (at < value.length) {
    const head = String.fromCharCode(...value.subarray(at, at + OBJECT_HEAD_BYTES));
    const end = at + OBJECT_HEAD_BYTES + Number(head.slice(2));
    if (!OBJECT_HEAD.test(head) || end > value.length) {
      const rest = { at: valueAt + at, end: valueAt + value.length, depth: 1 };
      return [...parts, { ...rest, name: 'no object', value: 'unreadable', secret: true }];
    }
    const tag = head.slice(0, 2);
    const content = valueText(shown, value.subarray(at + OBJECT_HEAD_BYTES, end));
    const isSecret = SECRET_OBJECTS.has(tag) || OBJECT_NAMES[tag] === undefined;
    parts.push({
      ...{ at: valueAt + at, end: valueAt + end, depth: 1 },
      name: `${tag} ${OBJECT_NAMES[tag] ?? 'extension'}`,
      value: isSecret ? masked(content) : content,
      ...(isSecret ? { secret: true } : {}),
      ...meaning(objectMeaning(tag, content)),
    });
    at = end;
  }
  return parts;
};

const objectMeaning = (tag: string, content: string): string | undefined => {
  switch (tag) {
    case TAGS.code:
    case TAGS.paymentCode:
      return codeName(Number(content)) ?? 'of a later version';
    case TAGS.state:
      return PAYMENT_STATES[Number(content)];
    default:
      return undefined;
  }
};

const fieldMeaning = (
  parts: readonly FieldPart[],
  field: number,
  text: string,
): string | undefined => {
  switch (field) {
    case 4: {
      const currency = parts.find((part) => part.field === 49)?.value;
      return amountText(Number(text), Number(currency));
    }
    case 22:
      return ENTRY_MODES[Number(text.slice(0, 2))];
    case 39:
      return isoMeaning(text);
    case 49:
      return currencyText(Number(text));
    default:
      return undefined;
  }
};

/** The codes that DE 39 can stand for. */
const isoMeaning = (iso: string): string =>
  Object.entries(CODES)
    .filter(([, row]) => row.iso === iso)
    .map(([name]) => name)
    .join(', ') || 'no code of ours';
