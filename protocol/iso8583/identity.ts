/** Who speaks and which request it is: K from DE 41, 60, 11 and 53 (docs/iso8583.md, "Identity"). */
import type { Operation, RequestKey } from '../request.ts';
import { Fields } from './fields.ts';
import { type FieldRefusal, type MessageParts, refuseField } from './message-reader.ts';
import type { Preset } from './presets.ts';

/** Batches that have numbers of their own, and numbers in each of them. */
export const BATCHES = 4_000;
export const BATCH_NUMBERS = 1_000_000;
/** Added to the key version in K of a reversal that carries the number of its payment instead of one of its own. */
export const REVERSAL_KEY_VERSION = 128;
/** Largest key version of a terminal that speaks this dialect: its reversals stay below 255, which is the operator's. */
export const KEY_VERSION_MAX_ISO = 126;

export interface Identity {
  readonly key: RequestKey;
  /** Whose keys sign it. */
  readonly keyVersion: number;
  readonly op: Operation;
  readonly stored: boolean;
  /** Sequence number of the PAY that it is about. */
  readonly about?: number;
  readonly batch: number;
  readonly stan: number;
}

/** MTI without its last digit, which tells a repeat, to what it can be. */
const CLASSES: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['010', 'pay'],
  ['020', 'pay'],
  ['022', 'confirm'],
  ['040', 'reverse'],
  ['042', 'reverse'],
  ['050', 'reconcile'],
  ['060', 'status'],
]);
const REFUND = '20';

/** Whether the MTI is a request to the functions; 0 is its first sending, 1 a repeat. */
export const isRequestMti = (mti: string): boolean =>
  CLASSES.has(mti.slice(0, 3)) && (mti.endsWith('0') || mti.endsWith('1'));

/** Undefined: no request. */
export const identify = (
  preset: Preset,
  message: MessageParts,
): Identity | FieldRefusal | undefined => {
  const fields = new Fields(message);
  const op = operationOf(fields);
  if (op === undefined || !isRequestMti(fields.mti)) {
    return undefined;
  }
  const who = senderOf(fields);
  const batch = batchOf(preset, fields);
  if ('code' in who) {
    return who;
  }
  if (typeof batch !== 'number') {
    return batch;
  }
  const { terminal, keyVersion, stan } = who;
  const sequence = sequenceOf(batch, stan);
  const about = originalOf(fields, batch);
  const names = about ?? sequence;
  const withoutNumber = op === 'reverse' && names === sequence;
  const stored = fields.mti.startsWith('022') && about === undefined;
  return {
    key: {
      terminal,
      keyVersion: withoutNumber ? keyVersion + REVERSAL_KEY_VERSION : keyVersion,
      sequence,
    },
    keyVersion,
    op: stored ? 'pay' : op,
    stored,
    batch,
    stan,
    ...(about === undefined && op !== 'reverse' && op !== 'status' ? {} : { about: names }),
  };
};

const operationOf = (fields: Fields): Operation | undefined =>
  fields.mti.startsWith('020') && fields.text(3).startsWith(REFUND)
    ? 'refund'
    : CLASSES.get(fields.mti.slice(0, 3));

export interface Sender {
  readonly terminal: number;
  readonly keyVersion: number;
  readonly stan: number;
}

/** Terminal and key version of any message, and its number. */
export const senderOf = (fields: Fields): Sender | FieldRefusal => {
  const terminal = fields.digits(41, 8);
  const stan = fields.digits(11, 6);
  if (typeof terminal !== 'string') {
    return terminal;
  }
  if (typeof stan !== 'string') {
    return stan;
  }
  if (Number(terminal) === 0) {
    return refuseField('field_invalid', 41, 'is zero');
  }
  if (Number(stan) === 0) {
    return refuseField('field_invalid', 11, 'is zero');
  }
  const keyVersion = Number(fields.text(53).slice(-3));
  return keyVersion > KEY_VERSION_MAX_ISO
    ? refuseField('field_invalid', 53, `its key version is above ${KEY_VERSION_MAX_ISO}`)
    : { terminal: Number(terminal), keyVersion, stan: Number(stan) };
};

/** Six digits; behind the two of the message type in cup-pos. */
const batchOf = ({ name }: Preset, fields: Fields): number | FieldRefusal => {
  const before = name === 'cup-pos' ? 2 : 0;
  const digits = fields.digits(60, before + 6);
  return typeof digits === 'string' ? Number(digits.slice(before, before + 6)) : digits;
};

export const sequenceOf = (batch: number, stan: number): number =>
  (batch % BATCHES) * BATCH_NUMBERS + stan;

/** The payment that DE 61 names (batch, number), else DE 90 (type, number, of the same batch); zeros name none. */
const originalOf = (fields: Fields, batch: number): number | undefined => {
  const [batchDigits, stan61] = [fields.text(61).slice(0, 6), fields.text(61).slice(6, 12)];
  if (isNumber(batchDigits + stan61, 12) && Number(stan61) > 0) {
    return sequenceOf(Number(batchDigits), Number(stan61));
  }
  const stan90 = fields.text(90).slice(4, 10);
  return isNumber(stan90, 6) && Number(stan90) > 0 ? sequenceOf(batch, Number(stan90)) : undefined;
};

const isNumber = (text: string, length: number): boolean =>
  text.length === length && /^\d+$/.test(text);
