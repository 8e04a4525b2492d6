/** ISO 8583 to the canonical request (docs/iso8583.md, "Messages"). */
import type { Request, ReverseReason } from '../request.ts';
import { accept, type Refusal, type Result } from '../result.ts';
import type { TextCodec } from '../text-codec.ts';
import { Fields } from './fields.ts';
import type { Identity } from './identity.ts';
import { type FieldRefusal, type MessageParts, refuseField } from './message-reader.ts';
import { amountOf, decodePay, type Objects } from './pay-request.ts';
import type { Preset } from './presets.ts';
import { readObjects, TAGS } from './private-objects.ts';
import { decodeReconcile } from './reconcile-codec.ts';

export interface RequestParts {
  readonly preset: Preset;
  readonly message: MessageParts;
  readonly identity: Identity;
  readonly text: TextCodec;
  readonly nowMs: number;
}

/** The request of a message whose tag was verified. Total. */
export const decodeRequest = (parts: RequestParts): Result<Request> => {
  const decoded = decode(parts);
  return 'ok' in decoded ? decoded : accept(decoded);
};

/** Track data, whichever way it came: refused, never looked at. */
const TRACKS: readonly number[] = [35, 36, 45];

const decode = (parts: RequestParts): Request | Refusal => {
  const { preset, message, identity, text } = parts;
  const fields = new Fields(message);
  const track = TRACKS.find((field) => fields.has(field));
  if (track !== undefined) {
    return refuseField('card_number_refused', track, 'is track data: terminals send tokens');
  }
  const objects = readObjects(bytesOf(fields, preset.privateField), preset, text);
  if (typeof objects === 'string') {
    return refuseField('field_invalid', preset.privateField, objects);
  }
  const { op } = identity;
  switch (op) {
    case 'pay': {
      const { privateField } = preset;
      const { stored } = identity;
      return decodePay({ fields, objects, privateField, stored, nowMs: parts.nowMs });
    }
    case 'reconcile':
      return decodeReconcile({ preset, fields, identity, objects });
    default:
      return decodeAbout({ identity, fields, objects, privateField: preset.privateField });
  }
};

const bytesOf = (fields: Fields, field: number): Uint8Array => {
  const value = fields.value(field);
  return value instanceof Uint8Array ? value : new Uint8Array(0);
};

interface AboutParts {
  readonly identity: Identity;
  readonly fields: Fields;
  readonly objects: Objects;
  readonly privateField: number;
}

/** CONFIRM, REVERSE, REFUND and STATUS. */
const decodeAbout = (parts: AboutParts): Request | FieldRefusal => {
  const { identity, fields } = parts;
  const { op, about, key, keyVersion } = identity;
  if (about === undefined) {
    return refuseField('field_invalid', 61, 'or DE 90 has to name the payment');
  }
  const amountMinor = amountOf(fields);
  if (amountMinor === 0 && (op === 'confirm' || op === 'refund')) {
    return refuseField('field_invalid', 4, 'is zero: leave it out for all of it');
  }
  const amount = amountMinor === undefined ? {} : { amountMinor };
  switch (op) {
    case 'confirm':
    case 'refund':
      return { op, paymentSequence: about, ...amount };
    case 'reverse': {
      const reason = reasonOf(parts);
      const version = key.keyVersion === keyVersion ? {} : { paymentKeyVersion: keyVersion };
      return typeof reason === 'number'
        ? { op, paymentSequence: about, ...version, reason }
        : reason;
    }
    default:
      return { op: 'status', paymentSequence: about };
  }
};

/** Why, as terminals are used to say it in DE 39 of a reversal; an object of our own says it exactly. */
const REASONS: Readonly<Record<string, ReverseReason>> = {
  '': 1,
  '68': 1,
  '98': 1,
  '06': 2,
  '22': 2,
  '96': 2,
  '17': 3,
};

const REASON = /^[1-4]$/;

const reasonOf = ({ fields, objects, privateField }: AboutParts): ReverseReason | FieldRefusal => {
  const [told] = objects.get(TAGS.reverseReason) ?? [];
  if (told === undefined) {
    return REASONS[fields.text(39)] ?? 4;
  }
  return REASON.test(told)
    ? (Number(told) as ReverseReason)
    : refuseField('field_invalid', privateField, `object ${TAGS.reverseReason} is not 1 to 4`);
};
